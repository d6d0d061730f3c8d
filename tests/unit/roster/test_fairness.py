"""Shares, strain and suggestions: who carried what, who would be worn out, who could cover and why not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.duties import Duty, Empty, Span
from helpdesk_tui.domain.roster.fairness import (
    Limits,
    Share,
    Strain,
    Warned,
    shares,
    warnings,
    weekends,
    weeks,
    weighted,
)
from helpdesk_tui.domain.roster.presence import Presence
from helpdesk_tui.domain.roster.schedule import People
from helpdesk_tui.domain.roster.suggest import Hole, Team, suggestions
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant

PARIS = "Europe/Paris"


def at(text: str) -> int:
    return instant(text, PARIS)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T08:00", "2026-03-02T18:00", 10.0),
        ("2026-03-02T20:00", "2026-03-03T08:00", 2 + 8 * 1.5 + 2),
        ("2026-03-07T00:00", "2026-03-08T00:00", 48.0),
        ("2026-03-06T20:00", "2026-03-07T02:00", 2 + 2 * 1.5 + 2 * 2),
        ("2026-03-29T00:00", "2026-03-30T00:00", 46.0),
        ("2026-10-25T00:00", "2026-10-26T00:00", 50.0),
        ("2026-05-01T00:00", "2026-05-02T00:00", 72.0),
    ],
)
def test_weighted_hours(start: str, end: str, hours: float) -> None:
    assert weighted(at(start), at(end), PARIS, holidays={date(2026, 5, 1)}) / HOUR == pytest.approx(hours)


@given(start=st.integers(at("2026-03-26"), at("2026-04-02")), quarters=st.integers(1, 200))
@settings(max_examples=60, deadline=None)
def test_weighted_hours_are_the_sum_of_their_minutes(start: int, quarters: int) -> None:
    start -= start % (15 * MINUTE)
    total = 0.0
    for moment in range(start, start + quarters * 15 * MINUTE, 15 * MINUTE):
        shown = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(PARIS))
        night = not 6 <= shown.hour < 22
        total += 15 * MINUTE * (2.0 if shown.weekday() >= 5 else 1.5 if night else 1.0)
    assert weighted(start, start + quarters * 15 * MINUTE, PARIS) == pytest.approx(total)


def test_shares_by_the_time_each_could_have_been_on() -> None:
    day = at("2026-03-02T08:00")
    spans = [
        Span(day, day + 6 * HOUR, (Duty("Ada"),)),
        Span(day + 6 * HOUR, day + 8 * HOUR, (Duty("Ben"), Duty("Ada"))),
        Span(day + 8 * HOUR, day + 9 * HOUR, (Duty("Ada", empty=Empty.ABSENT),)),
    ]
    found = shares(spans, {"Ada": 90 * DAY, "Ben": 90 * DAY, "New": 20 * DAY}, PARIS)
    assert [(one.person, one.carried / HOUR, one.fair / HOUR) for one in found] == [
        ("Ada", 8, 4.5),
        ("New", 0, 1),
        ("Ben", 2, 4.5),
    ]
    assert found[0].line == "Ada carried 8 h, a fair share is 4.5 h"
    assert sum(one.fair for one in found) == pytest.approx(sum(one.carried for one in found))
    assert shares([], {}, PARIS) == []


def test_rest_and_weekly_hours_are_warned_about() -> None:
    monday = at("2026-03-23T08:00")
    days = [(monday + n * DAY, monday + n * DAY + 10 * HOUR) for n in range(5)]
    late = (monday + 10 * HOUR + 5 * HOUR, monday + 16 * HOUR)
    assert warnings(days[:4], PARIS) == []
    assert warnings(days, PARIS) == [Warned(Strain.WEEK, at("2026-03-23"), 50 * HOUR, 48 * HOUR)]
    assert [one.strain for one in warnings([*days[:4], late], PARIS)] == [Strain.REST, Strain.REST]
    assert warnings(days[:2], PARIS, Limits(rest=15 * HOUR))[0] == Warned(Strain.REST, days[0][1], 14 * HOUR, 15 * HOUR)


def test_weeks_are_local_and_count_overlaps_once() -> None:
    clock_change = (at("2026-03-28T00:00"), at("2026-03-31T00:00"))
    assert weeks([clock_change, clock_change], ZoneInfo(PARIS)) == {
        date(2026, 3, 23): 47 * HOUR,
        date(2026, 3, 30): DAY,
    }
    assert weekends([clock_change, (at("2026-04-05T23:00"), at("2026-04-06T01:00"))], PARIS) == 2
    assert weekends([(at("2026-03-27T08:00"), at("2026-03-28T00:00"))], PARIS) == 0


SKILLS = {name: frozenset({"net"}) for name in ("Ada", "Ben", "Chen", "Dana", "Eve")} | {"Finn": frozenset({"win"})}
SATURDAY = Hole(at("2026-03-07T08:00"), at("2026-03-08T08:00"), "net primary", "net")


def test_suggestions_give_reasons_for_and_against_everybody() -> None:
    day = at("2026-03-02T09:00")
    there = [
        *(Presence("Ben", day + n * DAY, day + n * DAY + 8 * HOUR) for n in range(5)),
        Presence("Chen", SATURDAY.start + 2 * HOUR, SATURDAY.start + 3 * HOUR),
        *(Presence("Eve", day + n * DAY, day + n * DAY + 4 * HOUR) for n in range(3)),
    ]
    people = People((Absence("1", "Dana", SATURDAY.start + HOUR),), unreachable=frozenset({"Ada"}))
    shown = {"Eve": Share("Eve", 10 * HOUR, 20 * HOUR), "Ben": Share("Ben", 30 * HOUR, 20 * HOUR)}
    found = suggestions(SATURDAY, Team(SKILLS, there, PARIS, people, shares=shown))
    assert [(one.person, one.can) for one in found] == [
        ("Eve", True),
        ("Ben", True),
        ("Finn", True),
        ("Ada", False),
        ("Chen", False),
        ("Dana", False),
    ]
    eve, ben, finn, ada, chen, dana = found
    assert eve.reasons_for == ("knows net", "rested", "Eve carried 10 h, a fair share is 20 h")
    assert eve.reasons_against == ()
    assert (eve.burden.week, eve.weekends) == ((12 * HOUR, 36 * HOUR), (0, 1))
    assert ben.reasons_against == ("64 h in a week, limit 48 h", "Ben carried 30 h, a fair share is 20 h")
    assert ben.burden.sides == (15 * HOUR, None)
    assert finn.reasons_against == ("does not know net",)
    assert ada.reasons_against == ("cannot be reached: no contact",)
    assert dana.reasons_against == ("away",)
    assert chen.reasons_against[0] == "on already"


def test_suggestions_are_limited_and_leavers_are_last() -> None:
    team = Team(SKILLS, [], PARIS, People(gone=frozenset({"Ada"})), zones={"Ben": "America/Chicago"})
    assert [one.person for one in suggestions(SATURDAY, team, ["Ada", "Ben"])] == ["Ben", "Ada"]
    assert suggestions(SATURDAY, team, ["Ada"])[0].reasons_against == ("has left",)


def test_too_little_rest_is_said() -> None:
    night = Presence("Ada", SATURDAY.start - 8 * HOUR, SATURDAY.start - 4 * HOUR)
    [one] = suggestions(SATURDAY, Team(SKILLS, [night], PARIS), ["Ada"])
    assert one.can
    assert one.reasons_against == ("rest of 4 h, limit 11 h",)
    assert "rested" not in one.reasons_for
