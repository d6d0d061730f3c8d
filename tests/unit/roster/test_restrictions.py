"""Restrictions over midnight, weekends and clock changes; absences, of which no reason is kept."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.absences import Absence, AbsenceKind, away, ended, kind_of
from helpdesk_tui.domain.roster.bounds import LATEST, common, merged, seconds, without
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import Restriction, Window, clock_length, daily, is_open, weekly, windows
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant

ZONES = ["Europe/Paris", "America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"]


def opened(restriction: Restriction, start: str, end: str, zone: str) -> list[float]:
    return [(b - a) / HOUR for a, b in windows(restriction, instant(start, zone), instant(end, zone))]


def test_a_night_window_is_an_hour_shorter_or_longer_when_clocks_are_moved() -> None:
    for zone, spring, autumn, length in [
        ("Europe/Paris", "2026-03-28", "2026-10-24", [7.0, 9.0]),
        ("Australia/Sydney", "2026-10-03", "2026-04-04", [7.0, 9.0]),
        ("Australia/Lord_Howe", "2026-10-03", "2026-04-04", [7.5, 8.5]),
    ]:
        night = daily(zone, 22 * HOUR, 6 * HOUR)
        found = [
            windows(night, instant(f"{day}T20:00", zone), instant(f"{day}T20:00", zone) + 12 * HOUR)
            for day in (spring, autumn)
        ]
        assert [seconds(one) / HOUR for one in found] == length


def test_d4_a_window_that_begins_and_ends_in_the_repeated_hour_has_all_of_it() -> None:
    night = daily("Europe/Paris", 2 * HOUR + 15 * MINUTE, 2 * HOUR + 45 * MINUTE)
    assert opened(night, "2026-10-25T00:00", "2026-10-25T12:00", "Europe/Paris") == [1.5]
    assert opened(night, "2026-03-29T00:00", "2026-03-29T12:00", "Europe/Paris") == []


def test_d15_midnight_by_any_of_its_names() -> None:
    assert {clock_length(22 * HOUR, end) for end in (0, DAY, DAY - MINUTE)} == {2 * HOUR}
    assert clock_length(8 * HOUR, 8 * HOUR) == DAY
    assert clock_length(0, 0) == DAY
    assert clock_length(22 * HOUR, 6 * HOUR) == 8 * HOUR


def test_whole_days_and_weeks_merge() -> None:
    always = daily("Europe/Paris", 0, 0)
    assert windows(always, 0, 400 * DAY) == [(0, 400 * DAY)]
    assert windows(weekly("Europe/Paris", 2, HOUR, 2, HOUR), 0, 99 * DAY) == [(0, 99 * DAY)]
    weekend = weekly("Europe/Paris", 4, 18 * HOUR, 0, 8 * HOUR)
    assert opened(weekend, "2026-11-02T00:00", "2026-11-16T00:00", "Europe/Paris") == [8, 62, 54]


@given(
    zone=st.sampled_from(ZONES),
    parts=st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 95), st.sampled_from([1, 4, 36, 96, 250, 672])),
        min_size=1,
        max_size=6,
    ),
    start=st.sampled_from(["2026-03-27", "2026-10-23", "2026-04-03", "2026-10-02", "2011-12-28", "2024-02-27"]),
    offset=st.integers(0, 2 * DAY),
)
@settings(max_examples=150, deadline=None)
def test_windows_and_is_open_agree(zone: str, parts: list[tuple[int, int, int]], start: str, offset: int) -> None:
    restriction = Restriction(zone, tuple(Window(d, q * 15 * MINUTE, n * 15 * MINUTE) for d, q, n in parts))
    low = instant(start) + offset
    found = windows(restriction, low, low + 4 * DAY)
    assert all(a < b for a, b in found)
    assert all(one[1] < two[0] for one, two in pairwise(found))
    for at in {
        low,
        *(edge + by for span in found for edge in span for by in (-1, 0)),
        *range(low, low + 4 * DAY, 7_000),
    }:
        if low <= at < low + 4 * DAY:
            assert is_open(restriction, at) == any(a <= at < b for a, b in found)


@pytest.mark.parametrize(
    ("weekday", "start", "length"), [(7, 0, 1), (-1, 0, 1), (0, DAY, 1), (0, -1, 1), (0, 0, 0), (0, 0, 8 * DAY)]
)
def test_windows_that_cannot_be(weekday: int, start: int, length: int) -> None:
    with pytest.raises(RosterError):
        Window(weekday, start, length)


def test_a_restriction_without_hours_is_refused() -> None:
    with pytest.raises(RosterError, match="nobody on, ever"):
        Restriction("UTC", ())
    with pytest.raises(RosterError, match="nobody on, ever"):
        daily("UTC", 0, HOUR, ())


intervals = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


@given(intervals, intervals)
def test_interval_arithmetic_is_that_of_sets(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    a, b = ({at for low, high in some for at in range(low, high)} for some in (left, right))
    one, two = merged(left), merged(right)

    def points(some: list[tuple[int, int]]) -> set[int]:
        return {at for low, high in some for at in range(low, high)}

    assert points(one) == a
    assert seconds(one) == len(a)
    assert points(common(one, two)) == a & b
    assert points(without(one, two)) == a - b
    assert merged(without(one, two)) == without(one, two)


def test_absences_keep_no_reason() -> None:
    assert {field.name for field in fields(Absence)} == {"key", "person", "start", "end", "kind", "source"}
    assert kind_of("Annual_Leave") is AbsenceKind.LEAVE
    assert kind_of("training") is AbsenceKind.TRAINING
    for words in ("Sick", "maternity", "hospital", "", "Excluded"):
        assert kind_of(words) is AbsenceKind.AWAY
    assert {str(kind) for kind in AbsenceKind} == {"away", "leave", "training"}


def test_absences_end() -> None:
    sick = Absence("1", "Dana", 100)
    assert away([sick, Absence("2", "Dana", 50, 120)]) == {"Dana": [(50, LATEST)]}
    back = ended(sick, 500)
    assert back is not None
    assert back.end == 500
    assert ended(sick, 100) is None
    assert ended(Absence("2", "Dana", 50, 120), 500) == Absence("2", "Dana", 50, 120)
    for start, end, name in ((5, 5, "Dana"), (0, 1, "")):
        with pytest.raises(RosterError):
            Absence("3", name, start, end)
