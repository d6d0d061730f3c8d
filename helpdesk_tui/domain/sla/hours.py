"""Intervals of a day as people write them: "08:00-12:00", "22:00-06:00", "18:00-24:00" (decision D15).

Seconds since local midnight, half open. 23:59 and 23:59:59 as an end mean the end of the day, as does 00:00; an end
before the start runs past midnight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time
from typing import NamedTuple

from helpdesk_tui.domain.sla.findings import CalendarError, Finding, Level

DAY = 86_400
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_LAST_MINUTE = (86_340, 86_399)


class Hours(NamedTuple):
    """One interval of a date: from `opens` to `closes`, seconds since local midnight, 0 <= opens < closes <= 86400."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{clock_text(self.opens)}-{clock_text(self.closes)}"


class Written(NamedTuple):
    """An interval as written, normalised: what falls on its own date, and what runs into the next."""

    today: tuple[Hours, ...]
    tomorrow: tuple[Hours, ...]


def clock_text(seconds: int) -> str:
    """`09:00`, `24:00`, with seconds only where there are any."""
    text = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def parse_clock(text: str | time, *, where: str = "") -> int:
    """Seconds since midnight of `09:00`, `09:00:30` or `24:00`. Raises CalendarError."""
    if isinstance(text, time):
        return text.hour * 3600 + text.minute * 60 + text.second
    found = _CLOCK.fullmatch(text.strip())
    if found:
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if minute < 60 and second < 60 and (hour < 24 or (hour, minute, second) == (24, 0, 0)):
            return hour * 3600 + minute * 60 + second
    raise CalendarError(f'"{text}" is no time of day; write it like 09:00', where=where)


def parse_interval(text: str, *, where: str = "") -> tuple[int, int]:
    """The two times of `09:00-17:00`, as written. Raises CalendarError."""
    start, dash, end = text.replace("\u2013", "-").partition("-")
    if not dash:
        raise CalendarError(f'"{text}" is no interval; write it like 09:00-17:00', where=where)
    return parse_clock(start, where=where), parse_clock(end, where=where)


def normalise(start: int, end: int, *, where: str = "", found: list[Finding] | None = None) -> Written:
    """What an interval means, both times as seconds since midnight; remarks go to `found`.

    Raises CalendarError for one that is empty.
    """
    if end in _LAST_MINUTE:
        _note(found, where, f"{clock_text(end)} is taken as the end of the day, 24:00")
        end = DAY
    elif end == 0:
        end = DAY
    if start == end or start >= DAY:
        raise CalendarError(f"the interval {clock_text(start)}-{clock_text(end)} is empty", where=where)
    if start < end:
        return Written((Hours(start, end),), ())
    _note(found, where, f"{clock_text(start)}-{clock_text(end)} runs past midnight into the next day")
    return Written((Hours(start, DAY),), (Hours(0, end),))


def merge(intervals: Iterable[Hours], *, where: str = "", found: list[Finding] | None = None) -> tuple[Hours, ...]:
    """Sorted, disjoint, what touches joined; overlaps are counted once and remarked on in `found`."""
    merged: list[Hours] = []
    for each in sorted(intervals):
        if merged and each.opens <= merged[-1].closes:
            last = merged.pop()
            if each.opens < last.closes and found is not None:
                found.append(Finding(Level.WARNING, where, f"{last} and {each} overlap; the time is counted once"))
            each = Hours(last.opens, max(last.closes, each.closes))
        merged.append(each)
    return tuple(merged)


def subtract(intervals: Sequence[Hours], closed: Sequence[Hours]) -> tuple[Hours, ...]:
    """What is left of sorted, disjoint intervals without the closed ones."""
    left = list(intervals)
    for gone in closed:
        left = [
            Hours(opens, closes)
            for each in left
            for opens, closes in (
                (each.opens, min(each.closes, gone.opens)),
                (max(each.opens, gone.closes), each.closes),
            )
            if opens < closes
        ]
    return tuple(sorted(left))


def _note(found: list[Finding] | None, where: str, words: str) -> None:
    if found is not None:
        found.append(Finding(Level.NOTE, where, words))
