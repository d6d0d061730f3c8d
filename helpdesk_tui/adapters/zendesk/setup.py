"""What an account is set up with, as far as writing needs it: statuses, fields and forms.

Read when first needed and again after ten minutes: administrators change these at any time, and a list that may not be
read (403, 404) is an empty one, since the platform itself judges every write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from helpdesk_tui.adapters.zendesk.api import NOT_THERE, Api
from helpdesk_tui.adapters.zendesk.mapping import listed
from helpdesk_tui.adapters.zendesk.wire import CustomStatusRow, FieldRow, Numbers, RawList, Text, Wire, parse
from helpdesk_tui.errors import Refused

AGAIN = 600
"""Seconds for which what was read is taken for true."""
SYSTEM = frozenset({"subject", "description", "status", "custom_status", "tickettype", "priority", "group", "assignee"})
"""Types of the fields that every account has; all others are the account's own."""
W = TypeVar("W", bound=Wire)


class StatusRow(CustomStatusRow):
    """A status with whether it can still be chosen, and whether it is the usual one of its category."""

    active: bool = True
    default: bool = False


class OwnFieldRow(FieldRow):
    """A ticket field with what it demands."""

    required: bool = False
    regexp_for_validation: Text = ""

    @property
    def options(self) -> Mapping[str, str]:
        """Values that can be chosen, each with its name; empty where anything can be written."""
        given = (option for option in self.custom_field_options if isinstance(option, dict))
        return {str(option.get("value")): str(option.get("name")) for option in given}


class FormRow(Wire):
    """A ticket form: its fields, and what agents must fill in under which conditions."""

    id: int
    ticket_field_ids: Numbers = ()
    default: bool = False
    active: bool = True
    agent_conditions: RawList = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """Statuses, fields and forms at one instant (seconds UTC, the platform's clock)."""

    at: int = -AGAIN
    statuses: tuple[StatusRow, ...] = ()
    fields: tuple[OwnFieldRow, ...] = ()
    forms: tuple[FormRow, ...] = ()
    solver_is_assigned: bool = False
    """Whether whoever solves a ticket that nobody has gets it; else it has to have an owner first."""

    def status(self, label: str) -> StatusRow | None:
        """The active status that agents know under a label; None for none."""
        wanted = label.strip().casefold()
        return next((row for row in self.statuses if row.active and row.agent_label.casefold() == wanted), None)

    def field(self, name: str) -> OwnFieldRow | None:
        """An active field of the account's own, by its number or its title; None for none."""
        wanted = name.strip().casefold()
        own = [row for row in self.fields if row.active and row.type not in SYSTEM]
        by_number = next((row for row in own if str(row.id) == wanted), None)
        return by_number or next((row for row in own if row.title.strip().casefold() == wanted), None)

    def form(self, number: object) -> FormRow | None:
        """A ticket's form, else the default one; None where the account tells of none."""
        active = [row for row in self.forms if row.active]
        return next((row for row in active if row.id == number), None) or next(
            (row for row in active if row.default), None
        )


@dataclass(slots=True)
class Known:
    """The setup as last read."""

    api: Api
    last: Setup = field(default_factory=Setup)

    async def setup(self) -> Setup:
        """The setup, read anew where it is too old."""
        now = self.api.server_now()
        if not 0 <= now - self.last.at < AGAIN:
            self.last = Setup(
                now,
                tuple(await self._rows("custom_statuses", StatusRow)),
                tuple(await self._rows("ticket_fields", OwnFieldRow)),
                tuple(await self._rows("ticket_forms", FormRow)),
                await self._solver_is_assigned(),
            )
        return self.last

    async def _solver_is_assigned(self) -> bool:
        try:
            told = (await self.api.get("account/settings")).get("settings")
        except Refused as error:
            if error.status not in NOT_THERE:
                raise
            return False
        tickets = told.get("tickets") if isinstance(told, dict) else None
        return isinstance(tickets, dict) and tickets.get("assign_tickets_upon_solve") is True

    async def _rows(self, path: str, model: type[W]) -> list[W]:
        try:
            return parse(model, listed(await self.api.get(path), path), path)[0]
        except Refused as error:
            if error.status not in NOT_THERE:
                raise
            return []
