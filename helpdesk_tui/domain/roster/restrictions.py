"""Restrictions: the windows of local time in which a layer counts, daily or weekly, also over midnight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.wall_time import DAY, ends_at, find_zone, starts_at, wall_at

WEEK = 7 * DAY
_MONDAY = 4 * DAY
"""1970-01-01 was a Thursday: the first Monday after it."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A weekly window: `weekday` 0 = Monday, `start` seconds of that day, `length` wall seconds, at most a week."""

    weekday: int
    start: int
    length: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise RosterError(f"there is no weekday {self.weekday}: 0 is Monday, 6 is Sunday")
        if not 0 <= self.start < DAY:
            raise RosterError("a window starts within its day")
        if not 0 < self.length <= WEEK:
            raise RosterError("a window lasts more than nothing and at most a week")


@dataclass(frozen=True)
class Restriction:
    """Windows in the wall time of a zone. One without windows is an error: a layer that never counts is a mistake."""

    zone: str
    windows: tuple[Window, ...]

    def __post_init__(self) -> None:
        if not self.windows:
            raise RosterError("a restriction without any hours would leave nobody on, ever")
        find_zone(self.zone)

    @cached_property
    def place(self) -> ZoneInfo:
        """The zone, resolved."""
        return find_zone(self.zone)

    @cached_property
    def week(self) -> tuple[Interval, ...]:
        """The union of the windows in wall seconds since Monday 00:00, not cut at the end of the week."""
        spans = merged((w.weekday * DAY + w.start, w.weekday * DAY + w.start + w.length) for w in self.windows)
        return tuple(spans)


def clock_length(start: int, end: int) -> int:
    """The wall seconds from one time of day to another; the same or an earlier one is on the next day.

    23:59 and 00:00 as an end mean midnight, as people who cannot type 24:00 mean it.
    """
    if end == DAY - 60 or end == 0:
        end = DAY
    return end - start if end > start else end - start + DAY


def daily(zone: str, start: int, end: int, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)) -> Restriction:
    """From `start` to `end` (seconds of the day) on the given weekdays; an end not after the start is overnight."""
    return Restriction(zone, tuple(Window(day, start, clock_length(start, end)) for day in weekdays))


def weekly(zone: str, from_day: int, start: int, to_day: int, end: int) -> Restriction:
    """One window a week, such as Friday 18:00 to Monday 08:00; the same moment twice is the whole week."""
    length = ((to_day - from_day) * DAY + end - start) % WEEK
    return Restriction(zone, (Window(from_day, start, length or WEEK),))


def _weeks(restriction: Restriction, start: int, end: int) -> Iterator[Interval]:
    """The wall windows that may touch a span of wall seconds."""
    first = (start - _MONDAY) // WEEK - 2
    last = (end - _MONDAY) // WEEK + 1
    for number in range(first, last + 1):
        base = _MONDAY + number * WEEK
        for opens, closes in restriction.week:
            if base + closes > start and base + opens < end:
                yield base + opens, base + closes


def windows(restriction: Restriction, start: int, end: int) -> list[Interval]:
    """The open spans within [start, end), as instants: sorted, disjoint, clipped."""
    zone = restriction.place
    result: list[Interval] = []
    reach = max(closes for _, closes in restriction.week)
    low, high = wall_at(start, zone) - DAY, wall_at(end, zone) + DAY
    for number in range((low - reach - _MONDAY) // WEEK, (high - _MONDAY) // WEEK + 1):
        base = _MONDAY + number * WEEK
        for opens, closes in restriction.week:
            if base + closes <= low or base + opens >= high:
                continue
            begins, ends = max(starts_at(base + opens, zone), start), min(ends_at(base + closes, zone), end)
            if result and begins <= result[-1][1]:
                result[-1] = (result[-1][0], max(result[-1][1], ends))
            elif begins < ends:
                result.append((begins, ends))
    return result


def is_open(restriction: Restriction, at: int) -> bool:
    """Whether the layer counts at an instant. O(windows of a week)."""
    zone = restriction.place
    wall = wall_at(at, zone)
    return any(
        starts_at(opens, zone) <= at < ends_at(closes, zone)
        for opens, closes in _weeks(restriction, wall - 2 * DAY, wall + 2 * DAY)
    )


def touches(restriction: Restriction, start: int, end: int) -> bool:
    """Whether any window lies in [start, end) of wall seconds: what the turn of an `active` rotation is counted by."""
    return start < end and any(opens < end and closes > start for opens, closes in _weeks(restriction, start, end))
