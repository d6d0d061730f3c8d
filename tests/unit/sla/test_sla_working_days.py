"""Targets in working days (D16)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.sla.business_time import BusinessTime, Tie
from helpdesk_tui.domain.sla.calendars import ALWAYS, Calendar
from helpdesk_tui.domain.sla.findings import OutOfReach
from helpdesk_tui.domain.sla.hours import Hours
from helpdesk_tui.domain.sla.working_days import add_days, days_in_seconds, due_in_days

H = 3600
DAY = Calendar(
    "office", "Europe/Paris", ((Hours(9 * H, 17 * H),),) * 5 + ((),) * 2, holidays=frozenset((date(2026, 11, 25),))
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-23T10:00+01:00", 1, "2026-11-24T10:00+01:00"),
        ("2026-11-23T10:00+01:00", 2, "2026-11-26T10:00+01:00"),  # over the holiday
        ("2026-11-27T10:00+01:00", 1, "2026-11-30T10:00+01:00"),  # over the weekend
        ("2026-11-23T20:00+01:00", 1, "2026-11-26T09:00+01:00"),  # 20:00 is closed: on to the next opening
        ("2026-11-22T12:00+01:00", 1, "2026-11-23T12:00+01:00"),  # Sunday is no working day
        ("2026-10-23T10:00+02:00", 1, "2026-10-26T10:00+01:00"),  # the same time on the clock, though it was set back
        ("2026-11-24T10:00+01:00", -1, "2026-11-23T10:00+01:00"),
        ("2026-11-26T08:00+01:00", -1, "2026-11-23T17:00+01:00"),
        ("2026-11-23T20:00+01:00", 0, "2026-11-24T09:00+01:00"),
    ],
)
def test_d16_the_same_time_on_the_nth_working_day(start: str, days: int, expected: str) -> None:
    assert add_days(BusinessTime(DAY, at(start)), DAY, at(start), days) == at(expected)


def test_d16_days_come_to_seconds_so_that_the_units_never_mix() -> None:
    start = at("2026-11-23T10:00+01:00")
    time = BusinessTime(DAY, start)
    assert days_in_seconds(time, DAY, start, 2) == 2 * 8 * H
    assert time.add(start, days_in_seconds(time, DAY, start, 2) + H) == at("2026-11-26T11:00+01:00")


def test_d16_with_d10_a_day_that_ends_in_the_night_is_due_at_closing() -> None:
    start = at("2026-11-23T20:00+01:00")
    time = BusinessTime(DAY, start)
    assert due_in_days(time, DAY, start, 1) == at("2026-11-24T17:00+01:00")
    assert due_in_days(time, DAY, start, 1, Tie.NEXT_OPEN) == at("2026-11-26T09:00+01:00")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-21T07:30+01:00", "2026-11-23T17:00+01:00"),  # a Saturday, before the hour of opening
        ("2026-11-21T10:00+01:00", "2026-11-23T17:00+01:00"),  # within the hours that a Saturday does not have
        ("2026-11-20T20:00+01:00", "2026-11-23T17:00+01:00"),  # a Friday, after closing
        ("2026-11-25T08:00+01:00", "2026-11-26T17:00+01:00"),  # the holiday
    ],
)
def test_a_start_on_a_closed_day_is_one_at_the_next_opening(start: str, due: str) -> None:
    time = BusinessTime(DAY, at(start))
    assert due_in_days(time, DAY, at(start), 1) == at(due)
    assert days_in_seconds(time, DAY, at(start), 1) == 8 * H


@given(st.integers(0, 14 * 24 * 60), st.integers(1, 9))
def test_a_working_day_is_never_nothing(minutes: int, days: int) -> None:
    odd = Calendar(
        "odd",
        "Europe/Paris",
        ((Hours(8 * H, 12 * H),), (Hours(13 * H, 18 * H),), *((Hours(9 * H, 10 * H),),) * 2, *((),) * 3),
    )
    start = at("2026-10-19T00:00+02:00") + 60 * minutes
    time = BusinessTime(odd, start)
    seconds = days_in_seconds(time, odd, start, days)
    assert seconds > 0
    assert days_in_seconds(time, odd, start, days + 1) >= seconds


def test_every_day_is_a_working_day_where_time_never_stops() -> None:
    start = at("2026-11-20T10:00Z")
    assert add_days(BusinessTime(ALWAYS, start), ALWAYS, start, 2) == at("2026-11-22T10:00Z")


@pytest.mark.parametrize("days", [4000, 1000])
def test_days_that_do_not_come_are_said(days: int) -> None:
    fair = Calendar("fair", exceptions={date(2026, 11, 23): (Hours(9 * H, 17 * H),)})
    with pytest.raises(OutOfReach):
        add_days(BusinessTime(fair, at("2026-11-20T00:00Z")), fair, at("2026-11-20T00:00Z"), days)
