"""A calendar compiled to sorted arrays, so that every question is a search by halves (engines.md 2b).

`count(t)` is the number of open seconds before an instant, reckoned from an origin that is the object's own: only
differences mean anything, and a count is never stored. The arrays grow by a year at a time when a question goes beyond
them; what was answered before stays true.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from helpdesk_tui.domain.sla.calendars import Calendar
from helpdesk_tui.domain.sla.findings import CalendarError, OutOfReach
from helpdesk_tui.domain.sla.zones import instant, wall
from helpdesk_tui.domain.wall_time import DAY

YEAR = 366
"""Days added at a time."""

IDLE_DAYS = 2 * YEAR
"""Days without any opening after which a calendar counts as having no hours any more."""

REACH_DAYS = 60 * YEAR
"""Days from the origin beyond which nothing is compiled."""

_ENDLESS = 1 << 60


class Tie(StrEnum):
    """Where a target ends that is used up exactly at a closing (decision D10)."""

    CLOSE = "close"
    """At the closing: the earliest instant at which it is used up. Ours."""
    NEXT_OPEN = "next open"
    """At the next opening. What some other tools do."""


class Span(NamedTuple):
    """Open time from `start` to `end`, seconds UTC, half open."""

    start: int
    end: int


class BusinessTime:
    """One version of a calendar, compiled around an instant. Not for several threads at once while it grows."""

    __slots__ = ("_closes", "_first", "_last", "_opens", "_origin_day", "_sums", "calendar")

    def __init__(self, calendar: Calendar, around: int, *, before: int = 400, after: int = 400) -> None:
        """`around` is seconds UTC; `before` and `after` are days compiled at once. Raises CalendarError."""
        self.calendar: Calendar | None = calendar
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._sums: list[int] = []
        self._origin_day = self._first = self._last = wall(around, calendar.zoneinfo).toordinal()
        if calendar.always:
            self._hold([Span(-_ENDLESS, _ENDLESS)], 0, -_ENDLESS)
            return
        if not calendar.weekly_seconds() and not any(map(calendar.day, calendar.exceptions)):
            raise CalendarError("the calendar has no hours: no clock on it would ever run", where=calendar.name)
        self._grow_back(before)
        self._grow(after)

    @classmethod
    def of_spans(cls, spans: Iterable[Span]) -> BusinessTime:
        """Business time that is open in these spans and never else; sorted and disjoint they must be."""
        made = cls.__new__(cls)
        made.calendar = None
        made._opens, made._closes, made._sums = [], [], []
        made._origin_day = made._first = made._last = 0
        made._hold(list(spans), 0, 0)
        return made

    def count(self, at: int) -> int:
        """Open seconds before an instant, from the object's own origin."""
        place = bisect_right(self._opens, at) - 1
        if place < 0 or at > self._closes[-1]:
            self._reach(at)
            place = bisect_right(self._opens, at) - 1
            if place < 0:
                return self._sums[0] if self._sums else 0
        closes = self._closes[place]
        return self._sums[place] + (at if at < closes else closes) - self._opens[place]

    def at_count(self, count: int, tie: Tie = Tie.CLOSE) -> int:
        """The earliest instant before which `count` open seconds lie; on a closing, `tie` decides.

        Raises OutOfReach where the calendar does not hold so many.
        """
        find = bisect_left if tie is Tie.CLOSE else bisect_right
        sums, closes, opens = self._sums, self._closes, self._opens
        place = find(sums, count) - 1
        while place < 0:
            if not self._grow_back(YEAR):
                raise self._too_far()
            place = find(sums, count) - 1
        at = opens[place] + count - sums[place]
        if at > closes[place] or (place == len(opens) - 1 and at == closes[place] and tie is Tie.NEXT_OPEN):
            self._grow_until(count, tie)
            place = find(sums, count) - 1
            at = opens[place] + count - sums[place]
        return at

    def between(self, start: int, end: int, *, signed: bool = False) -> int:
        """Open seconds in [start, end); 0 if it ends before it starts, unless `signed`."""
        if end <= start:
            return self.count(end) - self.count(start) if signed else 0
        return self.count(end) - self.count(start)

    def add(self, start: int, seconds: int, tie: Tie = Tie.CLOSE) -> int:
        """The instant by which `seconds` open seconds have passed since `start`; before it for negative ones.

        Never before `start` for zero or more. Raises OutOfReach.
        """
        if seconds < 0:
            return self.subtract(start, -seconds, tie)
        if seconds == 0:
            return start if tie is Tie.CLOSE else self.next_open(start)
        return self.at_count(self.count(start) + seconds, tie)

    def subtract(self, start: int, seconds: int, tie: Tie = Tie.CLOSE) -> int:
        """The latest instant since which `seconds` open seconds have passed at `start`. Raises OutOfReach.

        Where it falls on an opening it is that opening; with `Tie.NEXT_OPEN`, mirrored, the closing before it.
        """
        if seconds == 0:
            return start if tie is Tie.CLOSE else self.prev_close(start)
        mirrored = Tie.NEXT_OPEN if tie is Tie.CLOSE else Tie.CLOSE
        return self.at_count(self.count(start) - seconds, mirrored)

    def remaining(self, start: int, target: int, now: int) -> int:
        """Open seconds left of a target that runs since `start`; negative once it is overdrawn."""
        return target - self.between(start, now)

    def is_open(self, at: int) -> bool:
        """Whether the calendar counts at that instant."""
        self._reach(at)
        place = bisect_right(self._opens, at) - 1
        return place >= 0 and at < self._closes[place]

    def next_open(self, at: int) -> int:
        """`at` if it is open, else the next opening. Raises OutOfReach."""
        return at if self.is_open(at) else self.at_count(self.count(at), Tie.NEXT_OPEN)

    def prev_close(self, at: int) -> int:
        """The last instant up to `at` that has open time right before it: `at` itself while open, else the closing
        before it. Raises OutOfReach.
        """
        return self.at_count(self.count(at), Tie.CLOSE)

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """The open spans within [start, end), in order, clipped to it."""
        self._reach(start)
        self._reach(end)
        for place in range(max(bisect_right(self._closes, start), 0), len(self._opens)):
            if self._opens[place] >= end:
                return
            yield Span(max(self._opens[place], start), min(self._closes[place], end))

    def forward(self, start: int) -> Iterator[Span]:
        """Open spans from `start` on, the first one clipped. Ends only where the calendar does."""
        self._reach(start)
        place = bisect_right(self._closes, start)
        while place < len(self._opens) or self._grow(IDLE_DAYS):
            if place < len(self._opens):
                yield Span(max(self._opens[place], start), self._closes[place])
                place += 1

    def backward(self, start: int) -> Iterator[Span]:
        """Open spans from `start` back, the first one clipped. Ends only where the calendar does."""
        self._reach(start)
        end = start
        while True:
            place = bisect_left(self._opens, end) - 1
            if place >= 0:
                yield Span(self._opens[place], min(self._closes[place], end))
                end = self._opens[place]
            elif not self._grow_back(IDLE_DAYS):
                return

    def _reach(self, at: int) -> None:
        """Grow until `at` lies within what is compiled. Raises OutOfReach."""
        if self.calendar is None or self.calendar.always:
            return
        day = at // DAY + _EPOCH_DAY
        while day >= self._last - 1:
            if not self._grow(max(day - self._last + 2, YEAR)):
                raise self._too_far()
        while day <= self._first + 1:
            if not self._grow_back(max(self._first - day + 2, YEAR)):
                raise self._too_far()

    def _grow_until(self, count: int, tie: Tie) -> None:
        """Grow forward until the arrays hold `count` before their end. Raises OutOfReach."""
        idle, size = 0, len(self._opens)
        while not self._holds(count, tie):
            if idle >= IDLE_DAYS or not self._grow(YEAR):
                raise self._too_far()
            idle = 0 if len(self._opens) > size else idle + YEAR
            size = len(self._opens)

    def _holds(self, count: int, tie: Tie) -> bool:
        if not self._opens:
            return False
        total = self._sums[-1] + self._closes[-1] - self._opens[-1]
        return count < total or (count == total and tie is Tie.CLOSE)

    def _too_far(self) -> OutOfReach:
        name = self.calendar.name if self.calendar else ""
        return OutOfReach("the calendar does not hold so much time", where=name)

    def _grow(self, days: int) -> bool:
        """Compile so many more days at the end; False where there can be no more."""
        if self.calendar is None or self.calendar.always:
            return False
        end = min(self._last + days, self._origin_day + REACH_DAYS, date.max.toordinal() - 1)
        if end <= self._last:
            return False
        fresh = compile_days(self.calendar, self._last, end)
        self._last = end
        if self._opens and fresh and fresh[0].start <= self._closes[-1]:
            self._closes[-1] = max(fresh.pop(0).end, self._closes[-1])
        total = self._sums[-1] + self._closes[-1] - self._opens[-1] if self._opens else 0
        self._hold(fresh, len(self._opens), total)
        return True

    def _grow_back(self, days: int) -> bool:
        """Compile so many more days at the beginning; False where there can be no more."""
        if self.calendar is None or self.calendar.always:
            return False
        start = max(self._first - days, self._origin_day - REACH_DAYS, date.min.toordinal() + 1)
        if start >= self._first:
            return False
        fresh = compile_days(self.calendar, start, self._first)
        self._first = start
        if self._opens and fresh and fresh[-1].end >= self._opens[0]:
            joined = fresh.pop()
            self._sums[0] -= self._opens[0] - joined.start
            self._opens[0] = joined.start
        total = self._sums[0] if self._sums else 0
        self._hold(fresh, 0, total - sum(each.end - each.start for each in fresh))
        return True

    def _hold(self, fresh: Sequence[Span], place: int, total: int) -> None:
        """Put spans into the arrays at `place`; `total` is the count before the first of them."""
        sums = []
        for each in fresh:
            sums.append(total)
            total += each.end - each.start
        self._opens[place:place] = [each.start for each in fresh]
        self._closes[place:place] = [each.end for each in fresh]
        self._sums[place:place] = sums


_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MIDNIGHT = time()


def compile_days(calendar: Calendar, first: int, last: int) -> list[Span]:
    """The open spans of the local dates from `first` to before `last` (ordinals), what touches joined."""
    zone, gap = calendar.zoneinfo, calendar.gap
    found: list[Span] = []
    midnight = datetime.combine(date.fromordinal(first), _MIDNIGHT)
    begins = instant(midnight, zone)
    for _ in range(first, last):
        following = midnight + _ONE_DAY
        # Where the date is as long as its clock says, nothing is skipped or repeated on it: no zone ever changed its
        # clocks twice on a date.
        ends = instant(following, zone)
        plain = ends - begins == DAY
        for opens, closes in calendar.day(midnight.date()):
            if plain:
                start, end = begins + opens, begins + closes
            else:
                start = instant(midnight + timedelta(seconds=opens), zone, gap=gap)
                # 24:00 is where the next date begins, even if that one begins twice.
                end = ends if closes == DAY else instant(midnight + timedelta(seconds=closes), zone, last=True, gap=gap)
            if start >= end:
                continue
            if found and start <= found[-1].end:
                found[-1] = Span(found[-1].start, max(end, found[-1].end))
            else:
                found.append(Span(start, end))
        midnight, begins = following, ends
    return found


_ONE_DAY = timedelta(days=1)
