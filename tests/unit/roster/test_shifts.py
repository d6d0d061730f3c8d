"""Desk shifts: weekly and ruled patterns, dated ones, breaks, clock changes, and rules that are no rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.duties import Duty, Empty, Span
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.ics import Event, calendar_text, events_of_schedule, events_of_shifts
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Pattern, Weekly, copied_week, expanded, shift_on
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant

OFFICE = Hours(9 * HOUR, 8 * HOUR, ((4 * HOUR, 30 * MINUTE),))
NIGHT = Hours(22 * HOUR, 8 * HOUR)
WEEKDAYS = frozenset(range(5))


def pattern(on: Weekly | Rule, hours: Hours = OFFICE, zone: str = "Europe/Paris", **more: object) -> Pattern:
    exceptions = more.get("exceptions", frozenset())
    assert isinstance(exceptions, frozenset)
    return Pattern("p", "Ada", zone, hours, on, "Lyon", exceptions)


def test_a_week_of_shifts_with_breaks_and_an_exception() -> None:
    week = pattern(Weekly(date(2026, 1, 1), WEEKDAYS), exceptions=frozenset({date(2026, 3, 4)}))
    found = expanded([week], instant("2026-03-02", "Europe/Paris"), instant("2026-03-09", "Europe/Paris"))
    assert [shift.day.day for shift in found] == [2, 3, 5, 6]
    assert {shift.worked_seconds for shift in found} == {7 * HOUR + 30 * MINUTE}
    assert found[0].worked == [
        (instant("2026-03-02T09:00", "Europe/Paris"), instant("2026-03-02T13:00", "Europe/Paris")),
        (instant("2026-03-02T13:30", "Europe/Paris"), instant("2026-03-02T17:00", "Europe/Paris")),
    ]
    assert (found[0].place, found[0].person, found[0].key) == ("Lyon", "Ada", "p")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 28), 7.0),
        ("Europe/Paris", date(2026, 10, 24), 9.0),
        ("Australia/Sydney", date(2026, 10, 3), 7.0),
        ("Australia/Sydney", date(2026, 4, 4), 9.0),
        ("Australia/Lord_Howe", date(2026, 10, 3), 7.5),
        ("Asia/Kathmandu", date(2026, 3, 28), 8.0),
    ],
)
def test_a_night_shift_keeps_its_wall_when_clocks_are_moved(zone: str, day: date, hours: float) -> None:
    shift = shift_on(day, Dated("d", "Ada", zone, day, NIGHT))
    assert shift is not None
    assert (shift.end - shift.start) / HOUR == hours


def test_a_shift_within_the_skipped_hour_does_not_happen() -> None:
    tiny = Dated("d", "Ada", "Europe/Paris", date(2026, 3, 29), Hours(2 * HOUR + 600, 1200))
    assert shift_on(tiny.day, tiny) is None
    assert expanded([tiny], instant("2026-03-28"), instant("2026-03-31")) == []


def test_every_other_week_counts_from_the_first_and_ends_with_the_last() -> None:
    weekly = Weekly(date(2026, 1, 7), frozenset({0, 3}), every=2, last=date(2026, 2, 5))
    assert [f"{day:%m-%d}" for day in weekly.dates(date(2025, 1, 1), date(2027, 1, 1))] == [
        "01-08",
        "01-19",
        "01-22",
        "02-02",
        "02-05",
    ]


def test_a_dated_shift_stands_in_for_the_pattern_of_its_key() -> None:
    week = pattern(Weekly(date(2026, 1, 1), WEEKDAYS))
    late = Dated("p", "Ada", "Europe/Paris", date(2026, 3, 3), Hours(12 * HOUR, 8 * HOUR))
    extra = Dated("x", "Ada", "Europe/Paris", date(2026, 3, 7), OFFICE)
    found = expanded([week, late, extra], instant("2026-03-02", "Europe/Paris"), instant("2026-03-09", "Europe/Paris"))
    assert [(shift.day.day, shift.key, (shift.end - shift.start) // HOUR) for shift in found] == [
        (2, "p", 8),
        (3, "p", 8),
        (4, "p", 8),
        (5, "p", 8),
        (6, "p", 8),
        (7, "x", 8),
    ]
    assert found[1].start == instant("2026-03-03T12:00", "Europe/Paris")


def test_copying_a_week_keeps_wall_times_over_a_clock_change() -> None:
    shifts = [
        Dated("a", "Ada", "Europe/Paris", date(2026, 3, 23), OFFICE),
        Dated("b", "Ben", "UTC", date(2026, 3, 29), NIGHT),
    ]
    copied = copied_week(
        [*shifts, Dated("c", "Ada", "UTC", date(2026, 3, 30), NIGHT)], date(2026, 3, 25), date(2026, 4, 1)
    )
    assert [(one.day, one.key) for one in copied] == [
        (date(2026, 3, 30), "a"),
        (date(2026, 4, 5), "b"),
    ]
    first, second = (shift_on(one.day, one) for one in (shifts[0], copied[0]))
    assert first is not None
    assert second is not None
    assert second.start - first.start == 7 * DAY - HOUR
    usual = Pattern("a", "Ada", "Europe/Paris", NIGHT, Weekly(date(2026, 1, 5), frozenset({0})))
    week = expanded([usual, *copied], instant("2026-03-30", "Europe/Paris"), instant("2026-03-31", "Europe/Paris"))
    assert [(one.person, one.start) for one in week] == [("Ada", second.start)]
    with pytest.raises(RosterError, match="onto itself"):
        copied_week(shifts, date(2026, 3, 23), date(2026, 3, 29))


FIRSTS = [date(2020, 1, 31), date(2021, 5, 3), date(2024, 2, 29), date(2026, 3, 15)]
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
    "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,TU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2;BYMONTH=1,6,7",
    "FREQ=DAILY;COUNT=40",
    "FREQ=WEEKLY;COUNT=300;BYDAY=TU,TH",
    "FREQ=DAILY;UNTIL=20260401",
    "FREQ=DAILY;UNTIL=20260331T220000Z",
    "RRULE:FREQ=WEEKLY;UNTIL=20270101T000000",
]


@given(
    text=st.sampled_from(RULES),
    first=st.sampled_from(FIRSTS),
    start=st.dates(date(2019, 12, 1), date(2027, 6, 1)),
    length=st.integers(1, 120),
)
@settings(max_examples=250, deadline=None)
def test_rules_give_what_dateutil_gives_from_the_very_beginning(
    text: str, first: date, start: date, length: int
) -> None:
    plain = text.removeprefix("RRULE:").replace("T220000Z", "").replace("T000000", "")
    if "T220000Z" in text:
        plain = plain.replace("20260331", "20260401")  # 22:00 UTC on the last of March is the next day in Paris
    every = rrulestr(plain, dtstart=datetime.combine(first, datetime.min.time()))
    until = start + timedelta(days=length)
    expected = []
    for moment in islice(every, 4_000):
        if moment.date() >= until:
            break
        if moment.date() >= start:
            expected.append(moment.date())
    assert list(Rule(text, first, "Europe/Paris").dates(start, until)) == expected


def test_an_endless_rule_costs_no_more_than_its_window() -> None:
    on = Rule("FREQ=DAILY", date(1970, 1, 1))
    found = expanded([pattern(on)], instant("2290-01-01"), instant("2290-01-08"))
    assert len(found) == 7


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "FREQ"),
        ("FREQ=SECONDLY", "FREQ"),
        ("FREQ=YEARLY", "FREQ"),
        ("FREQ=DAILY;BYHOUR=3", "BYHOUR"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER"),
        ("FREQ=DAILY;COUNT=99999999", "COUNT"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=x", "INTERVAL"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=yesterday", "UNTIL"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice"),
        ("FREQ", "NAME=VALUE"),
        ("FREQ=WEEKLY;BYDAY=XX", "cannot be read"),
        ("FREQ=MONTHLY;BYMONTHDAY=a", "cannot be read"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "beyond"),
        ("FREQ=MONTHLY;BYDAY=6MO", "first or last five"),
        ("FREQ=WEEKLY;BYDAY=1MO", "first or last five"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "days of the month"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=31", "never"),
        ("FREQ=DAILY;INTERVAL=14;BYDAY=MO", "never"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "never"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3", "never"),
        ("FREQ=DAILY;" + "BYDAY=MO," * 100, "longer"),
    ],
)
def test_rules_that_are_none(text: str, what: str) -> None:
    with pytest.raises(RosterError, match=what):
        Rule(text, date(2026, 1, 1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Hours(DAY, HOUR),
        lambda: Hours(0, 0),
        lambda: Hours(0, 3 * DAY),
        lambda: Hours(0, HOUR, ((0, 2 * HOUR),)),
        lambda: Hours(0, HOUR, ((-1, 5),)),
        lambda: Weekly(date(2026, 1, 1), frozenset()),
        lambda: Weekly(date(2026, 1, 1), frozenset({7})),
        lambda: Weekly(date(2026, 1, 1), WEEKDAYS, 0),
    ],
)
def test_shifts_that_cannot_be(make: object) -> None:
    assert callable(make)
    with pytest.raises(RosterError):
        make()


def test_shifts_that_reach_into_the_window_are_whole() -> None:
    week = pattern(Weekly(date(2026, 1, 1), frozenset(range(7))), NIGHT)
    at = instant("2026-03-05T02:00", "Europe/Paris")
    [shift] = expanded([week], at, at + 1)
    assert (shift.day, shift.end - shift.start) == (date(2026, 3, 4), 8 * HOUR)


def test_a_calendar_as_text() -> None:
    text = calendar_text("Net; primary", [Event("1@x", 0, HOUR, "Ada, for\nBen\\\x07" + "é" * 60, "Lyon")], DAY)
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "").split("\r\n")
    assert "X-WR-CALNAME:Net\\; primary" in whole
    assert "DTSTART:19700101T000000Z" in whole
    assert "DTEND:19700101T010000Z" in whole
    assert "DTSTAMP:19700102T000000Z" in whole
    assert "SUMMARY:Ada\\, for\\nBen\\\\" + "é" * 60 in whole


def test_calendars_of_people_and_schedules_name_no_absence() -> None:
    week = pattern(Weekly(date(2026, 1, 1), WEEKDAYS))
    [one] = events_of_shifts(expanded([week], instant("2026-03-02T10:00"), instant("2026-03-02T11:00")))
    assert (one.summary, one.place) == ("Ada", "Lyon")
    spans = [Span(0, HOUR, (Duty("Ada"), Duty("Ben", empty=Empty.ABSENT))), Span(HOUR, DAY, ())]
    assert [event.summary for event in events_of_schedule("net", spans)] == ["net: Ada"]
