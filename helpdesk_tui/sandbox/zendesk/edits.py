"""Fields beside those every desk has: type, subject, due date, the problem behind an incident, and the account's own.

Each change of one is told in the audit by its name, or its number where the account made the field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from helpdesk_tui.sandbox.model import Kind, Ticket
from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Account, Json
from helpdesk_tui.sandbox.zendesk.errors import Refusal, invalid_record
from helpdesk_tui.sandbox.zendesk.settings import OwnField

KINDS: dict[str, Kind] = {"incident": "incident", "question": "request", "task": "task", "problem": "problem"}
_DUE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)")


@dataclass(slots=True)
class Edits:
    """What an update makes of these fields: `marks` to keep, `told` as (old, new) for the audit."""

    marks: dict[str, str] = field(default_factory=dict)
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    kind: Kind | None = None
    category: str | None = None

    def note(self, name: str, old: str, new: str) -> None:
        """Tell of a change in the audit, if it is one."""
        if old != new:
            self.told[name] = (old, new)


def own_values(account: Account, ticket: Ticket) -> list[Json]:
    """The account's own fields of a ticket."""
    rows: list[Json] = [{"id": ids.CATEGORY_FIELD, "value": ticket.category or None}]
    for made in account.settings.fields:
        text = ticket.marks.get(f"field:{made.number}", "")
        value: object = text == "true" if made.type == "checkbox" else text or None
        rows.append({"id": made.number, "value": text.split() if made.type == "multiselect" else value})
    return rows


def edits_of(account: Account, ticket: Ticket, fields: Json) -> Edits:
    """What an update asks of these fields. Raises Refusal (422) for a value that cannot be."""
    found = Edits()
    subject = fields.get("subject")
    if isinstance(subject, str):
        found.note("subject", ticket.title, subject)
    _type(ticket, fields, found)
    _problem(account, ticket, fields, found)
    if "due_at" in fields:
        due = str(fields["due_at"] or "")
        if due and not _DUE.fullmatch(due):
            raise invalid_record("due_at", f"Due Date: {due} is not a valid date", "InvalidValue")
        found.marks["due_at"] = due
        found.note("due_at", ticket.marks.get("due_at", ""), due)
    if fields.get("external_id"):
        found.marks["external_id"] = str(fields["external_id"])
    given = fields.get("custom_fields", fields.get("fields"))
    for entry in given if isinstance(given, list) else ():
        if isinstance(entry, dict):
            _own(account, ticket, entry, found)
    return found


def _type(ticket: Ticket, fields: Json, found: Edits) -> None:
    if "type" not in fields:
        return
    kind = KINDS.get(str(fields["type"]))
    if kind is None:
        raise invalid_record("type", "Type: is not included in the list", "InvalidValue")
    found.kind = kind if kind != ticket.kind else None
    found.note("type", statuses.TYPES[ticket.kind], str(fields["type"]))


def _problem(account: Account, ticket: Ticket, fields: Json, found: Edits) -> None:
    if "problem_id" not in fields:
        return
    number = fields["problem_id"]
    old = ticket.marks.get("problem_id", "")
    if number is None:
        found.marks["problem_id"] = ""
        found.note("problem_id", old, "")
        return
    problem = account.desk.get(number) if isinstance(number, int) else None
    if problem is None or problem.deleted or problem.kind != "problem" or problem.n == ticket.n:
        raise invalid_record("problem_id", "Problem: is not a problem ticket", "InvalidValue")
    if (found.kind or ticket.kind) != "incident":
        raise invalid_record("problem_id", "Problem: only incidents can be linked to one", "InvalidValue")
    found.marks["problem_id"] = str(number)
    found.note("problem_id", old, str(number))


def _own(account: Account, ticket: Ticket, entry: Json, found: Edits) -> None:
    number, value = entry.get("id"), entry.get("value")
    text = " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    text = text.lower() if isinstance(value, bool) else text
    if number == ids.CATEGORY_FIELD:
        found.category = text
        found.note(str(number), ticket.category, text)
    made = next((one for one in account.settings.fields if one.number == number), None)
    if made is None:
        return
    chosen = text.split() if made.type == "multiselect" else [text] if text else []
    if made.options and any(part not in made.options for part in chosen):
        raise _wrong(made, f"{made.title}: '{text}' is not a valid value for this field", "InvalidValue")
    old = ticket.marks.get(f"field:{made.number}", "")
    found.marks[f"field:{made.number}"] = text
    found.note(str(made.number), old, text)


def demand(account: Account, ticket: Ticket, edits: Edits) -> None:
    """Refuse (422) to solve a ticket while a required field of the account's own is empty."""
    for made in account.settings.fields:
        name = f"field:{made.number}"
        if made.required and not edits.marks.get(name, ticket.marks.get(name, "")):
            raise _wrong(made, f"{made.title}: is required when solving a ticket", "BlankValue")


def _wrong(made: OwnField, words: str, code: str) -> Refusal:
    detail = {"description": words, "error": code, "ticket_field_id": made.number, "ticket_field_type": made.type}
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": {"base": [detail]}}
    return Refusal(422, body)
