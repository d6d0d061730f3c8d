"""Fairness and strain: weighted hours against the fair share, rest between duties, hours in a week.

All of it warns and none of it forbids: rules differ by country, and stand-by at home is often not working time.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.duties import Span
from helpdesk_tui.domain.wall_time import DAY, find_zone, starts_at, wall_at, wall_date

WEEK = 7 * DAY
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Weights:
    """What an hour on call counts for. A night hour of a weekend is a weekend hour; a holiday beats both."""

    weekday: float = 1.0
    night: float = 1.5
    weekend: float = 2.0
    holiday: float = 3.0
    night_from: int = 22 * HOUR
    night_to: int = 6 * HOUR


USUAL = Weights()


def weighted(start: int, end: int, zone: str, weights: Weights = USUAL, holidays: Container[date] = ()) -> float:
    """The weighted seconds of [start, end), by the local days and nights of a zone."""
    place = find_zone(zone)
    total = 0.0
    wall = wall_at(start, place) // DAY * DAY
    while (midnight := starts_at(wall, place)) < end:
        day = wall_date(wall)
        marks = [wall, wall + weights.night_to, wall + weights.night_from, wall + DAY]
        for number, (opens, closes) in enumerate(pairwise(marks)):
            begins = midnight if number == 0 else starts_at(opens, place)
            lasting = min(end, starts_at(closes, place)) - max(start, begins)
            if lasting > 0:
                total += lasting * _weight(day, number != 1, weights, holidays)
        wall += DAY
    return total


def _weight(day: date, night: bool, weights: Weights, holidays: Container[date]) -> float:
    if day in holidays:
        return weights.holiday
    if day.weekday() >= 5:
        return weights.weekend
    return weights.night if night else weights.weekday


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody carried, and what would be their part by the time they could have been on: weighted seconds."""

    person: str
    carried: float
    fair: float

    @property
    def line(self) -> str:
        """One line: "Brandt carried 62 h, a fair share is 48 h"."""
        hours = (seconds / HOUR for seconds in (self.carried, self.fair))
        carried, fair = (f"{round(one, 1 if one < 100 else None):g}" for one in hours)
        return f"{self.person} carried {carried} h, a fair share is {fair} h"


def shares(
    spans: Iterable[Span],
    eligible: Mapping[str, int],
    zone: str,
    weights: Weights = USUAL,
    holidays: Container[date] = (),
) -> list[Share]:
    """Everybody's share of a window's final schedule, the most burdened against their part first.

    `eligible` gives the seconds in which each person could have been on: those who joined late owe less. Duties that
    reached nobody were carried by nobody.
    """
    carried = dict.fromkeys(eligible, 0.0)
    for span in spans:
        if span.reached:
            burden = weighted(span.start, span.end, zone, weights, holidays)
            for person in span.reached:
                carried[person] = carried.get(person, 0.0) + burden
    total, able = sum(carried.values()), sum(eligible.values())
    result = [
        Share(person, burden, total * eligible.get(person, 0) / able if able else 0.0)
        for person, burden in carried.items()
    ]
    return sorted(result, key=lambda share: (share.fair - share.carried, share.person))


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of rest between two duties, and of duty in a week from Monday."""

    rest: int = 11 * HOUR
    week: int = 48 * HOUR


CUSTOMARY = Limits()


class Strain(StrEnum):
    """What somebody's duties are too much of."""

    REST = "rest"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Warned:
    """A limit passed: the rest or the week begins at `at`; `seconds` is what there is, `limit` what should be."""

    strain: Strain
    at: int
    seconds: int
    limit: int

    @property
    def line(self) -> str:
        """One line: "rest of 9 h, limit 11 h", "52 h in a week, limit 48 h"."""
        hours, limit = f"{round(self.seconds / HOUR, 1):g} h", f"limit {self.limit / HOUR:g} h"
        return f"rest of {hours}, {limit}" if self.strain is Strain.REST else f"{hours} in a week, {limit}"


def weeks(duties: Iterable[Interval], place: ZoneInfo) -> dict[date, int]:
    """Seconds of duty by the local Monday of each week; overlapping duties count once."""
    result: dict[date, int] = {}
    for start, end in merged(duties):
        at = start
        while at < end:
            day = wall_date(wall_at(at, place))
            monday = day - timedelta(days=day.weekday())
            following = (monday.toordinal() + 7 - date(1970, 1, 1).toordinal()) * DAY
            stop = max(min(end, starts_at(following, place)), at + 1)
            result[monday] = result.get(monday, 0) + stop - at
            at = stop
    return result


def warnings(duties: Sequence[Interval], zone: str, limits: Limits = CUSTOMARY) -> list[Warned]:
    """Where somebody's duties leave too little rest or fill a week too much, by instant."""
    place = find_zone(zone)
    together = merged(duties)
    result = [
        Warned(Strain.REST, ends, starts - ends, limits.rest)
        for (_, ends), (starts, _) in pairwise(together)
        if starts - ends < limits.rest
    ]
    for monday, sum_of_week in weeks(together, place).items():
        if sum_of_week > limits.week:
            at = starts_at((monday.toordinal() - date(1970, 1, 1).toordinal()) * DAY, place)
            result.append(Warned(Strain.WEEK, at, sum_of_week, limits.week))
    return sorted(result, key=lambda one: (one.at, one.strain))


def worsened(before: Sequence[Interval], after: Sequence[Interval], zone: str, limits: Limits) -> list[Warned]:
    """The limits that are passed after a change of duties and were not before, or by less."""
    known = {(one.strain, one.at): one.seconds for one in warnings(before, zone, limits)}
    return [one for one in warnings(after, zone, limits) if _worse(one, known.get((one.strain, one.at)))]


def _worse(one: Warned, before: int | None) -> bool:
    if before is None:
        return True
    return one.seconds < before if one.strain is Strain.REST else one.seconds > before


def strained(found: Sequence[Warned]) -> tuple[str, ...]:
    """All of them in one line for rest and one for weeks: the shortest rest, and each week that is too full."""
    rests = [one for one in found if one.strain is Strain.REST]
    full = [one for one in found if one.strain is Strain.WEEK]
    said = [min(rests, key=lambda one: one.seconds).line] if rests else []
    if len(full) == 1:
        said.append(full[0].line)
    elif full:
        hours = " and ".join(f"{round(one.seconds / HOUR, 1):g} h" for one in full)
        said.append(f"{hours} in {len(full)} weeks, limit {full[0].limit / HOUR:g} h")
    return tuple(said)


def weekends(duties: Iterable[Interval], zone: str) -> int:
    """How many weekends (local Saturday to Sunday) are touched by duties."""
    place = find_zone(zone)
    found = set()
    for start, end in duties:
        day, last = wall_date(wall_at(start, place)), wall_date(wall_at(end - 1, place))
        while day <= last:
            if day.weekday() >= 5:
                found.add(day.toordinal() - day.weekday())
            day += timedelta(days=1)
    return len(found)
