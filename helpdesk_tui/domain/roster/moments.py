"""Instants as people type them and as lists show them, always with the zone in sight."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk_tui.clock import instant
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.reading import clock_seconds
from helpdesk_tui.domain.roster.wording import WEEKDAYS
from helpdesk_tui.domain.wall_time import DAY, find_zone, starts_at, wall_at, wall_seconds

_AHEAD = re.compile(r"\+(\d{1,4})(m|h|d|w)")
_HANDED = re.compile(r"(?:(" + "|".join(WEEKDAYS) + r") )?(\d\d:\d\d)")
_SECONDS = {"m": 60, "h": 3_600, "d": DAY, "w": 7 * DAY}


def instant_of(text: str, zone: str, now: int) -> int:
    """An instant: "now", "14:30", "Sat 08:00", "2026-11-28 08:00", "2026-11-28", an ISO instant with an offset, "+3h".

    A time without a date is the next such time from now on; without an offset it is local in `zone`. RosterError for
    anything else.
    """
    said = " ".join(text.split())
    if said.casefold() == "now":
        return now
    if ahead := _AHEAD.fullmatch(said):
        return now + int(ahead[1]) * _SECONDS[ahead[2]]
    place = find_zone(zone)
    first, _, rest = said.partition(" ")
    day = next((n for n, name in enumerate(WEEKDAYS) if first.casefold().startswith(name.casefold())), None)
    try:
        if day is not None:
            return _next(place, now, clock_seconds(rest or "00:00"), day)
        if re.fullmatch(r"\d{1,2}(:\d{2})?", said):
            return _next(place, now, clock_seconds(said), None)
        found = datetime.fromisoformat(said)
        if not 1900 < found.year < 2300:
            raise ValueError(said)
    except (ValueError, RosterError):
        raise RosterError(f"{text!r} is no time such as 14:30, Sat 08:00, 2026-11-28 08:00 or +3h") from None
    return int(found.timestamp()) if found.tzinfo else starts_at(wall_seconds(found), place)


def _next(place: ZoneInfo, now: int, at: int, weekday: int | None) -> int:
    wall = wall_at(now, place) // DAY * DAY
    for ahead in range(8):
        there = wall + ahead * DAY
        found = starts_at(there + at, place)
        if found >= now and (weekday is None or (there // DAY + 3) % 7 == weekday):
            return found
    raise RosterError("there is no such time within a week")


def local(at: int, zone: str) -> datetime:
    """An instant as an aware local time."""
    return instant(at).astimezone(find_zone(zone))


def shown(at: int, zone: str, now: int | None = None) -> str:
    """An instant in a list: "14:30" today, "Sat 08:00" within a week, else "28 Nov 08:00"; the zone is told beside."""
    there = local(at, zone)
    if now is None:
        return f"{there:%a %d %b %H:%M}"
    here = local(now, zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if timedelta(0) < there - here < timedelta(days=6):
        return f"{there:%a %H:%M}"
    return f"{there:%d %b %H:%M}"


def handed_in(words: str, zone: str, shown_in: str, now: int) -> str:
    """When a schedule hands over, said in `zone` ("Mon 08:00", "daily 20:00"), as clocks of `shown_in` next show it.

    A day of the month stays in its own zone, which is named then.
    """
    if not words or zone == shown_in or not _HANDED.search(words):
        return words
    if "on the " in words:
        return f"{words} {zone}"

    def moved(found: re.Match[str]) -> str:
        there = local(instant_of(found[0], zone, now), shown_in)
        return f"{there:%a %H:%M}" if found[1] else f"{there:%H:%M}"

    return _HANDED.sub(moved, words)


def span_shown(start: int, end: int, zone: str) -> str:
    """A span: "Sat 28 Nov 08:00 - Mon 30 Nov 08:00", the second day only where it is another."""
    first, last = local(start, zone), local(end, zone)
    if first.date() == last.date():
        return f"{first:%a %d %b %H:%M} - {last:%H:%M}"
    return f"{first:%a %d %b %H:%M} - {last:%a %d %b %H:%M}"


def hours_shown(seconds: int) -> str:
    """A length: "48 h", "1.5 h", "25 min"."""
    if seconds < 3_600:
        return f"{max(0, seconds) // 60} min"
    return f"{round(seconds / 3_600, 1):g} h"


def ago_shown(seconds: int) -> str:
    """How long ago something was: "3 min ago", "just now"."""
    return f"{age_shown(seconds)} ago" if seconds >= 60 else "just now"


def age_shown(seconds: int) -> str:
    """How old something is: "3 min", "2 h", "4 d"."""
    for length, unit in ((DAY, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "just now"
