"""The journal's copy for the team: what this user writes, as colleagues on the same team.db see it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.data.write.sharing import Sharing
from helpdesk_tui.errors import StoreError
from helpdesk_tui.paths import user_name
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.glance import Rest, sleep
from helpdesk_tui.sync.threaded import Threaded

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 60.0
"""Pause after the team's store could not be written: it is another's business, and ours goes on."""
AT_ONCE = 500


class Share:
    """Copies from personal.db to team.db. The team's store is opened when there is something to tell."""

    def __init__(self, personal_db: Path, team_db: Path, *, desk: str = "", rest: Rest = sleep) -> None:
        """`rest` waits between two looks."""
        self._rest = rest
        self.desk = desk or user_name()
        self._reader = OutboxReader(personal_db)
        self._personal_db = personal_db
        self._team_db = team_db
        self._team: Threaded[Sharing] | None = None
        self._told = -1

    async def run(self) -> None:
        """Copy until cancelled."""
        watch = Watch(self._personal_db)
        try:
            while True:
                pause = 0.0
                if watch.moved():
                    try:
                        await self.turn()
                    except StoreError as error:
                        log.warning("the team is not told of writes", words=str(error))
                        self._close_team()
                        watch.close()
                        watch, pause = Watch(self._personal_db), AGAIN_SECONDS
                await (asyncio.sleep(pause) if pause else self._rest(LOOK_SECONDS))
        finally:
            watch.close()
            self.close()

    async def turn(self) -> None:
        """Copy all there is to copy. Raises StoreError."""
        while entries := await asyncio.to_thread(self._reader.journal, after=max(self._told, 0), limit=AT_ONCE):
            if self._team is None:
                self._team = await asyncio.to_thread(Threaded, partial(self._open), "team")
            if self._told < 0:
                self._told = await self._team.do(Sharing.told)
                continue
            await self._team.do(Sharing.tell, entries)
            self._told = entries[-1].id

    def _open(self) -> Sharing:
        return Sharing(stores.open_write(self._team_db, StoreKind.TEAM), self.desk)

    def _close_team(self) -> None:
        if self._team is not None:
            self._team.close(lambda sharing: sharing.store.close())
            self._team, self._told = None, -1

    def close(self) -> None:
        """Let go of the stores."""
        self._close_team()
        self._reader.close()
