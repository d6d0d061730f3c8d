"""Who could cover a hole: everybody, ranked, each with the reasons for and against; and the nearest cure of a finding.

Nothing is hidden: those who cannot are listed last, with why. The order is fixed: who can before who cannot, the
skilled first, then the fewest warnings, the smallest part of the fair share, the longest rest, the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from helpdesk_tui.domain.roster.absences import away
from helpdesk_tui.domain.roster.bounds import LATEST, Interval
from helpdesk_tui.domain.roster.coverage import Finding, Kind
from helpdesk_tui.domain.roster.duties import Empty
from helpdesk_tui.domain.roster.fairness import (
    CUSTOMARY,
    HOUR,
    Limits,
    Share,
    Strain,
    warnings,
    weekends,
    weeks,
)
from helpdesk_tui.domain.roster.presence import DESK, Busy, Presence, Skills
from helpdesk_tui.domain.roster.schedule import NOBODY_KNOWN, People
from helpdesk_tui.domain.wall_time import find_zone, wall_at, wall_date

NEAR = 2 * HOUR
"""A shift that ends or begins within this distance can be stretched rather than a new one made."""


@dataclass(frozen=True, slots=True)
class Team:
    """What suggestions are made from. `zones` and `shares` are by person; `zone` is for people without their own."""

    skills: Skills
    presences: Sequence[Presence]
    zone: str
    people: People = NOBODY_KNOWN
    zones: Mapping[str, str] | None = None
    shares: Mapping[str, Share] | None = None
    limits: Limits = CUSTOMARY


@dataclass(frozen=True, slots=True)
class Hole:
    """What is to be covered: [start, end) in instants on a pool, by somebody with a skill ("" is anybody)."""

    start: int
    end: int
    pool: str = DESK
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person for a hole. `can` is false where they are away, gone, unreachable or on already; seconds throughout.

    Rest is None where there is no duty on that side; week and weekends are before and after taking the hole.
    """

    person: str
    can: bool
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    rest_before: int | None
    rest_after: int | None
    week: tuple[int, int]
    weekends: tuple[int, int]


def suggestions(hole: Hole, team: Team, among: Iterable[str] | None = None) -> list[Suggestion]:
    """Everybody of `among` (all whose skills are known, if None), the best first."""
    busy = Busy(team.presences)
    found = []
    for person in sorted(set(team.skills if among is None else among)):
        one = _suggestion(hole, team, busy, person)
        share = (team.shares or {}).get(person)
        part = share.carried / share.fair if share and share.fair else 0.0
        rest = min(LATEST if rest is None else rest for rest in (one.rest_before, one.rest_after))
        skilled = not hole.skill or hole.skill in team.skills.get(person, frozenset())
        found.append(((not one.can, not skilled, len(one.reasons_against), part, -rest, person), one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _suggestion(hole: Hole, team: Team, busy: Busy, person: str) -> Suggestion:
    zone = (team.zones or {}).get(person, team.zone)
    blocks = _blocks(hole, team, busy, person)
    mine = list(busy.spans(person))
    with_it: list[Interval] = [*mine, (hole.start, hole.end)]
    monday = _monday(hole.start, zone)
    week = tuple(weeks(duties, find_zone(zone)).get(monday, 0) for duties in (mine, with_it))
    ends = weekends(mine, zone), weekends(with_it, zone)
    pro: list[str] = []
    con: list[str] = []
    if hole.skill:
        has = hole.skill in team.skills.get(person, frozenset())
        (pro if has else con).append(f"{'knows' if has else 'does not know'} {hole.skill}")
    known = set(warnings(mine, zone, team.limits))
    added = [one for one in warnings(with_it, zone, team.limits) if one not in known]
    con += [one.line for one in added]
    rests = busy.before(person, hole.start), busy.after(person, hole.end)
    if not blocks and all(one.strain is not Strain.REST for one in added):
        pro.append("rested")
    share = (team.shares or {}).get(person)
    if share is not None:
        (con if share.carried > share.fair else pro).append(share.line)
    return Suggestion(person, not blocks, tuple(pro), (*blocks, *con), *rests, (week[0], week[1]), ends)


def _monday(at: int, zone: str) -> date:
    day = wall_date(wall_at(at, find_zone(zone)))
    return day - timedelta(days=day.weekday())


def _blocks(hole: Hole, team: Team, busy: Busy, person: str) -> list[str]:
    """Why somebody cannot take a hole at all."""
    result = []
    if person in team.people.gone:
        result.append("has left")
    absent = away(one for one in team.people.absences if one.person == person).get(person, [])
    if any(start < hole.end and end > hole.start for start, end in absent):
        result.append("away")
    if hole.pool != DESK and person in team.people.unreachable:
        result.append("cannot be reached: no contact")
    if busy.on(person, hole.start, hole.end):
        result.append("on already")
    return result


@dataclass(frozen=True, slots=True)
class Cure:
    """The nearest way out of a finding: `action` is reach, stay, early or cover; `distance` seconds to their duty."""

    person: str
    action: str
    distance: int | None

    @property
    def line(self) -> str:
        """One line for the problem list."""
        return {
            "reach": f"give {self.person} a contact",
            "stay": f"{self.person} could stay on",
            "early": f"{self.person} could start early",
        }.get(self.action, f"{self.person} could cover")


def nearest_cures(
    found: Sequence[Finding], team: Team, among: Mapping[str, Iterable[str]] | None = None
) -> list[Cure | None]:
    """For each finding the person who is free, knows the skill and is nearest in time; None where nobody is.

    `among` limits a pool to certain people, as a rotation is to its members and their stand-ins.
    """
    busy, absent = Busy(team.presences), away(team.people.absences)
    pools: dict[tuple[str, str], list[str]] = {}
    result: list[Cure | None] = []
    for one in found:
        if one.kind is Kind.EMPTY and set(one.reasons) == {Empty.UNREACHABLE}:
            result.append(Cure(one.people[0], "reach", None))
            continue
        names = pools.get((one.pool, one.skill))
        if names is None:
            names = pools[one.pool, one.skill] = _able(one, team, (among or {}).get(one.pool))
        best: tuple[int, str, Cure] | None = None
        for person in names:
            if busy.on(person, one.start, one.end):
                continue
            if any(start < one.end and end > one.start for start, end in absent.get(person, ())):
                continue
            cure = _cure(person, busy.before(person, one.start), busy.after(person, one.end))
            key = (LATEST if cure.distance is None else cure.distance, person, cure)
            if best is None or key[:2] < best[:2]:
                best = key
        result.append(best[2] if best else None)
    return result


def _able(one: Finding, team: Team, among: Iterable[str] | None) -> list[str]:
    out = team.people.gone | (team.people.unreachable if one.pool != DESK else frozenset())
    names = team.skills if among is None else among
    return sorted(
        person
        for person in names
        if person not in out and (not one.skill or one.skill in team.skills.get(person, frozenset()))
    )


def _cure(person: str, before: int | None, after: int | None) -> Cure:
    if before is not None and before <= NEAR and (after is None or before <= after):
        return Cure(person, "stay", before)
    if after is not None and after <= NEAR:
        return Cure(person, "early", after)
    return Cure(person, "cover", min((d for d in (before, after) if d is not None), default=None))
