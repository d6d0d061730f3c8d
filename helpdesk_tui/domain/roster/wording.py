"""Rotations in a few words, for lists and forms."""

from __future__ import annotations

from helpdesk_tui.domain.roster.rotations import Rotation, Unit

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def handed(rotation: Rotation) -> str:
    """When a rotation hands over, in its own local time: "daily 08:00", "Mon 08:00", "every 2 weeks, Mon 08:00"."""
    at, many = rotation.anchor, rotation.length
    clock = f"{at:%H:%M}"
    if rotation.unit is Unit.HOUR:
        return f"every {many} h from {clock}"
    if rotation.unit is Unit.DAY:
        return f"daily {clock}" if many == 1 else f"every {many} days {clock}"
    if rotation.unit is Unit.WEEK:
        day = f"{WEEKDAYS[at.weekday()]} {clock}"
        return day if many == 1 else f"every {many} weeks, {day}"
    day = f"on the {_nth(at.day)} {clock}"
    return day if many == 1 else f"every {many} months, {day}"


def _nth(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
