"""Calendars: what is written, what it means, and everything that is refused or remarked on (D12, D15)."""

from __future__ import annotations

import tomllib
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from helpdesk_tui.domain.sla import hours
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.calendar_file import country_of, read_calendar, worst
from helpdesk_tui.domain.sla.calendars import ALWAYS, Calendar, check
from helpdesk_tui.domain.sla.findings import CalendarError, Finding, Level
from helpdesk_tui.domain.sla.hours import Hours
from helpdesk_tui.domain.sla.zones import rules_mark

H = 3600


def calendar(text: str) -> tuple[Calendar, tuple[Finding, ...]]:
    return read_calendar("office", tomllib.loads(text))


def words(findings: tuple[Finding, ...]) -> str:
    return "\n".join(map(str, findings))


def test_several_intervals_a_day_and_ranges_of_days() -> None:
    made, found = calendar('zone = "Europe/Paris"\nmon-fri = ["08:00-12:00", "13:00-18:00"]\nsat = "09:00-12:00"')
    assert made.week[0] == made.week[4] == (Hours(8 * H, 12 * H), Hours(13 * H, 18 * H))
    assert made.week[5] == (Hours(9 * H, 12 * H),)
    assert made.week[6] == ()
    assert made.weekly_seconds() == 48 * H
    assert found == ()


def test_a_range_of_days_may_run_over_the_weekend() -> None:
    made, _ = calendar('sat-mon = ["10:00-11:00"]')
    assert [bool(day) for day in made.week] == [True, False, False, False, False, True, True]


@pytest.mark.parametrize(
    ("text", "today", "tomorrow"),
    [
        ("18:00-23:59", [(18 * H, 24 * H)], []),
        ("18:00-23:59:59", [(18 * H, 24 * H)], []),
        ("18:00-24:00", [(18 * H, 24 * H)], []),
        ("18:00-00:00", [(18 * H, 24 * H)], []),
        ("00:00-00:00", [(0, 24 * H)], []),
        ("22:00-06:00", [(22 * H, 24 * H)], [(0, 6 * H)]),
        ("09:00:30-17:00", [(9 * H + 30, 17 * H)], []),
    ],
)
def test_d15_ends_of_the_day_and_nights(
    text: str, today: list[tuple[int, int]], tomorrow: list[tuple[int, int]]
) -> None:
    written = hours.normalise(*hours.parse_interval(text))
    assert (list(written.today), list(written.tomorrow)) == (today, tomorrow)


def test_d15_what_was_understood_is_said() -> None:
    _, found = calendar('sun = ["22:00-06:00"]\nmon = ["18:00-23:59"]')
    assert "calendars.office.mon: 23:59 is taken as the end of the day" in words(found)
    assert "runs past midnight" in words(found)
    assert worst(found) is Level.NOTE


def test_d15_a_night_shift_leaves_no_minute_out() -> None:
    made, _ = calendar('mon-sun = ["20:00-23:59", "00:00-06:00"]')
    start = 1_790_000_000 // 86400 * 86400
    assert BusinessTime(made, start).between(start, start + 7 * 86400) == 7 * 10 * H


def test_a_night_of_sunday_runs_into_monday() -> None:
    made, _ = calendar('sun = ["22:00-06:00"]')
    assert (made.week[6], made.week[0]) == ((Hours(22 * H, 24 * H),), (Hours(0, 6 * H),))


def test_overlaps_are_counted_once_and_said() -> None:
    made, found = calendar('mon = ["09:00-13:00", "12:00-17:00", "17:00-18:00"]')
    assert made.week[0] == (Hours(9 * H, 18 * H),)
    assert "09:00-13:00 and 12:00-17:00 overlap" in words(found)
    assert worst(found) is Level.WARNING


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('zone = "Europe/Paris"', "no hours"),
        ('mon = ["09:00-09:00"]', "empty"),
        ('mon = ["24:00-06:00"]', "empty"),
        ('mon = ["25:00-26:00"]', "no time of day"),
        ('mon = ["09:60-10:00"]', "no time of day"),
        ('mon = ["24:01-10:00"]', "no time of day"),
        ('mon = ["9-17"]', "no time of day"),
        ('mon = ["0900"]', "no interval"),
        ("mon = [900]", "quotation marks"),
        ("mon = 9", "must be a list"),
        ('moon = ["09:00-10:00"]', "not a setting"),
        ('zone = "Mars/Base"\nmon = ["09:00-10:00"]', "no time zone"),
        ('mon = ["09:00-10:00"]\nholidays = ["25.12."]', "no date"),
        ('mon = ["09:00-10:00"]\ndates = ["2026-12-24"]', "table of dates"),
        ('always = true\nmon = ["09:00-10:00"]', "always open"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, says: str) -> None:
    with pytest.raises(CalendarError, match=says) as raised:
        calendar(text)
    assert raised.value.where.startswith("calendars.office")


def test_the_name_of_what_is_built_in_is_taken() -> None:
    with pytest.raises(CalendarError, match="built in"):
        read_calendar(ALWAYS.name, {})


def test_an_empty_calendar_is_refused_when_compiled_too() -> None:
    with pytest.raises(CalendarError, match="no hours"):
        BusinessTime(Calendar("empty"), 1_790_000_000)


def test_exceptions_holidays_and_breaks_of_a_date() -> None:
    made, found = calendar(
        'mon-fri = ["09:00-17:00"]\nholidays = ["2026-12-25", 2026-12-24]\n'
        '[dates]\n2026-12-24 = ["09:00-12:00"]\n2026-12-28 = ["10:00-11:00"]\n2026-12-29 = []\n'
        '[breaks]\n2026-12-30 = ["08:00-10:00", "12:00-13:00"]'
    )
    assert made.day(date(2026, 12, 25)) == made.day(date(2026, 12, 24)) == made.day(date(2026, 12, 29)) == ()
    assert made.day(date(2026, 12, 28)) == (Hours(10 * H, 11 * H),)
    assert made.day(date(2026, 12, 30)) == (Hours(10 * H, 12 * H), Hours(13 * H, 17 * H))
    assert "2026-12-24: this date has hours of its own and is a holiday: it is closed" in words(found)


def test_a_night_of_a_date_adds_to_the_next_dates_own_hours() -> None:
    made, _ = calendar(
        'mon-fri = ["09:00-17:00"]\n[dates]\n2026-11-23 = ["22:00-02:00"]\n'
        '2026-11-25 = ["22:00-02:00"]\n2026-11-26 = []'
    )
    assert made.day(date(2026, 11, 24)) == (Hours(0, 2 * H), Hours(9 * H, 17 * H))
    assert made.day(date(2026, 11, 26)) == ()


def test_only_dates_are_a_calendar_but_doubted() -> None:
    made, found = calendar('[dates]\n2026-11-23 = ["09:00-17:00"]')
    assert "clocks stand still after" in words(found)
    assert made.day(date(2026, 11, 23)) == (Hours(9 * H, 17 * H),)


def test_public_holidays_are_filled_in_as_dates() -> None:
    table = tomllib.loads('mon-fri = ["09:00-17:00"]\ncountry = "fr"')
    assert country_of(table) == ("FR", "")
    made, _ = read_calendar("office", table, public_holidays=[date(2026, 7, 14)])
    assert made.day(date(2026, 7, 14)) == ()


def test_d12_a_version_cannot_be_changed_and_knows_what_it_means() -> None:
    made, _ = calendar('mon = ["09:00-17:00"]')
    with pytest.raises(FrozenInstanceError):
        made.version = 2  # type: ignore[misc]
    assert made.same_hours(replace(made, name="other", version=2))
    assert not made.same_hours(replace(made, holidays=frozenset((date(2026, 1, 5),))))
    assert made.label == "office v1"


def test_a_change_of_the_zones_rules_between_versions_is_told() -> None:
    made, _ = calendar('zone = "Europe/Paris"\nmon = ["09:00-17:00"]')
    assert check(replace(made, rules=rules_mark("Europe/Paris", 2025, 2028))) == ()
    found = check(replace(made, rules=rules_mark("Africa/Cairo", 2025, 2028)))
    assert "the rules of Europe/Paris were changed since version 1" in words(found)
