"""SLA clocks by a deliberately plain second method.

The desk's own engine is elsewhere and shares nothing with this one: agreement between the two is evidence. Here a
calendar is nothing but a list of opening windows, written out day by day, and a clock is found by replaying a ticket's
events. Instants are integer seconds UTC; the office calendar is Monday to Friday, 08:00 to 18:00, Europe/Paris, without
holidays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.model import SlaClock, Ticket

Metric = Literal["first_response", "next_reply", "resolution"]
Span = tuple[int, int]

HOUR = 3600
TARGETS: dict[Metric, tuple[int, int, int, int]] = {
    "first_response": (HOUR // 4, HOUR // 2, 4 * HOUR, 8 * HOUR),
    "next_reply": (HOUR // 2, HOUR, 4 * HOUR, 8 * HOUR),
    "resolution": (4 * HOUR, 8 * HOUR, 30 * HOUR, 50 * HOUR),
}
"""Seconds of calendar time by priority 1 to 4."""

_WAITING = ("pending", "hold")
_DONE = ("solved", "closed")
_BEFORE, _AFTER = 450, 400
_ZONE = ZoneInfo("Europe/Paris")


@lru_cache(maxsize=8)
def _windows(today: date) -> tuple[Span, ...]:
    """When the office is open around a local date."""
    found: list[Span] = []
    for offset in range(-_BEFORE, _AFTER):
        day = today + timedelta(days=offset)
        if day.weekday() < 5:
            opens = datetime(day.year, day.month, day.day, 8, tzinfo=_ZONE)
            found.append((int(opens.timestamp()), int(opens.replace(hour=18).timestamp())))
    return tuple(found)


class Office:
    """The opening windows around an instant, each worked out from its local date."""

    def __init__(self, around: int) -> None:
        """Windows from 450 days before to 400 days after `around`, seconds UTC."""
        self._windows = _windows(datetime.fromtimestamp(around, UTC).astimezone(_ZONE).date())
        self._ends = [end for _, end in self._windows]

    def _from(self, start: int) -> Iterator[Span]:
        for index in range(bisect_right(self._ends, start), len(self._windows)):
            opens, closes = self._windows[index]
            yield max(opens, start), closes

    def between(self, start: int, end: int) -> int:
        """Open seconds in [start, end)."""
        total = 0
        for opens, closes in self._from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def after(self, start: int, seconds: int) -> int:
        """The first instant by which `seconds` of open time have passed since `start`."""
        for opens, closes in self._from(start):
            if seconds <= closes - opens:
                return opens + seconds
            seconds -= closes - opens
        return self._ends[-1] + seconds


class AllHours:
    """The calendar that never closes."""

    def between(self, start: int, end: int) -> int:
        """Seconds in [start, end)."""
        return max(end - start, 0)

    def after(self, start: int, seconds: int) -> int:
        """`seconds` after `start`."""
        return start + seconds


class SlaBook:
    """Answers which clocks a ticket has. Holds nothing but the two calendars."""

    def __init__(self, around: int) -> None:
        """`around` is the sandbox's starting instant."""
        self._office, self._always = Office(around), AllHours()

    def clocks(self, ticket: Ticket, now: int) -> list[SlaClock]:
        """First response, the latest next reply where there is one, and resolution, as of `now`."""
        if ticket.deleted:
            return []
        answered, asked, replied = self._talk(ticket)
        found = [self._simple("first_response", ticket, ticket.created, answered, now)]
        if asked:
            found.append(self._simple("next_reply", ticket, asked, replied, now))
        found.append(self._resolution(ticket, now))
        return found

    @staticmethod
    def _talk(ticket: Ticket) -> tuple[int, int, int]:
        """When the first answer came, when the latest unanswered customer message came, and when that was answered."""
        answered = asked = replied = 0
        for event in ticket.events:
            settles = event.kind == "reply" or (event.kind == "status" and event.new in _DONE)
            if settles:
                answered = answered or event.at
                if asked and not replied:
                    replied = event.at
            elif event.kind == "message" and answered and (not asked or replied):
                asked, replied = event.at, 0
        return answered, asked, replied

    def _simple(self, metric: Metric, ticket: Ticket, start: int, end: int, now: int) -> SlaClock:
        name, calendar = self._calendar(ticket)
        target = TARGETS[metric][ticket.priority - 1]
        elapsed = calendar.between(start, end or now)
        return SlaClock(
            metric, start, target, elapsed, calendar.after(start, target), None, end or None, elapsed > target, name
        )

    def _resolution(self, ticket: Ticket, now: int) -> SlaClock:
        name, calendar = self._calendar(ticket)
        target = TARGETS["resolution"][ticket.priority - 1]
        spans, running, paused, ended = self._runs(ticket)
        elapsed = sum(calendar.between(start, end) for start, end in spans)
        due: int | None = None
        if running is not None:
            due = (
                calendar.after(running, target - elapsed) if elapsed < target else self._passed(spans, target, calendar)
            )
            elapsed += calendar.between(running, now)
        elif elapsed > target or ended is not None:
            due = self._passed(spans, target, calendar)
        return SlaClock(
            "resolution", ticket.created, target, elapsed, due, paused, ended, elapsed > target, name
        )  # fmt: skip

    @staticmethod
    def _runs(ticket: Ticket) -> tuple[list[Span], int | None, int | None, int | None]:
        """Ended spans of running, the start of the present one, since when it is paused, and when it ended."""
        spans: list[Span] = []
        running: int | None = ticket.created
        paused: int | None = None
        ended: int | None = None
        for event in ticket.events:
            if event.kind not in ("status", "reopened"):
                continue
            stopped = event.new in _WAITING or event.new in _DONE
            if stopped and running is not None:
                spans.append((running, event.at))
                running = None
            elif not stopped and running is None:
                running = event.at
            if event.new in _DONE:
                ended, paused = ended or event.at, None
            elif event.new in _WAITING:
                ended, paused = None, event.at
            else:
                ended = paused = None
        return spans, running, paused, ended

    @staticmethod
    def _passed(spans: list[Span], target: int, calendar: Office | AllHours) -> int | None:
        """When the target was used up within ended spans; else when it would have been, had the last one gone on."""
        left = target
        for place, (start, end) in enumerate(spans, 1):
            used = calendar.between(start, end)
            if used >= left or place == len(spans):
                return calendar.after(start, left)
            left -= used
        return None

    def _calendar(self, ticket: Ticket) -> tuple[str, Office | AllHours]:
        if ticket.priority <= 2:
            return "24x7", self._always
        return "office", self._office
