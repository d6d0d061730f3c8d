"""The ServiceNow adapter against the sandbox, in process: what happened, what was said, and which clocks run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from helpdesk_tui.adapters.base import Capability, Phase
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import ActivityKind, EventKind
from helpdesk_tui.errors import Refused

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand

NOW = 1_930_377_600
DAY = 86_400
SAID = {EventKind.NOTE, EventKind.PUBLIC_REPLY, EventKind.CUSTOMER_MESSAGE}


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_a_technician_writes_as_customer_on_a_ticket_of_their_own(
    role: str, make_stand: Callable[..., Stand]
) -> None:
    stand = make_stand(role=role)
    await stand.reader.check()
    desk = stand.world.desk("servicenow")
    group = stand.world.served("servicenow")[0].gid
    asks, helps = [uid for uid, person in stand.world.people.items() if group in person.groups][:2]
    n = desk.create(asks, title="My own", body="", requester=asks, group=group, priority=3, kind="incident").n
    desk.change(n, asks, message="it is broken")
    desk.change(n, helps, reply="looking")
    page = await stand.reader.activity(stand.key(n))
    by_text = {activity.text: activity.kind for activity in page.activity}
    assert (by_text["it is broken"], by_text["looking"]) == (ActivityKind.CUSTOMER, ActivityKind.PUBLIC)


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_everything_said_is_an_event_whoever_reads(role: str, make_stand: Callable[..., Stand]) -> None:
    stand = make_stand(role=role)
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
        spoken = (e for e in events if e.ticket == key and e.kind in SAID and e.at > NOW - 80 * DAY)
        found = sorted((e.kind, e.at) for e in spoken)
        if found != stand.told(t):
            wrong.append((t.n, found, stand.told(t)))
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
async def test_the_conversation_of_a_ticket_is_word_for_word(role: str, make_stand: Callable[..., Stand]) -> None:
    stand = make_stand(role=role)
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


async def test_a_hidden_ticket_has_no_empty_conversation(make_stand: Callable[..., Stand]) -> None:
    """Where the journal table is closed, a ticket that is not displayed says nothing about what was written on it."""
    stand = make_stand(role="agent")
    await stand.reader.check()
    key, truth = next(item for item in stand.truth(["incident"]).items() if stand.is_open(item[1]))
    hidden = stand.world.desk("servicenow").get(truth.n)
    assert hidden is not None
    hidden.forbidden = True
    with pytest.raises(Refused, match="does not show"):
        await stand.reader.activity(key)


async def test_clocks_are_those_of_the_platform(stand: Stand) -> None:
    await stand.reader.check()
    cursors: dict[str, str] = {}
    page = await stand.pull(Phase.CLOCKS, cursors)
    metrics = {"first_response": Metric.FIRST_RESPONSE, "resolution": Metric.RESOLUTION}
    found = {(clock.ticket, clock.metric): clock for clock in page.clocks}
    desk, compared_clocks = stand.world.desk("servicenow"), 0
    for key, truth in stand.truth(["incident"]).items():
        for clock in desk.clocks(truth) if stand.is_open(truth) else ():
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
    keys = [key for key, truth in stand.truth(["incident"]).items() if stand.is_open(truth)][:60]
    page = await stand.reader.fetch(keys)
    assert page.clocks_whole == set(keys)
    assert {clock.ticket for clock in page.clocks} == set(keys)
