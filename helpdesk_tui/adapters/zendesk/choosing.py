"""What may be chosen for a ticket: the statuses it may go to, what they demand, priorities and kinds of links.

Zendesk has no endpoint that tells a ticket's transitions. Its rules are few and the same for every account: a ticket
that once left "new" never goes back, "closed" is not to be chosen, and solving demands what the ticket's form requires.
Conditions of forms are read with tolerance: their shape is not documented, and the platform judges in the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.zendesk import values
from helpdesk_tui.adapters.zendesk.api import NOT_THERE, Api
from helpdesk_tui.adapters.zendesk.bodies import WORDS
from helpdesk_tui.adapters.zendesk.mapping import DELETED
from helpdesk_tui.adapters.zendesk.reader import Reader
from helpdesk_tui.adapters.zendesk.setup import SYSTEM, Known, OwnFieldRow, Setup
from helpdesk_tui.adapters.zendesk.wire import TicketRow
from helpdesk_tui.domain.choices import Choice, Choices, Demand, Transition
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Garbled, Refused

_ORDER = ("new", "open", "pending", "hold", "solved")
_USUAL = {"new": "New", "open": "Open", "pending": "Pending", "hold": "On-hold", "solved": "Solved"}
"""The statuses of an account that does not tell its own."""
_KINDS = (
    Choice("duplicate", "duplicate of (a note, not merged)"),
    Choice("related", "related to (a note)"),
    Choice("problem", "incident of the problem"),
    Choice("caused_by", "caused by"),
    Choice("merge", "merged into it, for good"),
)
_FILLABLE = frozenset(
    {"text", "textarea", "regexp", "integer", "decimal", "date", "checkbox", "tagger", "dropdown", "multiselect"}
)
_CLOSED = "the ticket is closed for good; a follow-up can be made of it in Zendesk"
_NAMES = ("owner", "group", "state", "status", "priority", "priority_name", "title", "note", "reply", "tags+", "tags-")


class Choosing:
    """Answers what may be chosen. `known` is the account's setup, shared with the writes."""

    def __init__(self, api: Api, reader: Reader, known: Known) -> None:
        self._api, self._reader, self._known = api, reader, known

    async def choices(self, key: str, now: int) -> Choices:
        """What may be chosen for one ticket; `now` is our clock. Raises Refused with status 404 for one that is not
        shown."""
        raw, setup = await self._ticket(key), await self._known.setup()
        ticket = self._reader.ticket(TicketRow.model_validate(raw))
        own = [row for row in setup.fields if row.active and row.type not in SYSTEM]
        held = {str(row.id): value for row in own if (value := values.read(raw, str(row.id), setup)) is not None}
        closed = ticket.state is State.CLOSED
        return Choices(
            self._reader.source,
            key,
            now,
            ticket.status,
            () if closed else tuple(_transitions(raw, ticket.status, setup, held)),
            priorities=tuple(Choice(str(level), word) for level, word in sorted(WORDS.items())),
            link_kinds=() if closed else _KINDS,
            values=held,
            cannot=dict.fromkeys((*_NAMES, "link"), _CLOSED) if closed else {},
        )

    async def _ticket(self, key: str) -> Mapping[str, Any]:
        gone = Refused("the platform does not show this ticket any more", status=404)
        if not key.isdecimal() or len(key) > 15:
            raise gone
        try:
            raw = (await self._api.get(f"tickets/{key}")).get("ticket")
            row = TicketRow.model_validate(raw)
        except Refused as error:
            raise gone if error.status in NOT_THERE else error from None
        except ValidationError:
            raise Garbled("an answer without the ticket that was asked for") from None
        if row.status == DELETED or not isinstance(raw, dict):
            raise gone
        return raw


def _transitions(raw: Mapping[str, Any], present: str, setup: Setup, held: Mapping[str, str]) -> Iterator[Transition]:
    """Every status but the present one, the usual of each meaning first."""
    told = [row for row in setup.statuses if row.active and row.status_category in _ORDER]
    rows = sorted(told, key=lambda row: (_ORDER.index(row.status_category), not row.default))
    known = [(row.agent_label, row.status_category, row.id) for row in rows]
    for label, category, number in known or [(label, category, 0) for category, label in _USUAL.items()]:
        if label == present or (category == "new" and raw.get("status") != "new"):
            continue
        yield Transition(label, State(category), demands=tuple(_demands(raw, category, number, setup, held)))


def _demands(
    raw: Mapping[str, Any], category: str, number: int, setup: Setup, held: Mapping[str, str]
) -> Iterator[Demand]:
    """What a status asks for: required fields of the form when it is solved, and what the form's conditions name."""
    form = setup.form(raw.get("ticket_form_id"))
    asked = set(_conditional(form.agent_conditions, category, number, held)) if form else set()
    if category == "solved":
        if not raw.get("assignee_id") and not setup.solver_is_assigned:
            yield Demand("owner", "Assignee")
        on_form = set(form.ticket_field_ids) if form else {row.id for row in setup.fields}
        asked |= {row.id for row in setup.fields if row.required and row.id in on_form}
    for row in setup.fields:
        if row.id in asked and row.active and row.type not in SYSTEM:
            yield _demand(row, held.get(str(row.id), ""))


def _demand(row: OwnFieldRow, value: str) -> Demand:
    choices = tuple(Choice(key, name) for key, name in row.options.items())
    if row.type == "checkbox":
        choices = (Choice("true", "yes"), Choice("false", "no"))
    empty = value in ("", "false") if row.type == "checkbox" else not value
    return Demand(str(row.id), row.title, empty, choices, row.type == "multiselect", row.type in _FILLABLE)


def _conditional(conditions: Sequence[Any], category: str, number: int, held: Mapping[str, str]) -> Iterator[int]:
    """Fields that the form requires in a status, by what other fields hold now."""
    for condition in conditions:
        if not isinstance(condition, dict):
            continue
        parent = str(condition.get("parent_field_id"))
        if held.get(parent, "") != str(condition.get("value", "")):
            continue
        children = condition.get("child_fields")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and isinstance(child.get("id"), int) and _requires(child, category, number):
                yield child["id"]


def _requires(child: Mapping[str, Any], category: str, number: int) -> bool:
    """Whether a conditional field is required in a status; a bare `is_required` means when it is solved."""
    told = child.get("required_on_statuses")
    if not isinstance(told, dict):
        return child.get("is_required") is True and category == "solved"
    kind = told.get("type")
    statuses, custom = told.get("statuses") or (), told.get("custom_statuses") or ()
    return kind == "ALL_STATUSES" or (kind == "SOME_STATUSES" and (category in statuses or number in custom))
