"""Who could cover a hole: everybody, ranked, each with the reasons for and against; and the nearest cure of a finding.

Nothing is hidden: those who cannot are listed last, with why. The order is fixed: who can before who cannot, the
skilled first, then those who stay within the limits, the least over of the others, the smallest part of the fair share,
the longest rest, the name. So whoever is first breaks no limit, unless everybody who could do it would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpdesk_tui.domain.roster.absences import away
from helpdesk_tui.domain.roster.bounds import LATEST, Interval, merged
from helpdesk_tui.domain.roster.burden import Burden, burden
from helpdesk_tui.domain.roster.coverage import Finding, Kind
from helpdesk_tui.domain.roster.duties import Empty
from helpdesk_tui.domain.roster.fairness import CUSTOMARY, HOUR, Limits, Share, weekends
from helpdesk_tui.domain.roster.presence import DESK, Busy, Presence, Skills
from helpdesk_tui.domain.roster.schedule import NOBODY_KNOWN, People

NEAR = 2 * HOUR
"""A shift that ends or begins within this distance can be stretched rather than a new one made."""
STRETCH = 6 * HOUR
"""A longer hole is no longer somebody staying on or starting early: it is another duty."""


@dataclass(frozen=True, slots=True)
class Team:
    """What suggestions are made from. `zones`, `shares` and `calls` (the duties on call of 90 days, for their weekends)
    are by person; `zone` is for people without their own. With `beside_work` who is at the desk can be on call too."""

    skills: Skills
    presences: Sequence[Presence]
    zone: str
    people: People = NOBODY_KNOWN
    zones: Mapping[str, str] | None = None
    shares: Mapping[str, Share] | None = None
    limits: Limits = CUSTOMARY
    calls: Mapping[str, Sequence[Interval]] | None = None
    beside_work: bool = False


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

    `burden` is what taking the hole means, weekends are before and after it. `over` are those of the reasons against
    that are limits passed by taking it; `lacks` is whether they do not know what is asked for.
    """

    person: str
    can: bool
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    burden: Burden
    weekends: tuple[int, int]
    over: tuple[str, ...] = ()
    lacks: bool = False


def all_over(found: Sequence[Suggestion]) -> bool:
    """Whether there are people who can, and each of them would pass a limit."""
    able = [one for one in found if one.can]
    return bool(able) and all(one.over for one in able)


def suggestions(hole: Hole, team: Team, among: Iterable[str] | None = None) -> list[Suggestion]:
    """Everybody of `among` (all whose skills are known, if None), the best first."""
    busy = Busy(team.presences)
    held = Busy(one for one in team.presences if one.pool != DESK) if team.beside_work else busy
    found = []
    for person in sorted(set(team.skills if among is None else among)):
        one = _suggestion(hole, team, busy, held, person)
        excess = one.burden.excess if one.can else 0.0
        share = (team.shares or {}).get(person)
        part = share.carried / share.fair if share and share.fair else 0.0
        rest = min(LATEST if rest is None else rest for rest in one.burden.sides)
        bad, other = (not hole.group and one.lacks), (hole.group and one.lacks)
        found.append(((not one.can, bad, excess, other, part, -rest, person), one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _suggestion(hole: Hole, team: Team, busy: Busy, held: Busy, person: str) -> Suggestion:
    """The person; `held` is when they are on in a way that keeps them from it."""
    zone = (team.zones or {}).get(person, team.zone)
    blocks = _blocks(hole, team, held, person)
    mine, span = list(busy.spans(person)), (hole.start, hole.end)
    means = burden(mine, [span], [], zone, team.limits)
    long = mine if team.calls is None else team.calls.get(person, ())
    ends = weekends(long, zone), weekends(merged([*long, span]), zone)
    pro, con = _skilled(hole, team, person)
    over: tuple[str, ...] = ()
    if not blocks:  # what would be too much for somebody who cannot anyway says nothing
        over = means.over
        if not means.on_end and all(rest is None or rest >= team.limits.rest for rest in means.sides):
            pro.append("rested")
        con += over
    share = (team.shares or {}).get(person)
    if share is not None:
        (con if share.carried > share.fair else pro).append(share.line)
    lacks = bool(hole.skill) and hole.skill not in team.skills.get(person, frozenset())
    return Suggestion(person, not blocks, tuple(pro), (*blocks, *con), means, ends, over, lacks)


def _skilled(hole: Hole, team: Team, person: str) -> tuple[list[str], list[str]]:
    """What speaks for and against somebody by what they know."""
    if not hole.skill:
        return [], []
    if hole.skill in team.skills.get(person, frozenset()):
        return [f"{'of' if hole.group else 'knows'} {hole.skill}"], []
    return [], [f"{'not of' if hole.group else 'does not know'} {hole.skill}"]


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
