"""What a stretch of time would have looked like under other policies or calendars: met, missed, and what flips.

Both sides are reckoned from the same events by the same arithmetic; or, where the team has no policies to compare with,
one side is what the platforms' own clocks did. Nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import EventKind
from helpdesk_tui.domain.sla.engine import Engine, Measured
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policies import Profile
from helpdesk_tui.domain.sla.team import matching
from helpdesk_tui.domain.tickets import TicketRef


class Case(NamedTuple):
    """A ticket with all that clocks need of it."""

    ref: TicketRef
    number: str
    facts: Facts
    profile: Profile
    events: tuple[Happening, ...]
    clocks: tuple[Clock, ...] = ()
    """Those of its platform, for a comparison with them."""


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
    matches, before and after (before: that have no clock, where platforms are compared with); `troubles` what could not
    be reckoned, in words; `undated` counts clocks of platforms that are over at a time nobody knows, and are left out.
    """

    before: Mapping[Metric, Score]
    after: Mapping[Metric, Score]
    flips: tuple[Flip, ...]
    tickets: int
    without: tuple[int, int]
    troubles: tuple[str, ...] = ()
    undated: int = 0


def simulate(cases: Iterable[Case], before: Engine | None, after: Engine, *, since: int, until: int) -> Outcome:
    """Every cycle that lived in [since, until), as it stood at `until`: what was decided before `since` is left out,
    and what happened at `until` or later is not known yet. Which policy matches goes by what a ticket is now, but for
    its priority. `before` None: the platforms' own clocks are what is compared with.
    """
    tallies: tuple[dict[Metric, list[int]], dict[Metric, list[int]]] = ({}, {})
    flips: list[Flip] = []
    troubles: list[str] = []
    count, without, undated = 0, [0, 0], 0
    for case in cases:
        if case.facts.created_at >= until:
            continue
        count += 1
        facts, known = _as_of(case, until), [each for each in case.events if each.at < until]
        profile = {**case.profile, "priority": frozenset((str(facts.priority),))}
        answers = [engine.clocks(facts, profile, known, until) if engine else None for engine in (before, after)]
        sides: list[Side] = []
        for place, answer in enumerate(answers):
            if answer is None:
                assert answers[1] is not None
                side, left_out = _platforms(case, answers[1].clocks, since, until)
                undated += left_out
                without[place] += not any(each.origin == "remote" for each in case.clocks)
            else:
                without[place] += answer.policy is None
                troubles += [f"{case.number}: {each.trouble}" for each in answer.clocks if each.trouble]
                counted = (each for each in answer.clocks if _counts(each, since))
                side = {each.ident: Came(each.metric, each.cycle.number, verdict(each)) for each in counted}
            for each in side.values():
                _tally(tallies[place], each)
            sides.append(side)
        flips.extend(_flips(case, *sides))
    scores = [{metric: Score(*tally) for metric, tally in side.items()} for side in tallies]
    return Outcome(scores[0], scores[1], tuple(flips), count, (without[0], without[1]), tuple(troubles), undated)


class Came(NamedTuple):
    """How one cycle of a metric came out on one side."""

    metric: Metric
    cycle: int
    verdict: Verdict


Side = dict[str, Came]
"""The cycles of a ticket on one side, by our name for them."""


def _platforms(case: Case, ours: Sequence[Measured], since: int, until: int) -> tuple[Side, int]:
    """How the platform's clocks of a ticket came out by its own word, each beside the cycle of ours that is like it;
    and how many are over at a time that is not known."""
    found: Side = {}
    undated = 0
    for clock in case.clocks:
        if clock.origin != "remote" or clock.started_at >= until:
            continue
        over = clock.stage in (Stage.MET, Stage.BREACHED)
        if over and not clock.stopped_at:
            undated += 1
            continue
        if clock.stopped_at and clock.stopped_at < since:
            continue
        same = matching(clock, ours)
        ident = same.ident if same is not None and same.ident not in found else f"platform:{clock.ident}"
        metric = same.metric if same is not None else clock.metric
        number = same.cycle.number if same is not None else 1
        found[ident] = Came(metric, number, _by_platform(clock, until))
    return found, undated


def _by_platform(clock: Clock, until: int) -> Verdict:
    live = not clock.stopped_at or clock.stopped_at >= until
    word = _WORDS.get(clock.stage, "running")
    if clock.stage is not Stage.CANCELLED and live:
        word = "overdue" if 0 < clock.due_at < until and clock.stage is not Stage.PAUSED else word
        word = "running" if word in ("met", "missed") else word
    return Verdict(word, clock.target, clock.due_at, clock.name)


def verdict(measured: Measured | None) -> Verdict:
    """How a cycle came out, for people."""
    if measured is None or measured.reading is None:
        return _NO_CLOCK
    reading = measured.reading
    word = "overdue" if reading.breached and not measured.cycle.ended_at else _WORDS.get(reading.stage, "running")
    return Verdict(word, reading.target, reading.due_at, measured.policy.name)


_WORDS = {Stage.MET: "met", Stage.BREACHED: "missed", Stage.CANCELLED: "cancelled", Stage.PAUSED: "paused"}
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


def _tally(side: dict[Metric, list[int]], each: Came) -> None:
    word = each.verdict.word
    if word in ("cancelled", "none"):
        return
    tally = side.setdefault(each.metric, [0, 0, 0])
    tally[1 if word in ("missed", "overdue") else 0 if word == "met" else 2] += 1


def _flips(case: Case, was: Side, would: Side) -> Iterable[Flip]:
    for ident in dict.fromkeys((*was, *would)):
        known = was.get(ident) or would[ident]
        first, second = (side[ident].verdict if ident in side else _NO_CLOCK for side in (was, would))
        if first.word != second.word:
            yield Flip(case.ref, case.number, known.metric, known.cycle, first, second)
