"""Desk shifts: weekly patterns, patterns by rule and dated shifts, each with breaks, a zone and a place.

A pattern is local: a shift from 22:00 to 06:00 is that on the wall also in the night when clocks are moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from helpdesk_tui.domain.roster.bounds import Interval, check_window, merged, seconds
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.wall_time import DAY, ends_at, find_zone, starts_at, wall_at, wall_date, wall_midnight


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start`, seconds of the day, for `length` wall seconds (at most two days); `breaks` are (offset, length)."""

    start: int
    length: int
    breaks: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < DAY:
            raise RosterError("a shift starts within its day")
        if not 0 < self.length <= 2 * DAY:
            raise RosterError("a shift lasts more than nothing and at most two days")
        if any(offset < 0 or length <= 0 or offset + length > self.length for offset, length in self.breaks):
            raise RosterError("a break lies outside its shift")


@dataclass(frozen=True, slots=True)
class Weekly:
    """Days of the week (0 = Monday) in every `every`-th week, counted from the week of `first`; `last` is included."""

    first: date
    days: frozenset[int]
    every: int = 1
    last: date | None = None

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise RosterError("a weekly pattern needs days between Monday and Sunday")
        if not 1 <= self.every <= 52:
            raise RosterError("a weekly pattern comes back within a year")

    def dates(self, start: date, end: date) -> Iterator[date]:
        """The dates in [start, end)."""
        day = max(start, self.first)
        stop = end if self.last is None else min(end, self.last + timedelta(days=1))
        anchor = self.first.toordinal() - self.first.weekday()
        while day < stop:
            week = (day.toordinal() - anchor) // 7
            if week % self.every:
                day += timedelta(days=7 * (self.every - week % self.every) - day.weekday())
                continue
            if day.weekday() in self.days:
                yield day
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Shifts of a person that come back by days of the week or by a rule, but for the dates in `exceptions`."""

    key: str
    person: str
    zone: str
    hours: Hours
    on: Weekly | Rule
    place: str = ""
    exceptions: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        find_zone(self.zone)


@dataclass(frozen=True, slots=True)
class Dated:
    """One shift of a person on one date."""

    key: str
    person: str
    zone: str
    day: date
    hours: Hours
    place: str = ""

    def __post_init__(self) -> None:
        find_zone(self.zone)


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as it happens, [start, end) in instants; `day` is the local date on which it begins.

    `breaks` are instants too: sorted, disjoint, within the shift.
    """

    person: str
    start: int
    end: int
    breaks: tuple[Interval, ...]
    day: date
    place: str = ""
    key: str = ""

    @property
    def worked(self) -> list[Interval]:
        """The shift without its breaks."""
        if not self.breaks:
            return [(self.start, self.end)]
        result, at = [], self.start
        for opens, closes in self.breaks:
            if opens > at:
                result.append((at, opens))
            at = max(at, closes)
        if at < self.end:
            result.append((at, self.end))
        return result

    @property
    def worked_seconds(self) -> int:
        """How long somebody is there to work."""
        return seconds(self.worked)


def shift_on(day: date, pattern: Pattern | Dated) -> Shift | None:
    """The shift that begins on a date; None where the clocks leave nothing of it."""
    return _resolved(day, pattern, find_zone(pattern.zone))


def _resolved(day: date, pattern: Pattern | Dated, zone: ZoneInfo) -> Shift | None:
    hours = pattern.hours
    wall = wall_midnight(day) + hours.start
    start, end = starts_at(wall, zone), ends_at(wall + hours.length, zone)
    if end <= start:
        return None
    pauses: tuple[Interval, ...] = ()
    if hours.breaks:
        walls = [(starts_at(wall + at, zone), ends_at(wall + at + length, zone)) for at, length in hours.breaks]
        pauses = tuple(walls if len(walls) == 1 else merged(walls))
    return Shift(pattern.person, start, end, pauses, day, pattern.place, pattern.key)


def expanded(sources: Iterable[Pattern | Dated], start: int, end: int) -> list[Shift]:
    """All shifts that overlap [start, end), whole, by start and then by person.

    A dated shift stands in for what a pattern of the same person and key would put on that date.
    """
    check_window(start, end)
    sources = list(sources)
    replaced = {(one.person, one.key, one.day) for one in sources if isinstance(one, Dated)}
    result = []
    for source in sources:
        zone = find_zone(source.zone)
        first = wall_date(wall_at(start, zone)) - timedelta(days=3)
        after = wall_date(wall_at(end - 1, zone)) + timedelta(days=2)
        if isinstance(source, Dated):
            days: Iterable[date] = (source.day,) if first <= source.day < after else ()
        else:
            days = source.on.dates(first, after)
            if source.exceptions or replaced:
                known = (source.person, source.key)
                days = (day for day in days if day not in source.exceptions and (*known, day) not in replaced)
        for day in days:
            shift = _resolved(day, source, zone)
            if shift is not None and shift.end > start and shift.start < end:
                result.append(shift)
    result.sort(key=lambda shift: (shift.start, shift.person))
    return result


def copied_week(shifts: Iterable[Dated], source: date, target: date) -> list[Dated]:
    """The dated shifts of the week of one date, on the same days of another's. Keys stay: a shift that stood in for
    somebody's usual one does so there too, and what was copied before is replaced."""
    first = source - timedelta(days=source.weekday())
    moved = (target - timedelta(days=target.weekday())) - first
    if not moved:
        raise RosterError("a week cannot be copied onto itself")
    return [replace(one, day=one.day + moved) for one in shifts if first <= one.day < first + timedelta(days=7)]
