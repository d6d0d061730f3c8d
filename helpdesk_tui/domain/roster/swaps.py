"""Swaps: a shift is offered for another one, or for nothing, and changes hands when both people and a lead agree.

    proposed ──accept──▶ accepted ──approve──▶ approved ──take──▶ taken
        └────────────────────┴──── decline ──────┴──▶ declined      an untaken one is expired once a shift has begun

Only a taken swap changes the schedule, and it changes both shifts or neither. Each move leaves from one state only:
of two leads who approve at once the second is told who was first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from helpdesk_tui.domain.roster.errors import RosterError, ShiftMoved, StaleSwap


class SwapState(StrEnum):
    """Where a swap stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    APPROVED = "approved"
    TAKEN = "taken"
    EXPIRED = "expired"
    DECLINED = "declined"


OPEN = frozenset({SwapState.PROPOSED, SwapState.ACCEPTED, SwapState.APPROVED})
"""States in which somebody still has to do something."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A shift as it was when the swap was asked for: [start, end) in instants on a schedule, held by `person`."""

    schedule: str
    person: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise RosterError(f"the shift of {self.person} ends before it begins")


@dataclass(frozen=True, slots=True)
class Swap:
    """`gives` goes to `taker`; `takes`, a shift of the taker, goes to its giver (None: nothing in return)."""

    key: str
    gives: Slot
    taker: str
    asked_at: int
    takes: Slot | None = None
    state: SwapState = SwapState.PROPOSED
    decided_by: str = ""

    def __post_init__(self) -> None:
        if self.taker == self.gives.person:
            raise RosterError(f"{self.taker} cannot swap a shift with themselves")
        if self.takes is None:
            return
        if self.takes.person != self.taker:
            raise RosterError(f"{self.takes.person} holds the other shift, not {self.taker}")
        same = self.takes.schedule == self.gives.schedule != ""  # at the desk two people are often there together
        if same and self.takes.start < self.gives.end and self.gives.start < self.takes.end:
            raise RosterError("the two shifts of a swap overlap: it would change nothing in between")

    @property
    def halves(self) -> tuple[tuple[Slot, str], ...]:
        """Each shift with the person it goes to."""
        if self.takes is None:
            return ((self.gives, self.taker),)
        return ((self.gives, self.taker), (self.takes, self.gives.person))

    @property
    def begins(self) -> int:
        """The instant at which the earlier shift starts: from then on it can no longer be agreed."""
        return min(slot.start for slot, _ in self.halves)


def settled(swap: Swap, now: int) -> Swap:
    """The swap as it stands at `now`: an open one whose time has come is expired."""
    return replace(swap, state=SwapState.EXPIRED) if swap.state in OPEN and now >= swap.begins else swap


def _moved(swap: Swap, now: int, seen: SwapState, to: SwapState, by: str) -> Swap:
    current = settled(swap, now)
    if current.state is not seen:
        who = f" by {current.decided_by}" if current.decided_by else ""
        raise StaleSwap(f"this swap is {current.state} already{who}: nothing was changed", state=current.state)
    return replace(current, state=to, decided_by=by)


def accept(swap: Swap, by: str, now: int) -> Swap:
    """The taker agrees. RosterError for anybody else, StaleSwap where the swap has moved on."""
    if by != swap.taker:
        raise RosterError(f"only {swap.taker} can accept this swap")
    return _moved(swap, now, SwapState.PROPOSED, SwapState.ACCEPTED, by)


def approve(swap: Swap, by: str, now: int) -> Swap:
    """A lead agrees. RosterError for the two who swap, StaleSwap where another lead was first."""
    if by in (swap.taker, swap.gives.person):
        raise RosterError(f"{by} is part of this swap and cannot approve it")
    return _moved(swap, now, SwapState.ACCEPTED, SwapState.APPROVED, by)


def decline(swap: Swap, by: str, now: int) -> Swap:
    """Anybody concerned says no, or the one who asked withdraws. StaleSwap once it is taken, expired or declined."""
    current = settled(swap, now)
    if current.state not in OPEN:
        return _moved(swap, now, SwapState.PROPOSED, SwapState.DECLINED, by)
    return replace(current, state=SwapState.DECLINED, decided_by=by)


def take(swap: Swap, by: str, now: int, held: Callable[[Slot], bool]) -> Swap:
    """The approved swap comes into force if both shifts are still `held`; else ShiftMoved, and nothing is done."""
    moved = _moved(swap, now, SwapState.APPROVED, SwapState.TAKEN, by)
    for slot, _ in swap.halves:
        if not held(slot):
            raise ShiftMoved(f"{slot.person} no longer holds the whole shift on {slot.schedule}: nothing was swapped")
    return moved


def reversed_swap(swap: Swap) -> Swap:
    """The swap back to approved, when a platform refused one half after the other was written: both or none."""
    if swap.state is not SwapState.TAKEN:
        raise StaleSwap(f"this swap is {swap.state}: there is nothing to take back", state=swap.state)
    return replace(swap, state=SwapState.APPROVED)
