"""Taken swaps of shifts at the desk: two shifts change hands, both or neither, whatever patterns they come from.

A swap names its shifts by who had them when, so it comes undone by itself where one of them is no longer that shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.shifts import Dated, Pattern, Shift, expanded
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState

Held = tuple[str, int, int]
"""A person with [start, end) of a shift, in instants."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose shifts became whose, by the shift as the patterns have it; and the taken swaps that no longer fit."""

    now: Mapping[Held, str] = field(default_factory=dict)
    lost: tuple[Swap, ...] = ()

    def given(self, shifts: Iterable[Shift]) -> list[Shift]:
        """The shifts with those that changed hands under their new people, by start and then by person."""
        if not self.now:
            return list(shifts)
        found = []
        for shift in shifts:
            person = self.now.get((shift.person, shift.start, shift.end))
            found.append(shift if person is None else replace(shift, person=person))
        return sorted(found, key=lambda shift: (shift.start, shift.person))


def of_desk(swap: Swap) -> bool:
    """Whether a swap is about shifts at the desk alone."""
    return all(slot.schedule == DESK for slot, _ in swap.halves)


def hands(sources: Iterable[Pattern | Dated], swaps: Iterable[Swap]) -> Hands:
    """Who has which shift once the taken swaps of the desk have been carried out, in the order they were asked for."""
    taken = [swap for swap in swaps if swap.state is SwapState.TAKEN and of_desk(swap)]
    if not taken:
        return Hands()
    holders = _holders(sources, taken)
    lost = []
    for swap in sorted(taken, key=lambda one: (one.asked_at, one.key)):
        before = [holders.pop(_held(slot), None) for slot, _ in swap.halves]
        if None in before:  # both or neither: what was there stays where it was
            holders |= {_held(slot): one for (slot, _), one in zip(swap.halves, before, strict=True) if one is not None}
            lost.append(swap)
            continue
        for (slot, to), one in zip(swap.halves, before, strict=True):
            if one is not None:
                holders[to, slot.start, slot.end] = one
    moved = {one: person for (person, _, _), one in holders.items() if one[0] != person}
    return Hands(moved, tuple(lost))


def _holders(sources: Iterable[Pattern | Dated], taken: Sequence[Swap]) -> dict[Held, Held]:
    """The shifts that swaps are about, as the patterns have them: each its own at first."""
    people = {name for swap in taken for slot, to in swap.halves for name in (slot.person, to)}
    mine = [one for one in sources if one.person in people]
    windows = {(slot.start, slot.end) for swap in taken for slot, _ in swap.halves}
    found = (shift for start, end in windows for shift in expanded(mine, start, end))
    held = {(shift.person, shift.start, shift.end) for shift in found}
    return {one: one for one in held if one[1:] in windows}


def _held(slot: Slot) -> Held:
    return slot.person, slot.start, slot.end
