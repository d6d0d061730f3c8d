"""Texts that were begun and not sent, from personal.db. No SQLAlchemy; a missing store is an empty one."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.tickets import TicketRef

_DRAFTS = "SELECT id, source, key, kind, text, updated_at FROM draft ORDER BY updated_at DESC, id DESC"


class Draft(NamedTuple):
    """A text begun on a ticket (`key` "" for one on several); `kind` says as what it would be sent. `updated_at` is in
    seconds UTC."""

    id: int
    source: str
    key: str
    kind: str
    text: str
    updated_at: int

    @property
    def ref(self) -> TicketRef:
        """The ticket."""
        return TicketRef(self.source, self.key)


class DraftReader:
    """Questions to personal.db. Any thread. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        """`path` is personal.db."""
        self._reader = Reader(path, StoreKind.PERSONAL)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def all(self) -> list[Draft]:
        """Every draft, the newest first."""
        none: list[Draft] = []
        return self._reader.ask(lambda connection: [Draft(*row) for row in connection.execute(_DRAFTS)], none)
