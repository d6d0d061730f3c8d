"""The outbox as screens, commands and the sender read it. No SQLAlchemy; a missing store is an empty one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.change_states import UNFINISHED, ChangeState

if TYPE_CHECKING:
    from helpdesk_tui.data.change_rows import Entry
    from helpdesk_tui.domain.changes import Change
    from helpdesk_tui.domain.tickets import TicketRef

_OPEN = f"state IN ({', '.join(repr(str(state)) for state in UNFINISHED)})"
_COUNTS = f"SELECT state, count(*) FROM change WHERE {_OPEN} GROUP BY state"
_ANY = f"SELECT EXISTS (SELECT 1 FROM change WHERE {_OPEN})"


class OutboxReader:
    """Questions to the outbox. Any thread. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        """`path` is personal.db."""
        self._reader = Reader(path, StoreKind.PERSONAL)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def moved(self) -> bool:
        """Whether the store was written or replaced since this was last asked; true the first time."""
        return self._reader.moved()

    def stirred(self) -> bool:
        """Whether the store's files look otherwise than when this was last asked; waits for nothing."""
        return self._reader.stirred()

    def unfinished(self, source: str = "") -> list[Change]:
        """Everything of which something more becomes, of one source or all, in the order in which it was decided."""
        return self._reader.ask(
            lambda connection: _changes(connection, f"(? = '' OR source = ?) AND {_OPEN}", (source, source)), []
        )

    def standing(self, kind: str) -> tuple[tuple[str, str], ...]:
        """What is unfinished of one kind, as (id, state): tells whether anything of it moved. Cheap."""
        question = f"SELECT id, state FROM change WHERE {_OPEN} AND kind = ? ORDER BY seq"
        return self._reader.ask(lambda connection: tuple(connection.execute(question, (kind,))), ())

    def pending(self) -> Mapping[TicketRef, tuple[Change, ...]]:
        """What is unfinished, by ticket: what an overlay shows over the cache."""
        if not self._reader.ask(lambda connection: connection.execute(_ANY).fetchone()[0], 0):
            return {}
        found: dict[TicketRef, list[Change]] = {}
        for change in self.unfinished():
            found.setdefault(change.ref, []).append(change)
        return {ref: tuple(changes) for ref, changes in found.items()}

    def finished(self, limit: int = 200) -> list[Change]:
        """What is over, newest first."""
        where = f"seq IN (SELECT seq FROM change WHERE NOT ({_OPEN}) ORDER BY done_at DESC, seq DESC LIMIT ?)"
        return self._reader.ask(lambda connection: _changes(connection, where, (limit,))[::-1], [])

    def one(self, ident: str) -> Change | None:
        """A change by its id, or by the beginning of it where that names one only."""
        pattern = ident.replace("%", "").replace("_", "") + "%"
        none: list[Change] = []
        found = self._reader.ask(lambda connection: _changes(connection, "id LIKE ?", (pattern,)), none)
        return found[0] if len(found) == 1 else None

    def batch(self, name: str) -> list[Change]:
        """The changes of a batch."""
        return self._reader.ask(lambda connection: _changes(connection, "batch = ?", (name,)), []) if name else []

    def counts(self) -> Mapping[ChangeState, int]:
        """How many changes stand in each state of which something more becomes."""
        return self._reader.ask(_counts, {})

    def journal(self, change: str = "", *, after: int = 0, limit: int = 500) -> list[Entry]:
        """The journal of one change, or of all, from the line behind `after` on."""
        from helpdesk_tui.data.change_rows import ENTRY, entry_of

        where, values = ("change = ? AND id > ?", [change, after]) if change else ("id > ?", [after])
        question = f"SELECT {', '.join(ENTRY)} FROM journal WHERE {where} ORDER BY id LIMIT ?"
        return self._reader.ask(lambda connection: [*map(entry_of, connection.execute(question, (*values, limit)))], [])

    def senders(self) -> Mapping[str, int]:
        """The hosts that send from this outbox and when each last said so."""
        return self._reader.ask(lambda connection: dict(connection.execute("SELECT host, seen_at FROM sender")), {})


def _counts(connection: sqlite3.Connection) -> Mapping[ChangeState, int]:
    return {ChangeState(state): count for state, count in connection.execute(_COUNTS)}


def _changes(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Change]:
    """What a change looks like is loaded with the first one that is read: a desk with none begins without."""
    from helpdesk_tui.data.change_rows import changes_of

    return changes_of(connection, where, values)
