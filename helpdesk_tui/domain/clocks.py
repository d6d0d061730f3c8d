"""SLA clocks as their platforms state them, in one shape.

Instants are integer seconds since the epoch, UTC; durations are seconds. "Time left" is never stored: it is `due_at`
minus now, minus `paused_at` while the clock stands; the platform's own figure for it is stale the moment it is read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Metric(StrEnum):
    """What a clock measures. The value is the word in stores and filters; `letter` is what the list shows."""

    FIRST_RESPONSE = "first_response"
    NEXT_REPLY = "next_reply"
    PERIODIC_UPDATE = "periodic_update"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    RESOLUTION = "resolution"
    OWNERSHIP = "ownership"
    PROMISE = "promise"
    OTHER = "other"

    @property
    def letter(self) -> str:
        """One capital letter for the CK column."""
        return _LETTERS[self]


_LETTERS = {
    Metric.FIRST_RESPONSE: "F",
    Metric.NEXT_REPLY: "N",
    Metric.PERIODIC_UPDATE: "P",
    Metric.REQUESTER_WAIT: "W",
    Metric.AGENT_WORK: "A",
    Metric.RESOLUTION: "R",
    Metric.OWNERSHIP: "O",
    Metric.PROMISE: "U",
    Metric.OTHER: "?",
}


class Stage(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    """Stopped in time."""
    BREACHED = "breached"
    """Stopped too late. A clock that is past due and still running stays RUNNING."""
    CANCELLED = "cancelled"


class Clock(NamedTuple):
    """One metric measured on one ticket.

    `ident` is unique within (source, ticket) and stable between readings. `due_at` is the instant of breach, 0 where
    the platform gives none (many do not while paused). `target` is the goal in seconds of the calendar's time, 0 where
    it is not told. `within_hours` says whether the platform counts right now; None where it does not say. `as_of` is
    when the platform said all this. `left` is what a paused clock has left, in seconds of its calendar's time, where
    the platform says it: the one time left that does not go stale. It is not stored; it becomes `due_at` once it is
    known since when the clock stands. `origin` is remote for a platform's clock, local for the team's own policy, desk
    for a promise. `reckoned` says that the platform did not say when the clock ended or since when it stands: the
    ticket's events do.
    """

    source: str
    ticket: str
    ident: str
    metric: Metric
    name: str
    stage: Stage
    due_at: int
    as_of: int
    started_at: int = 0
    stopped_at: int = 0
    paused_at: int = 0
    target: int = 0
    calendar: str = ""
    within_hours: bool | None = None
    origin: str = "remote"
    reckoned: bool = False
    left: int | None = None
