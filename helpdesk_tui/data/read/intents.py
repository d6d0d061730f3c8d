"""What colleagues who share the team's store have on its way to the platforms. No SQLAlchemy; no store, no colleagues.

Instants are integer seconds UTC.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from helpdesk_tui.data import files
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.tickets import TicketRef

_OTHERS = (
    "SELECT desk, source, key, number, field, value, state, at FROM intent WHERE desk <> ? AND kind = 'ticket'"
    " ORDER BY at"
)


_LOOKING = (
    "SELECT desk, source, key, doing, since, until FROM looking WHERE desk <> ? AND until > ? ORDER BY since, desk"
)
_OTHER = (
    "SELECT EXISTS (SELECT 1 FROM journal WHERE desk <> ?) OR EXISTS (SELECT 1 FROM intent WHERE desk <> ?)"
    " OR EXISTS (SELECT 1 FROM looking WHERE desk <> ?)"
)


class Intent(NamedTuple):
    """One field a colleague wants changed; `value` is "" for texts, which stay with their author."""

    desk: str
    source: str
    key: str
    number: str
    field: str
    value: str
    state: str
    at: int

    @property
    def ref(self) -> TicketRef:
        """The ticket."""
        return TicketRef(self.source, self.key)


class Looking(NamedTuple):
    """A ticket that a colleague has open (`doing` is "open"), or writes to; believed until `until`."""

    desk: str
    source: str
    key: str
    doing: str
    since: int
    until: int

    @property
    def ref(self) -> TicketRef:
        """The ticket."""
        return TicketRef(self.source, self.key)


class IntentReader:
    """Questions to team.db about what others are about to change, and look at. Any thread. Raises StoreError."""

    def __init__(self, path: Path, desk: str) -> None:
        """`path` is team.db; `desk` is the user's own name there."""
        self._reader = Reader(path, StoreKind.TEAM)
        self._desk = desk

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def moved(self) -> bool:
        """Whether the store was written or replaced since this was last asked; true the first time."""
        return self._reader.moved()

    def stirred(self) -> bool:
        """Whether the store's files look otherwise than when this was last asked; waits for nothing."""
        return self._reader.stirred()

    def shared(self) -> bool:
        """Whether the store lies in a group's folder, or anybody else has ever written here."""
        if files.is_shared(self._reader.path.parent):
            return True
        return self._reader.ask(
            lambda connection: bool(connection.execute(_OTHER, (self._desk,) * 3).fetchone()[0]), False
        )

    def of_others(self) -> dict[TicketRef, tuple[Intent, ...]]:
        """What colleagues have on its way, by ticket, in the order in which it was decided."""
        found: dict[TicketRef, list[Intent]] = {}
        none: list[Intent] = []
        for intent in self._reader.ask(
            lambda connection: [Intent(*row) for row in connection.execute(_OTHERS, (self._desk,))], none
        ):
            found.setdefault(intent.ref, []).append(intent)
        return {ref: tuple(intents) for ref, intents in found.items()}

    def looking(self, now: int) -> list[Looking]:
        """Which tickets colleagues have open now, in the order in which they opened them."""
        none: list[Looking] = []
        return self._reader.ask(
            lambda connection: [Looking(*row) for row in connection.execute(_LOOKING, (self._desk, now))], none
        )
