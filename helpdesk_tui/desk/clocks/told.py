"""One clock told so that anybody can add it up, and the time left to breaches on the calendar that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from helpdesk_tui.clock import instant, local_zone
from helpdesk_tui.desk.clocks.clocks import Clocks
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.sla.drift import Drift
from helpdesk_tui.domain.sla.engine import Answer, Engine, Measured
from helpdesk_tui.domain.sla.explain import Line, Part, explain, stamp
from helpdesk_tui.domain.sla.findings import SlaError
from helpdesk_tui.domain.sla.policies import duration_text
from helpdesk_tui.domain.sla.team import held_against, matching
from helpdesk_tui.domain.wall_time import find_zone

_LETTERS = {Metric.PROMISE: "promise or reminder"}


@dataclass(frozen=True, slots=True)
class Told:
    """A clock with the lines that explain it. `cause` is what was said about its being missed; `missed` whether it was
    or is."""

    clock: Clock
    lines: tuple[Line, ...]
    missed: bool
    cause: Cause | None = None

    @property
    def title(self) -> str:
        """The clock's letter and name."""
        words = _LETTERS.get(self.clock.metric, self.clock.metric.value.replace("_", " "))
        return f"{self.clock.metric.letter}  {words}"


@dataclass(frozen=True, slots=True)
class Explained:
    """All clocks of a ticket, told: those that run first, soonest breach first. `none` says why there is none."""

    number: str
    ticket: int
    clocks: tuple[Told, ...]
    none: str = ""


def explained(desk: Clocks, ticket: int, now: int) -> Explained | None:
    """Every clock of a ticket; None where the ticket is not in the cache. Raises StoreError."""
    found = desk.known([ticket]).get(ticket)
    if found is None:
        return None
    said = {(one.source, one.key, one.clock): one.cause for one in desk.causes()}
    causes = {cause.value: cause for cause in Cause}
    engine, answer = desk.policies().answer(found.facts, found.profile, found.events, now)
    unsaid = {f"promise:{one.id}" for one in desk.team.promises(now) if one.is_unsaid}
    told = []
    for clock in sorted(found.clocks, key=_order):
        lines = tuple(_lines(clock, engine, answer, now))
        if clock.ident in unsaid and clock.stage is Stage.RUNNING:
            lines += (Line(Part.NOTE, "the text that promises it waits to be sent (g y): nobody was told yet"),)
        missed = clock.stage is Stage.BREACHED or (clock.stage is Stage.RUNNING and 0 < clock.due_at < now)
        cause = causes.get(said.get((*found.ref, clock.ident), ""))
        told.append(Told(clock, lines, missed, cause))
    none = "" if told else _none(answer)
    return Explained(found.number, ticket, tuple(told), none)


def _order(clock: Clock) -> tuple[int, int, int, str]:
    stages = {Stage.RUNNING: 0, Stage.PAUSED: 1}
    return stages.get(clock.stage, 2), clock.due_at == 0, clock.due_at, clock.ident


def _none(answer: Answer | None) -> str:
    if answer is None:
        return "its platform gives no clock, and the team has no policies (see sla.md)"
    if answer.policy is None:
        return "its platform gives no clock, and none of the team's policies matches it"
    return f'its platform gives no clock; policy "{answer.policy.name}" has no target at this priority'


def _lines(clock: Clock, engine: Engine | None, answer: Answer | None, now: int) -> Iterator[Line]:
    """The lines of one clock: by our own arithmetic where a policy has one like it, else as its platform tells it."""
    if clock.origin == "desk":
        yield from _promised(clock, now)
        return
    ours = _ours(clock, answer)
    if engine is None or answer is None or ours is None or ours.reading is None:
        yield from _platforms(clock, now)
        return
    remote, apart = None, None
    if clock.origin == "remote":
        remote, apart = clock, _apart(engine, clock, ours, now)
    goal = ours.goal
    yield from explain(
        ours, engine.stretches(ours, answer.past), engine.time(goal.calendar), engine.policies.calendar(goal.calendar),
        now, version=engine.policies.version, remote=remote, apart=apart, zone=_zone(),
    )  # fmt: skip


def _apart(engine: Engine, clock: Clock, ours: Measured, now: int) -> Drift | None:
    try:
        return held_against(engine, clock, ours, now)
    except SlaError:
        return None


def _ours(clock: Clock, answer: Answer | None) -> Measured | None:
    """Our cycle that is this clock, or is like the platform's."""
    if answer is None:
        return None
    if clock.origin == "local":
        return next((each for each in answer.clocks if f"local:{each.ident}" == clock.ident), None)
    return matching(clock, answer.clocks)


def _platforms(clock: Clock, now: int) -> Iterator[Line]:
    """What a platform tells of a clock that none of our policies knows."""
    zone = _zone()
    if clock.started_at:
        yield Line(Part.START, stamp(clock.started_at, zone), clock.started_at)
    if clock.target:
        yield Line(Part.TARGET, f'{duration_text(clock.target)} by the platform\'s "{clock.name}"')
    if clock.calendar:
        yield Line(Part.CALENDAR, f"counted on the platform's {clock.calendar}")
    if clock.paused_at and clock.stage is Stage.PAUSED:
        left = clock.due_at - clock.paused_at if clock.due_at else 0
        words = f", {duration_text(left)} before its breach" if left > 0 else ", after its breach" if left else ""
        yield Line(Part.PAUSE, f"since {stamp(clock.paused_at, zone)}{words}", clock.paused_at, now)
    yield from _due(clock, now, zone)
    read = f"; read {stamp(clock.as_of, zone)}" if clock.as_of else ""
    yield Line(Part.PLATFORM, f'says {clock.stage.value} ("{clock.name}"){read}', clock.due_at)
    yield Line(Part.NOTE, "no policy of the team has such a clock, so there is nothing to add up beside it")


def _promised(clock: Clock, now: int) -> Iterator[Line]:
    zone = _zone()
    yield Line(Part.START, f"{clock.name}: made {stamp(clock.started_at, zone)}", clock.started_at)
    yield from _due(clock, now, zone)
    if clock.ident.startswith("promise:"):
        yield Line(Part.NOTE, "kept only by a public update that the platform shows; not by a note or a waiting write")


def _due(clock: Clock, now: int, zone: ZoneInfo) -> Iterator[Line]:
    if clock.stage is Stage.PAUSED:
        yield Line(Part.DUE, "none while it stands")
    elif clock.due_at:
        left = clock.due_at - now
        words = f"in {duration_text(left)}" if left >= 0 else f"{duration_text(-left)} ago"
        yield Line(Part.DUE, f"{stamp(clock.due_at, zone)}, {words} of wall time", clock.due_at)
    elif clock.stage is Stage.RUNNING:
        yield Line(Part.DUE, "when it is due is not told")
    if clock.stopped_at:
        word = {Stage.MET: "met", Stage.BREACHED: "missed: done only"}.get(clock.stage, clock.stage.value)
        yield Line(Part.END, f"{word} at {stamp(clock.stopped_at, zone)}", clock.stopped_at)


def _zone() -> ZoneInfo:
    """The reader's zone."""
    return find_zone(local_zone())


def shown_at(at: int) -> str:
    """An instant for a sentence, in the reader's zone."""
    return f"{instant(at).astimezone(_zone()):%Y-%m-%d %H:%M %Z}" if at else "-"
