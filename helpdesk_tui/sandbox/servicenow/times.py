"""The platform's forms of instants and durations. Instants are integer seconds since the epoch, UTC; 0 means "none"."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400
_QUARTER = 900
_FULL = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?Z?$")


@lru_cache(maxsize=20_000)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, UTC).strftime("%Y-%m-%d ")


_CLOCK = [f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(DAY)]


def utc(instant: int) -> str:
    """`YYYY-MM-DD HH:MM:SS` in UTC, the raw form of a date-time; "" for 0."""
    if not instant:
        return ""
    day, second = divmod(instant, DAY)
    return _day(day) + _CLOCK[second]


@lru_cache(maxsize=200_000)
def _offset(zone: str, quarter: int) -> int:
    offset = datetime.fromtimestamp(quarter * _QUARTER, ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def local(instant: int, zone: str) -> str:
    """The display form of a date-time in a user's zone (IANA name); "" for 0. Zones change on quarters of an hour."""
    return utc(instant + _offset(zone, instant // _QUARTER)) if instant else ""


def parse(text: str) -> int | None:
    """Seconds UTC of a raw date or date-time literal, None where it is neither."""
    match = _FULL.match(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return calendar.timegm(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timetuple())
    except ValueError:
        return None


def parse_local(text: str, zone: str) -> int | None:
    """Seconds UTC of a literal that is wall time in `zone` (the earlier one where the clock shows it twice)."""
    naive = parse(text)
    if naive is None:
        return None
    wall = datetime.fromtimestamp(naive, UTC).replace(tzinfo=ZoneInfo(zone))
    return int(wall.timestamp())


def duration(seconds: int | None) -> str:
    """A duration as the platform stores it: `1970-01-02 04:23:17` is a day and 4:23:17; "" for None."""
    if seconds is None:
        return ""
    return _day(seconds // DAY) + _CLOCK[seconds % DAY]


def spoken(seconds: int | None) -> str:
    """A duration as the platform displays it: `1 Day 4 Hours 23 Minutes`; seconds only under a minute."""
    if seconds is None:
        return ""
    seconds = abs(seconds)
    parts = ((seconds // DAY, "Day"), (seconds // 3600 % 24, "Hour"), (seconds // 60 % 60, "Minute"))
    words = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in parts if count]
    return " ".join(words) or f"{seconds} Second{'' if seconds == 1 else 's'}"
