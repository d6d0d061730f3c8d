"""Taken swaps laid over a schedule: a shift is cut at its edges and changes hands, both halves or none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from helpdesk_tui.domain.roster.duties import Duty, Origin, Span, joined, once
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState


def touched(schedule: str, swaps: Iterable[Swap], start: int, end: int) -> list[Swap]:
    """The taken swaps that bear on a window of a schedule, in the order in which they were asked for.

    A swap elsewhere bears on it when its shifts overlap those of one that does.
    """
    taken = [swap for swap in swaps if swap.state is SwapState.TAKEN]
    if not taken:
        return []
    found: dict[str, Swap] = {}
    windows = [(start, end)]
    while windows:
        low, high = windows.pop()
        for swap in taken:
            slots = [slot for slot, _ in swap.halves if slot.schedule == schedule]
            if swap.key not in found and any(slot.start < high and slot.end > low for slot in slots):
                found[swap.key] = swap
                windows.extend((slot.start, slot.end) for slot in slots)
    return sorted(found.values(), key=lambda swap: (swap.asked_at, swap.key))


def held(spans: Sequence[Span], slot: Slot) -> bool:
    """Whether `slot.person` is on for the whole slot; recorded history is taken as it was. Spans are contiguous."""
    first = max(0, bisect_right(spans, slot.start, key=lambda span: span.start) - 1)
    for span in spans[first:]:
        if span.start >= slot.end:
            break
        past = any(duty.origin is Origin.HISTORY for duty in span.duties)
        if span.end > slot.start and not past and slot.person not in span.people:
            return False
    return True


def _in_force(spans: Sequence[Span], swap: Swap, mine: Sequence[tuple[Slot, str]]) -> bool:
    """An exchange needs every shift of it whole; what is given for nothing counts wherever its giver is still on."""
    if swap.takes is not None:
        return all(held(spans, slot) for slot, _ in mine)
    slot = swap.gives
    return any(slot.person in span.people for span in spans if span.end > slot.start and span.start < slot.end)


def swapped(schedule: str, spans: list[Span], swaps: Sequence[Swap]) -> tuple[list[Span], list[Swap]]:
    """The spans with the swaps in force, one after another, and the swaps that are not, since a shift of theirs moved.

    A shift on another schedule is that schedule's to look after.
    """
    broken = []
    for swap in swaps:
        mine = [(slot, to) for slot, to in swap.halves if slot.schedule == schedule]
        if _in_force(spans, swap, mine):
            for slot, to in mine:
                spans = _handed(spans, slot, to, swap.key)
        else:
            broken.append(swap)
    return joined(spans), broken


def _handed(spans: list[Span], slot: Slot, to: str, key: str) -> list[Span]:
    """The spans with one slot given to somebody else."""
    result: list[Span] = []
    for span in spans:
        if span.end <= slot.start or span.start >= slot.end:
            result.append(span)
            continue
        cuts = sorted({span.start, span.end, max(span.start, slot.start), min(span.end, slot.end)})
        for start, end in pairwise(cuts):
            inside = slot.start <= start and end <= slot.end
            result.append(Span(start, end, _given(span.duties, slot.person, to, key) if inside else span.duties))
    return result


def _given(duties: tuple[Duty, ...], giver: str, to: str, key: str) -> tuple[Duty, ...]:
    return once(
        Duty(to, duty.layer, Origin.SWAP, key, giver)
        if duty.person == giver and duty.origin is not Origin.HISTORY
        else duty
        for duty in duties
    )
