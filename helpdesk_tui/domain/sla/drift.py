"""The platform's due instant beside ours, and which of three reasons explains the difference.

The platform is right by definition: its instant is the one shown. A difference says that a calendar, a pause or a
policy is not what the team believes it to be. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Clock, Stage
from helpdesk_tui.domain.sla.business_time import BusinessTime, Tie
from helpdesk_tui.domain.sla.findings import OutOfReach
from helpdesk_tui.domain.sla.fold import Cycle, Phase
from helpdesk_tui.domain.sla.measure import Reading, measure
from helpdesk_tui.domain.sla.policies import duration_text

TOLERANCE = 60
"""Seconds of difference that mean nothing: platforms round, and note things a moment later."""


Fits = Callable[[Cycle, int, BusinessTime], bool]


class Reason(StrEnum):
    """What a difference comes from."""

    NONE = "none"
    """There is none worth telling."""
    POLICY = "policy"
    """Another target, or another start."""
    PAUSE = "pause"
    """A pause that one side counts and the other does not."""
    CALENDAR = "calendar"
    """Other hours, holidays or zone."""
    UNKNOWN = "unexplained"
    UNTOLD = "not told"
    """The platform gives no instant where there ought to be one."""


class Drift(NamedTuple):
    """`seconds` is the platform's due instant minus ours; `words` says it to the user, "" where there is none."""

    reason: Reason
    seconds: int
    words: str


def drift(
    remote: Clock, cycle: Cycle, ours: Reading, time: BusinessTime, now: int,
    *, others: Mapping[str, BusinessTime] | None = None, tie: Tie = Tie.CLOSE,
) -> Drift:  # fmt: skip
    """How a platform's clock differs from ours. `others` are calendars it may be using instead, by name."""
    paused = remote.stage is Stage.PAUSED, ours.stage is Stage.PAUSED
    if paused[0] != paused[1] and remote.stage in _LIVE and ours.stage in _LIVE:
        words = "the platform says it is paused, its events do not" if paused[0] else (
            f"its events say it is paused by {cycle.why or 'its status'}, the platform counts on"
        )  # fmt: skip
        return Drift(Reason.PAUSE, remote.due_at - ours.due_at if remote.due_at and ours.due_at else 0, words)
    if not remote.due_at or not ours.due_at:
        untold = bool(ours.due_at) and not remote.due_at and remote.stage is Stage.RUNNING
        return Drift(Reason.UNTOLD, 0, "the platform gives no due instant") if untold else _NOTHING
    seconds = remote.due_at - ours.due_at
    if abs(seconds) <= TOLERANCE or _same_in_open_time(remote.due_at, ours.due_at, time):
        return Drift(Reason.NONE, seconds, "")
    return _explained(remote, cycle, ours, time, now, others or {}, tie, seconds)


def _explained(
    remote: Clock, cycle: Cycle, ours: Reading, time: BusinessTime, now: int,
    others: Mapping[str, BusinessTime], tie: Tie, seconds: int,
) -> Drift:  # fmt: skip
    """The first single difference that leads to the platform's instant; else the one that is plain to see."""

    def fits(changed: Cycle, target: int, counted: BusinessTime) -> bool:
        try:
            due = measure(changed, target, counted, now, tie=tie).due_at
        except OutOfReach:
            return False
        return due != 0 and abs(due - remote.due_at) <= TOLERANCE

    target_differs = remote.target > 0 and remote.target != ours.target
    started_differs = remote.started_at > 0 and abs(remote.started_at - cycle.started_at) > TOLERANCE
    if target_differs and fits(cycle, remote.target, time):
        words = f"its target is {duration_text(remote.target)}, ours {duration_text(ours.target)}"
        return Drift(Reason.POLICY, seconds, words)
    if started_differs and fits(_started(cycle, remote.started_at), ours.target, time):
        return Drift(Reason.POLICY, seconds, "it counts from another start")
    if cycle.pauses and fits(_without_pauses(cycle), ours.target, time):
        return Drift(Reason.PAUSE, seconds, "it does not take the pauses off")
    if (skipped := _skipped(cycle, fits, ours.target, time)) is not None:
        return Drift(Reason.PAUSE, seconds, f"it does not take pause {skipped} off")
    for name, counted in others.items():
        if fits(cycle, ours.target, counted):
            return Drift(Reason.CALENDAR, seconds, f'it counts on "{name}"')
    if target_differs or started_differs:
        return Drift(Reason.POLICY, seconds, "its target or its start differs, and something else too")
    if cycle.pauses and abs(seconds) <= _paused(cycle):
        return Drift(Reason.PAUSE, seconds, "the difference is within the pauses: it noted them otherwise")
    if not remote.calendar or remote.calendar != _name(time):
        return Drift(Reason.CALENDAR, seconds, "start, target and pauses agree: its calendar must differ")
    return Drift(Reason.UNKNOWN, seconds, "start, target, pauses and calendar agree, and its instant does not")


def _same_in_open_time(theirs: int, ours: int, time: BusinessTime) -> bool:
    """Whether both are the same moment of the calendar: one says the closing, the other the opening after it (D10)."""
    first, second = sorted((theirs, ours))
    if time.is_open(first) or time.between(first, second):
        return False
    try:
        return abs(time.next_open(first) - second) <= TOLERANCE and abs(time.prev_close(first) - first) <= TOLERANCE
    except OutOfReach:
        return False


def _skipped(cycle: Cycle, fits: Fits, target: int, time: BusinessTime) -> int | None:
    """The number of the one pause that, counted as running, leads to the platform's instant."""
    if len(cycle.pauses) < 2:
        return None
    for place in range(len(cycle.pauses)):
        if fits(_without_pause(cycle, place), target, time):
            return place + 1
    return None


def _without_pauses(cycle: Cycle) -> Cycle:
    """The same cycle, as if it had run all the time."""
    end = cycle.ended_at or (cycle.since if cycle.phase is Phase.PAUSED else 0)
    if cycle.phase is Phase.RUNNING:
        return cycle._replace(runs=(), pauses=(), since=cycle.started_at)
    return cycle._replace(runs=(cycle.runs[0]._replace(end=end),) if cycle.runs and end else cycle.runs, pauses=())


def _without_pause(cycle: Cycle, place: int) -> Cycle:
    """The same cycle, as if it had run through one of its pauses."""
    gone = cycle.pauses[place]
    runs = [run._replace(end=gone.end) if run.end == gone.start else run for run in cycle.runs]
    joined = [runs[0]] if runs else []
    for run in runs[1:]:
        if run.start == joined[-1].end:
            joined[-1] = joined[-1]._replace(end=run.end)
        else:
            joined.append(run)
    since = cycle.since
    if joined and cycle.phase is Phase.RUNNING and joined[-1].end == since:
        since = joined.pop().start
    left = cycle.pauses[:place] + cycle.pauses[place + 1 :]
    return cycle._replace(runs=tuple(joined), pauses=left, since=since)


def _started(cycle: Cycle, at: int) -> Cycle:
    """The same cycle with another start: its first stretch is longer or shorter."""
    if cycle.runs:
        first = cycle.runs[0]._replace(start=min(at, cycle.runs[0].end))
        return cycle._replace(started_at=at, runs=(first, *cycle.runs[1:]))
    return cycle._replace(started_at=at, since=at if cycle.phase is Phase.RUNNING else cycle.since)


def _paused(cycle: Cycle) -> int:
    """Seconds of wall time in pauses."""
    return sum(pause.end - pause.start for pause in cycle.pauses)


def _name(time: BusinessTime) -> str:
    return time.calendar.name if time.calendar is not None else ""


_LIVE = (Stage.RUNNING, Stage.PAUSED)
_NOTHING = Drift(Reason.NONE, 0, "")
