"""Promised updates and reminders as clocks of the desk's own (letter U, origin desk).

A promise is kept by the first public answer of a person that the platform confirms, nothing else: not by a note, nor by
what still waits to be sent. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import EventKind
from helpdesk_tui.domain.sla.history import Happening

_OURS = frozenset(
    kind.value
    for kind in (EventKind.PUBLIC_REPLY, EventKind.NOTE, EventKind.STATUS, EventKind.OWNER, EventKind.GROUP,
                 EventKind.PRIORITY, EventKind.CLOSED)
)  # fmt: skip
"""What counts as an update for a reminder that is not needed if there is one."""


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    """It was answered, and too late."""
    DROPPED = "dropped"


class ReminderKind(StrEnum):
    """When somebody wants to be reminded."""

    AT = "at"
    HANDOVER = "handover"
    UNLESS = "unless"
    """Only if nobody of the desk has done anything by then."""


class ReminderState(StrEnum):
    """What became of a reminder."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Promise:
    """An update somebody was told to expect by `due_at`.

    `counts_from` is when answers begin to count: when it was made, or when the text that promised it was confirmed; 0
    while that is still to be sent.
    """

    id: int
    source: str
    key: str
    number: str
    made_at: int
    due_at: int
    made_by: str = ""
    state: PromiseState = PromiseState.OPEN
    settled_at: int = 0
    counts_from: int = 0

    @property
    def is_unsaid(self) -> bool:
        """Whether the text that makes it is still to be sent."""
        return self.state is PromiseState.OPEN and not self.counts_from


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder on a ticket; `due_at` is 0 where its time is not known (the next handover)."""

    id: int
    source: str
    key: str
    number: str
    kind: ReminderKind
    made_at: int
    due_at: int
    made_by: str = ""
    note: str = ""
    state: ReminderState = ReminderState.OPEN
    settled_at: int = 0


def kept_at(promise: Promise, events: Iterable[Happening]) -> int:
    """When an open promise was kept or answered too late; 0 where it was not answered yet."""
    if not promise.counts_from:
        return 0
    answers = (
        each.at
        for each in events
        if each.kind == EventKind.PUBLIC_REPLY and not each.automatic and each.at > promise.counts_from
    )
    return min(answers, default=0)


def not_needed_at(reminder: Reminder, events: Iterable[Happening]) -> int:
    """When the update came that makes a reminder unnecessary, in time; 0 where none did."""
    if reminder.kind is not ReminderKind.UNLESS:
        return 0
    done = (
        each.at
        for each in events
        if each.kind in _OURS and not each.automatic and reminder.made_at < each.at <= reminder.due_at
    )
    return min(done, default=0)


def promise_clock(promise: Promise, events: Iterable[Happening], now: int) -> Clock:
    """A promise in the shape of every clock; the answer that settled it may have been noted already."""
    settled = promise.settled_at or kept_at(promise, events)
    stage = Stage.RUNNING
    if promise.state is PromiseState.DROPPED:
        stage = Stage.CANCELLED
    elif settled:
        stage = Stage.MET if settled <= promise.due_at else Stage.BREACHED
    return Clock(
        promise.source, promise.key, f"promise:{promise.id}", Metric.PROMISE, "promised update", stage, promise.due_at,
        now, started_at=promise.made_at, stopped_at=settled, target=max(promise.due_at - promise.made_at, 0),
        calendar="24x7", origin="desk",
    )  # fmt: skip


def reminder_clock(reminder: Reminder, events: Iterable[Happening], now: int) -> Clock:
    """A reminder in the shape of every clock."""
    settled = reminder.settled_at or not_needed_at(reminder, events)
    stage = Stage.RUNNING
    if reminder.state is ReminderState.DROPPED:
        stage = Stage.CANCELLED
    elif settled:
        stage = Stage.MET
    words = {ReminderKind.UNLESS: "reminder unless updated", ReminderKind.HANDOVER: "reminder at handover"}
    name = words.get(reminder.kind, "reminder")
    return Clock(
        reminder.source, reminder.key, f"reminder:{reminder.id}", Metric.PROMISE,
        f"{name}: {reminder.note}" if reminder.note else name, stage, reminder.due_at, now,
        started_at=reminder.made_at, stopped_at=settled, calendar="24x7", origin="desk",
    )  # fmt: skip
