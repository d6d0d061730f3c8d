"""Colleagues' pending writes over rows, for a team that shares its store; nothing else of theirs is known."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from helpdesk_tui.data.read.intents import Intent, IntentReader
from helpdesk_tui.errors import StoreError

if TYPE_CHECKING:
    from helpdesk_tui.domain.rows import Row
    from helpdesk_tui.domain.tickets import TicketRef

LOOK = 1.0
"""Seconds between two looks at whether the team's store was written."""


class ColleagueOverlay:
    """Tells on each row what a colleague has on its way there. Any thread; a look costs microseconds."""

    def __init__(self, team_db: Path, user: str = "") -> None:
        """`user` is our own name in the team's store."""
        import getpass

        self._reader = IntentReader(team_db, user or getpass.getuser())
        self._others: Mapping[TicketRef, str] = {}
        self._changed: set[TicketRef] = set()
        self._looked = -LOOK
        self._lock = Lock()

    def close(self) -> None:
        """Lets go of the store."""
        self._reader.close()

    def __call__(self, rows: Mapping[int, Row]) -> Mapping[int, Row]:
        """The rows by id, those that a colleague is changing with who and what."""
        others = self._look()
        if not others:
            return rows
        return {
            ident: replace(row, others=others[row.ref]) if row.ref in others else row for ident, row in rows.items()
        }

    def stirred(self) -> bool:
        """Whether `changed` is worth asking; takes microseconds, and may miss a write."""
        return self._reader.stirred()

    def changed(self) -> frozenset[TicketRef]:
        """The tickets of which colleagues want something else since this was last asked, once."""
        self._look()
        with self._lock:
            found, self._changed = frozenset(self._changed), set()
            return found

    def _look(self) -> Mapping[TicketRef, str]:
        with self._lock:
            now = time.monotonic()
            if now - self._looked < LOOK:
                return self._others
            self._looked = now
            try:
                if self._reader.moved():
                    before, found = self._others, self._reader.of_others()
                    self._others = {ref: intent_words(intents) for ref, intents in found.items()}
                    both = before.keys() | self._others.keys()
                    self._changed |= {ref for ref in both if before.get(ref) != self._others.get(ref)}
            except StoreError:
                self._others = {}  # another's store: it is not ours to mend, and acts go on without it
            return self._others


def intent_words(intents: tuple[Intent, ...]) -> str:
    """What a colleague is doing to a ticket: `ana sets owner, writes a note`."""
    by_desk: dict[str, list[str]] = {}
    for intent in intents:
        said = f"writes a {intent.field}" if intent.field in ("note", "reply") else f"sets {intent.field}"
        by_desk.setdefault(intent.desk, []).append(said)
    return "; ".join(f"{desk} {', '.join(dict.fromkeys(said))}" for desk, said in by_desk.items())
