"""Telling colleagues who share the team's store which ticket is open at this desk, or being written to.

It has a thread of its own, so that no key and no write ever waits for another's store. Nothing is written while nobody
shares the store, nor for a ticket that was only passed by; what is told expires by itself where a desk dies.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpdesk_tui import clock
from helpdesk_tui.data.read.intents import IntentReader
from helpdesk_tui.errors import StoreError

if TYPE_CHECKING:
    from helpdesk_tui.data.write.looking import LookingWriter
    from helpdesk_tui.domain.tickets import TicketRef

SETTLE = 1.0
"""Seconds for which a ticket is open before anybody is told of it, or of its being left."""
RENEW = 60
"""Seconds after which what was told is told again."""
EXPIRES = 150
"""Seconds for which it is believed: two renewals may fail."""
PATIENCE = 2.0
"""Seconds for which leaving the desk waits until colleagues are told."""


class Attention(NamedTuple):
    """A ticket and what is done with it here: "open", or the kind of text that is written to it."""

    ticket: TicketRef
    doing: str = "open"


class Lookout:
    """Tells what this desk is at. `at` and `close` are for one thread; the rest happens on its own."""

    def __init__(
        self, team_db: Path, user: str, *, now: clock.Now = clock.now, off: bool = False, settle: float | None = None
    ) -> None:
        """`user` is our name in the team's store; `off` for a desk that may write nothing."""
        self._path = team_db
        self._user = user
        self._run = f"{os.uname().nodename}:{os.getpid()}:{time.monotonic_ns()}"
        self._now = now
        self._off = off
        self._settle = SETTLE if settle is None else settle
        self._wanted: Attention | None = None
        self._told: Attention | None = None
        self._since = self._told_at = 0
        self._reader: IntentReader | None = None
        self._writer: LookingWriter | None = None
        self._thread: threading.Thread | None = None
        self._stirred = threading.Condition()
        self._ends = False

    def at(self, attention: Attention | None) -> None:
        """What this desk is at now, None for nothing. Returns at once; asked often, it costs a comparison."""
        if self._off or attention == self._wanted:
            return
        with self._stirred:
            self._wanted = attention
            self._stirred.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="desk-lookout", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Tells that this desk is at nothing any more, and lets go of the store; never for long."""
        with self._stirred:
            self._wanted, self._ends = None, True
            self._stirred.notify()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def turn(self) -> None:
        """Tells what there is to tell, where anybody shares the store. What cannot be told now is told with the next
        renewal: it is nothing that anybody should wait for, or be disturbed by."""
        wanted, now = self._wanted, self._now()
        if wanted == self._told and (wanted is None or now < self._told_at + RENEW):
            return
        if wanted != self._told:
            self._since = now
        try:
            if wanted is not None and self._shared():
                self._open().tell(wanted.ticket, wanted.doing, self._since, now, now + EXPIRES)
            elif self._writer is not None:
                self._writer.leave()
        except (StoreError, OSError):
            self._let_go()
        self._told, self._told_at = wanted, now

    def _live(self) -> None:
        """Tells, until the desk closes."""
        while not self._ends:
            with self._stirred:
                self._stirred.wait_for(lambda: self._ends or self._wanted != self._told, RENEW)
                if not self._ends:
                    # Whoever only passes by, or comes back at once, is no news.
                    self._stirred.wait_for(lambda: self._ends, self._settle)
            self.turn()
        self.turn()  # the last word may have been given while another was being told
        self._let_go()

    def _shared(self) -> bool:
        if self._reader is None:
            self._reader = IntentReader(self._path, self._user)
        return self._reader.shared()

    def _open(self) -> LookingWriter:
        if self._writer is None:
            from helpdesk_tui.data import stores
            from helpdesk_tui.data.write.looking import LookingWriter

            self._writer = LookingWriter(stores.open_write(self._path, stores.StoreKind.TEAM), self._user, self._run)
        return self._writer

    def _let_go(self) -> None:
        reader, writer = self._reader, self._writer
        self._reader = self._writer = None
        if reader is not None:
            reader.close()
        if writer is not None:
            writer.close()
