"""Calendars as iCalendar text (RFC 5545), for anybody's shifts or any schedule: in UTC, so no zone can be lost.

Only writing needs no library; reading other people's calendars does, and lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from helpdesk_tui.domain.roster.duties import Span, stretches
from helpdesk_tui.domain.roster.shifts import Shift


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar: [start, end) in instants. The same `uid` later replaces this entry where it is read."""

    uid: str
    start: int
    end: int
    summary: str
    place: str = ""


def events_of_shifts(shifts: Iterable[Shift], product: str = "helpdesk-tui") -> list[Event]:
    """Shifts as entries, named by the person."""
    return [
        Event(f"{shift.person}-{shift.key}-{shift.start}@{product}", shift.start, shift.end, shift.person, shift.place)
        for shift in shifts
    ]


def events_of_schedule(schedule: str, spans: Iterable[Span], product: str = "helpdesk-tui") -> list[Event]:
    """A final schedule as entries, one for each unbroken shift of a person; gaps and those who are away have none."""
    return [
        Event(f"{schedule}-{one.person}-{one.start}@{product}", one.start, one.end, f"{schedule}: {one.person}")
        for one in stretches(spans, reached=True)
    ]


def calendar_text(name: str, events: Iterable[Event], now: int) -> str:
    """The text of a calendar file. `now` is the instant at which it is made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//helpdesk-tui//roster//EN",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(event.uid)}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(event.start)}",
            f"DTEND:{_utc(event.end)}",
            f"SUMMARY:{escaped(event.summary)}",
            *([f"LOCATION:{escaped(event.place)}"] if event.place else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Text as a value: separators escaped, line ends as \\n, what a terminal would obey dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return printable(text)


def printable(text: str) -> str:
    """The characters of a text that show something, and the joiners that some scripts spell with: controls, marks of
    direction and halves of characters go, since a file is also read with `cat`."""
    return "".join(char for char in text if char.isprintable() or char in "\u200c\u200d")


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> str:
    """A line cut so that no piece is longer than 75 octets, never within a character."""
    pieces, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > 75:
            pieces.append(" ")
            size = 1
        pieces[-1] += char
        size += octets
    return "\r\n".join(pieces)
