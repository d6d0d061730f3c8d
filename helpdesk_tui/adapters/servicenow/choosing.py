"""What may be chosen for a ticket: its table's states with what data policies usually demand, and what a priority is
calculated from.

The Table API tells neither transitions nor data policies. For incidents, catalog tasks and requests no state is barred
by it; problems and changes have state models that refuse leaps, in words, when they are tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpdesk_tui.adapters.servicenow.catalogue import Catalogue, Row, chosen, language_of
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.queries import ID, one_of
from helpdesk_tui.adapters.servicenow.wire import Raw, TicketRow, value_of
from helpdesk_tui.adapters.servicenow.writing import NOT_HERE, URGENCIES
from helpdesk_tui.domain.choices import Choices, Demand, Transition
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Refused

_HELD = ("impact", "urgency", "hold_reason", "close_code", "close_notes")
_LABELS = {
    "hold_reason": "On hold reason",
    "close_code": "Resolution code",
    "close_notes": "Resolution notes",
    "impact": "Impact",
    "urgency": "Urgency",
}
_FIELDS = ("sys_id", "sys_updated_on", "sys_mod_count", "state", "active", "priority", *_HELD)


class Choosing:
    """Answers what may be chosen."""

    def __init__(self, context: Context, catalogue: Catalogue, source: str) -> None:
        self._context, self._catalogue, self._source = context, catalogue, source

    async def choices(self, key: str, now: int) -> Choices:
        """What may be chosen for one ticket; `now` is our clock. Raises Refused with status 404 for one that is not
        shown."""
        table, raw = await self._row(key)
        row = TicketRow.model_validate(raw)
        rows = await self._catalogue.rows(table)
        language = language_of(rows, row.state.value, row.state.label)
        held = {name: value_of(raw[name]) for name in _HELD if name in raw}
        priorities = chosen(rows, "priority", language)
        return Choices(
            self._source,
            key,
            now,
            row.state.label,
            tuple(self._transitions(table, row, rows, language, held)),
            limited=False,
            priorities=tuple(choice for choice in priorities if choice.value in URGENCIES),
            computed=tuple(
                Demand(name, _LABELS[name], choices=chosen(rows, name, language))
                for name in ("impact", "urgency")
                if name in raw
            ),
            values=held,
            cannot={name: f"{what} cannot be written to ServiceNow from here" for name, what in NOT_HERE.items()},
        )

    async def _row(self, key: str) -> tuple[str, Raw]:
        if ID.fullmatch(key):
            for table in self._context.scope.tables:
                listed = await self._context.tables.rows(table, _FIELDS, one_of("sys_id", [key]), limit=1)
                for row in listed.rows:
                    if value_of(row.get("sys_id")) == key:
                        return table, row
        raise Refused("the platform does not show this ticket any more", status=404)

    def _transitions(
        self, table: str, row: TicketRow, rows: Sequence[Row], language: str, held: Mapping[str, str]
    ) -> list[Transition]:
        found = []
        for value, label in chosen(rows, "state", language):
            if value == row.state.value:
                continue
            state = self._context.mapper.states.meaning(table, value, label=label)
            found.append(Transition(label, state, demands=_demands(rows, language, state, held)))
        return found


def _demands(rows: Sequence[Row], language: str, state: State, held: Mapping[str, str]) -> tuple[Demand, ...]:
    """What the platform's own data policies ask for with a state, in tables that have the columns: how it was solved,
    and why it has to wait."""
    codes, reasons = (chosen(rows, name, language) for name in ("close_code", "hold_reason"))
    if not state.is_open and codes:
        notes = Demand("close_notes", _LABELS["close_notes"], not held.get("close_notes"))
        return Demand("close_code", _LABELS["close_code"], not held.get("close_code"), codes), notes
    if state in (State.HOLD, State.PENDING) and reasons:
        return (Demand("hold_reason", _LABELS["hold_reason"], choices=reasons),)
    return ()
