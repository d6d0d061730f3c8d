"""Pulling feeds: in the end the same as the truth, row by row, for admins and agents, from any page on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Page, Phase
from helpdesk_tui.adapters.zendesk import cursors
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Garbled
from helpdesk_tui.sandbox.zendesk import ids

DAY = 86_400
ROLES = ("admin", "agent")


def tickets(pages: Iterable[Page]) -> dict[str, Any]:
    return {ticket.key: ticket for page in pages for ticket in page.tickets}


def ways(pages: Iterable[Page]) -> dict[str, WayOut]:
    return {departure.key: departure.way for page in pages for departure in page.departures}


@pytest.mark.parametrize("role", ROLES)
async def test_open_tickets_equal_the_truth(floor: Any, signed_in: Any, drain: Any, role: str) -> None:
    adapter = await signed_in(role)
    floor.clock.step(10)
    pages = await drain(adapter, Phase.OPEN)
    found = tickets(pages)
    assert found.keys() == floor.open_now().keys()
    for ticket in found.values():
        floor.check(ticket)
    assert pages[0].total == len(found)
    newest = [ticket.created_at for page in pages for ticket in page.tickets]
    assert max(newest) in newest[:100]
    known = {person.key for page in pages for person in page.people}
    assert {ticket.requester for ticket in found.values()} <= known


async def test_clocks_come_with_their_tickets(floor: Any, signed_in: Any, drain: Any) -> None:
    floor.clock.step(10)
    pages = await drain(await signed_in(), Phase.OPEN)
    found = {(clock.ticket, clock.metric): clock for page in pages for clock in page.clocks}
    assert frozenset().union(*(page.clocks_whole for page in pages)) == floor.open_now().keys()
    names = {
        "first_response": Metric.FIRST_RESPONSE,
        "next_reply": Metric.NEXT_REPLY,
        "resolution": Metric.REQUESTER_WAIT,
    }
    expected = 0
    for key, truth in floor.open_now().items():
        for clock in floor.desk.clocks(truth):
            expected += 1
            told = found[key, names[clock.metric]]
            assert told.due_at == (clock.due or 0)
            stopped = clock.ended is not None
            stage = Stage.MET if stopped else Stage.PAUSED if clock.paused_since is not None else Stage.RUNNING
            assert told.stage is stage
    assert len(found) == expected


@pytest.mark.parametrize("role", ROLES)
async def test_history_is_what_was_closed_since(floor: Any, signed_in: Any, drain: Any, role: str) -> None:
    floor.clock.step(120)
    since = floor.clock.now() - 60 * DAY
    pages = await drain(await signed_in(role), Phase.HISTORY, at=since)
    found = tickets(pages)
    truth = {
        str(t.n)
        for t in floor.desk.by_update((since - 1, 1 << 60))
        if t.state in ("solved", "closed") and t.in_scope and not t.deleted and not t.forbidden
    }
    assert found.keys() == truth
    for ticket in found.values():
        floor.check(ticket)


async def _moves(floor: Any) -> dict[str, str]:
    """Let something of each kind happen, a second apart; returns what happened by kind."""
    some = iter(sorted(floor.open_now()))
    names = ("closed", "deleted", "left", "noted", "reassigned")
    picked = {name: next(some) for name in names}
    owner = floor.world.company.members[floor.served[0].gid][0]
    acts: dict[str, dict[str, Any]] = {
        "closed": {"state": "closed"},
        "left": {"group": 90, "owner": 0},
        "noted": {"note": "looking"},
        "reassigned": {"group": floor.served[0].gid, "owner": owner, "state": "pending"},
    }
    for name, act in acts.items():
        floor.clock.step(1)
        floor.desk.change(int(picked[name]), 1, **act)
    floor.clock.step(1)
    floor.desk.delete(int(picked["deleted"]), 1)
    made = floor.desk.create(
        1, title="New one", body="…", requester=1001, group=floor.served[0].gid, priority=1, kind="incident"
    )
    return picked | {"made": str(made.n)}


@pytest.mark.parametrize("role", ROLES)
async def test_changes_of_the_last_minute_are_seen_at_once(floor: Any, signed_in: Any, drain: Any, role: str) -> None:
    adapter = await signed_in(role)
    first = await drain(adapter, Phase.CHANGES, at=floor.clock.now() - 120)
    floor.clock.step(300)
    picked = await _moves(floor)
    floor.clock.step(5)
    pages = await drain(adapter, Phase.CHANGES, cursor=first[-1].cursor)
    found = tickets(pages)
    for name in ("closed", "noted", "reassigned", "made"):
        floor.check(found[picked[name]])
    assert found[picked["closed"]].state == "closed"
    assert ways(pages)[picked["left"]] is WayOut.LEFT_SCOPE
    assert picked["deleted"] not in found


@pytest.mark.parametrize("role", ROLES)
async def test_a_change_in_the_second_of_the_last_look_is_not_missed(
    floor: Any, signed_in: Any, drain: Any, role: str
) -> None:
    adapter = await signed_in(role)
    first = await drain(adapter, Phase.CHANGES, at=floor.clock.now() - 120)
    key = sorted(floor.open_now())[0]
    floor.desk.change(int(key), 1, note="just after")
    floor.clock.step(30)
    later = await drain(adapter, Phase.CHANGES, cursor=first[-1].cursor)
    assert tickets(later)[key].updated_at == floor.clock.now() - 30


async def test_the_export_tells_of_deletions_a_minute_later(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    first = await drain(adapter, Phase.CHANGES, at=floor.clock.now() - 120)
    picked = await _moves(floor)
    soon = await drain(adapter, Phase.CHANGES, cursor=first[-1].cursor)
    assert picked["deleted"] not in ways(soon)
    floor.clock.step(90)
    later = await drain(adapter, Phase.CHANGES, cursor=soon[-1].cursor)
    assert ways(later)[picked["deleted"]] is WayOut.DELETED
    assert ways(later)[picked["left"]] is WayOut.LEFT_SCOPE
    assert tickets(later).keys() >= {picked["closed"], picked["made"]}
    quiet = await drain(adapter, Phase.CHANGES, cursor=later[-1].cursor)
    assert not ways(quiet)


async def test_an_agents_walk_can_be_left_at_any_page(make_floor: Any, feed_of: Any) -> None:
    floor = make_floor(tickets=3000)
    adapter = floor.adapter("agent")
    await adapter.check()
    feed = feed_of(adapter, Phase.CHANGES)
    begin = adapter.start(feed, floor.clock.now() - 110 * DAY)
    whole = [page async for page in adapter.pull(feed, begin)]
    assert len(whole) > 2
    cursor, parts = begin, list[Page]()
    while not parts or not parts[-1].last:
        async for page in adapter.pull(feed, cursor):
            parts.append(page)
            cursor = page.cursor
            break
    assert tickets(parts) == tickets(whole)
    again = [page async for page in adapter.pull(feed, cursor)]
    assert len(again) == 1


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.HISTORY, Phase.EVENTS, Phase.REFERENCE])
async def test_an_admins_feed_can_be_left_at_any_page(floor: Any, signed_in: Any, feed_of: Any, phase: Phase) -> None:
    adapter = await signed_in()
    floor.clock.step(120)
    feed = feed_of(adapter, phase)
    begin = adapter.start(feed, floor.clock.now() - 200 * DAY)
    whole = [page async for page in adapter.pull(feed, begin)]
    cursor, parts = begin, list[Page]()
    while not parts or not parts[-1].last:
        async for page in adapter.pull(feed, cursor):
            parts.append(page)
            cursor = page.cursor
            break
    assert tickets(parts) == tickets(whole)
    assert {e.ident for page in parts for e in page.events} == {e.ident for page in whole for e in page.events}
    assert {member for page in parts for member in page.memberships} == {
        member for page in whole for member in page.memberships
    }


async def test_a_refused_export_cursor_is_replaced_by_its_instant(floor: Any, signed_in: Any, feed_of: Any) -> None:
    adapter = await signed_in()
    feed = feed_of(adapter, Phase.CHANGES)
    stale = ids.export_cursor(floor.clock.now() - 5 * DAY, 7)
    floor.transport.before = lambda request: (
        httpx.Response(400, json={"error": "InvalidCursor"}) if request.url.params.get("cursor") == stale else None
    )
    pages = [page async for page in adapter.pull(feed, cursors.write(c=stale))]
    changed = {
        str(t.n) for t in floor.desk.by_update((floor.clock.now() - 5 * DAY, 0)) if t.updated < floor.clock.now() - 60
    }
    assert tickets(pages).keys() | ways(pages).keys() >= changed - {
        k for k in changed if floor.desk.get(int(k)).forbidden
    }


async def test_who_loses_the_right_to_export_goes_on_from_where_the_export_was(
    floor: Any, signed_in: Any, drain: Any
) -> None:
    cursor = cursors.write(c=ids.export_cursor(floor.clock.now() - 600, 7))
    pages = await drain(await signed_in("agent"), Phase.CHANGES, cursor=cursor)
    assert len(pages) == 1
    changed = {
        str(t.n) for t in floor.desk.by_update((floor.clock.now() - 600, 0)) if not t.deleted and not t.forbidden
    }
    assert tickets(pages).keys() | ways(pages).keys() >= changed
    back = await drain(await signed_in("admin"), Phase.CHANGES, cursor=pages[-1].cursor)
    assert len(back) == 2


async def test_an_export_that_does_not_move_is_noticed(floor: Any, signed_in: Any, feed_of: Any) -> None:
    adapter = await signed_in()
    stuck = {"tickets": [], "after_cursor": "same", "end_of_stream": False}
    floor.transport.before = lambda r: httpx.Response(200, json=stuck) if "cursor" in r.url.path else None
    with pytest.raises(Garbled, match="does not move"):
        [page async for page in adapter.pull(feed_of(adapter, Phase.CHANGES), cursors.write(c="same"))]


async def test_people_groups_and_memberships(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in("agent")
    pages = await drain(adapter, Phase.REFERENCE)
    assert pages[-1].whole == {"groups", "memberships"}
    people = {person.key: person for page in pages for person in page.people}
    staff = {str(ids.user(p.uid)): p for p in floor.world.people.values() if p.role != "requester"}
    assert people.keys() == staff.keys()
    assert all(person.works_tickets and person.zone == staff[key].zone for key, person in people.items())
    pairs = {(m.group, m.person) for page in pages for m in page.memberships}
    assert pairs >= {
        (str(ids.group(group.gid)), key) for group in floor.served for key, p in staff.items() if group.gid in p.groups
    }
    assert {group.name for group in floor.served} <= {group.name for page in pages for group in page.groups}


async def test_who_is_no_technician_any_more_is_told(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    await drain(adapter, Phase.REFERENCE)
    person = floor.world.people[floor.world.company.members[floor.served[0].gid][-1]]
    floor.world.people[person.uid] = dataclasses.replace(person, role="requester", groups=())
    pages = await drain(adapter, Phase.REFERENCE)
    told = {p.key: p for page in pages for p in page.people}[str(ids.user(person.uid))]
    assert not told.works_tickets
