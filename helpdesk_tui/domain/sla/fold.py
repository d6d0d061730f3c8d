"""One fold over a ticket's steps for every metric: the cycles its clock went through, without any calendar.

Where several things hold at one instant, cancel goes before stop, stop before pause, pause before start (and resume).
A clock that would start and stop at once ran for no time and is finished. A stop without a start is nothing; a pause
without an end leaves the cycle paused.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from helpdesk_tui.domain.sla.history import CREATED, REGROUPED, History, Shape, Step, steps
from helpdesk_tui.domain.sla.rules import CANCEL, PAUSE, STOP, Reopen, Rule
from helpdesk_tui.domain.tickets import State

CLOSED = "closed"
"""Why a clock stood between being stopped and a reopening that resumed it."""


class Phase(StrEnum):
    """Where a cycle is."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class Run(NamedTuple):
    """A stretch the clock ran, seconds UTC, half open; `start` < `end`."""

    start: int
    end: int


class Pause(NamedTuple):
    """A stretch the clock stood and then went on; `why` is the state or the platform's word."""

    start: int
    end: int
    why: str


class Cycle(NamedTuple):
    """One start of a clock to its end, or to now.

    `runs` and `pauses` are those that are over. `since` is when the present stretch began: of running while RUNNING, of
    standing while PAUSED (`why` says by what), else 0. `ended_at` is 0 while it is not over. `group` is whose ownership
    is measured. `observed` says that an instant in it rests on successive looks: it may have been earlier.
    """

    number: int
    phase: Phase
    started_at: int
    runs: tuple[Run, ...]
    pauses: tuple[Pause, ...]
    since: int
    ended_at: int
    why: str = ""
    group: str = ""
    observed: bool = False


def fold(rule: Rule, past: History) -> tuple[Cycle, ...]:
    """The cycles of a metric in the order of their start, from all that happened to the ticket."""
    return tuple([_dated(cycle, past) for cycle in shape_cycles(rule, past.shape)])


def shape_cycles(rule: Rule, shape: Shape) -> tuple[Cycle, ...]:
    """The cycles of a shape, worked out once: every instant in them is a rank plus one, the group a rank's text."""
    found = rule.folded.get(shape)
    if found is None:
        found = _fold_shape(rule, shape)
        if len(rule.folded) >= _KEPT:
            rule.folded.clear()
        if len(shape) <= _LONGEST:
            rule.folded[shape] = found
    return found


_KEPT, _LONGEST = 4_000, 40
"""How many shapes each rule remembers, and of how many events at most: a few MB, and nearly all tickets there are."""


def _fold_shape(rule: Rule, shape: Shape) -> tuple[Cycle, ...]:
    machine = _Machine(rule)
    kinds = rule.starts | rule.stops | rule.restarts
    for step in steps(shape):
        if step.statuses:
            machine.statuses(step)
        elif step.kinds & kinds:
            machine.step(step, machine.hold, machine.done, machine.called_off)
    return machine.finished()


def _dated(cycle: Cycle, past: History) -> Cycle:
    """A cycle of a shape with the ticket's own instants."""
    number, phase, started, runs, pauses, since, ended, why, group, observed = cycle
    instants = past.instants
    return Cycle(
        number,
        phase,
        instants[started - 1],
        tuple([Run(instants[start - 1], instants[end - 1]) for start, end in runs]) if runs else (),
        tuple([Pause(instants[start - 1], instants[end - 1], word) for start, end, word in pauses]) if pauses else (),
        instants[since - 1] if since else 0,
        instants[ended - 1] if ended else 0,
        why,
        past.groups[group] if group else "",
        observed,
    )


class _Machine:
    """The state of one metric while its ticket's steps go by."""

    __slots__ = (
        "armed", "begun", "called_off", "cycles", "done", "group", "hold", "observed", "owner", "pauses", "phase",
        "rule", "runs", "seen", "since", "started", "state_marks", "stopped", "why", "word",
    )  # fmt: skip

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.cycles: list[Cycle] = []
        self.phase: Phase | None = None
        self.runs: list[Run] = []
        self.pauses: list[Pause] = []
        self.started = self.since = self.stopped = self.state_marks = 0
        self.hold = self.done = self.called_off = self.observed = self.seen = self.begun = False
        self.armed = not rule.after_stop
        self.why = self.word = self.owner = self.group = ""

    def statuses(self, step: Step) -> None:
        """A step that changes the status: what the metric makes of it, then the step itself."""
        marks, state_marks, word = 0, None, ""
        for status in step.statuses:
            mark = self.rule.marks.get(status, 0)
            marks |= mark
            if status in _STATES:
                state_marks = (state_marks or 0) | mark
            if mark & PAUSE or not word:
                word = status
        if state_marks is not None:
            self.state_marks = state_marks
        else:  # a word of the platform's own: the state stays what it was, unless the word itself means something
            marks |= self.state_marks
        self.word = word
        self.step(step, bool(marks & PAUSE), bool(marks & STOP), bool(marks & CANCEL))

    def step(self, step: Step, hold: bool, done: bool, off: bool) -> None:
        """What happens at one instant, in the order of precedence; `hold`, `done`, `off`: what the status means now."""
        rule, kinds, at = self.rule, step.kinds, step.at + 1
        ended, again = done and bool(step.statuses), (self.done and not done) or (self.called_off and not off)
        fresh = not self.called_off
        self.done, self.called_off, self.hold, self.seen = done, off, hold, step.observed
        if kinds & (REGROUPED | CREATED) and rule.by_group:
            self.group = step.group
        starts = bool(kinds & rule.starts) and not (rule.by_group and not self.group)
        stops = ended or bool(kinds & rule.stops)
        if off:
            self._over(at, Phase.CANCELLED, starts and fresh)
        elif stops:
            self._over(at, Phase.STOPPED, starts)
            self.armed = True
        elif kinds & rule.restarts:
            self._restart(at)
        else:
            if starts:
                self._start(at)
            if again:
                self._reopen(at)
            self._weigh(at)

    def finished(self) -> tuple[Cycle, ...]:
        """All cycles, the last one as it stands."""
        if self.phase is not None:
            self._file()
        return tuple(self.cycles)

    def _restart(self, at: int) -> None:
        """One cycle ends and the next begins, unless the ticket is done or the group is none."""
        self._over(at, Phase.STOPPED, False)
        if not self.done and not self.called_off and not (self.rule.by_group and not self.group):
            self._start(at)
            self._weigh(at)

    def _start(self, at: int) -> None:
        """Begin a cycle if one may begin now."""
        if self.phase in _LIVE or not self.armed or (self.begun and not self.rule.many):
            return
        self._open(at)

    def _open(self, at: int) -> None:
        if self.phase is not None:
            self._file()
        self.phase, self.started, self.since, self.begun = Phase.RUNNING, at, at, True
        self.runs, self.pauses, self.stopped, self.why = [], [], 0, ""
        self.owner, self.observed = self.group, self.seen

    def _over(self, at: int, phase: Phase, starts: bool) -> None:
        """End the live cycle; one that would have started at this instant ran for no time."""
        if starts:
            self._start(at)
        if self.phase not in _LIVE:
            return
        if self.phase is Phase.RUNNING and at > self.since:
            self.runs.append(Run(self.since, at))
        elif self.phase is Phase.PAUSED and at > self.since:
            self.pauses.append(Pause(self.since, at, self.why))
        self.phase, self.stopped, self.since, self.why = phase, at, 0, ""
        self.observed |= self.seen

    def _reopen(self, at: int) -> None:
        """The ticket is no longer done, or no longer called off."""
        mode = self.rule.reopen
        if mode is Reopen.STAY or self.phase in _LIVE or self.phase is None:
            return
        if mode is Reopen.NEW or self.phase is Phase.CANCELLED:
            if not self.rule.by_group or self.group:
                self._open(at)
            return
        if at > self.stopped:
            self.pauses.append(Pause(self.stopped, at, CLOSED))
        self.phase, self.since, self.stopped = Phase.RUNNING, at, 0
        self.observed |= self.seen

    def _weigh(self, at: int) -> None:
        """Let the live cycle run or stand, as the status has it."""
        if self.hold and self.phase is Phase.RUNNING:
            if at > self.since:
                self.runs.append(Run(self.since, at))
            self.phase, self.since, self.why = Phase.PAUSED, at, self.word
            self.observed |= self.seen
        elif not self.hold and self.phase is Phase.PAUSED:
            if at > self.since:
                self.pauses.append(Pause(self.since, at, self.why))
            self.phase, self.since, self.why = Phase.RUNNING, at, ""
            self.observed |= self.seen

    def _file(self) -> None:
        if self.phase is None:
            return
        self.cycles.append(
            Cycle(
                len(self.cycles) + 1, self.phase, self.started, tuple(self.runs), tuple(self.pauses), self.since,
                self.stopped, self.why, self.owner if self.rule.by_group else "", self.observed,
            )
        )  # fmt: skip


_LIVE = frozenset((Phase.RUNNING, Phase.PAUSED))
_STATES = frozenset(state.value for state in State)
