"""Whose turn it is: the order of a rotation carried over members who join and leave.

A rotation lives through *epochs*: spans in which its turns and their people stay the same. At the edge of an epoch the
turn that is running goes on; where it is gone, the next one in order takes over at once. Counting starts at the anchor,
or at the last recorded state, and what lies before an edge is never counted anew because of what comes after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import gcd

from helpdesk_tui.domain.roster.bounds import EARLIEST, LATEST
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import WEEK, Restriction, touches
from helpdesk_tui.domain.roster.rotations import Advance, Rotation, handoff, handoff_wall, index

People = tuple[str, ...]
Turn = tuple[int, int, People]
"""[start, end) and who is on, in order of joining; nobody where the rotation has no members then."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """From `start` on: the turn numbers in order, their people, and that turn count `count` falls on position `at`."""

    start: int
    turns: tuple[int, ...]
    people: tuple[People, ...]
    count: int = 0
    at: int = 0


@dataclass(frozen=True)
class Roll:
    """A rotation together with the restriction that decides, for `active` ones, which handoffs pass the turn."""

    rotation: Rotation
    restriction: Restriction | None = None

    def __post_init__(self) -> None:
        if self._counts_active and self.restriction and self.restriction.zone != self.rotation.zone:
            raise RosterError(
                f"rotation {self.rotation.key} passes its turn by its hours, so both must be in one zone: "
                f"{self.rotation.zone} or {self.restriction.zone}"
            )

    @property
    def _counts_active(self) -> bool:
        return self.rotation.advance is Advance.ACTIVE and self.restriction is not None

    @cached_property
    def activity(self) -> tuple[bool, ...]:
        """Which turns of the smallest repeating run of them somebody is needed in (months: every one)."""
        step = self.rotation.step
        if self.restriction is None or not step:
            return (True,)
        walls = [handoff_wall(self.rotation, k) for k in range(WEEK // gcd(step, WEEK) + 1)]
        return tuple(touches(self.restriction, a, b) for a, b in pairwise(walls))

    @cached_property
    def _prefix(self) -> tuple[int, ...]:
        sums = [0]
        for active in self.activity:
            sums.append(sums[-1] + active)
        return tuple(sums)

    def count(self, k: int) -> int:
        """How often the turn has passed between the anchor and the k-th handoff."""
        if not self._counts_active:
            return k
        rounds, rest = divmod(k, len(self.activity))
        return rounds * self._prefix[-1] + self._prefix[rest]

    @cached_property
    def epochs(self) -> tuple[Epoch, ...]:
        """All epochs in order; the first reaches back without end."""
        return tuple(_placed(self, _epochs(self.rotation)))

    @cached_property
    def _starts(self) -> list[int]:
        return [epoch.start for epoch in self.epochs]

    def epoch(self, at: int) -> Epoch:
        """The epoch an instant lies in."""
        return self.epochs[max(0, bisect_right(self._starts, at) - 1)]

    def who(self, at: int) -> People:
        """Who is on by the turn order alone at an instant. O(1) but for the search of the epoch."""
        return self._of(self.epoch(at), index(self.rotation, at))

    def _of(self, epoch: Epoch, k: int) -> People:
        if not epoch.people:
            return ()
        return epoch.people[(epoch.at + self.count(k) - epoch.count) % len(epoch.people)]

    def turns(self, start: int, end: int) -> Iterator[Turn]:
        """The turns in [start, end), clipped and cut where members change; zero-length ones are left out."""
        first = max(0, bisect_right(self._starts, start) - 1)
        for number in range(first, len(self.epochs)):
            epoch = self.epochs[number]
            opens = max(start, epoch.start)
            closes = min(end, self._starts[number + 1]) if number + 1 < len(self.epochs) else end
            if opens >= closes:
                continue
            k = index(self.rotation, opens)
            while opens < closes:
                after = min(handoff(self.rotation, k + 1), closes)
                if after > opens:
                    yield opens, after, self._of(epoch, k)
                    opens = after
                k += 1


def next_handoffs(roll: Roll, after: int, count: int) -> list[tuple[int, People]]:
    """The next `count` handoffs after an instant and who comes on at each, as a form shows while it is edited."""
    result: list[tuple[int, People]] = []
    k = index(roll.rotation, after) + 1
    while len(result) < min(count, 1_000):
        at = handoff(roll.rotation, k)
        k = index(roll.rotation, at) + 1
        result.append((at, roll.who(at)))
    return result


def _epochs(rotation: Rotation) -> list[Epoch]:
    """The epochs with their people, not yet placed in the count."""
    edges = {EARLIEST, *(state.at for state in rotation.states)}
    for member in rotation.members:
        edges.update(edge for edge in (member.valid_from, member.valid_to) if edge is not None)
    result = []
    for edge in sorted(edges):
        groups: dict[int, list[str]] = {}
        for member in rotation.members:
            begun = member.valid_from is None or member.valid_from <= edge
            if begun and (member.valid_to is None or edge < member.valid_to):
                people = groups.setdefault(member.turn, [])
                if member.person not in people:
                    people.append(member.person)
        order = tuple(sorted(groups))
        result.append(Epoch(edge, order, tuple(tuple(groups[turn]) for turn in order)))
    return result


def _placed(roll: Roll, epochs: list[Epoch]) -> list[Epoch]:
    """The epochs with the count carried over their edges, forward and backward from where counting starts."""
    states = {state.at: state.turn for state in roll.rotation.states}
    base_at = min(states) if states else min(max(handoff(roll.rotation, 0), EARLIEST), LATEST)
    base = max(0, bisect_right([epoch.start for epoch in epochs], base_at) - 1)
    k = index(roll.rotation, base_at) if states else 0
    turn: int | None = states[base_at] if states else next(iter(epochs[base].turns), None)
    placed = {base: _at(epochs[base], roll.count(k), turn)}
    for number in range(base + 1, len(epochs)):
        edge = epochs[number].start
        before, steps = _turn_at(roll, placed[number - 1], edge - 1), _steps(roll, edge)
        if edge in states:
            turn, steps = states[edge], 0
        elif before is not None:
            turn = before
        placed[number] = _at(epochs[number], roll.count(index(roll.rotation, edge)), turn, steps)
    turn = _turn_at(roll, placed[base], epochs[base].start) if base else None
    for number in range(base - 1, -1, -1):
        edge = epochs[number + 1].start
        after = _turn_at(roll, placed[number + 1], edge)
        turn = turn if after is None else after
        placed[number] = _at(epochs[number], roll.count(index(roll.rotation, edge - 1)), turn, -_steps(roll, edge))
    return [placed[number] for number in range(len(epochs))]


def _steps(roll: Roll, edge: int) -> int:
    """How often the turn passes at exactly this instant: usually 0, or 1 at a handoff."""
    return roll.count(index(roll.rotation, edge)) - roll.count(index(roll.rotation, edge - 1))


def _turn_at(roll: Roll, epoch: Epoch, at: int) -> int | None:
    if not epoch.turns:
        return None
    return epoch.turns[(epoch.at + roll.count(index(roll.rotation, at)) - epoch.count) % len(epoch.turns)]


def _at(epoch: Epoch, count: int, turn: int | None, steps: int = 0) -> Epoch:
    """The epoch placed so that `count` falls on the turn `steps` after `turn`; a lost turn is followed by the next."""
    if not epoch.turns or turn is None:
        return Epoch(epoch.start, epoch.turns, epoch.people, count, 0)
    where = bisect_right(epoch.turns, turn) - 1
    if where < 0 or epoch.turns[where] != turn:
        steps = max(steps, 1) if steps >= 0 else steps + 1
    return Epoch(epoch.start, epoch.turns, epoch.people, count, (where + steps) % len(epoch.turns))


@dataclass(frozen=True, slots=True)
class Aliasing:
    """A turn order in step with the hours it counts in: these turns never come up, though they are in the list."""

    rotation: str
    turns: int
    reached: int
    never: tuple[People, ...]


def aliasing(roll: Roll, at: int) -> Aliasing | None:
    """The warning for the members at an instant: None where everybody's turn meets needed hours in time."""
    epoch = roll.epoch(at)
    many, cycle = len(epoch.people), len(roll.activity)
    if roll.rotation.advance is Advance.ACTIVE or many == 0:
        return None
    shared = gcd(many, cycle)
    met = {(epoch.at + k - epoch.count) % shared for k, active in enumerate(roll.activity) if active}
    never = tuple(people for place, people in enumerate(epoch.people) if place % shared not in met)
    return Aliasing(roll.rotation.key, many, many - len(never), never) if never else None
