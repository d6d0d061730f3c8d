"""What is wrong with the roster, loudest first, and who could mend it, with reasons for and against each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.needs import unknown_needs
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.coverage import Finding, Kind, loudest_first
from helpdesk_tui.domain.roster.fairness import Share, shares
from helpdesk_tui.domain.roster.feasibility import Shortage
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.overrides import overlapping
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.presence import Presence as There
from helpdesk_tui.domain.roster.suggest import Cure, Hole, Suggestion, Team, nearest_cures, suggestions
from helpdesk_tui.domain.roster.turns import aliasing
from helpdesk_tui.domain.wall_time import DAY

AROUND = 8 * DAY
"""How far around a hole duties are looked at for rest and weekly hours, seconds."""
LOOKING_BACK = 90 * DAY
"""Over how long shares are compared, seconds."""


NOT_WATCHED = "what it asks for is not watched"
BEGIN = (
    "There is no roster yet: nobody can say who is missing.",
    "Who works here: g t, technicians.toml, or helpdesk-tui technicians adopt.",
    "When they work: shifts in technicians.toml, or helpdesk-tui roster import FILE.",
    "Who is on call: roster.toml, E on the board (g o), or sync a platform that has it.",
)
"""What is told where nobody has said yet who works when, and how to begin."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the problem list. `pool` is a schedule's key, "" the desk; `what` and `lost` are for people.

    `kind` is gap, empty, unskilled or single for what coverage finds; short for a queue that does not fit, conflict and
    turns for the rest, need where roster.toml asks for what there is not.
    """

    kind: str
    pool: str
    label: str
    start: int
    end: int
    what: str
    lost: str
    cure: str = ""
    finding: Finding | None = None
    swap: str = ""
    shortage: Shortage | None = None

    def said(self, zone: str, *, named: bool = False) -> str:
        """What is wrong, with times in a zone; `named` has the zone in it."""
        if self.shortage is None:
            return self.what
        keys = len(self.shortage.keys)
        return f"{self.shortage.line(zone, named=named)}, {counted(keys, 'ticket')} due by then"

    @property
    def lasts(self) -> bool:
        """Whether it is about a time, and not about a rule that is wrong whenever one looks."""
        return self.end - self.start > 1

    @property
    def hole(self) -> Hole | None:
        """What is to be covered; None where nobody can cover it."""
        if self.finding is None:
            return None
        return Hole(self.start, self.end, self.pool, self.finding.skill)


def problems(floor: Floor, start: int, end: int) -> list[Problem]:
    """Everything that is wrong in [start, end): what coverage finds, the loudest first, then the rest."""
    found = loudest_first(floor.findings(start, end))
    team = team_of(floor, start, end)
    among = {line.key: candidates(floor, line) for line in floor.lines}
    cures = nearest_cures(found, team, among)
    result = [_found(floor, one, cure) for one, cure in zip(found, cures, strict=True)]
    result += _shortages(floor, start, min(end, start + DAY))
    result += [_mistake(words, start) for words in unknown_needs(floor)]
    return [*result, *_conflicts(floor, start, end), *_lost_swaps(floor), *_turns(floor, start)]


def _mistake(words: str, now: int) -> Problem:
    """A need that is about nothing; the nearest name there is, is its cure."""
    file, _, rest = words.partition(": ")
    what, _, meant = rest.partition("; ")
    return Problem("need", "", file, now, now + 1, what, NOT_WATCHED, meant)


def _shortages(floor: Floor, now: int, end: int) -> Iterable[Problem]:
    """Deadlines of the next day that the people there cannot meet."""
    for one in floor.shortages(now, end):
        lost = f"{', '.join(one.keys[-3:])} will be late"
        made = Problem("short", "", one.skill or "desk", now, one.by, "", lost, shortage=one)
        yield replace(made, what=made.said(floor.zone))


def _found(floor: Floor, one: Finding, cure: Cure | None) -> Problem:
    what = {
        Kind.GAP: "nobody is down for it",
        Kind.EMPTY: f"{', '.join(one.people)} {' or '.join(one.reasons)}",
        Kind.SINGLE: f"need {one.required}, have {one.have}",
        Kind.UNSKILLED: f"nobody there knows {one.skill}",
    }[one.kind]
    label = floor.label(one.pool)
    if not one.pool and one.skill:
        label = f"desk {one.skill}"
    return Problem(
        str(one.kind), one.pool, label, one.start, one.end, what, one.lost, cure.line if cure else "", one
    )  # fmt: skip


def _conflicts(floor: Floor, start: int, end: int) -> Iterable[Problem]:
    for line in floor.lines:
        if line.own is None:
            continue
        for older, newer in overlapping(line.own.overrides):
            begins, ends = max(older.start, newer.start), min(older.end, newer.end)
            if begins < end and ends > start:
                who = " and ".join(sorted({older.add or older.remove, newer.add or newer.remove}))
                yield Problem(
                    "conflict", line.key, line.name, begins, ends, f"two overrides speak of {who}",
                    "the newer one counts", "take one of them back",
                )  # fmt: skip


def _lost_swaps(floor: Floor) -> Iterable[Problem]:
    for stored in floor.swaps:
        swap = stored.swap
        lost = swap.key in floor.lost_swaps or swap in floor.hands.lost
        if lost and max(slot.end for slot, _ in swap.halves) > floor.read_at:
            yield Problem(
                "conflict", swap.gives.schedule, floor.label(swap.gives.schedule), swap.begins, swap.gives.end,
                f"the swap of {swap.gives.person} and {swap.taker} no longer fits", "neither half counts",
                "swap again", swap=swap.key,
            )  # fmt: skip


def _turns(floor: Floor, now: int) -> Iterable[Problem]:
    """Rotations in step with their hours: some turns never come up (D7)."""
    for line in floor.lines:
        for layer in line.own.layers if line.own else ():
            warned = aliasing(layer.roll, now) if layer.end is None else None
            if warned is not None:
                names = ", ".join(" and ".join(people) for people in warned.never)
                yield Problem(
                    "turns", line.key, line.name, now, now + 1,
                    f"{names} never up: {counted(warned.turns, 'turn')}, {warned.reached} reached",
                    "the load is not shared", "let the turn pass only in needed hours",
                )  # fmt: skip


def candidates(floor: Floor, line: Line) -> list[str]:
    """Who could be put on a schedule: those who take turns in it and their colleagues, where a platform keeps it only
    those it knows."""
    members = set(line.members)
    groups = {group for name in members for group in _groups(floor, name)}
    found = []
    for name, one in floor.technicians.items():
        known = not line.source or any(person.source == line.source for person in floor.joined.people.get(name, ()))
        near = name in members or not members or bool(groups & _groups(floor, name))
        if one.active and near and known:
            found.append(name)
    return found


def group_of(floor: Floor, line: Line) -> str:
    """The group that most of those who take turns are in, and at least half: whoever is in it comes first."""
    counts = Counter(group for name in line.members for group in _groups(floor, name))
    group, times = counts.most_common(1)[0] if counts else ("", 0)
    return group if 2 * times >= len(line.members) else ""


def _groups(floor: Floor, name: str) -> set[str]:
    one = floor.technicians.get(name)
    return set(one.groups) if one else set()


def team_of(floor: Floor, start: int, end: int) -> Team:
    """What the nearest cures of something in [start, end) are looked for in."""
    there: list[There] = floor.there(start - AROUND, end + AROUND)
    zones = {name: one.zone for name, one in floor.technicians.items() if one.zone}
    return Team(floor.skills, there, floor.zone, floor.people, zones, limits=floor.rules.limits)


def team_for(floor: Floor, hole: Hole) -> Team:
    """What suggestions for a hole are made from: everybody's share of 90 days too, of its schedule for those who take
    turns in it, else of all schedules together."""
    line = next((one for one in floor.lines if one.key == hole.pool), None) if hole.pool != DESK else None
    shares = {share.person: share for share in shares_of_all(floor, hole.start)}
    shares |= {share.person: share for share in shares_of(floor, line, hole.start)} if line else {}
    calls = calls_of_all(floor, hole.start - LOOKING_BACK, hole.end)
    return replace(team_of(floor, hole.start, hole.end), shares=shares, calls=calls)


def calls_of_all(floor: Floor, start: int, end: int) -> dict[str, list[Interval]]:
    """When each person is on call and reached, on any schedule, as far as is known."""
    found: dict[str, list[Interval]] = {}
    for line in floor.lines:
        opens, closes = line.known(start, end)
        for span in floor.spans(line, opens, closes) if opens < closes else ():
            for person in span.reached:
                found.setdefault(person, []).append((span.start, span.end))
    return {person: merged(spans) for person, spans in found.items()}


def shares_of(floor: Floor, line: Line, now: int) -> list[Share]:
    """Who carried how much of a schedule in the 90 days before, against their fair part, as far back as is known."""
    opens, closes = line.known(now - LOOKING_BACK, now)
    if opens >= closes:
        return []
    active = [name for name in line.members if name in floor.technicians and floor.technicians[name].active]
    eligible = dict.fromkeys(active, closes - opens)
    found = shares(floor.spans(line, opens, closes), eligible, line.zone)
    return [share for share in found if share.person in eligible]


def shares_of_all(floor: Floor, now: int) -> list[Share]:
    """Who carried how much of all schedules together, against the sum of their fair parts."""
    found: dict[str, Share] = {}
    for line in floor.lines:
        for one in shares_of(floor, line, now):
            before = found.get(one.person, Share(one.person, 0.0, 0.0))
            found[one.person] = Share(one.person, before.carried + one.carried, before.fair + one.fair)
    return [one for one in found.values() if one.carried or one.fair]


def covers(floor: Floor, problem: Problem) -> list[Suggestion]:
    """Who could cover a problem, the best first; those who cannot come last, with why. None where nobody could."""
    hole = problem.hole
    if hole is None:
        return []
    return suggested(floor, hole)


def suggested(floor: Floor, hole: Hole) -> list[Suggestion]:
    """Who could take a hole, the best first."""
    line = next((one for one in floor.lines if one.key == hole.pool), None) if hole.pool != DESK else None
    among = candidates(floor, line) if line else [name for name, one in floor.technicians.items() if one.active]
    if line is not None and not hole.skill:
        hole = replace(hole, skill=line.skill or group_of(floor, line), group=not line.skill)
    return suggestions(hole, team_for(floor, hole), among)
