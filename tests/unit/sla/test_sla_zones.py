"""Local time on the days on which clocks are changed (D2, D3, D4, D5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from helpdesk_tui.domain.sla.findings import CalendarError
from helpdesk_tui.domain.sla.zones import Gap, add_wall, change_on, changes, instant, load_zone, rules_mark, wall


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Paris", "2026-03-29T02:30", "2026-03-29T03:00+02:00"),
        ("Europe/Paris", "2026-03-29T02:00", "2026-03-29T03:00+02:00"),
        ("Europe/Paris", "2026-03-29T03:00", "2026-03-29T03:00+02:00"),
        ("Australia/Sydney", "2026-10-04T02:59:59", "2026-10-04T03:00+11:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30+11:00"),
        ("America/Sao_Paulo", "2015-10-18T00:00", "2015-10-18T01:00-02:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00"),
        ("Asia/Kathmandu", "1986-01-01T00:05", "1986-01-01T00:15+05:45"),
    ],
)
def test_d3_a_time_that_does_not_exist_is_the_first_after_the_gap(zone: str, local: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(local), load_zone(zone)) == at(expected)
    assert instant(datetime.fromisoformat(local), load_zone(zone), last=True) == at(expected)


def test_d3_the_other_convention_is_as_much_later_as_the_gap_is_long() -> None:
    local = datetime(2014, 3, 9, 2, 30)  # noqa: DTZ001
    assert instant(local, load_zone("America/Los_Angeles"), gap=Gap.SHIFT) == at("2014-03-09T03:30-07:00")


@pytest.mark.parametrize(
    ("zone", "local", "first", "last"),
    [
        ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        ("Australia/Sydney", "2026-04-05T02:00", "2026-04-05T02:00+11:00", "2026-04-05T02:00+10:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30"),
        ("Atlantic/Azores", "2026-10-25T00:00", "2026-10-25T00:00+00:00", "2026-10-25T00:00-01:00"),
    ],
)
def test_d4_a_time_that_happens_twice(zone: str, local: str, first: str, last: str) -> None:
    assert instant(datetime.fromisoformat(local), load_zone(zone)) == at(first)
    assert instant(datetime.fromisoformat(local), load_zone(zone), last=True) == at(last)


def test_d2_rules_are_local_so_nine_stays_nine() -> None:
    paris = load_zone("Europe/Paris")
    winter, summer = datetime(2026, 1, 5, 9), datetime(2026, 7, 6, 9)  # noqa: DTZ001
    assert (instant(winter, paris), instant(summer, paris)) == (at("2026-01-05T08:00Z"), at("2026-07-06T07:00Z"))
    assert wall(instant(summer, paris), paris) == summer


def test_d5_a_day_on_the_clock_is_not_24_hours() -> None:
    paris = load_zone("Europe/Paris")
    saturday = datetime(2026, 3, 28, 9)  # noqa: DTZ001
    assert add_wall(saturday, timedelta(days=1), paris) - instant(saturday, paris) == 23 * 3600
    autumn = datetime(2026, 10, 24, 9)  # noqa: DTZ001
    assert add_wall(autumn, timedelta(days=1), paris) - instant(autumn, paris) == 25 * 3600


@pytest.mark.parametrize("name", ["Europe/Pariss", "", "Mars/Base", "../etc/passwd", "America", "Europe/Paris\x00"])
def test_an_unknown_zone_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(CalendarError, match=r"calendars\.office: there is no time zone"):
        load_zone(name, where="calendars.office")


def test_an_unknown_zone_names_the_nearest() -> None:
    with pytest.raises(CalendarError, match="did you mean Europe/Paris"):
        load_zone("Europe/Pariss")


def test_changes_of_the_clocks() -> None:
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2027))
    found = changes(load_zone("Europe/Paris"), start, end)
    assert found == ((at("2026-03-29T01:00Z"), 3600), (at("2026-10-25T01:00Z"), -3600))
    assert changes(load_zone("Asia/Kolkata"), start, end) == ()
    assert change_on(date(2026, 10, 4), load_zone("Australia/Lord_Howe")) == (2 * 3600, 1800)
    assert change_on(date(2026, 10, 5), load_zone("Australia/Lord_Howe")) is None


def test_the_mark_of_a_zones_rules_tells_zones_and_years_apart() -> None:
    marks = {rules_mark("Europe/Paris", 2026, 2027), rules_mark("Europe/London", 2026, 2027)}
    assert len(marks | {rules_mark("Europe/Paris", 2025, 2027)}) == 3
    assert rules_mark("Europe/Paris", 2026, 2027) == rules_mark("Europe/Berlin", 2026, 2027)
