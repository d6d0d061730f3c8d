"""Local wall time to instants and back, on the days on which clocks are changed too (decisions D2, D3, D4).

A local time that does not exist is the first instant after the gap (`Gap.AFTER`); one that happens twice is its first
occurrence where something starts and its last where something ends. Zones are IANA names.
"""

from __future__ import annotations

import difflib
import hashlib
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from helpdesk_tui.domain.sla.findings import CalendarError

DAY = 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local wall time, reckoned without a zone on purpose


class Gap(StrEnum):
    """Where a local time lands that the zone leaves out."""

    AFTER = "after"
    """On the first instant after the gap: 02:30 becomes 03:00. Ours (D3)."""
    SHIFT = "shift"
    """As much later as the gap is long: 02:30 becomes 03:30. What some other tools do."""


def load_zone(name: str, *, where: str = "") -> ZoneInfo:
    """The zone of that IANA name. Raises CalendarError, naming the nearest ones that exist."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), n=2, cutoff=0.6)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; write it like Europe/Paris"
        raise CalendarError(f'there is no time zone "{name}"{hint}', where=where) from None


def instant(local: datetime, zone: ZoneInfo, *, last: bool = False, gap: Gap = Gap.AFTER) -> int:
    """The instant at which clocks in `zone` show the naive `local`, to the second.

    `last` takes the second of two occurrences.
    """
    seconds = wall_seconds(local)
    early = _offset(local, zone, 0)
    late = _offset(local, zone, 1)
    if early >= late:  # the same offset, or set back: fold 0 is the first occurrence
        return seconds - (late if last else early)
    return seconds - early if gap is Gap.SHIFT else _change(seconds - late, seconds - early, zone)


def wall(at: int, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at an instant, naive."""
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0)


def wall_seconds(local: datetime) -> int:
    """Seconds from 1970-01-01 00:00 to a naive wall time, as if every day had 24 hours."""
    passed = local.replace(fold=0) - _EPOCH
    return passed.days * DAY + passed.seconds


def add_wall(local: datetime, delta: timedelta, zone: ZoneInfo, *, gap: Gap = Gap.AFTER) -> int:
    """The instant at which clocks show `local` plus `delta` of clock time (D5: a day is a date, not 24 hours)."""
    return instant(local + delta, zone, gap=gap)


def offset_at(at: int, zone: ZoneInfo) -> int:
    """Seconds by which clocks in `zone` are ahead of UTC at an instant."""
    return _seconds(datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset())


def changes(zone: ZoneInfo, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Each change of the offset in [start, end): its instant, and the seconds by which clocks are moved on.

    Two changes that undo each other within six hours are not seen; no zone has had such since 1970.
    """
    found: list[tuple[int, int]] = []
    at, before = start, offset_at(start, zone)
    while at < end:
        following = min(at + DAY // 4, end)
        after = offset_at(following, zone)
        if after != before:
            change = _change(at, following, zone)
            if change < end:
                found.append((change, after - before))
        at, before = following, after
    return tuple(found)


def change_on(day: date, zone: ZoneInfo) -> tuple[int, int] | None:
    """The first change of the clocks on a local date: seconds since midnight on the clock it happened by, and by how
    much they were moved on; None for an ordinary day.
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall time
    start, end = instant(midnight, zone), instant(midnight + timedelta(days=1), zone)
    for at, moved in changes(zone, start - 1, end):
        shown = at + offset_at(at - 1, zone) - wall_seconds(midnight)
        return shown, moved
    return None


@lru_cache(maxsize=256)
def rules_mark(zone_name: str, first_year: int, last_year: int) -> str:
    """A short mark of what a zone's clocks do in those years (whole, UTC).

    It is kept with a version of a calendar: when it differs later, the zone's rules were changed meanwhile (a new
    release of the time zone database) and the calendar no longer means the instants it meant.
    """
    zone = load_zone(zone_name)
    start = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp())
    told = repr((offset_at(start, zone), changes(zone, start, end)))
    return f"{first_year}-{last_year}:{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _offset(local: datetime, zone: ZoneInfo, fold: int) -> int:
    return _seconds(local.replace(tzinfo=zone, fold=fold).utcoffset())


def _seconds(offset: timedelta | None) -> int:
    return offset.days * DAY + offset.seconds if offset is not None else 0


def _change(low: int, high: int, zone: ZoneInfo) -> int:
    """The first instant after `low` at which the offset is another than at `low`; it is at `high` at the latest."""
    before = offset_at(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high
