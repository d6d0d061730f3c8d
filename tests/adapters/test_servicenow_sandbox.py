"""The ServiceNow adapter against the sandbox, in process: what is pulled equals what is there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Capability, Page, Phase
from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import ActivityKind, EventKind
from helpdesk_tui.domain.tickets import State, Ticket, WayOut
from helpdesk_tui.errors import AuthFailed, ConfigError, Refused
from helpdesk_tui.sandbox.credentials import make_credentials
from helpdesk_tui.sandbox.model import Ticket as Truth
from helpdesk_tui.sandbox.servicenow import application
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600
DAY = 86_400
KINDS = {"incident": "incident", "sc_task": "task", "sc_req_item": "request", "problem": "problem"}
CATALOG = {"hold": "pending", "solved": "closed"}
SAID = {"note": EventKind.NOTE, "reply": EventKind.PUBLIC_REPLY, "message": EventKind.CUSTOMER_MESSAGE}
OUTSIDE = 90


class Stand:
    """A world that stands still, and an adapter that reads it."""

    def __init__(
        self, make_source: Callable[..., SourceConfig], secret: Any, *, role: str = "admin", **settings: Any
    ) -> None:
        self.world: LiveWorld = build_world(7, 600, now=NOW, paused=True)
        accounts = make_credentials(self.world.company)["servicenow"]
        self.account = next(one for one in accounts if one.role == role)
        app: Any = application(self.world, accounts)
        self.instance = app.state.server.instance
        secret.values = (settings.pop("password", self.account.password),)
        source = make_source(url="http://sn.test", username=self.account.login, **settings)
        self.reader = ServiceNow(source, secret, now=self.world.clock.now, transport=httpx.ASGITransport(app))

    def key(self, n: int) -> str:
        return str(self.instance.identity.sys_id("task", n))

    def truth(self, kinds: Iterable[str] = ("incident", "task", "request")) -> dict[str, Truth]:
        """Every ticket an account can see, by sys_id."""
        wanted = set(kinds)
        return {
            self.key(t.n): t
            for t in self.world.desk("servicenow").by_number()
            if t.kind in wanted and not t.deleted and not t.forbidden
        }

    async def pull(self, phase: Phase, cursors: dict[str, str] | None = None, since: int = NOW - 90 * DAY) -> Page:
        """Every feed of a phase to its end, put together; `cursors` are gone on from, and kept."""
        kept = cursors if cursors is not None else {}
        parts: list[Page] = []
        for feed in self.reader.feeds():
            if feed.phase is phase:
                begun = kept.get(feed.name) or self.reader.start(feed, since)
                parts += [page async for page in self.reader.pull(feed, begun)]
                assert parts[-1].last
                kept[feed.name] = parts[-1].cursor
        return joined(parts)


def joined(parts: list[Page]) -> Page:
    names = (
        "tickets",
        "departures",
        "events",
        "activity",
        "clocks",
        "people",
        "groups",
        "memberships",
        "organisations",
        "bad",
    )
    whole: dict[str, Any] = {name: tuple(item for part in parts for item in getattr(part, name)) for name in names}
    return Page(cursor="", last=True, **whole)


def state_of(truth: Truth) -> str:
    """What the platform can show of a state: catalog work has one word for all waiting, problems have none."""
    if truth.kind == "incident":
        return truth.state
    if truth.kind == "problem":
        return "open" if truth.state in ("pending", "hold") else truth.state
    return CATALOG.get(truth.state, truth.state)


def same(stand: Stand, ticket: Ticket, truth: Truth) -> None:
    """Every value of a ticket that the platform shows is what it is."""
    instance, person = stand.instance, stand.world.people[truth.requester]
    assert (ticket.kind, ticket.title, ticket.state) == (truth.kind, truth.title, State(state_of(truth)))
    assert (ticket.created_at, ticket.updated_at, ticket.body) == (truth.created, truth.updated, truth.body)
    assert ticket.group == instance.group(truth.group)
    assert ticket.owner == (instance.user(truth.owner) if truth.owner else "")
    assert min(ticket.priority, 4) == truth.priority
    assert ticket.bounced == (truth.bounced if truth.n % 50 else 0)
    if truth.kind in ("incident", "request"):
        assert (ticket.requester, ticket.vip) == (instance.user(truth.requester), person.vip)
    if truth.kind == "incident":
        assert (ticket.solved_at, ticket.reopened, ticket.category) == (
            truth.solved,
            truth.reopened,
            _label(truth.category),
        )


def _label(category: str) -> str:
    from helpdesk_tui.sandbox.servicenow.states import CATEGORIES

    return CATEGORIES.get(category, category)


@pytest.fixture
def stand(make_source: Callable[..., SourceConfig], secret: Any) -> Stand:
    return Stand(make_source, secret, scope={"tables": list(KINDS)}, options={"page_size": 40})


def compared(stand: Stand, tickets: Iterable[Ticket], expected: dict[str, Truth]) -> None:
    found = {ticket.key: ticket for ticket in tickets}
    assert found.keys() == expected.keys()
    for key, ticket in found.items():
        same(stand, ticket, expected[key])


def is_open(truth: Truth) -> bool:
    return State(state_of(truth)).is_open


async def test_the_check_tells_who_we_are_and_what_we_see(stand: Stand) -> None:
    report = await stand.reader.check()
    assert (report.account, report.zone) == (stand.account.login, "Europe/Paris")
    assert report.sees == tuple(KINDS)
    assert report.cannot == ()
    assert stand.reader.capabilities >= {Capability.EVENTS_FEED, Capability.SLA, Capability.ACTIVITY}


async def test_open_tickets_and_the_census_are_all_that_are_open(stand: Stand) -> None:
    await stand.reader.check()
    page = await stand.pull(Phase.OPEN)
    expected = {key: truth for key, truth in stand.truth(KINDS.values()).items() if is_open(truth)}
    assert len(expected) > 30
    compared(stand, page.tickets, expected)
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
        for key, truth in stand.truth(KINDS.values()).items()
        if not is_open(truth) and truth.updated >= since
    }
    assert len(expected) > 10
    compared(stand, page.tickets, expected)


async def test_a_pull_left_at_any_page_goes_on_from_there(stand: Stand) -> None:
    await stand.reader.check()
    for phase in (Phase.OPEN, Phase.HISTORY, Phase.REFERENCE, Phase.CLOCKS, Phase.EVENTS, Phase.CHANGES):
        for feed in [feed for feed in stand.reader.feeds() if feed.phase is phase]:
            start = stand.reader.start(feed, NOW - 30 * DAY)
            whole = joined([page async for page in stand.reader.pull(feed, start)])
            parts, cursor, last = [], start, False
            while not last:
                async for page in stand.reader.pull(feed, cursor):
                    parts.append(page)
                    cursor, last = page.cursor, page.last
                    break
            pieces = joined(parts)
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
        moved = {key: truth for key, truth in stand.truth(KINDS.values()).items() if truth.updated >= before}
        assert len(moved) > 3
        assert moved.keys() <= found.keys()
        for key, truth in moved.items():
            same(stand, found[key], truth)
    versions = [ticket.version for ticket in page.tickets]
    assert all(version > 0 for version in versions)


async def test_what_changes_has_a_greater_version(stand: Stand) -> None:
    await stand.reader.check()
    key, truth = next((key, truth) for key, truth in stand.truth(["incident"]).items() if is_open(truth))
    versions = []
    for text in ("one", "two", "three"):
        stand.world.desk("servicenow").change(truth.n, 1, note=text)
        versions.append((await stand.reader.fetch([key])).tickets[0].version)
    assert versions == sorted(set(versions))


async def test_four_ways_out(make_source: Callable[..., SourceConfig], secret: Any) -> None:
    stand = Stand(make_source, secret)
    names = [group.name for group in stand.world.served("servicenow") if group.gid < OUTSIDE]
    stand.reader = ServiceNow(
        dataclasses.replace(stand.reader.source, scope={"groups": names}),
        secret,
        now=stand.world.clock.now,
        transport=stand.reader._http._client._transport,
    )
    await stand.reader.check()
    desk = stand.world.desk("servicenow")
    ours = [t for t in stand.truth(["incident"]).values() if is_open(t) and t.group < OUTSIDE]
    stays, leaves, closes, dies, hides = (t.n for t in ours[:5])
    cursors: dict[str, str] = {}
    await stand.pull(Phase.CHANGES, cursors, since=NOW)
    stand.world.clock.step(60)
    desk.change(leaves, 1, group=OUTSIDE)
    desk.change(closes, 1, state="closed")
    desk.delete(dies, 1)
    hidden = desk.get(hides)
    assert hidden is not None
    hidden.forbidden = True
    keys = [stand.key(n) for n in (stays, leaves, closes, dies, hides)]
    page = await stand.reader.fetch([*keys, "no such key"])
    ways = {departure.key: departure.way for departure in page.departures}
    assert ways == {
        keys[1]: WayOut.LEFT_SCOPE,
        keys[2]: WayOut.CLOSED,
        keys[3]: WayOut.DELETED,
        keys[4]: WayOut.FORBIDDEN,
        "no such key": WayOut.DELETED,
    }
    assert {ticket.key for ticket in page.tickets} == set(keys[:3])
    changes = await stand.pull(Phase.CHANGES, cursors)
    told = {departure.key: departure.way for departure in changes.departures}
    assert told[keys[1]] is WayOut.LEFT_SCOPE
    assert told[keys[3]] is WayOut.DELETED
    assert keys[1] not in {ticket.key for ticket in changes.tickets}
    listed = {key async for some in stand.reader.census() for key in some}
    assert keys[0] in listed
    assert not listed & set(keys[1:])


async def test_only_the_scope_is_pulled(
    make_source: Callable[..., SourceConfig], secret: Any, make_secret: Callable[..., Any]
) -> None:
    scope = {"groups": ["network", "Service Desk"], "query": "priorityIN1,2,3^NQpriority=5"}
    stand = Stand(make_source, secret, scope=scope, options={"page_size": 7})
    report = await stand.reader.check()
    assert report.cannot == ()
    truth = stand.truth()
    names = {gid: group.name for gid, group in stand.world.groups.items()}
    page = await stand.pull(Phase.OPEN)
    by_key = {ticket.key: ticket for ticket in page.tickets}
    assert {ticket.priority for ticket in page.tickets} <= {1, 2, 3, 5}
    expected = {key for key, t in truth.items() if is_open(t) and names[t.group] in ("Network", "Service Desk")}
    unwanted = {t.key for t in (await everything_open(Stand(make_source, make_secret()))) if t.priority == 4}
    assert by_key.keys() == expected - unwanted
    stand.world.clock.step(7200)
    stand.world.catch_up()
    changes = await stand.pull(Phase.CHANGES, since=NOW)
    for ticket in changes.tickets:
        assert names[truth_group(stand, ticket)] in ("Network", "Service Desk")
        assert ticket.priority != 4
    assert changes.departures
    streams = [await stand.pull(phase) for phase in (Phase.EVENTS, Phase.CLOCKS)]
    theirs = {event.ticket for event in streams[0].events} | {clock.ticket for clock in streams[1].clocks}
    assert theirs
    truth = stand.truth()
    assert {names[truth[key].group] for key in theirs} <= {"Network", "Service Desk"}


async def test_a_ticket_that_comes_into_scope_brings_its_past(
    make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    stand = Stand(make_source, secret, scope={"groups": ["Network"]})
    await stand.reader.check()
    network = next(gid for gid, group in stand.world.groups.items() if group.name == "Network")
    key, moved = next(
        (key, t) for key, t in stand.truth(["incident"]).items() if is_open(t) and t.group != network and _told(t)
    )
    cursors: dict[str, str] = {}
    for phase in (Phase.OPEN, Phase.CHANGES, Phase.EVENTS):
        page = await stand.pull(phase, cursors, since=NOW)
        assert key not in {event.ticket for event in page.events}
    stand.world.clock.step(60)
    stand.world.desk("servicenow").change(moved.n, 1, group=network)
    page = await stand.pull(Phase.CHANGES, cursors)
    assert key in {ticket.key for ticket in page.tickets}
    found = sorted((e.kind, e.at) for e in page.events if e.ticket == key and e.kind in SAID.values())
    spoken = _told(stand.truth(["incident"])[key])
    assert [one for one in found if one[1] > NOW - 80 * DAY] == spoken != []


def truth_group(stand: Stand, ticket: Ticket) -> int:
    return next(gid for gid in stand.world.groups if stand.instance.group(gid) == ticket.group)


async def everything_open(stand: Stand) -> tuple[Ticket, ...]:
    await stand.reader.check()
    return (await stand.pull(Phase.OPEN)).tickets


async def test_a_scope_of_unknown_groups_is_refused_and_a_doubtful_query_told(
    make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    with pytest.raises(ConfigError, match=r"sources\.desk\.scope\.groups.*Netwrok"):
        await Stand(make_source, secret, scope={"groups": ["Netwrok"]}).reader.check()
    stand = Stand(make_source, secret, scope={"groups": ["Network", "Netwrok"], "query": "u_regoin=EMEA"})
    report = await stand.reader.check()
    assert any("Netwrok" in sentence for sentence in report.cannot)
    assert sum("u_regoin" in sentence for sentence in report.cannot) == 3


def _told(truth: Truth) -> list[tuple[EventKind, int]]:
    """What was said on a ticket."""
    return sorted((SAID[e.kind], e.at) for e in truth.events if e.kind in SAID and e.at > NOW - 80 * DAY)


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_everything_said_is_an_event_whoever_reads(
    role: str, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    stand = Stand(make_source, secret, role=role)
    await stand.reader.check()
    truth = {key: t for key, t in stand.truth().items() if t.updated >= NOW - 30 * DAY}
    if role == "admin":
        assert Capability.EVENTS_FEED in stand.reader.capabilities
        events = (await stand.pull(Phase.EVENTS)).events
    else:
        assert Capability.EVENTS_BY_KEY in stand.reader.capabilities
        events = (await stand.reader.events(list(truth))).events
    assert len({(event.ticket, event.ident) for event in events}) == len(events)
    wrong = []
    for key, t in truth.items():
        if t.kind == "task":
            continue  # catalog tasks do not name their customer
        spoken = (e for e in events if e.ticket == key and e.kind in SAID.values() and e.at > NOW - 80 * DAY)
        found = sorted((e.kind, e.at) for e in spoken)
        if found != _told(t):
            wrong.append((t.n, found, _told(t)))
    assert not wrong


async def test_changes_of_columns_are_events_where_the_audit_can_be_read(stand: Stand) -> None:
    await stand.reader.check()
    events = (await stand.pull(Phase.EVENTS)).events
    kinds = {"group": EventKind.GROUP, "owner": EventKind.OWNER, "priority": EventKind.PRIORITY}
    for key, truth in stand.truth().items():
        if truth.created < NOW - 80 * DAY:
            continue
        mine = [event for event in events if event.ticket == key]
        for name, kind in kinds.items():
            expected = [e.at for e in truth.events if e.kind == name and e.old != e.new]
            assert sorted(e.at for e in mine if e.kind is kind) == sorted(expected)
        owners = [e.new for e in sorted(mine, key=lambda e: e.at) if e.kind is EventKind.OWNER]
        assert not owners or owners[-1] == (stand.instance.user(truth.owner) if truth.owner else "")
        reopened = sum(e.kind is EventKind.REOPENED for e in mine)
        assert reopened == sum(e.kind == "reopened" for e in truth.events)


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_the_conversation_of_a_ticket_is_word_for_word(
    role: str, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    stand = Stand(make_source, secret, role=role)
    await stand.reader.check()
    kinds = {"note": ActivityKind.INTERNAL, "reply": ActivityKind.PUBLIC, "message": ActivityKind.CUSTOMER}
    talkative = sorted(stand.truth(["incident"]).items(), key=lambda item: -len(item[1].events))[:25]
    for key, truth in talkative:
        page = await stand.reader.activity(key)
        assert page.activity_whole == {key}
        spoken = [e for e in truth.events if e.kind in kinds]
        assert [(a.at, a.kind) for a in page.activity] == [(e.at, kinds[e.kind]) for e in spoken]
        assert [a.author_name for a in page.activity] == [stand.world.people[e.actor].name for e in spoken]
        if role == "admin":
            assert [a.text for a in page.activity] == [e.text for e in spoken]
        else:  # a displayed journal does not tell the blank lines at an entry's ends
            assert [a.text.strip() for a in page.activity] == [e.text.strip() for e in spoken]


async def test_clocks_are_those_of_the_platform(stand: Stand) -> None:
    await stand.reader.check()
    cursors: dict[str, str] = {}
    page = await stand.pull(Phase.CLOCKS, cursors)
    metrics = {"first_response": Metric.FIRST_RESPONSE, "resolution": Metric.RESOLUTION}
    found = {(clock.ticket, clock.metric): clock for clock in page.clocks}
    desk, compared_clocks = stand.world.desk("servicenow"), 0
    for key, truth in stand.truth(["incident"]).items():
        for clock in desk.clocks(truth) if is_open(truth) else ():
            if clock.metric not in metrics:
                continue
            compared_clocks += 1
            mine = found[key, metrics[clock.metric]]
            assert (mine.started_at, mine.stopped_at, mine.target) == (clock.started, clock.ended or 0, clock.target)
            if clock.ended is not None:
                assert mine.stage is (Stage.BREACHED if clock.breached else Stage.MET)
            elif clock.paused_since is not None:
                assert (mine.stage, mine.paused_at) == (Stage.PAUSED, clock.paused_since)
            else:
                assert (mine.stage, mine.due_at) == (Stage.RUNNING, clock.due)
    assert compared_clocks > 25
    again = await stand.pull(Phase.CLOCKS, dict(cursors))
    assert len(again.clocks) < len(page.clocks) / 4
    stand.world.clock.step(601)
    swept = await stand.pull(Phase.CLOCKS, cursors)
    assert len(swept.clocks) > len(again.clocks)


async def test_fetched_tickets_come_with_all_their_clocks(stand: Stand) -> None:
    await stand.reader.check()
    keys = [key for key, truth in stand.truth(["incident"]).items() if is_open(truth)][:60]
    page = await stand.reader.fetch(keys)
    assert page.clocks_whole == set(keys)
    assert {clock.ticket for clock in page.clocks} == set(keys)


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


@pytest.mark.parametrize(
    ("auth", "attribute"), [("api_key", "token"), ("oauth", "client_secret"), ("basic", "password")]
)
async def test_all_ways_to_sign_in(
    auth: str, attribute: str, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    probe = Stand(make_source, secret)
    stand = Stand(make_source, secret, auth=auth, client_id=probe.account.client_id)
    secret.values = (getattr(stand.account, attribute),)
    assert (await stand.reader.check()).account == stand.account.login
    assert (await stand.pull(Phase.OPEN)).tickets


async def test_a_wrong_password_and_a_poor_account(make_source: Callable[..., SourceConfig], secret: Any) -> None:
    with pytest.raises(AuthFailed, match="User Not Authenticated"):
        await Stand(make_source, secret, password="wrong").reader.check()
    poor = Stand(make_source, secret, role="requester")
    try:
        report = await poor.reader.check()
    except Refused:
        return
    assert report.cannot
    assert Capability.EVENTS_FEED not in poor.reader.capabilities
