"""The roster as screens ask for it: on a thread of its own, so that no ticket key ever stands behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from helpdesk_tui import clock
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.desk.intents import Intents
    from helpdesk_tui.desk.roster.desk import RosterDesk
    from helpdesk_tui.desk.roster.floor import RosterRules
    from helpdesk_tui.desk.roster.rotation_form import Form
    from helpdesk_tui.desk.stores import StorePaths

T = TypeVar("T")


class Rosters:
    """Asks and changes rosters, one call after the other. Raises StoreError, RosterError, UsageError."""

    def __init__(self, intents: Intents) -> None:
        self._intents = intents
        self._paths: StorePaths | None = None
        self._now = clock.now
        self._read_only = False
        self._desk: RosterDesk | None = None
        self._thread: ThreadPoolExecutor | None = None
        self.folder: Path | None = None
        """Where technicians.toml and roster.toml lie; they are not looked at where None."""
        self.zone = ""
        """The IANA zone times are shown in; the host's where empty."""
        self.trouble = ""
        """What is wrong with technicians.toml or roster.toml; what was read before counts until it is mended."""
        self.drafts: dict[str, Form] = {}
        """Rotations that were changed in their form and not kept, by the schedule's key; "" is a new one."""
        self.rules: Callable[[], RosterRules] | None = None
        """How rosters are judged, asked once."""

    def open(self, paths: StorePaths, *, now: clock.Now, read_only: bool) -> None:
        """Says where the stores are; nothing is read yet."""
        self._paths, self._now, self._read_only = paths, now, read_only

    def close(self) -> None:
        """Ends the thread, after what it was asked, and lets go of the stores."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
        if self._desk is not None:
            self._desk.close()

    async def ask(self, question: Callable[[RosterDesk], T]) -> T:
        """The answer to a question, or what came of a change; each call sees what those before it did."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk-roster")
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: question(self._opened()))

    def _opened(self) -> RosterDesk:
        from helpdesk_tui.domain.roster.errors import RosterError

        if self._desk is None:
            from helpdesk_tui.desk.roster.desk import RosterDesk

            assert self._paths is not None
            self._desk = RosterDesk(
                self._paths, self.folder or Path(), self._intents, by=user_name(), now=self._now, zone=self.zone,
                read_only=self._read_only, rules=self.rules() if self.rules else None,
            )  # fmt: skip
            if self.folder is not None and not self._read_only:
                try:
                    self._desk.refresh()
                except RosterError as error:
                    self.trouble = str(error)
        return self._desk
