"""Wall time to instants: gaps, repeated hours, half-hour and day-long shifts of the clocks, zones that do not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.wall_time import (
    DAY,
    UnknownZone,
    ends_at,
    find_zone,
    starts_at,
    wall_at,
    wall_date,
    wall_datetime,
    wall_midnight,
    wall_seconds,
)

ZONES = [
    "America/Chicago",
    "Europe/Paris",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Santiago",
    "UTC",
]


def wall(text: str) -> int:
    return wall_seconds(datetime.fromisoformat(text))


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("zone", "local", "first", "last"),
    [
        ("America/Chicago", "2018-03-11T02:30", "2018-03-11T03:00-05:00", "2018-03-11T03:00-05:00"),
        ("America/Chicago", "2018-11-04T01:30", "2018-11-04T01:30-05:00", "2018-11-04T01:30-06:00"),
        ("Europe/Paris", "2026-03-29T02:00", "2026-03-29T03:00+02:00", "2026-03-29T03:00+02:00"),
        ("Europe/Paris", "2026-10-25T03:00", "2026-10-25T03:00+01:00", "2026-10-25T03:00+01:00"),
        ("Australia/Lord_Howe", "2020-10-04T02:15", "2020-10-04T02:30+11:00", "2020-10-04T02:30+11:00"),
        ("Australia/Lord_Howe", "2021-04-04T01:45", "2021-04-04T01:45+11:00", "2021-04-04T01:45+10:30"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00", "2011-12-31T00:00+14:00"),
        ("Asia/Kathmandu", "2026-05-01T08:00", "2026-05-01T08:00+05:45", "2026-05-01T08:00+05:45"),
    ],
)
def test_d3_and_d4_say_when_a_skipped_or_repeated_wall_time_is(zone: str, local: str, first: str, last: str) -> None:
    found = find_zone(zone)
    assert starts_at(wall(local), found) == instant(first)
    assert ends_at(wall(local), found) == instant(last)


@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2035-01-01")),
    later=st.integers(0, 2 * DAY),
)
@settings(max_examples=400, deadline=None)
def test_what_is_resolved_reads_back_or_is_the_end_of_a_gap(zone: str, local: datetime, later: int) -> None:
    found, shown = find_zone(zone), wall_seconds(local.replace(microsecond=0))
    first, last = starts_at(shown, found), ends_at(shown, found)
    assert first <= last
    if wall_at(first, found) != shown:
        assert first == last
        assert wall_at(first - 1, found) < shown < wall_at(first, found)
    else:
        assert wall_at(last, found) == shown
    assert starts_at(shown + later, found) >= first
    assert ends_at(shown + later, found) >= last


@given(zone=st.sampled_from(ZONES), at=st.integers(600_000_000, 2_000_000_000))
@settings(deadline=None)
def test_the_wall_agrees_with_the_standard_library(zone: str, at: int) -> None:
    found = find_zone(zone)
    expected = datetime.fromtimestamp(at, UTC).astimezone(found).replace(tzinfo=None)
    assert wall_datetime(wall_at(at, found)) == expected
    assert wall_date(wall_at(at, found)) == expected.date()


def test_midnight_and_what_carries_a_zone() -> None:
    assert wall_datetime(wall_midnight(date(2024, 2, 29))) == datetime.fromisoformat("2024-02-29")
    with pytest.raises(ValueError, match="no zone"):
        wall_seconds(datetime(2024, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "name", ["", " Europe/Paris", "Mars/Base", "../../etc/passwd", "Europe", "A/\x00", "/etc/localtime"]
)
def test_a_zone_that_is_none_is_named(name: str) -> None:
    with pytest.raises(UnknownZone) as caught:
        find_zone(name)
    assert caught.value.name == name
    assert repr(name) in str(caught.value)
