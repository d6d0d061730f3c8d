"""What a stretch of time would have looked like under other policies or calendars: met, missed, and what flips.

Both sides are reckoned from the same events by the same arithmetic; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import EventKind
from helpdesk_tui.domain.sla.engine import Engine, Measured
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policies import Profile
from helpdesk_tui.domain.tickets import TicketRef


class Case(NamedTuple):
    """A ticket with all that clocks need of it."""

    ref: TicketRef
    number: str
    facts: Facts
    profile: Profile
    events: tuple[Happening, ...]


class Verdict(NamedTuple):
    """How one cycle came out. `word` is met, missed, running, paused, overdue, cancelled or none (no clock)."""

    word: str
    target: int = 0
    due_at: int = 0
    policy: str = ""


class Flip(NamedTuple):
    """A cycle that comes out otherwise under the other policies."""

    ref: TicketRef
    number: str
    metric: Metric
    cycle: int
    was: Verdict
    would: Verdict


@dataclass(frozen=True, slots=True)
class Score:
    """Cycles of one metric that were decided in the time looked at: those that ended, and those overdue by then."""

    met: int = 0
    missed: int = 0
    live: int = 0
    """Neither yet."""

    @property
    def share(self) -> float | None:
        """Met of all decided, 0 to 1; None where none is."""
        decided = self.met + self.missed
        return self.met / decided if decided else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both sides, metric by metric, and every flip in the order of the tickets. `without` are tickets that no policy
    matches, before and after; `troubles` what could not be reckoned, in words.
    """

    before: Mapping[Metric, Score]
    after: Mapping[Metric, Score]
    flips: tuple[Flip, ...]
    tickets: int
    without: tuple[int, int]
    troubles: tuple[str, ...] = ()


def simulate(cases: Iterable[Case], before: Engine, after: Engine, *, since: int, until: int) -> Outcome:
    """Every cycle that lived in [since, until), as it stood at `until`: what was decided before `since` is left out,
    and what happened at `until` or later is not known yet. Which policy matches goes by what a ticket is now, but for
    its priority.
    """
    tallies: tuple[dict[Metric, list[int]], dict[Metric, list[int]]] = ({}, {})
    flips: list[Flip] = []
    troubles: list[str] = []
    count, without = 0, [0, 0]
    for case in cases:
        if case.facts.created_at >= until:
            continue
        count += 1
        facts, known = _as_of(case, until), [each for each in case.events if each.at < until]
        profile = {**case.profile, "priority": frozenset((str(facts.priority),))}
        sides = []
        for place, engine in enumerate((before, after)):
            answer = engine.clocks(facts, profile, known, until)
            without[place] += answer.policy is None
            clocks = {each.ident: each for each in answer.clocks if _counts(each, since)}
            troubles += [f"{case.number}: {each.trouble}" for each in answer.clocks if each.trouble]
            for each in clocks.values():
                _tally(tallies[place], each)
            sides.append(clocks)
        flips.extend(_flips(case, *sides))
    scores = [{metric: Score(*tally) for metric, tally in side.items()} for side in tallies]
    return Outcome(scores[0], scores[1], tuple(flips), count, (without[0], without[1]), tuple(troubles))


def verdict(measured: Measured | None) -> Verdict:
    """How a cycle came out, for people."""
    if measured is None or measured.reading is None:
        return _NO_CLOCK
    reading = measured.reading
    words = {Stage.MET: "met", Stage.BREACHED: "missed", Stage.CANCELLED: "cancelled", Stage.PAUSED: "paused"}
    word = "overdue" if reading.breached and not measured.cycle.ended_at else words.get(reading.stage, "running")
    return Verdict(word, reading.target, reading.due_at, measured.policy.name)


_NO_CLOCK = Verdict("none")


def _as_of(case: Case, until: int) -> Facts:
    """The facts as they held before `until`: what was reached later is not mended in, what changed later is undone."""
    facts = case.facts
    later = sorted(each for each in case.events if each.at >= until)
    changed = {each.kind: each.old for each in reversed(later)}
    priority = changed.get(EventKind.PRIORITY.value, "")
    facts = facts._replace(
        priority=int(priority) if priority.isdigit() else facts.priority,
        group=changed.get(EventKind.GROUP.value, facts.group),
    )
    if max(facts.updated_at, facts.solved_at, facts.closed_at) < until:
        return facts
    solved = facts.solved_at if facts.solved_at < until else 0
    closed = facts.closed_at if facts.closed_at < until else 0
    state = facts.state if solved or closed else ""
    return facts._replace(state=state, solved_at=solved, closed_at=closed, updated_at=0)


def _counts(measured: Measured, since: int) -> bool:
    """Whether a cycle was alive, or decided, at `since` or after."""
    ended = measured.cycle.ended_at
    return measured.reading is not None and (not ended or ended >= since)


def _tally(side: dict[Metric, list[int]], measured: Measured) -> None:
    reading = measured.reading
    if reading is None or reading.stage is Stage.CANCELLED:
        return
    tally = side.setdefault(measured.metric, [0, 0, 0])
    if reading.breached:
        tally[1] += 1
    elif reading.stage is Stage.MET:
        tally[0] += 1
    else:
        tally[2] += 1


def _flips(case: Case, was: Mapping[str, Measured], would: Mapping[str, Measured]) -> Iterable[Flip]:
    for ident in dict.fromkeys((*was, *would)):
        first, second = verdict(was.get(ident)), verdict(would.get(ident))
        if first.word != second.word:
            known = was.get(ident) or would[ident]
            yield Flip(case.ref, case.number, known.metric, known.cycle.number, first, second)
