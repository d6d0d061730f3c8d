"""Over rows, for a team that shares its store: what colleagues have on its way there, and who has the ticket open.

Nothing else of theirs is known.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from helpdesk_tui import clock
from helpdesk_tui.data.read.intents import Intent, IntentReader, Looking
from helpdesk_tui.errors import StoreError
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.domain.rows import Row
    from helpdesk_tui.domain.tickets import TicketRef

LOOK = 1.0
"""Seconds between two looks at whether the team's store was written."""


class ColleagueOverlay:
    """Tells on each row what a colleague has on its way there. Any thread; a look costs microseconds."""

    def __init__(self, team_db: Path, user: str = "", now: clock.Now = clock.now) -> None:
        """`user` is our own name in the team's store."""
        self._reader = IntentReader(team_db, user or user_name())
        self._now = now
        self._ends = 0
        """When the first of those who have a ticket open is believed no more; 0 for none."""
        self._others: Mapping[TicketRef, str] = {}
        self._changed: set[TicketRef] = set()
        self._looked = -LOOK
        self._lock = Lock()

    def close(self) -> None:
        """Lets go of the store."""
        self._reader.close()

    def __call__(self, rows: Mapping[int, Row]) -> Mapping[int, Row]:
        """The rows by id, those that a colleague is at with who and what."""
        others = self._look()
        if not others:
            return rows
        return {
            ident: row._replace(others=others[row.ref]) if row.ref in others else row for ident, row in rows.items()
        }

    def stirred(self) -> bool:
        """Whether `changed` is worth asking; takes microseconds, and may miss a write."""
        return self._reader.stirred() or self._over()

    def changed(self) -> frozenset[TicketRef]:
        """The tickets at which colleagues are otherwise than when this was last asked, once."""
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
                if self._reader.moved() or self._over():
                    before, looking = self._others, self._reader.looking(self._now())
                    self._ends = min((one.until for one in looking), default=0)
                    self._others = told(self._reader.of_others(), looking)
                    both = before.keys() | self._others.keys()
                    self._changed |= {ref for ref in both if before.get(ref) != self._others.get(ref)}
            except StoreError:
                self._others = {}  # another's store: it is not ours to mend, and acts go on without it
            return self._others

    def _over(self) -> bool:
        """Whether somebody who had a ticket open did not say so again in time."""
        return 0 < self._ends <= self._now()


def told(intents: Mapping[TicketRef, tuple[Intent, ...]], looking: Iterable[Looking]) -> dict[TicketRef, str]:
    """By ticket, what colleagues are doing to it, and who has it open: `ana sets owner; bo writes a reply`."""
    found: dict[TicketRef, dict[str, list[str]]] = {}
    for ref, them in intents.items():
        for intent in them:
            said = f"writes a {intent.field}" if intent.field in ("note", "reply") else f"sets {intent.field}"
            found.setdefault(ref, {}).setdefault(intent.desk, []).append(said)
    for one in looking:
        said = (
            "has it open" if one.doing == "open" else f"is writing {'an' if one.doing == 'update' else 'a'} {one.doing}"
        )
        found.setdefault(one.ref, {}).setdefault(one.desk, []).append(said)
    return {
        ref: "; ".join(f"{desk} {', '.join(dict.fromkeys(said))}" for desk, said in by_desk.items())
        for ref, by_desk in found.items()
    }
