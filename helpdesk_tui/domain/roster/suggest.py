"""Who could cover a hole: everybody, ranked, each with the reasons for and against; and the nearest cure of a finding.

Nothing is hidden: those who cannot are listed last, with why. The order is fixed: who can before who cannot, the
skilled first, then those who stay within the limits, the least over of the others, the smallest part of the fair share,
the longest rest, the name. So whoever is first breaks no limit, unless everybody who could do it would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from helpdesk_tui.domain.roster.absences import away
from helpdesk_tui.domain.roster.bounds import LATEST, Interval, merged
from helpdesk_tui.domain.roster.coverage import Finding, Kind
from helpdesk_tui.domain.roster.duties import Empty
from helpdesk_tui.domain.roster.fairness import (
    CUSTOMARY,
    HOUR,
    Limits,
    Share,
    strained,
    weekends,
    weeks,
    worsened,
)
from helpdesk_tui.domain.roster.presence import DESK, Busy, Presence, Skills
from helpdesk_tui.domain.roster.schedule import NOBODY_KNOWN, People
from helpdesk_tui.domain.wall_time import DAY, find_zone, wall_at, wall_date

NEAR = 2 * HOUR
"""A shift that ends or begins within this distance can be stretched rather than a new one made."""
STRETCH = 6 * HOUR
"""A longer hole is no longer somebody staying on or starting early: it is another duty."""


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
    """What is to be covered: [start, end) in instants on a pool, by somebody with a skill ("" is anybody).

    With `group` the skill is only a group whose people come first among those within the limits: others can do it too.
    """

    start: int
    end: int
    pool: str = DESK
    skill: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person for a hole. `can` is false where they are away, gone, unreachable or on already; seconds throughout.

    Rest is None where there is no duty on that side; week and weekends are before and after taking the hole. `over`
    are those of the reasons against that are limits passed by taking it.
    """

    person: str
    can: bool
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    rest_before: int | None
    rest_after: int | None
    week: tuple[int, int]
    weekends: tuple[int, int]
    over: tuple[str, ...] = ()


def all_over(found: Sequence[Suggestion]) -> bool:
    """Whether there are people who can, and each of them would pass a limit."""
    able = [one for one in found if one.can]
    return bool(able) and all(one.over for one in able)


def suggestions(hole: Hole, team: Team, among: Iterable[str] | None = None) -> list[Suggestion]:
    """Everybody of `among` (all whose skills are known, if None), the best first."""
    busy = Busy(team.presences)
    found = []
    for person in sorted(set(team.skills if among is None else among)):
        one, excess = _suggestion(hole, team, busy, person)
        share = (team.shares or {}).get(person)
        part = share.carried / share.fair if share and share.fair else 0.0
        rest = min(LATEST if rest is None else rest for rest in (one.rest_before, one.rest_after))
        lacks = bool(hole.skill) and hole.skill not in team.skills.get(person, frozenset())
        bad, other = (not hole.group and lacks), (hole.group and lacks)
        found.append(((not one.can, bad, excess, other, part, -rest, person), one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _suggestion(hole: Hole, team: Team, busy: Busy, person: str) -> tuple[Suggestion, float]:
    """The person, and by how much the limits would be passed: 0 for not at all."""
    zone = (team.zones or {}).get(person, team.zone)
    blocks = _blocks(hole, team, busy, person)
    mine = list(busy.spans(person))
    with_it: list[Interval] = [*mine, (hole.start, hole.end)]
    monday = _monday(hole.start, zone)
    week = tuple(weeks(duties, find_zone(zone)).get(monday, 0) for duties in (mine, with_it))
    ends = weekends(mine, zone), weekends(with_it, zone)
    rests = busy.before(person, hole.start), busy.after(person, hole.end)
    pro, con = _skilled(hole, team, person)
    over: tuple[str, ...] = ()
    excess = 0.0
    if not blocks:  # what would be too much for somebody who cannot anyway says nothing
        added = worsened(mine, with_it, zone, team.limits)
        on_end, beyond = _on_end(hole, with_it, rests, team.limits)
        over = (*on_end, *strained(added))
        excess = beyond + sum(abs(one.seconds - one.limit) / max(1, one.limit) for one in added)
        if not on_end and all(rest is None or rest >= team.limits.rest for rest in rests):
            pro.append("rested")
        con += over
    share = (team.shares or {}).get(person)
    if share is not None:
        (con if share.carried > share.fair else pro).append(share.line)
    made = Suggestion(person, not blocks, tuple(pro), (*blocks, *con), *rests, (week[0], week[1]), ends, over)
    return made, excess


def _skilled(hole: Hole, team: Team, person: str) -> tuple[list[str], list[str]]:
    """What speaks for and against somebody by what they know."""
    if not hole.skill:
        return [], []
    if hole.skill in team.skills.get(person, frozenset()):
        return [f"{'of' if hole.group else 'knows'} {hole.skill}"], []
    return [], [f"{'not of' if hole.group else 'does not know'} {hole.skill}"]


def _on_end(
    hole: Hole, duties: Sequence[Interval], rests: tuple[int | None, int | None], limits: Limits
) -> tuple[tuple[str, ...], float]:
    """What is said where the hole touches another duty and both on end leave no daily rest; and by how much."""
    if 0 not in rests:
        return (), 0.0
    lasting = next(end - start for start, end in merged(duties) if start <= hole.start < end)
    if lasting <= DAY - limits.rest:
        return (), 0.0
    return (f"{round(lasting / HOUR, 1):g} h on end without rest",), 1.0


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
            cure = _cure(person, busy.before(person, one.start), busy.after(person, one.end), one.end - one.start)
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


def _cure(person: str, before: int | None, after: int | None, lasting: int) -> Cure:
    near = NEAR if lasting <= STRETCH else -1
    if before is not None and before <= near and (after is None or before <= after):
        return Cure(person, "stay", before)
    if after is not None and after <= near:
        return Cure(person, "early", after)
    return Cure(person, "cover", min((d for d in (before, after) if d is not None), default=None))
