"""Zones as calendars need them: local datetimes to instants, the days on which clocks are changed, the mark of a zone's
rules (decisions D2, D3, D4).

The arithmetic is `domain.wall_time`'s. A local time that does not exist is the first instant after the gap
(`Gap.AFTER`); one that happens twice is its first occurrence where something starts and its last where something ends.
"""

from __future__ import annotations

import difflib
import hashlib
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from helpdesk_tui.domain.sla.findings import CalendarError
from helpdesk_tui.domain.wall_time import (
    DAY,
    UnknownZone,
    ends_at,
    find_zone,
    first_other_offset,
    offset_at,
    starts_at,
    wall_at,
    wall_datetime,
    wall_seconds,
)


class Gap(StrEnum):
    """Where a local time lands that the zone leaves out."""

    AFTER = "after"
    """On the first instant after the gap: 02:30 becomes 03:00. Ours (D3)."""
    SHIFT = "shift"
    """As much later as the gap is long: 02:30 becomes 03:30. What some other tools do."""


def load_zone(name: str, *, where: str = "") -> ZoneInfo:
    """The zone of that IANA name. Raises CalendarError, naming the nearest ones that exist."""
    try:
        return find_zone(name)
    except UnknownZone:
        near = difflib.get_close_matches(name, available_timezones(), n=2, cutoff=0.6)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; write it like Europe/Paris"
        raise CalendarError(f'there is no time zone "{name}"{hint}', where=where) from None


def instant(local: datetime, zone: ZoneInfo, *, last: bool = False, gap: Gap = Gap.AFTER) -> int:
    """The instant at which clocks in `zone` show the naive `local`, to the second.

    `last` takes the second of two occurrences.
    """
    shown = wall_seconds(local)
    at = (ends_at if last else starts_at)(shown, zone)
    skipped = gap is Gap.SHIFT and at + offset_at(at, zone) != shown
    return shown - offset_at(at - 1, zone) if skipped else at


def wall(at: int, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at an instant, naive."""
    return wall_datetime(wall_at(at, zone))


def add_wall(local: datetime, delta: timedelta, zone: ZoneInfo, *, gap: Gap = Gap.AFTER) -> int:
    """The instant at which clocks show `local` plus `delta` of clock time (D5: a day is a date, not 24 hours)."""
    return instant(local + delta, zone, gap=gap)


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
            change = first_other_offset(at, following, zone)
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
