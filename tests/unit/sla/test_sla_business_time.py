"""Business time against an oracle that looks at every minute, and by its properties (D1, D3, D4, D10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.sla.business_time import BusinessTime, Span, Tie
from helpdesk_tui.domain.sla.calendars import ALWAYS, WEEKDAYS, Calendar, week_of
from helpdesk_tui.domain.sla.findings import OutOfReach
from helpdesk_tui.domain.sla.hours import Hours, merge

H = 3600

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

PLACES = [
    ("Europe/Paris", date(2026, 3, 28)),
    ("Europe/Paris", date(2026, 10, 24)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Australia/Sydney", date(2026, 10, 3)),
    ("Australia/Sydney", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("America/Sao_Paulo", date(2015, 10, 17)),
    ("America/Sao_Paulo", date(2016, 2, 20)),
    ("Atlantic/Azores", date(2026, 10, 24)),
    ("America/Havana", date(2026, 10, 31)),
    ("Asia/Kolkata", date(2026, 12, 30)),
    ("Asia/Kathmandu", date(2028, 2, 28)),
    ("Africa/Casablanca", date(2026, 2, 14)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Auckland", date(2026, 12, 31)),
    ("UTC", date(2028, 2, 28)),
]
"""Zones, and a date on the eve of something: a change of the clocks, a year's end, a leap day."""


@lru_cache(maxsize=64)
def wall_of_minutes(zone: str, eve: date) -> tuple[int, list[datetime]]:
    """The first instant looked at, and what the clock on the wall shows at each minute from there on."""
    start = int(datetime.combine(eve, time(), tzinfo=UTC).timestamp()) - 2 * 86400
    there = ZoneInfo(zone)
    shown = [datetime.fromtimestamp(start + 60 * minute, there).replace(tzinfo=None) for minute in range(7 * 1440)]
    return start, [each.replace(fold=0) for each in shown]


def open_minutes(calendar: Calendar, eve: date) -> list[bool]:
    """Whether each minute is open, from what the clock on the wall shows and from nothing else."""
    _, shown = wall_of_minutes(calendar.zone, eve)
    is_open = [False] * len(shown)
    for days in range(-1, 4):
        day = eve + timedelta(days=days)
        midnight = datetime.combine(day, time())
        for each in calendar.day(day):
            first = midnight + timedelta(seconds=each.opens)
            last = midnight + timedelta(seconds=each.closes)
            start = next(place for place, wall in enumerate(shown) if wall >= first)
            end = next(place for place, wall in enumerate(shown) if wall >= last)
            if each.closes < 86400:
                end = max((place for place, wall in enumerate(shown) if wall == last), default=end)
            is_open[start:end] = [True] * max(end - start, 0)
    return is_open


intervals = st.lists(st.tuples(st.integers(0, 95), st.integers(1, 96)), max_size=3).map(
    lambda pairs: merge(Hours(start * 900, min(start + length, 96) * 900) for start, length in pairs)
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, date]:
    zone, eve = draw(st.sampled_from(PLACES))
    week = tuple(draw(intervals) for _ in WEEKDAYS)
    if not any(week):
        week = ((Hours(0, 900),), *week[1:])
    exceptions = {eve + timedelta(days=days): draw(intervals) for days in draw(st.sets(st.integers(-1, 3), max_size=2))}
    breaks = {eve + timedelta(days=days): draw(intervals) for days in draw(st.sets(st.integers(-1, 3), max_size=2))}
    holidays = frozenset(eve + timedelta(days=days) for days in draw(st.sets(st.integers(-1, 3), max_size=1)))
    return Calendar("made", zone, week, exceptions, holidays, breaks), eve


@given(calendars(), st.integers(0, 3 * 86400), st.integers(0, 3 * 86400))
@settings(BUSY, max_examples=40)
def test_between_is_what_a_look_at_every_minute_finds(made: tuple[Calendar, date], first: int, second: int) -> None:
    calendar, eve = made
    is_open = open_minutes(calendar, eve)
    origin, _ = wall_of_minutes(calendar.zone, eve)
    low, high = sorted((first, second))
    start, end = low + 2 * 86400, high + 2 * 86400
    seen = sum(
        min(end, 60 * minute + 60) - max(start, 60 * minute)
        for minute in range(start // 60, -(-end // 60))
        if is_open[minute]
    )
    time = BusinessTime(calendar, origin, before=0, after=0)
    assert time.between(origin + start, origin + end) == seen
    assert time.is_open(origin + start) == is_open[start // 60]


@given(calendars(), st.integers(0, 3 * 86400), st.integers(1, 60 * H))
@settings(BUSY, max_examples=40)
def test_add_is_the_first_instant_by_which_so_much_has_passed(made: tuple[Calendar, date], at: int, size: int) -> None:
    calendar, eve = made
    origin, _ = wall_of_minutes(calendar.zone, eve)
    time, start = BusinessTime(calendar, origin, before=9, after=60), origin + at
    due = time.add(start, size)
    assert time.between(start, due) == size
    assert time.between(start, due - 1) == size - 1  # so it is the earliest, and it lies right after open time
    late = time.add(start, size, Tie.NEXT_OPEN)
    assert time.between(start, late) == size
    assert time.is_open(late)
    assert late >= due


@given(calendars(), st.lists(st.integers(-20 * 86400, 20 * 86400), min_size=3, max_size=3), st.integers(0, 400))
@settings(BUSY, max_examples=30)
def test_properties_of_the_count(made: tuple[Calendar, date], offsets: list[int], days: int) -> None:
    calendar, eve = made
    origin, _ = wall_of_minutes(calendar.zone, eve)
    a, b, c = sorted(origin + offset for offset in offsets)
    time = BusinessTime(calendar, origin, before=days % 7, after=days % 5)
    assert 0 <= time.count(b) - time.count(a) <= b - a  # it grows, and never faster than the clock
    assert time.between(a, c) == time.between(a, b) + time.between(b, c)
    assert time.between(c, a) == 0
    assert time.between(c, a, signed=True) == -time.between(a, c)
    assert time.at_count(time.count(b)) <= b
    assert time.count(time.at_count(time.count(b))) == time.count(b)
    assert sum(end - start for start, end in time.spans(a, c)) == time.between(a, c)
    assert time.subtract(time.add(a, 5 * H), 5 * H) >= a
    assert time.between(time.subtract(c, 5 * H), c) == 5 * H


@given(calendars(), st.integers(0, 86400), st.integers(1, 500 * H))
@settings(BUSY, max_examples=20)
def test_how_much_was_compiled_before_changes_no_answer(made: tuple[Calendar, date], at: int, size: int) -> None:
    calendar, eve = made
    origin, _ = wall_of_minutes(calendar.zone, eve)
    small, large = (
        BusinessTime(calendar, origin, before=0, after=0),
        BusinessTime(calendar, origin, before=500, after=500),
    )
    start = origin + at
    assert small.add(start, size) == large.add(start, size)
    assert small.subtract(start, size) == large.subtract(start, size)
    mark = small.count(start)
    small.add(start + 3 * 366 * 86400, 1)
    small.add(start - 3 * 366 * 86400, 1)
    assert small.count(start) == mark  # a count stays comparable for as long as its object lives


def test_the_machines_own_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import time as clock

    found = []
    for zone in ("UTC", "America/New_York", "Pacific/Apia"):
        monkeypatch.setenv("TZ", zone)
        clock.tzset()
        found.append(list(office().spans(at("2026-10-23T00:00Z"), at("2026-10-28T00:00Z"))))
    monkeypatch.undo()
    clock.tzset()
    assert found[0] == found[1] == found[2] != []


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def office(zone: str = "Europe/Paris", start: int = 9 * H, end: int = 17 * H) -> BusinessTime:
    week = week_of({day: [(start, end)] for day in WEEKDAYS[:5]})
    return BusinessTime(Calendar("office", zone, week), at("2026-11-22T00:00Z"))


def test_d1_intervals_are_half_open() -> None:
    time = office()
    opening, closing = at("2026-11-23T08:00Z"), at("2026-11-23T16:00Z")
    assert (time.is_open(opening), time.is_open(opening - 1)) == (True, False)
    assert (time.is_open(closing), time.is_open(closing - 1)) == (False, True)
    assert time.between(opening, closing) == 8 * H
    assert time.between(closing - 1, closing + 1) == 1


def test_d10_due_exactly_at_closing() -> None:
    time, start = office(), at("2026-11-23T08:00Z")
    assert time.add(start, 8 * H) == at("2026-11-23T16:00Z")
    assert time.add(start, 8 * H, Tie.NEXT_OPEN) == at("2026-11-24T08:00Z")
    assert time.add(start, 8 * H + 1) == time.add(start, 8 * H + 1, Tie.NEXT_OPEN) == at("2026-11-24T08:00:01Z")
    friday = at("2026-11-27T08:00Z")
    assert time.add(friday, 8 * H, Tie.NEXT_OPEN) == at("2026-11-30T08:00Z")


def test_nothing_to_add_is_used_up_at_once() -> None:
    time, night = office(), at("2026-11-23T20:00Z")
    assert time.add(night, 0) == night
    assert time.add(night, 0, Tie.NEXT_OPEN) == at("2026-11-24T08:00Z")
    assert time.subtract(night, 0) == night


def test_d10_backwards_it_is_mirrored() -> None:
    time, closing = office(), at("2026-11-24T16:00Z")
    assert time.subtract(closing, 8 * H) == time.add(closing, -8 * H) == at("2026-11-24T08:00Z")
    assert time.subtract(closing, 8 * H, Tie.NEXT_OPEN) == at("2026-11-23T16:00Z")
    assert time.prev_close(at("2026-11-24T20:00Z")) == closing


def test_what_is_left_goes_below_zero() -> None:
    time, start = office(), at("2026-11-23T08:00Z")
    assert [time.remaining(start, H, start + more) for more in (0, H, 2 * H)] == [H, 0, -H]


@pytest.mark.parametrize(
    ("zone", "start", "end", "seconds"),
    [
        ("Europe/Paris", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 23 * H),
        ("Europe/Paris", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", 25 * H),
        ("Australia/Lord_Howe", "2026-10-04T00:00+10:30", "2026-10-05T00:00+11:00", 23 * H + 1800),
        ("Australia/Sydney", "2026-04-05T00:00+11:00", "2026-04-06T00:00+10:00", 25 * H),
    ],
)
def test_d3_d4_days_of_23_and_25_hours(zone: str, start: str, end: str, seconds: int) -> None:
    whole = BusinessTime(Calendar("whole", zone, ((Hours(0, 86400),),) * 7), at(start))
    assert whole.between(at(start), at(end)) == seconds
    assert whole.add(at(start), seconds) == at(end)


def test_d3_an_interval_inside_the_gap_is_nothing() -> None:
    sunday = Calendar("gap", "Europe/Paris", ((),) * 6 + ((Hours(2 * H + 600, 2 * H + 1800),),))
    time = BusinessTime(sunday, at("2026-03-20T00:00Z"))
    assert list(time.spans(at("2026-03-28T00:00Z"), at("2026-03-31T00:00Z"))) == []
    assert time.add(at("2026-03-28T00:00Z"), 60) == at("2026-04-05T02:11+02:00")


def test_d4_a_window_has_both_of_a_repeated_hour() -> None:
    night = Calendar("night", "Europe/Paris", ((Hours(2 * H, 3 * H),),) * 7)
    time = BusinessTime(night, at("2026-10-20T00:00Z"))
    assert list(time.spans(at("2026-10-24T20:00Z"), at("2026-10-25T20:00Z"))) == [
        Span(at("2026-10-25T02:00+02:00"), at("2026-10-25T03:00+01:00"))
    ]


def test_d4_a_window_that_ends_in_the_repeated_hour_ends_the_second_time() -> None:
    early = Calendar("early", "Europe/Paris", ((Hours(H, 2 * H + 1800),),) * 7)
    time = BusinessTime(early, at("2026-10-20T00:00Z"))
    assert list(time.spans(at("2026-10-24T20:00Z"), at("2026-10-25T20:00Z"))) == [
        Span(at("2026-10-25T01:00+02:00"), at("2026-10-25T02:30+01:00"))
    ]


def test_d4_a_window_that_starts_in_the_repeated_hour_starts_the_first_time() -> None:
    late = Calendar("late", "Europe/Paris", ((Hours(2 * H + 1800, 4 * H),),) * 7)
    time = BusinessTime(late, at("2026-10-20T00:00Z"))
    assert list(time.spans(at("2026-10-24T20:00Z"), at("2026-10-25T20:00Z"))) == [
        Span(at("2026-10-25T02:30+02:00"), at("2026-10-25T04:00+01:00"))
    ]


def test_d4_the_end_of_a_date_never_reaches_into_the_next() -> None:
    saturday = Calendar("eve", "Atlantic/Azores", ((),) * 5 + ((Hours(23 * H, 24 * H),), ()))
    time = BusinessTime(saturday, at("2026-10-20T00:00Z"))
    assert time.between(at("2026-10-24T00:00Z"), at("2026-10-26T00:00Z")) == H


def test_time_that_never_stops_is_the_clock_itself() -> None:
    time = BusinessTime(ALWAYS, 0)
    assert (time.count(123), time.add(100, 50), time.subtract(100, 50), time.next_open(7)) == (123, 150, 50, 7)
    assert time.is_open(4_000_000_000)
    assert list(time.spans(5, 9)) == [Span(5, 9)]


@pytest.mark.parametrize("ask", [
    lambda time: time.add(at("2026-11-23T00:00Z"), 10**10),
    lambda time: time.subtract(at("2026-11-23T00:00Z"), 10**10),
    lambda time: time.count(at("2099-01-01T00:00Z") * 10),
])  # fmt: skip
def test_what_lies_beyond_reach_is_said_and_never_made_up(ask: Callable[[BusinessTime], int]) -> None:
    with pytest.raises(OutOfReach, match="office"):
        ask(office())


def test_a_calendar_without_hours_any_more_ends_the_search() -> None:
    day = Calendar("fair", "UTC", exceptions={date(2026, 11, 23): (Hours(9 * H, 17 * H),)})
    time = BusinessTime(day, at("2026-11-22T00:00Z"))
    assert time.add(at("2026-11-22T00:00Z"), 8 * H) == at("2026-11-23T17:00Z")
    with pytest.raises(OutOfReach):
        time.add(at("2026-11-22T00:00Z"), 8 * H + 1)


def test_the_horizon_grows_on_demand() -> None:
    time = office()
    assert time.between(at("2036-11-24T00:00Z"), at("2036-11-25T00:00Z")) == 8 * H
    assert time.between(at("2016-11-21T00:00Z"), at("2016-11-22T00:00Z")) == 8 * H
    assert time.next_open(at("2040-01-01T00:00Z")) == at("2040-01-02T08:00Z")


def test_days_that_touch_are_joined_wherever_the_arrays_grow() -> None:
    origin = at("2026-11-22T00:00Z")
    time = BusinessTime(Calendar("whole", "UTC", ((Hours(0, 86400),),) * 7), origin, before=0, after=0)
    far = 3 * 366 * 86400
    assert time.between(origin - 5, origin + 5) == 10
    assert time.between(origin - far, origin + far) == 2 * far
    assert time.subtract(origin, far) == origin - far
    assert list(time.spans(origin - far, origin + far)) == [Span(origin - far, origin + far)]
