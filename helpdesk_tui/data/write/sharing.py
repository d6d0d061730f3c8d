"""Telling the team what is being written: intents while they last, and a copy of the journal without texts.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.data import dialect
from helpdesk_tui.data.change_rows import Entry
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.write.sql import Sql, driver
from helpdesk_tui.domain.changes import ChangeState

TEXTS = frozenset({"note", "reply", "title", "close_notes", "description"})
"""Names whose values are somebody's words: they stay with their author and the platform."""
_INTENT = ("change", "desk", "source", "kind", "key", "number", "field", "value", "actor", "state", "at")
_KEEP_INTENT = dialect.upsert("intent", _INTENT, ("change",))
_WRITE = (
    "desk", "entry", "at", "change", "source", "kind", "key", "number", "fields", "actor", "host", "was", "state",
    "outcome", "seen_at",
)  # fmt: skip
_KEEP_WRITE = dialect.upsert("journal", _WRITE, ("desk", "entry"))


class Sharing:
    """Writes one user's part of team.db."""

    def __init__(self, store: Store, desk: str) -> None:
        """`store` is the team's store opened for writing; `desk` names the user."""
        self.store = store
        self.desk = desk

    def told(self) -> int:
        """The last line of this user's journal that the team has."""
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            return int(sql.value("SELECT coalesce(max(entry), 0) FROM journal WHERE desk = ?", (self.desk,)))

    def tell(self, entries: Sequence[Entry]) -> None:
        """Copy lines of the journal, and bring the intents into the state in which they leave the changes."""
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            sql.many(_KEEP_WRITE, [self._write(entry) for entry in entries])
            for entry in entries:
                if ChangeState(entry.state).is_final:
                    sql.run("DELETE FROM intent WHERE change = ?", (entry.change,))
                else:
                    sql.run(_KEEP_INTENT, self._intent(entry))

    def _intent(self, entry: Entry) -> tuple[object, ...]:
        value = "" if entry.field in TEXTS else entry.desired.get(entry.field, "")
        place = (entry.source, entry.kind, entry.key, entry.number)
        return (entry.change, self.desk, *place, entry.field, value, entry.actor, entry.state, entry.at)

    def _write(self, entry: Entry) -> tuple[object, ...]:
        place = (entry.source, entry.kind, entry.key, entry.number, " ".join(entry.desired))
        became = (entry.actor, entry.host, entry.was, entry.state, entry.outcome, entry.seen_at)
        return (self.desk, entry.id, entry.at, entry.change, *place, *became)
