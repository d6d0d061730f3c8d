"""Columns of a table: how a value is read from a row, in its raw and in its display form.

Raw values are always text, as in the platform's JSON: numbers in digits, "true"/"false", instants as UTC text,
references as sys_ids, "" where there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from helpdesk_tui.sandbox.servicenow.times import duration, local, spoken, utc

Role = Literal["admin", "agent", "requester"]
FieldKind = Literal[
    "string", "integer", "boolean", "glide_date_time", "glide_duration", "reference", "choice", "journal_input"
]

EVERYONE: frozenset[str] = frozenset({"admin", "agent", "requester"})
FULFILLERS: frozenset[str] = frozenset({"admin", "agent"})
ADMINS: frozenset[str] = frozenset({"admin"})

Raw = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: person, rights, session zone (IANA name) and the present instant (seconds UTC)."""

    uid: int
    login: str
    role: Role
    zone: str
    now: int


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `shown` gives the display form where it differs from the raw one; None means JSON null."""

    name: str
    kind: FieldKind
    raw: Raw
    shown: Callable[[Any, Viewer], str | None] | None = None
    target: str = ""
    """The table a reference points to."""
    follow: Callable[[Any], Any] | None = None
    """The row a reference points to, where it can be reached without its sys_id."""
    writable: bool = False
    readers: frozenset[str] = EVERYONE
    length: int = 255
    label: str = ""

    def display(self, row: Any, viewer: Viewer) -> str | None:
        """The display form of the value for this viewer."""
        return self.shown(row, viewer) if self.shown else self.raw(row)


def text(
    name: str, raw: Raw, *, writable: bool = False, length: int = 255, readers: frozenset[str] = EVERYONE
) -> Field:
    """A column of text."""
    return Field(name, "string", raw, writable=writable, length=length, readers=readers)


def constant(name: str, value: str = "", kind: FieldKind = "string") -> Field:
    """A column that says the same in every row; nothing unless told."""
    return Field(name, kind, lambda _row: value)


def number(name: str, raw: Raw, *, writable: bool = False) -> Field:
    """A column of whole numbers; the display form groups thousands."""

    def shown(row: Any, _viewer: Viewer) -> str:
        value = raw(row)
        return f"{int(value):,}" if value else ""

    return Field(name, "integer", raw, shown, writable=writable, length=40)


def flag(name: str, is_on: Callable[[Any], bool], *, writable: bool = False) -> Field:
    """A column of true and false."""
    return Field(name, "boolean", lambda row: "true" if is_on(row) else "false", writable=writable, length=40)


def moment(name: str, instant: Callable[[Any], int], *, writable: bool = False, unknown: str = "") -> Field:
    """A column of instants (0 for none); displayed in the viewer's zone, `unknown` where there is none."""

    def shown(row: Any, viewer: Viewer) -> str:
        return local(instant(row), viewer.zone) or unknown

    return Field(name, "glide_date_time", lambda row: utc(instant(row)), shown, writable=writable, length=40)


def span(name: str, seconds: Callable[[Any], int | None]) -> Field:
    """A column of durations in seconds (None for none)."""
    return Field(
        name, "glide_duration", lambda row: duration(seconds(row)), lambda row, _viewer: spoken(seconds(row)), length=40
    )


def choice(name: str, raw: Raw, labels: Mapping[str, str], *, writable: bool = False) -> Field:
    """A column of choices; an empty one displays as null, one off the list as itself."""

    def shown(row: Any, _viewer: Viewer) -> str | None:
        value = raw(row)
        return labels.get(value, value) if value else None

    return Field(name, "choice", raw, shown, writable=writable, length=40)


def reference(
    name: str,
    target: str,
    raw: Raw,
    named: Callable[[Any], str],
    *,
    follow: Callable[[Any], Any] | None = None,
    writable: bool = False,
) -> Field:
    """A column that points to a row of `target`; `named` is that row's display value, "" where it points nowhere."""
    return Field(name, "reference", raw, lambda row, _viewer: named(row), target, follow, writable=writable, length=32)


def by_name(*fields: Field) -> dict[str, Field]:
    """The columns of a table in their order."""
    return {field.name: field for field in fields}
