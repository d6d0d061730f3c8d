"""A rotation of JSM Operations as people should see it: who takes turns, when it hands over, in which hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import Restriction, Window, clock_length
from helpdesk_tui.domain.roster.rotations import Rotation, Unit
from helpdesk_tui.domain.roster.told import ToldRotation
from helpdesk_tui.domain.roster.wording import handed
from helpdesk_tui.domain.wall_time import UnknownZone, find_zone

_UNITS = {"daily": Unit.DAY, "weekly": Unit.WEEK, "hourly": Unit.HOUR}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK, _DAY = 7 * 86_400, 86_400


def rotation_of(raw: Mapping[str, Any], zone: str) -> ToldRotation:
    """A rotation; what of it cannot be read is left out, for it is shown and decides nothing."""
    people = tuple(
        str(one["id"])
        for one in raw.get("participants") or ()
        if isinstance(one, dict) and one.get("type") == "user" and one.get("id")
    )
    key, name = str(raw.get("id") or ""), str(raw.get("name") or "")
    try:
        return ToldRotation(key, name, people, _hands_over(raw, zone), _hours(raw.get("timeRestriction"), zone))
    except (RosterError, UnknownZone, ValueError, TypeError, KeyError):
        return ToldRotation(key, name, people)


def _hands_over(raw: Mapping[str, Any], zone: str) -> str:
    started = datetime.fromisoformat(str(raw["startDate"]))
    local = (started if started.tzinfo else started.replace(tzinfo=UTC)).astimezone(find_zone(zone))
    unit, length = _UNITS[str(raw["type"])], int(raw.get("length") or 1)
    return handed(Rotation("", zone, unit, length, local.replace(tzinfo=None)))


def _hours(raw: Any, zone: str) -> Restriction | None:
    if not isinstance(raw, dict):
        return None
    if raw.get("type") == "time-of-day":
        start, end = _clock(raw["restriction"], "start"), _clock(raw["restriction"], "end")
        return Restriction(zone, tuple(Window(day, start, clock_length(start, end)) for day in range(7)))
    windows = []
    for one in raw.get("restrictions") or ():
        first, last = _DAYS.index(one["startDay"]), _DAYS.index(one["endDay"])
        start, end = _clock(one, "start"), _clock(one, "end")
        length = ((last - first) * _DAY + end - start) % _WEEK
        windows.append(Window(first, start, length or _WEEK))
    return Restriction(zone, tuple(windows)) if windows else None


def _clock(raw: Mapping[str, Any], which: str) -> int:
    return int(raw[f"{which}Hour"]) * 3_600 + int(raw.get(f"{which}Min") or 0) * 60
