"""Coverage: where fewer people are there than are needed, and of which of four kinds that is.

    gap        nobody is down for it
    empty      somebody is, but is away, gone or has no way to be reached
    single     somebody is there, but fewer than are needed
    unskilled  people are there, none of whom can do it

People are counted as a union, each once at every instant: adding up hours would let an overlap hide a hole. Only needs
are looked at, so hours that are empty on purpose are no gaps. One sweep, O(E log E).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import itemgetter

from helpdesk_tui.domain.roster.bounds import common, merged, seconds
from helpdesk_tui.domain.roster.duties import Empty
from helpdesk_tui.domain.roster.needs import Need
from helpdesk_tui.domain.roster.presence import Presence, Skills


class Kind(StrEnum):
    """The kinds of findings, worst first."""

    GAP = "gap"
    EMPTY = "empty"
    UNSKILLED = "unskilled"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Finding:
    """[start, end) in instants. `people` are there (single, unskilled) or should be (empty).

    `missing_seconds` adds up, for each person short, how long. `reasons` says why people who are down do not count.
    """

    kind: Kind
    start: int
    end: int
    pool: str
    skill: str
    label: str
    required: int
    have: int
    people: tuple[str, ...]
    missing_seconds: int
    reasons: tuple[Empty, ...] = ()

    @property
    def lost(self) -> str:
        """What is lost if nothing is done, in a few words."""
        what = self.label or self.skill or self.pool or "the desk"
        if self.kind is Kind.GAP:
            return f"{what}: reaches nobody"
        if self.kind is Kind.EMPTY:
            return f"{what}: reaches nobody, {', '.join(self.people)} {' or '.join(self.reasons)}"
        if self.kind is Kind.UNSKILLED:
            return f"{what}: {len(self.people)} there, none with {self.skill}"
        return f"{what}: {self.have} of {self.required} there"


class _Line:
    """One pool and skill in the sweep: who is there, and which needs are running."""

    __slots__ = ("people", "pool", "running", "skill")

    def __init__(self, pool: _Pool, skill: str) -> None:
        self.pool = pool
        self.skill = skill
        self.people: set[str] = set()
        self.running: set[int] = set()


class _Pool:
    """Everybody of a pool at one instant of the sweep."""

    def __init__(self, skills: Skills) -> None:
        self.skills = skills
        self.lines: dict[str, _Line] = {}
        self.people: set[str] = set()
        self.bare: set[_Line] = set()
        self.empty: dict[str, Empty] = {}
        self._times: dict[tuple[str, bool], int] = {}
        self._mine: dict[str, list[_Line]] = {}

    def change(self, one: Presence, by: int, dirty: set[_Line]) -> None:
        """Somebody comes or goes; two presences of one person count once."""
        person, empty = one.person, bool(one.empty)
        times = self._times[person, empty] = self._times.get((person, empty), 0) + by
        if times != (1 if by > 0 else 0):
            return
        if empty:
            self.empty.update({person: one.empty}) if by > 0 else self.empty.pop(person)
        else:
            mine = self._mine.get(person)
            if mine is None:
                able = self.skills.get(person, frozenset())
                mine = self._mine[person] = [
                    line for line in self.lines.values() if not line.skill or line.skill in able
                ]
            self._move(person, mine, by)
            dirty.update(mine)
        dirty |= self.bare

    def _move(self, person: str, lines: list[_Line], by: int) -> None:
        """Into the lines or out of them; those without anybody are kept at hand."""
        if by > 0:
            self.people.add(person)
            for line in lines:
                line.people.add(person)
            self.bare.difference_update(lines)
            return
        self.people.discard(person)
        for line in lines:
            line.people.discard(person)
            if not line.people:
                self.bare.add(line)

    def judged(self, line: _Line, required: int) -> _Judged | None:
        """What is wrong about a need now; None where it is met."""
        there = line.people
        if len(there) >= required:
            return None
        if there:
            return Kind.SINGLE, len(there), tuple(sorted(there)), ()
        missing = {
            person: why
            for person, why in self.empty.items()
            if not line.skill or line.skill in self.skills.get(person, frozenset())
        }
        if missing:
            return Kind.EMPTY, 0, tuple(sorted(missing)), tuple(sorted(set(missing.values())))
        return (Kind.UNSKILLED, 0, tuple(sorted(self.people)), ()) if self.people else (Kind.GAP, 0, (), ())


_Judged = tuple[Kind, int, tuple[str, ...], tuple[Empty, ...]]


class _Sweep:
    """The needs with what is wrong about each at the moment, and what has been found so far."""

    def __init__(self, needs: Iterable[Need], skills: Skills) -> None:
        self.needs = [need for need in needs if need.required > 0 and need.end > need.start]
        self.pools: dict[str, _Pool] = {}
        self.lines: list[_Line] = []
        for need in self.needs:
            pool = self.pools.get(need.pool)
            if pool is None:
                pool = self.pools[need.pool] = _Pool(skills)
            line = pool.lines.get(need.skill)
            if line is None:
                line = pool.lines[need.skill] = _Line(pool, need.skill)
                pool.bare.add(line)
            self.lines.append(line)
        self.opened: dict[int, Finding] = {}
        self.done: list[Finding] = []

    def judge(self, number: int, at: int) -> None:
        """What a need shows from `at` on."""
        need, line = self.needs[number], self.lines[number]
        found = line.pool.judged(line, need.required)
        before = self.opened.get(number)
        if found is None:
            if before is not None:
                self.close(number, at)
            return
        if before is not None and (before.kind, before.have) == found[:2]:
            people, reasons = {*before.people, *found[2]}, {*before.reasons, *found[3]}
            if len(people) > len(before.people) or len(reasons) > len(before.reasons):
                self.opened[number] = replace(before, people=tuple(sorted(people)), reasons=tuple(sorted(reasons)))
            return
        self.close(number, at)
        kind, have, names, why = found
        where = need.pool, need.skill, need.label
        self.opened[number] = Finding(kind, at, at, *where, need.required, have, names, 0, why)

    def close(self, number: int, at: int) -> None:
        """A finding ends; one that lasted no time was none."""
        one = self.opened.pop(number, None)
        if one is not None and at > one.start:
            self.done.append(replace(one, end=at, missing_seconds=(at - one.start) * (one.required - one.have)))


def findings(needs: Iterable[Need], presences: Iterable[Presence], skills: Skills) -> list[Finding]:
    """Everything that is short, by start and then worst first; touching findings of one kind are one."""
    # An event is twice its instant, plus one where something begins: what ends comes first.
    sweep = _Sweep(needs, skills)
    events: list[tuple[int, Presence | int]] = []
    for one in presences:
        if one.end > one.start and one.pool in sweep.pools:
            events.append((2 * one.start + 1, one))
            events.append((2 * one.end, one))
    for number, need in enumerate(sweep.needs):
        events.append((2 * need.start + 1, number))
        events.append((2 * need.end, number))
    events.sort(key=itemgetter(0))
    dirty: set[_Line] = set()
    fresh: set[int] = set()
    for place, (moment, what) in enumerate(events):
        at, begins = divmod(moment, 2)
        if isinstance(what, Presence):
            sweep.pools[what.pool].change(what, 1 if begins else -1, dirty)
        elif begins:
            sweep.lines[what].running.add(what)
            fresh.add(what)
        else:
            sweep.lines[what].running.discard(what)
            sweep.close(what, at)
        if place + 1 == len(events) or events[place + 1][0] // 2 != at:
            for line in dirty:
                fresh |= line.running
            for number in fresh:
                if number in sweep.opened or len(sweep.lines[number].people) < sweep.needs[number].required:
                    sweep.judge(number, at)
            dirty.clear()
            fresh.clear()
    return _merged(sweep.done)


def covered_share(presences: Iterable[Presence], start: int, end: int) -> float:
    """The part of [start, end), 0 to 1, in which anybody at all is there; overlaps count once."""
    there = merged((one.start, one.end) for one in presences if not one.empty)
    return seconds(common(there, [(start, end)])) / (end - start)


def loudest_first(found: Iterable[Finding]) -> list[Finding]:
    """The order in which problems are told: nobody reached before too few, the longest first, the soonest of equals."""
    worst = [(Kind.GAP, Kind.EMPTY), (Kind.UNSKILLED,), (Kind.SINGLE,)]
    rank = {kind: place for place, kinds in enumerate(worst) for kind in kinds}
    return sorted(found, key=lambda one: (rank[one.kind], one.start - one.end, one.start, one.pool, one.skill))


def _merged(done: list[Finding]) -> list[Finding]:
    """Touching findings of one kind, place and head count become one; the greater need is named."""
    result: list[Finding] = []
    for one in sorted(done, key=lambda f: (f.pool, f.skill, f.label, f.start)):
        last = result[-1] if result else None
        if last and last.end == one.start and _alike(last) == _alike(one):
            result[-1] = replace(
                last,
                end=one.end,
                required=max(last.required, one.required),
                people=tuple(sorted({*last.people, *one.people})),
                reasons=tuple(sorted({*last.reasons, *one.reasons})),
                missing_seconds=last.missing_seconds + one.missing_seconds,
            )
        else:
            result.append(one)
    worst = list(Kind)
    return sorted(result, key=lambda f: (f.start, worst.index(f.kind), f.pool, f.skill))


def _alike(one: Finding) -> tuple[object, ...]:
    return one.kind, one.have, one.pool, one.skill, one.label
