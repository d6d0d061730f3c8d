"""A time to come as people type it: `30m`, `2h`, `14:30`, `tomorrow 9:00`, `mon 9:00`, `2026-11-24 10:00`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from helpdesk_tui.errors import UsageError

_SPAN = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?")
_CLOCK = re.compile(r"(?:(?P<day>\S+) )?(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HELP = "30m, 2h, 14:30, tomorrow 9:00, mon 9:00 or 2026-11-24 10:00"
MOST = 366 * 86_400


def read_when(text: str, now: int, zone: tzinfo | None = None) -> int:
    """The instant (seconds UTC) that is meant, always later than `now`; local times are of `zone` (None: the host's).

    A time of day without a day is the next one. Raises UsageError, which says what may be typed.
    """
    plain = " ".join(text.strip().casefold().split())
    span = _SPAN.fullmatch(plain.replace(" ", ""))
    if span and any(span.groups()):
        days, hours, minutes = (int(part or 0) for part in span.groups())
        return _sound(now + days * 86_400 + hours * 3_600 + minutes * 60, text, now)
    found = _CLOCK.fullmatch(plain)
    if found is None or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        raise UsageError(f'"{text.strip()}" is no time; there is {HELP}')
    here = datetime.fromtimestamp(now, UTC).astimezone(zone)
    clock = time(int(found["hour"]), int(found["minute"]))
    day = _day(found["day"], here.date(), text)
    at = _instant(day or here.date(), clock, zone)
    if day is None and at <= now:
        at = _instant(here.date() + timedelta(days=1), clock, zone)
    elif found["day"] in _DAYS and at <= now:
        at = _instant((day or here.date()) + timedelta(days=7), clock, zone)
    return _sound(at, text, now)


def _day(word: str | None, today: date, text: str) -> date | None:
    """The day a word means; None for no word. Raises UsageError."""
    if word is None:
        return None
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if word in _DAYS:
        return today + timedelta(days=(_DAYS.index(word) - today.weekday()) % 7)
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise UsageError(f'"{text.strip()}" is no time; there is {HELP}') from None


def _instant(day: date, clock: time, zone: tzinfo | None) -> int:
    """A local time as an instant; without a zone Python takes the host's rules of that day."""
    return int(datetime.combine(day, clock, zone).timestamp())


def _sound(at: int, text: str, now: int) -> int:
    if at <= now:
        raise UsageError(f'"{text.strip()}" is over already')
    if at - now > MOST:
        raise UsageError(f'"{text.strip()}" is more than a year away')
    return at
