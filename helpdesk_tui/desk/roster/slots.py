"""Shifts on call as people speak of them: cut at each handoff, one a day, with the holes that nobody is down for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from helpdesk_tui.desk.roster.cover import Plan, Step, cover_plan, swap_plan
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.shifts import shift_swap_plan
from helpdesk_tui.domain.roster.bounds import Interval, common, merged
from helpdesk_tui.domain.roster.duties import Duty, Empty, Origin
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.shift_swaps import of_desk
from helpdesk_tui.domain.roster.swaps import Slot, Swap
from helpdesk_tui.domain.wall_time import DAY

REACH = 32 * DAY
"""A shift is followed so far to both sides, seconds."""


@dataclass(frozen=True, slots=True)
class Piece:
    """[start, end) of a schedule between two handoffs. `needed` is false where nobody is asked for; `known` is false
    where nobody can say who is on."""

    line: Line
    start: int
    end: int
    duties: tuple[Duty, ...] = ()
    needed: bool = True
    known: bool = True

    @property
    def people(self) -> tuple[str, ...]:
        """Who holds it, reachable or not."""
        return tuple(duty.person for duty in self.duties)

    @property
    def lost(self) -> bool:
        """Whether somebody is needed and nobody is reached."""
        return self.known and self.needed and all(duty.empty for duty in self.duties)

    @property
    def word(self) -> str:
        """Who, in a word for a board: GAP where nobody is, nothing where nobody is needed, ? where it is not known."""
        if not self.known:
            return "?"
        if not self.duties:
            return "GAP" if self.needed else ""
        return self.duties[0].person

    @property
    def mark(self) -> str:
        """How it came to be, in one sign: ! reaches nobody, ^ on its way, x swapped, * another exception."""
        if not self.duties:
            return ""
        if all(duty.empty is not Empty.NO for duty in self.duties):
            return "!"
        first = self.duties[0]
        if first.origin is Origin.SWAP:
            return "x"
        if first.origin is not Origin.OVERRIDE:
            return ""
        return "^" if any(cover.change == first.via for cover in self.line.covers if first.via) else "*"


def pieces(floor: Floor, line: Line, start: int, end: int) -> list[Piece]:
    """The shifts that touch [start, end), each whole, by start."""
    low, high = line.known(start - REACH, end + REACH)
    found: list[Piece] = []
    if low > start:
        found.append(Piece(line, start, min(low, end) if low < high else end, known=False))
    if low >= high:
        return [Piece(line, start, end, known=False)]
    needs = merged((need.start, need.end) for need in line.needed(low, high))
    edges = handoffs(line, low, high)
    for span in floor.spans(line, low, high):
        cuts = {span.start, span.end, *(edge for edge in edges if span.start < edge < span.end)}
        if not span.duties:
            cuts |= {edge for need in needs for edge in need if span.start < edge < span.end}
        for opens, closes in pairwise(sorted(cuts)):
            if closes > start and opens < end:
                found.append(Piece(line, opens, closes, span.duties, bool(common([(opens, closes)], needs))))
    if high < end:
        found.append(Piece(line, max(high, start), end, known=False))
    return found


def handoffs(line: Line, start: int, end: int) -> list[int]:
    """The instants in [start, end) at which the turn passes, by the rotation or by what the platform tells."""
    if line.own is not None:
        return sorted({turn[0] for layer in line.own.layers for turn in layer.turns(start, end)} - {start})
    told = {edge for duty in line.duties for edge in (duty.start, duty.end)}
    return sorted(edge for edge in told if start < edge < end)


def of_day(found: Sequence[Piece], day: Interval) -> Piece | None:
    """The piece that stands for a day: a hole before all else, then the shift that begins in it, then the longest."""
    here = [one for one in found if one.end > day[0] and one.start < day[1]]
    meant = [one for one in here if one.duties or one.lost or not one.known]
    if not meant:
        return here[0] if here else None

    def rank(one: Piece) -> tuple[bool, bool, int]:
        lasting = min(one.end, day[1]) - max(one.start, day[0])
        loud = one.lost and (one.start >= day[0] or 2 * lasting >= day[1] - day[0])
        return loud, one.start >= day[0], lasting

    return max(meant, key=rank)


def whole(floor: Floor, piece: Piece) -> Piece:
    """The shift from handoff to handoff, where a piece of it is told apart because somebody is away for a time."""
    line, low, high = piece.line, piece.start - REACH, piece.end + REACH
    turned = set(handoffs(line, *line.known(low, high)))
    start, end = piece.start, piece.end
    near = [one for one in pieces(floor, line, low, high) if one.people == piece.people]
    for one in reversed(near):
        start = one.start if one.end == start and start not in turned else start
    for one in near:
        end = one.end if one.start == end and end not in turned else end
    return replace(piece, start=start, end=end)


def at_instant(floor: Floor, line: Line, at: int) -> Piece:
    """The shift that runs at an instant."""
    return next(one for one in pieces(floor, line, at, at + 1) if one.start <= at < one.end)


def covering(floor: Floor, piece: Piece, person: str, now: int) -> Plan:
    """Somebody on in a shift, from now on where it has begun. RosterError where that cannot be."""
    return cover_plan(floor, piece.line, piece.start, piece.end, person, now)


def swapping(floor: Floor, one: Piece, other: Piece, now: int) -> Plan:
    """Two shifts change hands, of a running one what is left. RosterError where that cannot be."""
    for piece in (one, other):
        if not piece.duties:
            raise RosterError("a swap is between two shifts that two people hold")
    if DESK in (one.line.key, other.line.key):
        return _at_desk(floor, one, other, now)
    first, second = one.people[0], other.people[0]
    return swap_plan(floor, _step(one, second, first), _step(other, first, second), now)


def _at_desk(floor: Floor, one: Piece, other: Piece, now: int) -> Plan:
    if one.line.key != other.line.key:
        raise RosterError("a shift at the desk is swapped with another shift at the desk, not with one on call")
    first, second = (Slot(DESK, piece.people[0], piece.start, piece.end) for piece in (one, other))
    return shift_swap_plan(floor, first, second, now)


def _step(piece: Piece, person: str, instead: str) -> Step:
    layer = piece.duties[0].layer
    rotations = (layer,) if piece.line.source and layer else ()
    return Step(piece.line, piece.start, piece.end, person, instead, rotations)


def swap_preview(floor: Floor, swap: Swap, now: int) -> Plan:
    """What a swap that waits would mean. RosterError where one of its schedules is gone."""
    if of_desk(swap) and swap.takes is not None:
        return shift_swap_plan(floor, swap.gives, swap.takes, now)
    steps = [_of_slot(floor, slot, person) for slot, person in swap.halves]
    if len(steps) == 2:
        return swap_plan(floor, steps[0], steps[1], now)
    one = steps[0]
    return cover_plan(floor, one.line, one.start, one.end, one.person, now)


def _of_slot(floor: Floor, slot: Slot, person: str) -> Step:
    line = floor.line(slot.schedule)
    if line is None:
        raise RosterError(f"there is no schedule {slot.schedule} any more")
    return Step(line, slot.start, slot.end, person, slot.person)
