"""The ServiceNow adapter against the sandbox, in process: what is pulled equals what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpdesk_tui.adapters.base import Capability, Phase

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand

NOW = 1_930_377_600
DAY = 86_400
TABLES = {"incident": "incident", "sc_task": "task", "sc_req_item": "request", "problem": "problem"}


async def test_the_check_tells_who_we_are_and_what_we_see(stand: Stand) -> None:
    report = await stand.reader.check()
    assert (report.account, report.zone) == (stand.account.login, "Europe/Paris")
    assert report.sees == tuple(TABLES)
    assert report.cannot == ()
    assert stand.reader.capabilities >= {Capability.EVENTS_FEED, Capability.SLA, Capability.ACTIVITY}


async def test_open_tickets_and_the_census_are_all_that_are_open(stand: Stand) -> None:
    await stand.reader.check()
    page = await stand.pull(Phase.OPEN)
    expected = {key: truth for key, truth in stand.truth(TABLES.values()).items() if stand.is_open(truth)}
    assert len(expected) > 30
    stand.compare(page.tickets, expected)
    assert page.bad == ()
    listed = [key async for keys in stand.reader.census() for key in keys]
    assert sorted(listed) == sorted(expected)


async def test_open_tickets_come_newest_first_and_with_those_they_name(stand: Stand) -> None:
    await stand.reader.check()
    feed = stand.reader.feeds()[0]
    tickets = [ticket async for page in stand.reader.pull(feed, "") for ticket in page.tickets]
    assert [t.created_at for t in tickets] == sorted((t.created_at for t in tickets), reverse=True)
    page = await stand.pull(Phase.OPEN)
    people = {person.key: person for person in page.people}
    truth = stand.truth()
    for ticket in page.tickets:
        if ticket.kind == "incident":
            person = stand.world.people[truth[ticket.key].requester]
            known = people[ticket.requester]
            assert (known.name, known.email, known.login, known.vip) == (
                person.name,
                person.email,
                person.login,
                person.vip,
            )
    assert {group.key for group in page.groups} == {ticket.group for ticket in page.tickets}


async def test_history_is_what_was_closed_within_its_window(stand: Stand) -> None:
    await stand.reader.check()
    since = NOW - 20 * DAY
    page = await stand.pull(Phase.HISTORY, since=since)
    expected = {
        key: truth
        for key, truth in stand.truth(TABLES.values()).items()
        if not stand.is_open(truth) and truth.updated >= since
    }
    assert len(expected) > 10
    stand.compare(page.tickets, expected)


async def test_a_pull_left_at_any_page_goes_on_from_there(stand: Stand) -> None:
    await stand.reader.check()
    for phase in (Phase.OPEN, Phase.HISTORY, Phase.REFERENCE, Phase.CLOCKS, Phase.EVENTS, Phase.CHANGES):
        for feed in [feed for feed in stand.reader.feeds() if feed.phase is phase]:
            start = stand.reader.start(feed, NOW - 30 * DAY)
            whole = stand.joined([page async for page in stand.reader.pull(feed, start)])
            parts, cursor, last = [], start, False
            while not last:
                async for page in stand.reader.pull(feed, cursor):
                    parts.append(page)
                    cursor, last = page.cursor, page.last
                    break
            pieces = stand.joined(parts)
            for name in ("tickets", "events", "memberships", "groups"):
                assert set(getattr(pieces, name)) == set(getattr(whole, name)), (feed.name, name)
            assert {clock.ident for clock in pieces.clocks} == {clock.ident for clock in whole.clocks}


async def test_changes_tell_of_everything_that_moved(stand: Stand) -> None:
    await stand.reader.check()
    cursors: dict[str, str] = {}
    await stand.pull(Phase.CHANGES, cursors, since=NOW)
    for _ in range(3):
        before = stand.world.clock.now()
        stand.world.clock.step(3600)
        stand.world.catch_up()
        page = await stand.pull(Phase.CHANGES, cursors)
        found = {ticket.key: ticket for ticket in page.tickets}
        moved = {key: truth for key, truth in stand.truth(TABLES.values()).items() if truth.updated >= before}
        assert len(moved) > 3
        assert moved.keys() <= found.keys()
        for key, truth in moved.items():
            stand.same(found[key], truth)
    versions = [ticket.version for ticket in page.tickets]
    assert all(version > 0 for version in versions)


async def test_what_changes_has_a_greater_version(stand: Stand) -> None:
    await stand.reader.check()
    key, truth = next((key, truth) for key, truth in stand.truth(["incident"]).items() if stand.is_open(truth))
    versions = []
    for text in ("one", "two", "three"):
        stand.world.desk("servicenow").change(truth.n, 1, note=text)
        versions.append((await stand.reader.fetch([key])).tickets[0].version)
    assert versions == sorted(set(versions))


async def test_people_groups_and_memberships_are_complete(stand: Stand) -> None:
    await stand.reader.check()
    page = await stand.pull(Phase.REFERENCE)
    world, instance = stand.world, stand.instance
    served = {group.gid for group in world.served("servicenow")}
    members = {(gid, p.uid) for p in world.people.values() for gid in p.groups if gid in served}
    assert {(m.group, m.person) for m in page.memberships} == {
        (instance.group(g), instance.user(p)) for g, p in members
    }
    people = {person.key: person for person in page.people}
    for _, uid in members:
        person, mine = world.people[uid], people[instance.user(uid)]
        assert (mine.name, mine.login, mine.email, mine.active) == (
            person.name,
            person.login,
            person.email,
            person.active,
        )
        assert mine.works_tickets
        assert set(mine.skills) == set(person.skills)
        assert mine.version > 0
    assert {group.name for group in page.groups} >= {world.groups[gid].name for gid in served}
    assert page.bad == ()
