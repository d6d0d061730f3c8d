"""The plain SLA method against hand-made cases and against counting minutes one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.sandbox.model import Event, EventKind, SlaClock, State, Ticket
from helpdesk_tui.sandbox.sla import Office, SlaBook

PARIS = ZoneInfo("Europe/Paris")
NOW = 1_930_377_600
BOOK = SlaBook(NOW)
OFFICE = Office(NOW)
H = 3600
Step = tuple[int, EventKind, str, str]


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp())


def ticket(priority: int, state: State, created: int, *events: Step) -> Ticket:
    made = [Event(0, created, 1001, "created", "", "1")]
    made += [Event(place, when, 5, kind, old, new) for place, (when, kind, old, new) in enumerate(events, 1)]
    return Ticket(
        1, "servicenow", "incident", "t", "b", 1001, 1, 5, priority, state, created, made[-1].at, events=tuple(made)
    )  # fmt: skip


def clock(found: list[SlaClock], metric: str) -> SlaClock:
    return next(each for each in found if each.metric == metric)


@given(st.integers(NOW - 60 * 86400, NOW + 60 * 86400), st.integers(0, 6 * 24 * 60))
@settings(max_examples=60, deadline=None)
def test_office_time_equals_counted_minutes(start: int, minutes: int) -> None:
    start -= start % 60
    counted = 0
    for minute in range(minutes):
        local = datetime.fromtimestamp(start + minute * 60, UTC).astimezone(PARIS)
        counted += local.weekday() < 5 and 8 <= local.hour < 18
    assert OFFICE.between(start, start + minutes * 60) == counted * 60


@given(st.integers(NOW - 60 * 86400, NOW + 60 * 86400), st.integers(1, 60 * H))
@settings(max_examples=60, deadline=None)
def test_after_is_the_first_instant_by_which_so_much_time_was_open(start: int, seconds: int) -> None:
    due = OFFICE.after(start, seconds)
    assert OFFICE.between(start, due) == seconds
    assert OFFICE.between(start, due - 1) == seconds - 1


def test_a_weekend_does_not_count_for_priority_three() -> None:
    one = ticket(3, "new", at("2031-02-28T17:00"))
    first = clock(BOOK.clocks(one, at("2031-03-03T09:00")), "first_response")
    assert (first.calendar, first.elapsed, first.due) == ("office", 2 * H, at("2031-03-03T11:00"))
    assert not first.breached


def test_priority_two_runs_through_the_night() -> None:
    one = ticket(2, "new", at("2031-03-03T23:00"))
    found = BOOK.clocks(one, at("2031-03-04T08:00"))
    assert clock(found, "resolution").due == at("2031-03-04T07:00")
    assert clock(found, "resolution").breached
    assert clock(found, "first_response").elapsed == 9 * H


@pytest.mark.parametrize("state", ["pending", "hold"])
def test_resolution_pauses_while_others_are_waited_for(state: State) -> None:
    start = at("2031-03-04T10:00")
    one = ticket(2, state, start, (start + H, "status", "new", "open"), (start + 2 * H, "status", "open", state))
    found = clock(BOOK.clocks(one, start + 30 * H), "resolution")
    assert (found.elapsed, found.due, found.paused_since, found.ended) == (2 * H, None, start + 2 * H, None)
    first = clock(BOOK.clocks(one, start + 30 * H), "first_response")
    assert (first.paused_since, first.breached) == (None, True)


def test_after_a_pause_the_rest_of_the_target_is_left() -> None:
    start = at("2031-03-04T10:00")
    one = ticket(
        2, "open", start, (start + 2 * H, "status", "new", "pending"), (start + 12 * H, "status", "pending", "open")
    )  # fmt: skip
    found = clock(BOOK.clocks(one, start + 13 * H), "resolution")
    assert (found.elapsed, found.due, found.breached) == (3 * H, start + 18 * H, False)


def test_a_solution_ends_it_and_a_reopening_lets_it_run_on() -> None:
    start = at("2031-03-04T10:00")
    solved = ticket(2, "solved", start, (start + 3 * H, "status", "new", "solved"))
    found = clock(BOOK.clocks(solved, start + 50 * H), "resolution")
    assert (found.elapsed, found.ended, found.breached, found.due) == (3 * H, start + 3 * H, False, start + 8 * H)
    again = ticket(
        2, "open", start, (start + 3 * H, "status", "new", "solved"), (start + 9 * H, "reopened", "solved", "open")
    )  # fmt: skip
    found = clock(BOOK.clocks(again, start + 10 * H), "resolution")
    assert (found.elapsed, found.ended, found.due) == (4 * H, None, start + 14 * H)


def test_a_customer_message_after_the_first_answer_starts_the_next_reply() -> None:
    start = at("2031-03-04T10:00")
    one = ticket(2, "open", start, (start + 60, "message", "", ""), (start + 120, "reply", "", ""))
    assert [c.metric for c in BOOK.clocks(one, start + H)] == ["first_response", "resolution"]
    asked: Step = (start + H, "message", "", "")
    one = ticket(2, "open", start, (start + 120, "reply", "", ""), asked, (start + 2 * H, "message", "", ""))
    found = clock(BOOK.clocks(one, start + 3 * H), "next_reply")
    assert (found.started, found.due, found.ended, found.breached) == (start + H, start + 2 * H, None, True)
    one = ticket(2, "open", start, (start + 120, "reply", "", ""), asked, (start + H + 600, "reply", "", ""))
    found = clock(BOOK.clocks(one, start + 3 * H), "next_reply")
    assert (found.elapsed, found.ended, found.breached) == (600, start + H + 600, False)


def test_a_deleted_ticket_has_no_clocks() -> None:
    one = ticket(2, "open", NOW)
    one.deleted = True
    assert BOOK.clocks(one, NOW + H) == []
