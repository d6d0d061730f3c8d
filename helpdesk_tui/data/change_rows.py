"""Changes and their journal as rows of personal.db, for those who write them and those who read them.

Standard library only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op

COLUMNS = tuple(field.name for field in fields(Change))
"""The columns of `change`, in the order of the value's fields."""
_JSON = frozenset({"desired", "base", "theirs"})
SELECT = f"SELECT {', '.join(COLUMNS)} FROM change"
_SOURCE, _KIND, _KEY = (COLUMNS.index(name) for name in ("source", "kind", "key"))
_STATE, _OP = COLUMNS.index("state"), COLUMNS.index("op")
_OBJECTS = tuple(COLUMNS.index(name) for name in sorted(_JSON))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `was` is "" for the beginning; `outcome` is one of `domain.change_rules.Outcome`."""

    id: int
    at: int
    change: str
    source: str
    kind: str
    key: str
    number: str
    field: str
    op: str
    actor: str
    host: str
    batch: str
    was: str
    state: str
    outcome: str
    desired: Mapping[str, str]
    base: Mapping[str, str]
    base_version: int
    seen_at: int
    theirs: Mapping[str, str]
    theirs_by: str
    words: str


ENTRY = tuple(field.name for field in fields(Entry))
"""The columns of `journal`."""


def dumped(value: Mapping[str, str]) -> str:
    """Names and values as JSON."""
    return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":")) if value else "{}"


def row_of(change: Change) -> tuple[Any, ...]:
    """A change as a row; `seq` 0 lets the database give one."""
    values = [getattr(change, name) for name in COLUMNS]
    for index in _OBJECTS:
        values[index] = dumped(values[index])
    for index, value in enumerate(values):
        if isinstance(value, str):
            values[index] = str(value)
    return tuple(values)


def change_of(row: Sequence[Any]) -> Change:
    """A row of `SELECT` as a change. Raises ValueError for one that a newer version wrote."""
    values = list(row)
    for index in _OBJECTS:
        values[index] = json.loads(values[index])
    values[_KIND], values[_OP], values[_STATE] = Kind(values[_KIND]), Op(values[_OP]), ChangeState(values[_STATE])
    return Change(*values)


def changes_of(connection: sqlite3.Connection, where: str, values: Iterable[object] = ()) -> list[Change]:
    """The changes for which a condition with bound values holds, in their order."""
    return [change_of(row) for row in connection.execute(f"{SELECT} WHERE {where} ORDER BY seq", tuple(values))]


def entry_row(change: Change, was: str, outcome: str, at: int) -> tuple[Any, ...]:
    """The line of the journal for a change that has just come into its state, without its number."""
    return (
        at,
        change.id,
        change.source,
        str(change.kind),
        change.key,
        change.number,
        change.field,
        str(change.op),
        change.actor,
        change.host,
        change.batch,
        was,
        str(change.state),
        outcome,
        dumped(change.desired),
        dumped(change.base),
        change.base_version,
        change.seen_at,
        dumped(change.theirs),
        change.theirs_by,
        change.words,
    )


def entry_of(row: Sequence[Any]) -> Entry:
    """A row of the journal, all columns of `ENTRY`."""
    values = list(row)
    for name in _JSON:
        index = ENTRY.index(name)
        values[index] = json.loads(values[index])
    return Entry(*values)
