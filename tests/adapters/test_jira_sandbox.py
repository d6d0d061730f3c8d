"""The Jira adapter against the sandbox, in process: Cloud, the gateway and Data Center give the same tickets."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import cast

import httpx
import pytest

from helpdesk_tui.adapters.base import Feed, Page, Phase
from helpdesk_tui.adapters.jira.adapter import Jira
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import ActivityKind, EventKind
from helpdesk_tui.domain.tickets import State, WayOut
from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.model import Credential, Ticket, World
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_790_000_000
SITE = "http://jira.test"
PROJECTS = ("ITS", "OPS", "APP")
LAG = 5


class Token:
    """A secret that stays."""

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "tok-1"

    def expire(self) -> None:
        raise AssertionError("the sandbox refused a good sign-in")


@dataclass
class Stand:
    """A world, and an adapter that reads it."""

    world: LiveWorld
    jira: Jira
    app: httpx.ASGITransport

    def living(self) -> dict[str, Ticket]:
        """What should be open and visible, by key."""
        rows = self.world.desk("jira").unsettled()
        return {
            str(10_000 + t.n): t
            for t in rows
            if t.state != "solved" and t.in_scope and not t.forbidden and not t.deleted
        }

    def feed(self, phase: Phase) -> Feed:
        return next(feed for feed in self.jira.feeds() if feed.phase is phase)

    async def pull(self, phase: Phase, cursor: str) -> list[Page]:
        return [page async for page in self.jira.pull(self.feed(phase), cursor)]


def source(way: str, **more: object) -> SourceConfig:
    """How each door of the sandbox is configured."""
    ways: dict[str, dict[str, object]] = {
        "cloud": {"url": SITE, "username": "coordinator@example.com", "auth": "token"},
        "gateway": {
            "url": SITE,
            "username": "coordinator@example.com",
            "auth": "scoped_token",
            "options": {"gateway": SITE},
        },
        "server": {"url": f"{SITE}/dc", "auth": "pat"},
    }
    given: dict[str, object] = {
        "name": "desk",
        "platform": "jira",
        **ways[way],
        **more,
    }
    return dataclasses.replace(SourceConfig(), **given)  # type: ignore[arg-type]


def stand_for(
    config: SourceConfig, *, role: str = "agent", wrap: Callable[..., httpx.AsyncBaseTransport] | None = None
) -> Stand:
    """A fresh world behind an adapter."""
    world = build_world(5, 3000, 1.0, NOW, paused=True)
    person = world.people[1]
    known = Credential("coordinator@example.com", "pw", "tok-1", role, person.uid)  # type: ignore[arg-type]
    app = httpx.ASGITransport(application(cast(World, world), [known], index_lag=LAG, burst=10**6))
    transport = wrap(app) if wrap else app
    return Stand(world, Jira(config, Token(), now=world.clock.now, transport=transport), app)


@pytest.fixture(params=["cloud", "gateway", "server"])
async def stand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    made = stand_for(source(request.param))
    yield made
    await made.jira.close()


@pytest.fixture
async def cloud() -> AsyncIterator[Stand]:
    made = stand_for(source("cloud"))
    yield made
    await made.jira.close()


async def test_every_open_ticket_arrives_once_newest_first_as_it_is(stand: Stand) -> None:
    pages = await stand.pull(Phase.OPEN, "")
    tickets = [ticket for page in pages for ticket in page.tickets]
    assert not [bad for page in pages for bad in page.bad]
    assert [t.created_at for t in tickets] == sorted((t.created_at for t in tickets), reverse=True)
    expected = stand.living()
    assert {t.key: t for t in tickets}.keys() == expected.keys()
    assert len(tickets) == len(expected)
    people, groups = _names(pages)
    for ticket in tickets:
        truth = expected[ticket.key]
        assert (ticket.title, ticket.state, ticket.priority) == (
            truth.title.replace("\n", " "), State(truth.state), truth.priority,
        )  # fmt: skip
        assert (ticket.created_at, ticket.updated_at) == (truth.created, truth.updated)
        owner = stand.world.people[truth.owner].name if truth.owner else ""
        assert people.get(ticket.owner, "") == owner
        assert people[ticket.requester] == stand.world.people[truth.requester].name
        assert groups[ticket.group] == stand.world.groups[truth.group].name
        assert ticket.tags == truth.tags
        assert ticket.number.endswith(f"-{truth.n}")
        assert ticket.url == f"{stand.jira.source.url}/browse/{ticket.number}"


def _names(pages: list[Page]) -> tuple[dict[str, str], dict[str, str]]:
    people = {person.key: person.name for page in pages for person in page.people}
    return people, {group.key: group.name for page in pages for group in page.groups}


async def test_clocks_say_what_the_sandbox_says(stand: Stand) -> None:
    pages = await stand.pull(Phase.OPEN, "")
    metrics = {"first_response": Metric.FIRST_RESPONSE, "resolution": Metric.RESOLUTION}
    desk = stand.world.desk("jira")
    found = {(c.ticket, c.metric, c.started_at): c for page in pages for c in page.clocks}
    expected = 0
    for key, ticket in stand.living().items():
        for truth in desk.clocks(ticket) if ticket.kind != "task" else []:
            if truth.metric not in metrics:
                continue  # this Jira measures no further replies
            clock = found[key, metrics[truth.metric], truth.started]
            expected += 1
            assert clock.target == truth.target
            if truth.ended is not None:
                assert (clock.stage, clock.stopped_at) == (Stage.BREACHED if truth.breached else Stage.MET, truth.ended)
            elif truth.paused_since is not None:
                assert (clock.stage, clock.due_at) == (Stage.PAUSED, 0)
            else:
                assert (clock.stage, clock.due_at) == (Stage.RUNNING, truth.due)
    assert expected == len(found) > 50


async def test_a_pull_left_at_any_page_goes_on_from_its_cursor(stand: Stand) -> None:
    seen: set[str] = set()
    cursor, looks = "", 0
    while True:
        looks += 1
        page = await anext(stand.jira.pull(stand.feed(Phase.OPEN), cursor))
        seen |= {ticket.key for ticket in page.tickets}
        cursor = page.cursor
        if page.last:
            break
    assert seen == stand.living().keys()
    assert looks > 1 or len(seen) <= 100


async def test_changes_are_found_although_the_index_is_late(stand: Stand) -> None:
    desk = stand.world.desk("jira")
    cursor = stand.jira.start(stand.feed(Phase.CHANGES), NOW)
    stand.world.clock.step(60)
    stand.world.catch_up()
    living = list(stand.living().values())
    slow, quick = living[0], living[1]
    desk.change(quick.n, 1, note="first")
    stand.world.clock.step(LAG + 1)
    desk.change(slow.n, 1, priority=1 if slow.priority != 1 else 2)
    early = await stand.pull(Phase.CHANGES, cursor)
    assert str(10_000 + quick.n) in {t.key for page in early for t in page.tickets}
    assert str(10_000 + slow.n) not in {t.key for page in early for t in page.tickets}
    stand.world.clock.step(LAG + 1)
    later = await stand.pull(Phase.CHANGES, early[-1].cursor)
    found = {t.key: t for page in later for t in page.tickets}
    assert found[str(10_000 + slow.n)].version == slow.updated * 1000
    assert int(later[-1].cursor) >= slow.updated * 1000


async def test_history_holds_what_was_closed_since(stand: Stand) -> None:
    since = NOW - 60 * 86_400
    pages = await stand.pull(Phase.HISTORY, stand.jira.start(stand.feed(Phase.HISTORY), since))
    found = [ticket.key for page in pages for ticket in page.tickets]
    desk = stand.world.desk("jira")
    settled = [t for t in desk.by_update((since - 1, 1 << 60)) if t.state in ("solved", "closed")]
    expected = {str(10_000 + t.n) for t in settled if t.in_scope and not t.forbidden and not t.deleted}
    assert set(found) == expected
    assert len(found) == len(expected) > 100


async def test_the_four_ways_out(stand: Stand) -> None:
    desk = stand.world.desk("jira")
    moved, closed, deleted, hidden, kept = [t for t in stand.living().values() if t.kind == "incident"][:5]
    desk.change(moved.n, 1, group=90)
    desk.change(closed.n, 1, state="closed")
    desk.delete(deleted.n, 1)
    desk.forbid(hidden.n)
    page = await stand.jira.fetch([str(10_000 + t.n) for t in (moved, closed, deleted, hidden, kept)])
    ways = {departure.key: departure.way for departure in page.departures}
    assert ways == {
        str(10_000 + moved.n): WayOut.LEFT_SCOPE,
        str(10_000 + closed.n): WayOut.CLOSED,
        str(10_000 + deleted.n): WayOut.DELETED,
        str(10_000 + hidden.n): WayOut.FORBIDDEN,
    }
    tickets = {ticket.key: ticket for ticket in page.tickets}
    assert tickets[str(10_000 + moved.n)].number == f"FAC-{moved.n}"
    assert tickets[str(10_000 + kept.n)].state.is_open
    assert tickets[str(10_000 + closed.n)].closed_at == stand.world.clock.now()


async def test_a_scope_with_a_query_decides_who_left(cloud: Stand) -> None:
    priority = {1: "Highest", 2: "High", 3: "Medium", 4: "Low"}
    made = stand_for(
        source("cloud", scope={"projects": PROJECTS, "jql": "priority in (High, Highest) ORDER BY created"})
    )
    living = made.living()
    urgent = {key for key, ticket in living.items() if ticket.priority <= 2}
    keys: set[str] = set()
    async for portion in made.jira.census():
        keys |= portion
    assert keys == urgent
    page = await made.jira.fetch(living)
    assert {d.key for d in page.departures if d.way is WayOut.LEFT_SCOPE} == living.keys() - urgent
    assert all(ticket.priority_name == priority[ticket.priority] for ticket in page.tickets)
    await made.jira.close()


async def test_census_names_all_open_tickets_and_no_others(stand: Stand) -> None:
    keys: set[str] = set()
    async for portion in stand.jira.census():
        assert not keys & portion
        keys |= portion
    assert keys == stand.living().keys()


async def test_events_tell_the_whole_story(stand: Stand) -> None:
    await stand.pull(Phase.REFERENCE, "")
    living = stand.living()
    page = await stand.jira.events(living)
    assert not page.bad
    kinds = {
        "status": EventKind.STATUS, "group": EventKind.GROUP, "owner": EventKind.OWNER, "priority": EventKind.PRIORITY,
        "note": EventKind.NOTE, "reply": EventKind.PUBLIC_REPLY, "message": EventKind.CUSTOMER_MESSAGE,
        "created": EventKind.CREATED, "reopened": EventKind.REOPENED,
    }  # fmt: skip
    derived = (EventKind.CLOSED,)
    for key, ticket in living.items():
        told = sorted((e.at, e.kind) for e in page.events if e.ticket == key and e.kind not in derived)
        truth = [(e.at, _spoken(e, ticket, kinds[e.kind])) for e in ticket.events if e.kind in kinds]
        # A reopening is a change of status, and is told as one besides.
        truth = sorted(truth + [(e.at, EventKind.STATUS) for e in ticket.events if e.kind == "reopened"])
        assert told == truth
    assert len({(e.ticket, e.ident) for e in page.events}) == len(page.events)
    again = await stand.jira.events(living)
    assert again.events == page.events
    group = next(e for e in page.events if e.kind is EventKind.GROUP)
    assert group.new in {g.key for p in await stand.pull(Phase.REFERENCE, "") for g in p.groups}


def _spoken(event: object, ticket: Ticket, kind: EventKind) -> EventKind:
    """Whoever reported a ticket speaks as its customer."""
    actor = getattr(event, "actor", 0)
    return EventKind.CUSTOMER_MESSAGE if kind is EventKind.PUBLIC_REPLY and actor == ticket.requester else kind


async def test_activity_says_who_wrote_what_to_whom(stand: Stand) -> None:
    desk = stand.world.desk("jira")
    ticket = next(iter(stand.living().values()))
    for number in range(120):
        desk.change(ticket.n, 2, note=f"step {number}")
    desk.change(ticket.n, 2, reply="Line one\n\nline three")
    desk.change(ticket.n, ticket.requester, message="Still broken [/b] \x1b[31m")
    page = await stand.jira.activity(str(10_000 + ticket.n))
    assert page.activity_whole == {str(10_000 + ticket.n)}
    assert [entry.text for entry in page.activity[-3:-1]] == ["step 119", "Line one\n\nline three"]
    assert [entry.kind for entry in page.activity[-3:]] == [
        ActivityKind.INTERNAL, ActivityKind.PUBLIC, ActivityKind.CUSTOMER,
    ]  # fmt: skip
    assert page.activity[-1].author_name == stand.world.people[ticket.requester].name


async def test_people_groups_and_organisations(stand: Stand) -> None:
    pages = await stand.pull(Phase.REFERENCE, "")
    people, groups = _names(pages)
    world = stand.world
    assert {"Network", "Service Desk", "Identity & Access"} <= set(groups.values())
    members = {(groups[m.group], people[m.person]) for page in pages for m in page.memberships}
    expected = {
        (world.groups[gid].name, p.name)
        for p in world.people.values()
        if p.role in ("technician", "lead") and p.active
        for gid in p.groups
        if world.groups[gid].name in groups.values()
    }
    assert members == expected
    assert all(person.works_tickets for page in pages for person in page.people)
    organisations = {row.name for page in pages for row in page.organisations}
    assert organisations == {row.name for row in world.organisations.values()}
    assert {kind for page in pages for kind in page.whole} == {"memberships", "organisations"}


async def test_projects_stand_for_groups_where_one_says_so() -> None:
    made = stand_for(source("cloud", options={"group_field": "project"}))
    pages = await made.pull(Phase.REFERENCE, "")
    assert {group.name for page in pages for group in page.groups} == {
        "IT Support",
        "IT Operations",
        "Business Applications",
    }
    opened = await made.pull(Phase.OPEN, "")
    groups = {group.key for page in pages for group in page.groups}
    assert {ticket.group for page in opened for ticket in page.tickets} <= groups
    await made.jira.close()


async def test_sign_in_says_who_where_and_what_stays_hidden(stand: Stand) -> None:
    signed = await stand.jira.check()
    assert (signed.name, signed.role, signed.zone) == (stand.world.people[1].name, "agent", stand.world.people[1].zone)
    assert signed.server_time == NOW
    assert "3 of 6 visible projects" in signed.sees[0]
    assert signed.details["group"] == "Assignment group"
    assert signed.details["deployment"] in ("Cloud", "Data Center")


async def test_a_customer_is_told_that_nothing_can_be_seen() -> None:
    made = stand_for(source("cloud"), role="requester")
    with pytest.raises(Exception, match="none of the projects"):
        await made.jira.check()
    await made.jira.close()


async def test_a_project_that_does_not_exist_is_named() -> None:
    made = stand_for(source("cloud", scope={"projects": ("ITS", "NOPE")}))
    signed = await made.jira.check()
    assert any("NOPE" in line for line in signed.cannot)
    await made.jira.close()
