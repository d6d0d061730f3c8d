"""Wall-clock time and instants: the one place where a rule's local time becomes an instant, for rosters and clocks.

Rules are written as local wall time plus an IANA zone, and become instants as late as possible. Two numbers are used:
*wall seconds*, what a clock on the wall shows, counted in seconds since 1970-01-01 00:00 of that wall (so that wall
arithmetic is plain integer arithmetic: a day is always 86,400), and *instants*, seconds since the epoch in UTC.

A wall time that a zone skips becomes the first instant after the gap. A wall time that a zone shows twice becomes the
first of the two where something starts (`starts_at`) and the second where something ends (`ends_at`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from helpdesk_tui.errors import HelpdeskError

DAY = 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall has no zone
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_PROBES = tuple(hour * 3_600 for hour in range(0, 25, 4))


class UnknownZone(HelpdeskError):
    """A time zone that the zone data does not know; `name` is what was asked for."""

    exit_code = 2

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no time zone {name!r}: use an IANA name such as Europe/Paris")


def find_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. UnknownZone for a name the zone data does not hold, a path or an empty text."""
    if not name or name != name.strip():
        raise UnknownZone(name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def wall_seconds(local: datetime) -> int:
    """The wall seconds of a naive local time; parts of a second are dropped. ValueError for an aware one."""
    if local.tzinfo is not None:
        raise ValueError("wall time carries no zone of its own")
    since = local - _EPOCH
    return since.days * DAY + since.seconds


def wall_midnight(day: date) -> int:
    """The wall seconds at which a date begins."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY


def wall_datetime(wall: int) -> datetime:
    """The naive local time of wall seconds."""
    return _EPOCH + timedelta(seconds=wall)


def wall_date(wall: int) -> date:
    """The local date of wall seconds."""
    return date.fromordinal(_EPOCH_ORDINAL + wall // DAY)


def wall_at(at: int, zone: ZoneInfo) -> int:
    """What the wall of a zone shows at an instant, in wall seconds."""
    offset = _day_offset(zone, at // DAY)
    return at + (offset_at(at, zone) if offset is None else offset)


def starts_at(wall: int, zone: ZoneInfo) -> int:
    """The instant at which something starts: the first showing of `wall`, or the first instant after the gap."""
    offset = _wall_offset(zone, wall // DAY)
    return _resolve(wall, zone, 0) if offset is None else wall - offset


def ends_at(wall: int, zone: ZoneInfo) -> int:
    """The instant at which something ends: the last showing of `wall`, or the first instant after the gap."""
    offset = _wall_offset(zone, wall // DAY)
    return _resolve(wall, zone, 1) if offset is None else wall - offset


def offset_at(at: int, zone: ZoneInfo) -> int:
    """Seconds by which clocks in a zone are ahead of UTC at an instant."""
    offset = (_EPOCH + timedelta(seconds=at)).replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds


def first_other_offset(early: int, late: int, zone: ZoneInfo) -> int:
    """The first instant in (early, late] whose offset differs from the one at `early`; `late` where none does."""
    before = offset_at(early, zone)
    while late - early > 1:
        middle = (early + late) // 2
        if offset_at(middle, zone) == before:
            early = middle
        else:
            late = middle
    return late


def _offset(wall: int, zone: ZoneInfo, fold: int) -> int:
    """Seconds east of UTC at a showing of `wall`."""
    offset = (_EPOCH + timedelta(seconds=wall)).replace(tzinfo=zone, fold=fold).utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds


@lru_cache(maxsize=65_536)
def _wall_offset(zone: ZoneInfo, day: int) -> int | None:
    """The offset of a wall day on which clocks are left alone; None where they are moved."""
    offsets = {_offset(day * DAY + probe, zone, fold) for probe in _PROBES for fold in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


@lru_cache(maxsize=65_536)
def _day_offset(zone: ZoneInfo, day: int) -> int | None:
    """The offset of a UTC day in which clocks are left alone; None where they are moved."""
    offsets = {offset_at(day * DAY + probe, zone) for probe in _PROBES}
    return offsets.pop() if len(offsets) == 1 else None


def _resolve(wall: int, zone: ZoneInfo, fold: int) -> int:
    """An instant on a day on which clocks are moved."""
    early, late = wall - _offset(wall, zone, 1), wall - _offset(wall, zone, 0)
    if early <= late:
        skipped = early < late and early + offset_at(early, zone) != wall
        return first_other_offset(early, late, zone) if skipped else early
    return early if fold else late
