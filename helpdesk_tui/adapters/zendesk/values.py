"""The account's own fields as text, and back.

A value that is read must be the same text as one that was asked for, or nobody could tell whether it took. So only one
way of writing each is taken, and any other is refused with that way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from helpdesk_tui.adapters.zendesk.setup import OwnFieldRow, Setup
from helpdesk_tui.domain.changes import items
from helpdesk_tui.errors import Refused

PLAIN = frozenset(
    {
        "type",
        "due_at",
        "external_id",
        "problem_id",
        "requester_id",
        "organization_id",
        "brand_id",
        "ticket_form_id",
    }
)
"""Fields of the ticket itself that can be written beside those of the vocabulary."""
_NAMED = 12
_FORMS = {
    "due_at": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "an instant like 2026-11-20T09:00:00Z"),
    "date": (r"\d{4}-\d\d-\d\d", "a day like 2026-11-20"),
    "integer": (r"-?\d+", "a whole number"),
    "decimal": (r"-?\d+(\.\d+)?", "a number like 12.5"),
    "checkbox": (r"true|false", "true or false"),
    "id": (r"\d{1,18}", "the platform's own number"),
}


def read(raw: Mapping[str, Any], name: str, setup: Setup) -> str | None:
    """A field's value as text; None for one that the ticket does not have, or that may not be read."""
    if name in PLAIN:
        return _text(raw[name]) if name in raw else None
    found = setup.field(name)
    if found is None:
        return None
    for entry in raw.get("custom_fields") or ():
        if isinstance(entry, dict) and entry.get("id") == found.id:
            empty = "false" if found.type == "checkbox" else ""
            return _text(entry.get("value")) or empty
    return None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)


def write(name: str, value: str, setup: Setup) -> tuple[str, object]:
    """The key of a ticket's body and what belongs under it; a field of the account's own goes under its number. Raises
    Refused for a field there is not, or a value that is written in another way."""
    if name in PLAIN:
        return name, _plain(name, value)
    found = setup.field(name)
    if found is None:
        raise Refused(f"this account has no active ticket field “{name}”")
    return str(found.id), _own(found, value)


def _plain(name: str, value: str) -> object:
    if not value:
        return None
    if name.endswith("_id") and name != "external_id":
        return int(_checked(name, "id", value))
    return _checked(name, "due_at", value) if name == "due_at" else value


def _own(row: OwnFieldRow, value: str) -> object:
    if row.type == "checkbox":
        return _checked(row.title, "checkbox", value or "false") == "true"
    if row.type == "multiselect":
        return [_option(row, item) for item in items(value)]
    if not value:
        return None
    if row.type in ("tagger", "dropdown"):
        return _option(row, value)
    return _checked(row.title, row.type, value) if row.type in _FORMS else value


def _option(row: OwnFieldRow, value: str) -> str:
    if not row.options or value in row.options:
        return value
    some = ", ".join(key if key == name else f"{key} ({name})" for key, name in list(row.options.items())[:_NAMED])
    raise Refused(f"{row.title} cannot be “{value}”; it can be {some}{' …' if len(row.options) > _NAMED else ''}")


def _checked(name: str, form: str, value: str) -> str:
    pattern, words = _FORMS[form]
    if not re.fullmatch(pattern, value):
        raise Refused(f"{name} cannot be “{value}”; what belongs there is {words}")
    return value
