"""Putting somebody on call in a span, and swapping two spans: what it would mean for each, and what is written where.

A plan is a value; nothing is written before it is carried out by `RosterDesk.carry_out`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.problems import AROUND, LOOKING_BACK, calls_of_all
from helpdesk_tui.domain.roster.bounds import Interval, merged, without
from helpdesk_tui.domain.roster.burden import Burden, burden
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.fairness import weekends
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.overrides import OverrideKind
from helpdesk_tui.domain.roster.slots import OverrideSlot


@dataclass(frozen=True, slots=True)
class Effect:
    """What a plan means for one person: rest and hours, and weekends in 90 days before and after."""

    person: str
    burden: Burden
    weekends: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One exception to be written: in `line`, [start, end), `person` on in place of `instead` ("" for nobody)."""

    line: Line
    start: int
    end: int
    person: str
    instead: str = ""
    rotations: tuple[str, ...] = ()

    @property
    def kind(self) -> OverrideKind:
        """As an exception of the team's own schedule."""
        return OverrideKind.REPLACE if self.instead else OverrideKind.ADD

    @property
    def slot(self) -> OverrideSlot:
        """As a span of a platform's schedule."""
        return OverrideSlot(self.line.remote_key, self.start, self.end, self.rotations)

    @property
    def where(self) -> str:
        """What is written where, in a sentence."""
        if not self.line.key:
            return "a swap in the team's own store; usual shifts are not changed"
        if self.line.source:
            return f"an override in {self.line.source}, {self.line.name}; the rotation itself is not changed"
        return f"an override in the team's own schedule {self.line.name}; the rotation itself is not changed"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, all steps or none, and what it means for each person."""

    steps: tuple[Step, ...]
    effects: tuple[Effect, ...]
    against: tuple[str, ...] = ()
    """Why it cannot be done at all; empty where it can."""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody it concerns."""
        return tuple(dict.fromkeys(one.person for one in self.effects))


def from_now(start: int, now: int) -> int:
    """When a change of what begins at `start` begins: of a running duty only what is left, from this minute on, since
    what was worked stays as it was."""
    return max(start, now // 60 * 60)


def cover_plan(floor: Floor, line: Line, start: int, end: int, person: str, now: int) -> Plan:
    """Somebody on call in [start, end), from now on where it has begun. RosterError where the schedule cannot be
    written or the person is nobody's."""
    if end <= start:
        raise RosterError("the span ends before it begins")
    if end <= now:
        raise RosterError("that span is over: the past stays as it was")
    start = from_now(start, now)
    may_write(line)
    if person not in floor.technicians:
        raise RosterError(f"there is no technician {person!r}")
    spans = floor.spans(line, start, end)
    on = [duty for span in spans for duty in span.duties]
    people = {duty.person for duty in on}
    instead = next(iter(people)) if len(people) == 1 else ""
    layers = {duty.layer for duty in on}
    rotations = tuple(layers) if line.source and len(layers) == 1 and len(people) == 1 else ()
    step = Step(line, start, end, person, instead, rotations)
    effects = [effect_on(floor, person, [(start, end)], [], start)]
    if instead and instead != person:
        effects.append(effect_on(floor, instead, [], [(start, end)], start))
    return Plan((step,), tuple(effects), tuple(_against(floor, line, person, start, end, people)))


def swap_plan(floor: Floor, first: Step, second: Step, now: int) -> Plan:
    """Two spans change hands, of a running one what is left: each step names who is on now as `instead` and the other
    as `person`."""
    for step, other in ((first, second), (second, first)):
        if step.end <= now:
            raise RosterError("one of the shifts is over: the past stays as it was")
        if step.person != other.instead or not step.instead:
            raise RosterError("a swap is between two shifts that two people hold")
    first, second = (replace(step, start=from_now(step.start, now)) for step in (first, second))
    for step in (first, second):
        may_write(step.line)
    if first.instead == second.instead:
        raise RosterError(f"{first.instead} holds both shifts: there is nothing to swap")
    against: list[str] = []
    for step in (first, second):
        held = floor.spans(step.line, step.start, step.end)
        if any(step.instead not in span.people for span in held):
            against.append(f"{step.instead} no longer holds the whole shift on {step.line.name}")
        against += _against(floor, step.line, step.person, step.start, step.end, {step.instead, step.person})
    effects = (
        effect_on(floor, first.person, [(first.start, first.end)], [(second.start, second.end)], first.start),
        effect_on(floor, second.person, [(second.start, second.end)], [(first.start, first.end)], second.start),
    )
    return Plan((first, second), effects, tuple(against))


def may_write(line: Line) -> None:
    """RosterError where no exception of a schedule can be made from here."""
    if not line.writable:
        raise RosterError(f"{line.name} is kept by {line.source}, where no override can be written from here")


def hold_together(steps: Sequence[Step]) -> None:
    """RosterError where steps are of a platform and of the team's own: one could be refused when the other stands."""
    if len({bool(step.line.source) for step in steps}) > 1:
        raise RosterError("a swap between a platform's schedule and the team's own cannot hold together")


def _against(floor: Floor, line: Line, person: str, start: int, end: int, on: set[str]) -> list[str]:
    one = floor.technicians[person]
    found = []
    if not one.active:
        found.append(f"{person} works here no more")
    if floor.is_away(person, start, end):
        found.append(f"{person} is away then")
    if person in floor.people.unreachable:
        found.append(f"{person} cannot be reached: no contact")
    if on == {person}:
        found.append(f"{person} is on already")
    if line.source and account_of(floor, line.source, person) == "":
        found.append(f"{line.source} does not know {person}: no login is joined")
    return found


def account_of(floor: Floor, source: str, person: str) -> str:
    """A technician's identifier on a source; "" where none is joined."""
    return next((one.key for one in floor.joined.people.get(person, ()) if one.source == source), "")


def _duties(floor: Floor, person: str, start: int, end: int) -> list[Interval]:
    return merged((one.start, one.end) for one in floor.there(start, end) if one.person == person and not one.empty)


def effect_on(floor: Floor, person: str, gains: Sequence[Interval], loses: Sequence[Interval], at: int) -> Effect:
    """What it means for somebody to gain and lose these spans; weekends are those of the 90 days before `at`."""
    zone = floor.technicians[person].zone if person in floor.technicians else ""
    zone = zone or floor.zone
    edges = [edge for span in (*gains, *loses) for edge in span]
    low, high = min(edges), max(edges)
    means = burden(_duties(floor, person, low - AROUND, high + AROUND), gains, loses, zone, floor.rules.limits)
    long = calls_of_all(floor, at - LOOKING_BACK, high).get(person, [])
    ends = weekends(long, zone), weekends(merged([*without(long, merged(loses)), *gains]), zone)
    return Effect(person, means, ends)
