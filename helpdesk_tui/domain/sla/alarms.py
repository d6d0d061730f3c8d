"""When a running clock raises an alarm: at shares of its target, and at its breach. Pure; `now` is passed in.

A share is of the calendar's own time where that calendar is known, else of wall time. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.findings import OutOfReach

BREACHED = "breached"
"""The last stage; the ones before it are called by their per cent."""


class Running(NamedTuple):
    """A running clock as far as alarms care. `id` is its ticket's in the cache."""

    id: int
    source: str
    key: str
    clock: str
    metric: str
    due_at: int
    started_at: int
    target: int
    calendar: str
    origin: str


class Stage(NamedTuple):
    """A stage of a clock and the instant at which it is reached."""

    at: int
    name: str


def stages(clock: Running, shares: Sequence[int], time: BusinessTime | None) -> list[Stage]:
    """Every stage in order. `time` is the clock's calendar, None where that is not known.

    A clock of which only the due instant is known has shares of the wall time since its start; a reminder has none.
    """
    found = [Stage(clock.due_at, BREACHED)]
    if clock.clock.startswith("reminder:"):
        return found
    for share in shares:
        at = _share_at(clock, share, time)
        if clock.started_at < at < clock.due_at:
            found.append(Stage(at, str(share)))
    return sorted(found)


def _share_at(clock: Running, share: int, time: BusinessTime | None) -> int:
    """When so many per cent are used up; 0 where that cannot be told."""
    if time is not None and clock.target:
        try:
            return time.subtract(clock.due_at, clock.target * (100 - share) // 100)
        except OutOfReach:
            return 0
    whole = clock.target or (clock.due_at - clock.started_at if clock.started_at else 0)
    return clock.due_at - whole * (100 - share) // 100 if whole > 0 else 0


def passed(found: Iterable[Stage], since: int, now: int) -> Stage | None:
    """The latest stage reached in (since, now]; None where none was. Earlier ones of that time are not worth a word
    any more."""
    reached = [stage for stage in found if since < stage.at <= now]
    return reached[-1] if reached else None


def following(found: Iterable[Stage], now: int) -> int:
    """When the next stage is reached after now; 0 for none."""
    return next((stage.at for stage in found if stage.at > now), 0)


def is_quiet(hours: str, now: int, zone: tzinfo | None = None) -> bool:
    """Whether `now` lies in hours such as `22:00-06:30` of local time; `zone` None is the host's. "" is never quiet."""
    if not hours:
        return False
    first, _, last = hours.partition("-")
    begins, ends = _minutes(first), _minutes(last)
    here = datetime.fromtimestamp(now, UTC).astimezone(zone)
    minute = here.hour * 60 + here.minute
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)
