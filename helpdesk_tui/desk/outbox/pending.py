"""Pending writes over rows: what this user decided and the platform has not confirmed, always marked as such."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.domain.tickets import State, TicketRef
from helpdesk_tui.errors import StoreError

if TYPE_CHECKING:
    from helpdesk_tui.domain.changes import Change
    from helpdesk_tui.domain.rows import Row

Named = Callable[[str, str, str], str]
"""What a person or group is called: (owner or group, source, identifier) to name."""
MARK = "^"
REMEMBERED = 5_000
"""So many tickets that were shown are remembered, to tell when one of them looks different."""
_STATES = {state.value: state for state in State}


class PendingOverlay:
    """Shows pending writes over rows. Any thread; a look costs microseconds while the outbox did not move."""

    def __init__(self, personal_db: Path, name: Named) -> None:
        self._reader = OutboxReader(personal_db)
        self._name = name
        self._pending: Mapping[TicketRef, tuple[Change, ...]] = {}
        self._ids: dict[TicketRef, int] = {}
        self._changed: set[int] = set()
        self._lock = Lock()

    def close(self) -> None:
        """Lets go of the store."""
        self._reader.close()

    def __call__(self, rows: Mapping[int, Row]) -> Mapping[int, Row]:
        """The rows by id, those with pending writes as they are meant to be, and marked."""
        with self._lock:
            self._look()
            if len(self._ids) > REMEMBERED:
                self._ids.clear()
            refs = {ident: row.ref for ident, row in rows.items()}
            self._ids |= {ref: ident for ident, ref in refs.items()}
            if not self._pending:
                return rows
            return {
                ident: overlaid(row, self._pending[refs[ident]], self._name) if refs[ident] in self._pending else row
                for ident, row in rows.items()
            }

    def moved(self) -> bool:
        """Whether any row that was or is to be marked looks different since `changed` was last asked."""
        with self._lock:
            self._look()
            return bool(self._changed)

    def changed(self) -> frozenset[int]:
        """The ids of those rows, once."""
        with self._lock:
            self._look()
            found, self._changed = frozenset(self._changed), set()
            return found

    def of(self, ticket: TicketRef) -> tuple[Change, ...]:
        """What is pending on one ticket."""
        with self._lock:
            self._look()
            return self._pending.get(ticket, ())

    def _look(self) -> None:
        try:
            if not self._reader.moved():
                return
            before, self._pending = self._pending, self._reader.pending()
        except StoreError as error:
            if type(error) is not StoreError:
                raise
            return  # of an older version: it holds no changes, and whoever writes next brings it up
        for ref in before.keys() | self._pending.keys():
            if before.get(ref) != self._pending.get(ref) and ref in self._ids:
                self._changed.add(self._ids[ref])


def overlaid(row: Row, changes: Sequence[Change], name: Named) -> Row:
    """A row with its pending changes, in their order, over it. What waits for the user is told and not shown."""
    values: dict[str, object] = {}
    pending: list[str] = []
    trouble = ""
    for change in changes:
        if change.state.needs_user:
            trouble = trouble or f"{change.state.words}: {change.words}".rstrip(": ")
            continue
        pending += [wanted for wanted in change.desired if wanted not in pending]
        for wanted, value in change.desired.items():
            values |= _shown(row, wanted, value, name)
    if "state" in pending and "status" not in pending:
        pending.append("status")
    return row._replace(**values, pending=tuple(pending), trouble=trouble)  # type: ignore[arg-type]


def _shown(row: Row, wanted: str, value: str, name: Named) -> dict[str, object]:
    """The columns that a desired value changes."""
    if wanted in ("owner", "group"):
        return {wanted: f"{name(wanted, row.source, value) or 'nobody'}{MARK}"}
    if wanted == "state":
        return {"state": _STATES.get(value, row.state), "status": f"{value}{MARK}"}
    if wanted == "status":
        return {"status": f"{value}{MARK}"}
    if wanted == "priority" and value.isdigit():
        return {"priority": int(value)}
    return {"title": f"{value} {MARK}"} if wanted == "title" else {}
