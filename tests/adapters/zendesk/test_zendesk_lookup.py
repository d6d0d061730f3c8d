"""Single questions: the four ways out, the census, events and activity."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk_tui.adapters.base import Phase
from helpdesk_tui.domain.events import ActivityKind, EventKind
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.sandbox.zendesk import ids

ROLES = ("admin", "agent")


@pytest.mark.parametrize("role", ROLES)
async def test_the_four_ways_out(floor: Any, signed_in: Any, role: str) -> None:
    adapter = await signed_in(role)
    here, closed, deleted, left, hidden = sorted(floor.open_now(), key=int)[:5]
    floor.desk.change(int(closed), 1, state="closed")
    floor.desk.delete(int(deleted), 1)
    floor.desk.change(int(left), 1, group=91, owner=0)
    floor.desk.forbid(int(hidden))
    page = await adapter.fetch([here, closed, deleted, left, hidden, "999999"])
    assert {d.key: d.way for d in page.departures} == {
        closed: WayOut.CLOSED,
        deleted: WayOut.DELETED,
        left: WayOut.LEFT_SCOPE,
        hidden: WayOut.FORBIDDEN,
        "999999": WayOut.DELETED,
    }
    assert {ticket.key for ticket in page.tickets} == {here, closed, left}
    for ticket in page.tickets:
        floor.check(ticket)
    assert page.clocks_whole >= {here}


async def test_fetch_of_many_asks_a_hundred_at_once(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    keys = sorted(floor.open_now())[:150] or []
    floor.transport.seen.clear()
    page = await adapter.fetch(keys)
    assert {ticket.key for ticket in page.tickets} == set(keys)
    assert floor.transport.seen == {"/api/v2/tickets/show_many": -(-len(keys) // 100)}


@pytest.mark.parametrize("role", ROLES)
async def test_census(floor: Any, signed_in: Any, role: str) -> None:
    adapter = await signed_in(role)
    floor.clock.step(10)
    found = frozenset[str]().union(*[keys async for keys in adapter.census()])
    assert found == floor.open_now().keys()


def _truth(ticket: Any) -> list[tuple[str, int, str, str]]:
    """What the desk knows happened, in the words of the domain."""
    found = []
    open_states = ("new", "open", "pending", "hold")
    before = None
    for event in ticket.events:
        if event.kind == "created":
            found.append(("created", event.at, "", ""))
        elif event.kind == "group":
            found.append(("group", event.at, str(ids.group(int(event.old))), str(ids.group(int(event.new)))))
        elif event.kind == "owner":
            old, new = (str(ids.user(int(part))) if part else "" for part in (event.old, event.new))
            found.append(("owner", event.at, old, new))
        elif event.kind == "priority":
            found.append(("priority", event.at, event.old, event.new))
        elif event.kind in ("status", "reopened"):
            if event.kind == "reopened" and before is not None and before.kind == "status" and before.new == event.new:
                continue
            found.append(("status", event.at, event.old, event.new))
            if event.old in open_states and event.new not in open_states:
                found.append(("closed", event.at, event.old, event.new))
            elif event.old not in open_states and event.new in open_states:
                found.append(("reopened", event.at, event.old, event.new))
        elif event.kind in ("note", "reply", "message"):
            said = {"note": "note", "reply": "public reply", "message": "customer message"}[event.kind]
            found.append((said, event.at, "", ""))
        before = event
    return sorted(found)


def _plain(events: Any) -> list[tuple[str, int, str, str]]:
    return sorted((str(event.kind), event.at, event.old, event.new) for event in events)


async def test_events_by_key_equal_the_truth(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in("agent")
    keys = sorted(floor.open_now())[:40]
    owner = floor.world.company.members[floor.served[0].gid][0]
    floor.desk.change(int(keys[0]), owner, state="solved", priority=1)
    floor.clock.step(5)
    floor.desk.change(int(keys[0]), 1001, message="It is back.", state="open")
    page = await adapter.events(keys)
    for key in keys:
        own = [event for event in page.events if event.ticket == key]
        assert _plain(own) == _truth(floor.desk.get(int(key)))
        assert len({event.ident for event in own}) == len(own)
    assert any(event.kind is EventKind.REOPENED for event in page.events)
    assert (await adapter.events(["999999", "x"])).events == ()


async def test_the_stream_of_events_gives_the_same_events(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.clock.step(600)
    since = min(ticket.created for ticket in floor.open_now().values())
    pages = await drain(adapter, Phase.EVENTS, at=since)
    streamed = {(e.ticket, e.ident): e for page in pages for e in page.events}
    keys = sorted(floor.open_now())
    by_key = {(e.ticket, e.ident): e for e in (await adapter.events(keys)).events}
    told = {name: event for name, event in by_key.items() if event.at < floor.clock.now() - 80}
    assert len(told) > 100
    for name, event in told.items():
        assert streamed[name] == event
    automatic = [event for event in streamed.values() if event.automatic]
    assert automatic
    assert all(event.actor == "" for event in automatic)
    cursor = pages[-1].cursor
    floor.desk.change(int(keys[0]), 1, note="later")
    assert not [
        e
        for page in await drain(adapter, Phase.EVENTS, cursor=cursor)
        for e in page.events
        if e.at == floor.clock.now()
    ]
    floor.clock.step(120)
    late = [e for page in await drain(adapter, Phase.EVENTS, cursor=cursor) for e in page.events]
    assert EventKind.NOTE in {e.kind for e in late if e.ticket == keys[0]}


async def test_activity_tells_who_said_what_to_whom(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in("agent")
    key = sorted(floor.open_now())[0]
    owner = floor.world.company.members[floor.served[0].gid][0]
    for words in ({"note": "internal"}, {"reply": "to you [b]"}):
        floor.clock.step(1)
        floor.desk.change(int(key), owner, **words)
    floor.clock.step(1)
    truth = floor.desk.change(int(key), floor.desk.get(int(key)).requester, message="thanks")
    page = await adapter.activity(key)
    assert page.activity_whole == {key}
    assert page.activity[0].text == truth.body
    last = page.activity[-3:]
    assert [(entry.kind, entry.text) for entry in last] == [
        (ActivityKind.INTERNAL, "internal"),
        (ActivityKind.PUBLIC, "to you [b]"),
        (ActivityKind.CUSTOMER, "thanks"),
    ]
    assert last[0].author_name == floor.world.people[owner].name
    floor.desk.delete(int(key), 1)
    assert [d.way for d in (await adapter.activity(key)).departures] == [WayOut.DELETED]
