"""What may be chosen for one ticket, as its platform says: where its state may go and what that demands, priorities,
kinds of links.

Names and values are those of `domain.changes`: a `Transition.status` is what `Change.desired["status"]` takes, a
`Demand.field` is a name for `Change.desired` and a `Choice.value` a value for it. `Choices.values` has what the ticket
held in those fields: it belongs into `Change.base`, since the cache holds none of them. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from helpdesk_tui.domain.tickets import State


class Choice(NamedTuple):
    """One of several: the value for a change, and the platform's word for it."""

    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Demand:
    """A field that goes with an act. `choices` is empty for free text; with `many`, several may be given, a line each.

    `fillable` is False for one that cannot be given from here (an attachment, a cascade …): what demands it has to be
    done on the platform.
    """

    field: str
    label: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    many: bool = False
    fillable: bool = True


@dataclass(frozen=True, slots=True)
class Transition:
    """A status the ticket may be put into. `name` is what the platform calls the act, where that has a name."""

    status: str
    state: State
    name: str = ""
    demands: tuple[Demand, ...] = ()

    @property
    def missing(self) -> tuple[Demand, ...]:
        """What has to be given."""
        return tuple(one for one in self.demands if one.required)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen for a ticket.

    `as_of` is when the platform was asked (our clock, seconds UTC), and `status` what the ticket was in then: where it
    is in another by now, `transitions` may be others. `limited` says that the platform allows no status besides those.
    `priorities` are most urgent first, with values for `priority_field` ("priority" or "priority_name"); `computed` are
    the fields it is computed from, empty where it is set. `cannot` maps names of `Change.desired` that cannot be
    written on this ticket with this account to the reason in words; a name that is not there may be tried.
    """

    source: str
    key: str
    as_of: int
    status: str = ""
    transitions: tuple[Transition, ...] = ()
    limited: bool = True
    priorities: tuple[Choice, ...] = ()
    priority_field: str = "priority"
    computed: tuple[Demand, ...] = ()
    link_kinds: tuple[Choice, ...] = ()
    tags: tuple[str, ...] = ()
    """Tags the platform suggests, where it does."""
    values: Mapping[str, str] = field(default_factory=dict)
    cannot: Mapping[str, str] = field(default_factory=dict)

    def to(self, status: str) -> Transition | None:
        """The way into a status, however its word is written; None where there is none."""
        folded = status.casefold()
        return next((one for one in self.transitions if one.status.casefold() == folded), None)

    def meaning(self, state: State) -> tuple[Transition, ...]:
        """The ways into what means this; the platform's usual one first."""
        return tuple(one for one in self.transitions if one.state is state)
