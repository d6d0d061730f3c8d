"""Overrides and temporary schedules: dated exceptions from what the rotations say.

Of overlapping overrides the newest wins: they are applied from the oldest to the newest, and each duty remembers who
held it. A later "Chen instead of Ada" takes it also from the Ben whom an earlier override put in Ada's place, and a
later "Chen instead of Ben" overrides the override.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk_tui.domain.roster.duties import Duty, Origin, once
from helpdesk_tui.domain.roster.errors import RosterError


class OverrideKind(StrEnum):
    """`replace` acts only while the replaced person is on call; `add` and `remove` always."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Override:
    """[start, end) in instants. `layer` limits it to one layer; "" acts on the schedule as a whole."""

    key: str
    kind: OverrideKind
    start: int
    end: int
    created_at: int
    add: str = ""
    remove: str = ""
    layer: str = ""

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise RosterError(f"override {self.key} ends before it begins")
        if bool(self.add) != (self.kind is not OverrideKind.REMOVE):
            raise RosterError(f"override {self.key}: {self.kind} and the person put on do not go together")
        if bool(self.remove) != (self.kind is not OverrideKind.ADD):
            raise RosterError(f"override {self.key}: {self.kind} and the person taken off do not go together")

    @property
    def age(self) -> tuple[int, str]:
        """The order in which overrides are applied: oldest first, the key where two are of one second."""
        return self.created_at, self.key


@dataclass(frozen=True, slots=True)
class Placed:
    """A person at fixed times, [start, end) in instants."""

    person: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise RosterError(f"the shift of {self.person} ends before it begins")


@dataclass(frozen=True, slots=True)
class Temporary:
    """Fixed shifts that replace everything, overrides too, in [start, end); its holes are gaps. The newest wins."""

    key: str
    start: int
    end: int
    created_at: int
    shifts: tuple[Placed, ...] = ()

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise RosterError(f"temporary schedule {self.key} ends before it begins")


@dataclass(frozen=True, slots=True)
class History:
    """What was recorded as it happened: in [start, end) these people were on, whatever the rules say by now."""

    start: int
    end: int
    shifts: tuple[Placed, ...] = ()


class _Slot:
    """A duty on its way through the overrides: who held it so far, and who does now (None: nobody)."""

    __slots__ = ("duty", "former")

    def __init__(self, duty: Duty) -> None:
        self.duty: Duty | None = duty
        self.former = [duty]

    def hand(self, override: Override) -> None:
        self.duty = Duty(override.add, self.former[0].layer, Origin.OVERRIDE, override.key, override.remove)
        self.former.append(self.duty)

    def held_by(self, person: str) -> bool:
        return any(duty.person == person for duty in self.former)


def applied(duties: Iterable[Duty], overrides: Sequence[Override]) -> tuple[Duty, ...]:
    """The duties after the overrides in force, which come oldest first and already of one scope."""
    slots = [_Slot(duty) for duty in duties]
    for override in overrides:
        if override.kind is OverrideKind.ADD:
            slots.append(_Slot(Duty(override.add, override.layer, Origin.OVERRIDE, override.key)))
            continue
        for slot in slots:
            if override.kind is OverrideKind.REPLACE:
                if slot.held_by(override.remove):
                    slot.hand(override)
            elif slot.duty is not None and slot.duty.person == override.remove:
                slot.duty = None
    return once(slot.duty for slot in slots if slot.duty is not None)


def overlapping(overrides: Iterable[Override]) -> list[tuple[Override, Override]]:
    """Pairs (older, newer) that speak about the same person at one time; the newer wins, and people should know."""
    result = []
    ordered = sorted(overrides, key=lambda override: (override.start, override.age))
    running: list[Override] = []
    for override in ordered:
        running = [other for other in running if other.end > override.start]
        for other in running:
            shared = {override.add, override.remove} & {other.add, other.remove} - {""}
            if shared and (override.layer == other.layer or not (override.layer and other.layer)):
                older, newer = sorted((override, other), key=lambda one: one.age)
                result.append((older, newer))
        running.append(override)
    return result
