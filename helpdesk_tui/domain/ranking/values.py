"""What ranking starts from: what a ticket asks for, what is known of a person now, and how much each term counts.

Instants are integer seconds UTC, durations seconds. None says "not known" wherever it may stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from helpdesk_tui.domain.roster.bounds import LATEST, Interval
from helpdesk_tui.domain.tickets import TicketRef

SOON = 7_200
"""A ticket that is due within this, seconds, is one its owner has to hurry for."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a ticket asks of whoever takes it.

    `due_at` is the next breach of a running clock, 0 for none. `needs` are the skills it takes. `members` are those who
    may own it by its group, `touched` those who had or worked on it, `knows` those who had tickets of its requester:
    identifiers of its source, None where that is not known (or nobody is kept out).
    """

    ref: TicketRef
    due_at: int = 0
    needs: frozenset[str] = frozenset()
    group: str = ""
    """What its group is called, for reasons."""
    members: frozenset[str] | None = None
    touched: frozenset[str] | None = None
    knows: frozenset[str] | None = None
    owner: str = ""
    requester: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person now.

    `person` is unique and stays the same. `logins` maps a source to the identifier that owns tickets there. `skills`
    maps a skill to its level, 1 to 5, 0 where no level is told. `capacity` is how many open tickets they can hold at
    once, 0 where nobody said. `on` is when they are on shift from now on: sorted, disjoint. `away` is an absence that
    holds now, until `LATEST` where nobody knows its end. `soon` counts their tickets due within `SOON`, `given` what
    they were given today, `last_given` when last (0: not known).
    """

    person: str
    name: str
    logins: Mapping[str, str]
    skills: Mapping[str, int] | None = None
    capacity: int = 0
    open: int = 0
    soon: int | None = None
    given: int | None = None
    last_given: int = 0
    on: tuple[Interval, ...] | None = None
    away: Interval | None = None
    active: bool = True
    machine: bool = False
    """Whether its names are those of a program's account, and no technician of the team is joined to it."""

    @property
    def load(self) -> str:
        """Open tickets and capacity: `4/12`; `4 open` where no capacity is told."""
        return f"{self.open}/{self.capacity}" if self.capacity else f"{self.open} open"

    @property
    def full(self) -> bool:
        """Whether one ticket more would be too many."""
        return 0 < self.capacity <= self.open

    def until(self, now: int) -> int:
        """When the shift that runs now ends; 0 where none does."""
        return next((end for start, end in self.on or () if start <= now < end), 0)

    def next_on(self, now: int) -> int:
        """When they are next on shift; 0 where that is not known."""
        return next((start for start, end in self.on or () if end > now), 0)

    def is_away(self, now: int) -> bool:
        """Whether they are absent."""
        return self.away is not None and self.away[0] <= now < self.away[1]

    @property
    def back_at(self) -> int:
        """When their absence ends; 0 where there is none or nobody knows."""
        return self.away[1] if self.away is not None and self.away[1] < LATEST else 0


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each term counts, in parts of the sum of all; none is negative and not all are 0."""

    skills: int = 30
    spare: int = 25
    shift: int = 20
    continuity: int = 10
    fairness: int = 10
    calm: int = 5

    def __post_init__(self) -> None:
        parts = self.parts
        if min(parts) < 0 or not any(parts):
            raise ValueError("weights are not negative, and one at least is more than 0")

    @property
    def parts(self) -> tuple[int, ...]:
        """The weights in the order of `TERMS`."""
        return (self.skills, self.spare, self.shift, self.continuity, self.fairness, self.calm)


TERMS = tuple(field.name for field in fields(Weights))
"""The terms by name, in their order everywhere."""

CUSTOMARY = Weights()
