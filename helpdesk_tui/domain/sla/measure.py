"""A cycle held against a target in a calendar's time: used, left, due, breached.

A target is breached once more than it is used (remaining below zero); the due instant is the earliest at which all of
it is used up. While a clock is paused it has no due instant (decision D11) unless it is breached already; for one that
is over, it is when it was or would have been due had its last stretch gone on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Stage
from helpdesk_tui.domain.sla.business_time import BusinessTime, Tie
from helpdesk_tui.domain.sla.fold import Cycle, Phase


class Piece(NamedTuple):
    """A stretch of running on one calendar; `end` is 0 while it goes on."""

    start: int
    end: int
    time: BusinessTime


class Reading(NamedTuple):
    """What a clock shows. `left` is below 0 once breached; `due_at` is 0 where there is none.

    `running_since` is the start of the present stretch of running, 0 where it does not run, and `used_before` what was
    used before it: `used` = `used_before` + the open time since. `observed`: it may have been earlier.
    """

    stage: Stage
    target: int
    used: int
    left: int
    due_at: int
    breached: bool
    running_since: int = 0
    used_before: int = 0
    observed: bool = False


def measure(
    cycle: Cycle, target: int, time: BusinessTime, now: int, *, tie: Tie = Tie.CLOSE,
    switches: Sequence[tuple[int, BusinessTime]] = (),
) -> Reading:  # fmt: skip
    """The reading of a cycle at `now` (seconds UTC). `target` is in seconds of the calendar's time, above 0.

    `switches` are later calendars with the instant from which each counts, in order; without them `time` counts
    throughout. What is in the future (a platform's clock ahead of ours) counts as nothing yet. Raises OutOfReach.
    """
    if cycle.phase is Phase.RUNNING and not switches:
        return _running(cycle, target, time, now, tie)
    parts = list(pieces(cycle, time, switches))
    used_before = sum(part.time.between(part.start, part.end) for part in parts if part.end)
    going = parts[-1] if parts and not parts[-1].end else None
    used = used_before + (going.time.between(going.start, now) if going else 0)
    due = due_at(cycle, target, parts, time, tie)
    since = going.start if going else 0
    return Reading(
        stage_of(cycle, used > target), target, used, target - used, due, used > target, since, used_before,
        cycle.observed,
    )  # fmt: skip


def _running(cycle: Cycle, target: int, time: BusinessTime, now: int, tie: Tie) -> Reading:
    """The common case: it runs, and one calendar counts throughout."""
    count, since = time.count, cycle.since
    used_before = 0
    for start, end in cycle.runs:
        used_before += count(end) - count(start)
    begun = count(since)
    used = used_before + (count(now) - begun if now > since else 0)
    left = target - used_before
    due = time.at_count(begun + left, tie) if left > 0 else due_at(cycle, target, [*pieces(cycle, time)], time, tie)
    breached = used > target
    return Reading(Stage.RUNNING, target, used, target - used, due, breached, since, used_before, cycle.observed)


def stage_of(cycle: Cycle, breached: bool) -> Stage:
    """Where a clock stands; one past due that still runs stays RUNNING."""
    if cycle.phase is Phase.STOPPED:
        return Stage.BREACHED if breached else Stage.MET
    return {Phase.RUNNING: Stage.RUNNING, Phase.PAUSED: Stage.PAUSED}.get(cycle.phase, Stage.CANCELLED)


def pieces(
    cycle: Cycle, time: BusinessTime, switches: Sequence[tuple[int, BusinessTime]] = ()
) -> Iterator[Piece]:  # fmt: skip
    """The stretches of running, cut where another calendar takes over; the last one has no end while it goes on."""
    stretches = [*cycle.runs, *([(cycle.since, 0)] if cycle.phase is Phase.RUNNING else [])]
    for start, end in stretches:
        counts, begin = time, start
        for at, following in switches:
            if at <= begin:
                counts = following
            elif not end or at < end:
                yield Piece(begin, at, counts)
                begin, counts = at, following
        yield Piece(begin, end, counts)


def due_at(cycle: Cycle, target: int, parts: Sequence[Piece], time: BusinessTime, tie: Tie = Tie.CLOSE) -> int:
    """When the target was, will be or would have been used up; 0 while paused with some or exactly none of it left.

    A pause that begins after the last second of it does not move that instant, and no pause outside the calendar's
    hours ever does.
    """
    left = target
    last = len(parts) - 1
    for place, part in enumerate(parts):
        used = part.time.between(part.start, part.end) if part.end else 0
        if cycle.phase is Phase.PAUSED and place == last and used <= left:
            return 0
        if used >= left or not part.end or (place == last and cycle.phase in _OVER):
            return part.time.add(part.start, left, tie)
        left -= used
    return time.add(cycle.started_at, target, tie) if not parts and cycle.phase is not Phase.PAUSED else 0


_OVER = frozenset((Phase.STOPPED, Phase.CANCELLED))


def anchor(reading: Reading, time: BusinessTime) -> int:
    """The count at which this clock would have begun had it never stood: used = `time.count(now)` - anchor.

    Holds until the next event of the ticket; it belongs to this `time` object and is never stored.
    """
    return time.count(reading.running_since) - reading.used_before
