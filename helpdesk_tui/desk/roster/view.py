"""What the schedule shows of a period: everybody's row, need and have, visits, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.problems import Problem, problems
from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.bounds import LATEST, Interval, common
from helpdesk_tui.domain.roster.grid import Axis, Level, Mark, Spent, levels, painted
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.shifts import Shift
from helpdesk_tui.domain.roster.standing import Presence
from helpdesk_tui.domain.roster.swaps import Swap, SwapState
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Technician

SORTS = ("name", "start", "load", "hours")
_AWAY = {AbsenceKind.AWAY: Mark.AWAY, AbsenceKind.LEAVE: Mark.LEAVE, AbsenceKind.TRAINING: Mark.TRAINING}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list of problems and requests: something that is wrong, or a swap that waits for an answer."""

    kind: str
    label: str
    start: int
    end: int
    what: str
    lost: str
    cure: str = ""
    problem: Problem | None = None
    swap: Swap | None = None

    def said(self, zone: str) -> str:
        """What is wrong, with times in a zone."""
        return self.problem.said(zone) if self.problem else self.what

    @property
    def key(self) -> tuple[object, ...]:
        """What stays the same while it is looked at."""
        pool = self.problem.pool if self.problem else ""
        return self.kind, pool, self.swap.key if self.swap else "", self.start


def items(floor: Floor, waiting: Sequence[Swap], now: int, until: int) -> list[Item]:
    """Problems that reach nobody, then requests, then the rest."""
    found = [Item(p.kind, p.label, p.start, p.end, p.what, p.lost, p.cure, p) for p in problems(floor, now, until)]
    loud = [one for one in found if one.kind in ("gap", "empty")]
    asked = [_request(floor, one) for one in waiting]
    return [*loud, *asked, *(one for one in found if one not in loud)]


def _request(floor: Floor, swap: Swap) -> Item:
    both = f"{swap.gives.person} <-> {swap.taker}" if swap.takes else f"{swap.gives.person} -> {swap.taker}"
    said = {
        SwapState.PROPOSED: f"{swap.taker} has not agreed yet",
        SwapState.ACCEPTED: "both agreed, waits for you",
        SwapState.APPROVED: "approved, not taken yet",
    }
    label = floor.label(swap.gives.schedule)
    words = said.get(swap.state, str(swap.state))
    return Item("swap", label, swap.gives.start, swap.gives.end, both, words, "Enter reviews it", swap=swap)


@dataclass(frozen=True)
class Period:
    """A floor seen along an axis. Rows are made when they are asked for and kept."""

    floor: Floor
    axis: Axis
    now: int

    @cached_property
    def standing(self) -> Mapping[str, Presence]:
        """Where everybody stands now."""
        return self.floor.presence(self.now)

    @cached_property
    def _shifts(self) -> dict[str, list[Shift]]:
        found: dict[str, list[Shift]] = {}
        for shift in self.floor.shifts(self.axis.start, self.axis.end):
            found.setdefault(shift.person, []).append(shift)
        return found

    @cached_property
    def duties(self) -> dict[str, list[tuple[int, int, str, bool]]]:
        """Of each person: [start, end) on call, the schedule's key, and whether that reaches nobody."""
        found: dict[str, list[tuple[int, int, str, bool]]] = {}
        for line in self.floor.lines:
            opens, closes = line.known(self.axis.start, self.axis.end)
            for span in self.floor.spans(line, opens, closes) if opens < closes else ():
                for duty in span.duties:
                    entry = (span.start, span.end, line.key, bool(duty.empty))
                    found.setdefault(duty.person, []).append(entry)
        return found

    @cached_property
    def visits(self) -> list[Visit]:
        """Visits and windows that touch the period, by start."""
        there = (one for one in self.floor.visits if one.start < self.axis.end and one.end > self.axis.start)
        return sorted(there, key=lambda one: one.start)

    def people(self, *, sort: str, group: str) -> list[tuple[str, list[Technician]]]:
        """Everybody who works here, and whoever else is on call, in groups."""
        active = [one for one in self.floor.technicians.values() if one.active]
        guests = [Technician(name) for name in self.duties if name not in self.floor.technicians]
        found: dict[str, list[Technician]] = {}
        for one in [*active, *guests]:
            found.setdefault(_group(one, group), []).append(one)
        return [(title, sorted(found[title], key=lambda one: self._rank(one, sort))) for title in sorted(found)]

    def _rank(self, one: Technician, sort: str) -> tuple[float, str]:
        name = one.name.casefold()
        if sort == "start":
            return min((shift.start for shift in self._shifts.get(one.name, ())), default=LATEST), name
        if sort == "load":
            return -self.floor.open_tickets(one.name) / (one.capacity or 1), name
        return (-self.hours(one.name) if sort == "hours" else 0.0), name

    def hours(self, name: str) -> int:
        """Seconds at work in the period."""
        return sum(
            max(0, min(end, self.axis.end) - max(start, self.axis.start))
            for shift in self._shifts.get(name, ())
            for start, end in shift.worked
        )

    @cached_property
    def _rows(self) -> dict[str, str]:
        return {}

    def row(self, name: str) -> str:
        """Somebody's marks, one for each cell."""
        if name not in self._rows:
            self._rows[name] = painted(self._spent(name), self.axis)
        return self._rows[name]

    def _spent(self, name: str) -> Iterable[Spent]:
        for shift in self._shifts.get(name, ()):
            yield from ((start, end, Mark.SHIFT) for start, end in shift.worked)
            yield from ((start, end, Mark.BREAK) for start, end in shift.breaks)
        duties = self.duties.get(name, ())
        for start, end, _, lost in duties:
            yield start, end, Mark.LOST if lost else Mark.CALL
        for one in self.floor.people.absences:
            if one.person == name:
                yield one.start, one.end if one.end is not None else LATEST, _AWAY[one.kind]
        for visit in self.visits:
            if name in visit.people:
                yield visit.start, visit.end, Mark.WINDOW if visit.kind == "maintenance" else Mark.VISIT

    @cached_property
    def coverage(self) -> list[Cover]:
        """Need and have of each skill at the desk, and of each schedule that somebody is missing on; shortest first."""
        start, end = self.axis.start, self.axis.end
        there, needs = self.floor.there(start, end), self.floor.needs(start, end)
        skills = sorted({one.skill for one in needs if one.pool == DESK})
        found = [
            Cover(skill or "all", levels(needs, there, self.floor.skills, DESK, skill, self.axis)) for skill in skills
        ]
        for line in self.floor.lines:
            asked = [replace(one, skill="") for one in needs if one.pool == line.key]
            mine = levels(asked, there, {}, line.key, "", self.axis)
            if any(level.short for level in mine):
                found.append(Cover(line.name, mine, line.key))
        everybody = Cover("all", levels((), there, self.floor.skills, DESK, "", self.axis))
        ordered = sorted(found, key=lambda one: (not one.short, one.pool == DESK, one.label))
        return ordered if "" in skills else [*ordered, everybody]

    def about(self, name: str, cell: int) -> list[str]:
        """What somebody does in a cell, in words."""
        opens, closes = self.axis.edges[cell], self.axis.edges[cell + 1]
        found = []
        for one in self.floor.people.absences:
            if one.person == name and _touches((one.start, one.end or LATEST), (opens, closes)):
                found.append({"away": "away", "leave": "on leave", "training": "in training"}[one.kind])
        for start, end, key, lost in self.duties.get(name, ()):
            if _touches((start, end), (opens, closes)):
                found.append(f"on call {self.floor.label(key)}{' but reaches nobody' if lost else ''}")
        for visit in self.visits:
            if name in visit.people and _touches((visit.start, visit.end), (opens, closes)):
                found.append(f"{visit.title}{f' {visit.number}' if visit.number else ''}")
        for shift in self._shifts.get(name, ()):
            if common(shift.worked, [(opens, closes)]):
                found.append("on shift" + (f" in {shift.place}" if shift.place else ""))
        return list(dict.fromkeys(found))

    def shift_at(self, name: str, cell: int) -> Interval | None:
        """The shift that somebody works in a cell."""
        opens, closes = self.axis.edges[cell], self.axis.edges[cell + 1]
        found = (shift for shift in self._shifts.get(name, ()) if _touches((shift.start, shift.end), (opens, closes)))
        return next(((shift.start, shift.end) for shift in found), None)


@dataclass(frozen=True, slots=True)
class Cover:
    """Need and have of one skill or schedule, by cell."""

    label: str
    levels: list[Level]
    pool: str = DESK

    @property
    def short(self) -> bool:
        """Whether somebody is missing anywhere."""
        return any(level.short for level in self.levels)

    @property
    def asked(self) -> bool:
        """Whether anybody is needed at all."""
        return any(level.need for level in self.levels)


def _group(one: Technician, by: str) -> str:
    if by == "team":
        return one.groups[0] if one.groups else ("no group" if one.zone else "not of the team")
    return (one.zone or "no zone") if by == "zone" else ""


def _touches(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and one[1] > other[0]
