"""personal.db as screens read it: marks, saved views, how a screen was left, and what became of requests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Column, Grouping, Sort, View

_VIEWS = "SELECT slot, name, title, filter, sort, reverse, grouping, columns FROM saved_view ORDER BY updated_at, name"
_ANSWER = "SELECT id, kind, state, answer, asked_at, done_at FROM request WHERE id = ?"


class Answer(NamedTuple):
    """What became of a request: `state` is asked, taken, done or failed; `words` are for the user."""

    id: int
    kind: str
    state: str
    words: str
    asked_at: int
    done_at: int

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed")


class PersonalReader:
    """Questions to the user's own store; a missing one is an empty one. Any thread. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._reader = Reader(path, StoreKind.PERSONAL)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def moved(self) -> bool:
        """Whether the store was written or replaced since this was last asked; true the first time."""
        return self._reader.moved()

    def marks(self) -> frozenset[TicketRef]:
        """The marked tickets."""
        return self._reader.ask(_marks, frozenset())

    def saved_views(self) -> tuple[View, ...]:
        """The user's views, in the order in which they were last saved."""
        return self._reader.ask(lambda connection: tuple(map(_view, connection.execute(_VIEWS))), ())

    def view_state(self, name: str) -> Mapping[str, object]:
        """What was kept under a name; empty where nothing was, or nothing that can be read."""
        return self._reader.ask(lambda connection: _state(connection, name), {})

    def answer(self, request: int) -> Answer | None:
        """What became of a request."""
        return self._reader.ask(lambda connection: _answer(connection, request), None)


def _marks(connection: sqlite3.Connection) -> frozenset[TicketRef]:
    return frozenset(TicketRef(source, key) for source, key in connection.execute("SELECT source, key FROM mark"))


def _view(row: tuple[str, str, str, str, str, int, str, str]) -> View:
    """A view as it was saved. A sort or column of another version of the program falls back to the usual, and so does
    what cannot be read."""
    slot, name, title, filter_, sort, reverse, grouping, columns = row
    known = {column.value: column for column in Column}
    return View(
        slot,
        name,
        title or name,
        filter_,
        Sort(sort) if sort in set(Sort) else Sort.DUE,
        bool(reverse),
        Grouping(grouping) if grouping in set(Grouping) else Grouping.NONE,
        tuple(known[word] for word in _listed(columns) if word in known),
        own=True,
    )


def _listed(text: str) -> list[str]:
    """The texts of a JSON list; none where it is no such list."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return []
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _state(connection: sqlite3.Connection, name: str) -> Mapping[str, object]:
    found = connection.execute("SELECT value FROM view_state WHERE name = ?", (name,)).fetchone()
    try:
        value = json.loads(found[0]) if found else {}
    except (TypeError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _answer(connection: sqlite3.Connection, request: int) -> Answer | None:
    found = connection.execute(_ANSWER, (request,)).fetchone()
    return Answer(*found) if found else None
