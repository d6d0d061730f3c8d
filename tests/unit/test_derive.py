"""Columns that follow from events and clocks, and events that follow from two looks."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk_tui.domain.derive import Facts, Moment, Running, Seen, derive, observe, redundant
from helpdesk_tui.domain.tickets import State, Ticket

OPEN = Facts(
    "open", "In progress", "in", created_at=100, updated_at=200, solved_at=0, closed_at=0, reopened=-1, bounced=-1
)


def moment(kind: str, at: int, *, old: str = "", new: str = "", automatic: int = 0, observed: int = 0) -> Moment:
    return Moment(kind, at, old, new, automatic, observed)


def running(stage: str, due_at: int, metric: str = "resolution") -> Running:
    return Running(metric, stage, due_at)


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        ([], (0, "", 0)),
        ([running("running", 50), running("running", 40, "next_reply")], (40, "next_reply", 0)),
        ([running("running", 0), running("paused", 40)], (0, "", 0)),
        ([running("running", 50), running("paused", 40)], (50, "resolution", 0)),
        ([running("paused", 40), running("met", 30)], (0, "", 1)),
        ([running("met", 30), running("breached", 20), running("cancelled", 10)], (0, "", 0)),
        ([running("running", 40, "resolution"), running("running", 40, "next_reply")], (40, "next_reply", 0)),
    ],
)
def test_the_next_breach(clocks: list[Running], expected: tuple[int, str, int]) -> None:
    for order in (clocks, clocks[::-1]):
        found = derive(OPEN, None, [], order)
        assert (found.due_at, found.due_metric, found.paused) == expected


@pytest.mark.parametrize(
    ("state", "scope", "is_open"),
    [(str(state), "in", int(state.is_open)) for state in State] + [("open", "left", 0), ("new", "deleted", 0)],
)
def test_what_counts_as_open(state: str, scope: str, is_open: int) -> None:
    assert derive(OPEN._replace(state=state, scope=scope), None, [], []).is_open == is_open


SEEN = Seen("open", "In progress", "", "", 0, state_since=150, state_since_observed=1)


@pytest.mark.parametrize(
    ("facts", "before", "events", "expected"),
    [
        ({}, None, [], (200, 1)),
        ({"updated_at": 100}, None, [], (100, 0)),
        ({"state": "new"}, None, [], (100, 0)),
        ({"state": "closed", "closed_at": 180}, None, [], (180, 0)),
        ({"state": "solved", "solved_at": 170, "closed_at": 0}, None, [], (170, 0)),
        ({}, SEEN, [], (150, 1)),
        ({"status": "Escalated"}, SEEN, [], (200, 1)),
        ({}, SEEN, [moment("status", 120, new="open")], (120, 0)),
        ({}, SEEN, [moment("status", 120, new="Some words")], (120, 0)),
        ({}, SEEN, [moment("status", 120, new="pending")], (150, 1)),
        ({}, None, [moment("status", 120, new="open"), moment("status", 110, new="new")], (120, 0)),
        ({}, None, [moment("status", 190, new="open", observed=1)], (190, 1)),
        ({}, None, [moment("reopened", 130, new="open"), moment("owner", 140)], (130, 0)),
        ({}, None, [moment("owner", 140)], (200, 1)),
    ],
)
def test_time_in_state(
    facts: dict[str, Any], before: Seen | None, events: list[Moment], expected: tuple[int, int]
) -> None:
    found = derive(OPEN._replace(**facts), before, events, [])
    assert (found.state_since, found.state_since_observed) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], (200, 1)),
        ([moment("created", 100)], (100, 0)),
        ([moment("note", 140), moment("public reply", 130)], (140, 0)),
        ([moment("note", 140), moment("status", 190, automatic=1)], (140, 0)),
        ([moment("note", 140), moment("customer message", 190, automatic=1)], (190, 0)),
        ([moment("status", 190, observed=1)], (200, 1)),
        ([moment("note", 140), moment("status", 190, observed=1)], (190, 0)),
    ],
)
def test_idle_on_our_side(events: list[Moment], expected: tuple[int, int]) -> None:
    found = derive(OPEN, None, events, [])
    assert (found.idle_since, found.idle_observed) == expected


def test_counts_and_last_messages() -> None:
    events = [
        moment("group", 110, new="a"),
        moment("group", 120, old="a", new="b"),
        moment("group", 130, old="b", new="b"),
        moment("group", 140, old="b", new="a"),
        moment("reopened", 150),
        moment("public reply", 160),
        moment("public reply", 155),
        moment("customer message", 170),
    ]
    found = derive(OPEN, None, events, [])
    assert (found.bounces, found.reopens, found.last_public_at, found.last_customer_at) == (2, 1, 160, 170)
    found = derive(OPEN._replace(bounced=7, reopened=3), None, events, [])
    assert (found.bounces, found.reopens) == (7, 3)
    found = derive(OPEN, None, [], [])
    assert (found.bounces, found.reopens) == (0, 0)


def now(**changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "state": State.OPEN,
        "status": "In progress",
        "group": "net",
        "owner": "kim",
        "priority": 2,
    }
    return Ticket(
        source="desk",
        key="1",
        number="D-1",
        kind="",
        title="t",
        created_at=100,
        updated_at=300,
        version=9,
        **{**values, **changes},
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"status": "Escalated"}, [("status", "In progress", "Escalated")]),
        ({"state": State.HOLD, "status": "x"}, [("status", "open", "hold")]),
        ({"state": State.SOLVED}, [("status", "open", "solved"), ("closed", "open", "solved")]),
        ({"group": ""}, [("group", "net", "")]),
        ({"owner": "pat", "priority": 1}, [("owner", "kim", "pat"), ("priority", "2", "1")]),
    ],
)
def test_events_between_two_looks(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    before = Seen("open", "In progress", "net", "kim", 2, 0, 0)
    ticket = now(**changes)
    found = observe(before, ticket)
    assert [(event.kind, event.old, event.new) for event in found] == expected
    assert all(event.observed and event.at == 300 for event in found)
    assert len({event.ident for event in found}) == len(found)
    assert observe(before, ticket) == found


def test_a_reopening_is_seen() -> None:
    before = Seen("closed", "Closed", "net", "kim", 2, 0, 0)
    assert [event.kind for event in observe(before, now())] == ["status", "reopened"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], False),
        ([moment("group", 280, new="b")], True),
        ([moment("group", 280, new="c")], False),
        ([moment("group", 300, new="Group B by name")], True),
        ([moment("group", 310, new="b")], False),
        ([moment("group", 280, new="b"), moment("group", 290, new="c")], False),
        ([moment("owner", 280, new="b")], False),
        ([moment("group", 280, new="b", observed=1)], False),
    ],
)
def test_what_the_history_already_holds(told: list[Moment], expected: bool) -> None:
    assert redundant(moment("group", 300, old="a", new="b", observed=1), told) is expected
