"""Rotations: a turn order that passes on at wall-clock handoffs.

The k-th handoff is always counted from the anchor, never from the one before it: a rotation anchored on the 31st hands
over on 30 April and again on 31 May. Lengths are wall-clock lengths, so a week may last 167, 168 or 169 hours.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.wall_time import DAY, find_zone, starts_at, wall_at, wall_datetime, wall_midnight, wall_seconds

LONGEST = 1_200
"""The largest number of units in one turn."""


class Unit(StrEnum):
    """What the length of a turn is counted in."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Advance(StrEnum):
    """When the turn passes: at every handoff, or only at those that end a turn in which somebody was needed."""

    CALENDAR = "calendar"
    ACTIVE = "active"


_SECONDS = {Unit.HOUR: 3_600, Unit.DAY: DAY, Unit.WEEK: 7 * DAY}


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a turn. Those with the same `turn` number are on together; turns follow each other by number.

    `valid_from` and `valid_to` are instants, None for always: who leaves gets a `valid_to` and stays in the past.
    """

    person: str
    turn: int
    valid_from: int | None = None
    valid_to: int | None = None

    def __post_init__(self) -> None:
        if not self.person:
            raise RosterError("a member of a rotation has no name")
        if self.valid_from is not None and self.valid_to is not None and self.valid_to <= self.valid_from:
            raise RosterError(f"{self.person} leaves the rotation before joining it")


@dataclass(frozen=True, slots=True)
class TurnState:
    """A recorded fact: at the instant `at` it was turn number `turn`. Later ones are counted from the last fact."""

    at: int
    turn: int


@dataclass(frozen=True)
class Rotation:
    """A rotation. `anchor` is naive local time in `zone`: a handoff, from which all others are counted both ways."""

    key: str
    zone: str
    unit: Unit
    length: int
    anchor: datetime
    members: tuple[Member, ...] = ()
    advance: Advance = Advance.CALENDAR
    states: tuple[TurnState, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.length <= LONGEST:
            raise RosterError(f"rotation {self.key}: a turn lasts 1 to {LONGEST} {self.unit}s, not {self.length}")
        if self.anchor.tzinfo is not None:
            raise RosterError(
                f"rotation {self.key}: the anchor is local time in {self.zone} and has no offset of its own"
            )
        if not 1900 <= self.anchor.year <= 2300:
            raise RosterError(f"rotation {self.key}: the anchor lies outside the years 1900 to 2300")
        find_zone(self.zone)

    @cached_property
    def place(self) -> ZoneInfo:
        """The zone, resolved."""
        return find_zone(self.zone)

    @cached_property
    def anchor_wall(self) -> int:
        """The anchor in wall seconds."""
        return wall_seconds(self.anchor)

    @cached_property
    def step(self) -> int:
        """Wall seconds in a turn; 0 for months, which have no fixed length."""
        return _SECONDS.get(self.unit, 0) * self.length


def handoff_wall(rotation: Rotation, k: int) -> int:
    """The wall seconds of the k-th handoff; k = 0 is the anchor, k < 0 lies before it."""
    if rotation.step:
        return rotation.anchor_wall + k * rotation.step
    anchor = rotation.anchor
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + k * rotation.length, 12)
    if not 1 <= year <= 9998:
        raise RosterError(f"rotation {rotation.key}: handoff {k} lies outside the calendar")
    day = min(anchor.day, monthrange(year, month + 1)[1])
    return wall_midnight(anchor.replace(year=year, month=month + 1, day=day).date()) + rotation.anchor_wall % DAY


def handoff(rotation: Rotation, k: int) -> int:
    """The instant of the k-th handoff: first occurrence of a repeated wall time, first instant after a gap."""
    return starts_at(handoff_wall(rotation, k), rotation.place)


def index(rotation: Rotation, at: int) -> int:
    """The number of the turn running at an instant: the last k whose handoff is not after it. O(1)."""
    wall = wall_at(at, rotation.place)
    if rotation.step:
        k = (wall - rotation.anchor_wall) // rotation.step
    else:
        shown, anchor = wall_datetime(wall), rotation.anchor
        k = ((shown.year - anchor.year) * 12 + shown.month - anchor.month) // rotation.length
    while handoff(rotation, k) > at:
        k -= 1
    while handoff(rotation, k + 1) <= at:
        k += 1
    return k


def turn_start(rotation: Rotation, at: int) -> int:
    """When the turn running at an instant began."""
    return handoff(rotation, index(rotation, at))


def turn_end(rotation: Rotation, at: int) -> int:
    """When the turn running at an instant ends: the next handoff after it."""
    return handoff(rotation, index(rotation, at) + 1)
