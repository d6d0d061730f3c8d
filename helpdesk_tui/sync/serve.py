"""The lives of the sync process, one after the other.

It begins anew when its settings change and when the cache was moved away; it waits and begins anew when there is no
room on the disk or a store is held; and it ends for good when it is told to, when nobody needs it, or when a newer
version has migrated the cache.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from helpdesk_tui import clock, config
from helpdesk_tui.config import Config
from helpdesk_tui.errors import CorruptStore, DiskFull, ForeignStore, HelpdeskError, NewerStore, StoreError
from helpdesk_tui.paths import Paths
from helpdesk_tui.presence import HeldLock
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.process import Ending, Life, Process, usable

NICE = 10
AUTOGROUP = Path("/proc/self/autogroup")
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 60.0
MENDS = 3
"""So many times in a row a cache that is lost or damaged is made anew at once; then only after a pause."""


def stand_back() -> None:
    """Leave the processor to what somebody waits for, first of all to the screen.

    Where Linux shares it out by sessions (autogroup), a nice value counts among the processes of one session only, and
    the screen's is another: so ours is told, too, where it is our own.
    """
    os.nice(NICE)
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        # Its threads wake a hundred times a second, and none of them shall take the processor from a key's answer.
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(str(NICE))


class Lives:
    """Decides what comes after each life. `sleep` waits so many seconds."""

    def __init__(self, paths: Paths, lock: HeldLock, sleep: Callable[[float], None] = time.sleep) -> None:
        self.paths = paths
        self.lock = lock
        self.notes: list[str] = []
        """Lines for the user that the next life tells."""
        self.suspect = False
        """Whether the next life has to look whether the cache is whole."""
        self._sleep = sleep
        self._failures = 0

    def after(self, ending: Ending) -> bool:
        """Whether there is a life after one that ended so."""
        self._failures = 0
        self.notes, self.suspect = [], False
        if ending is Ending.REPLACED:
            self.notes = [f"{self.paths.cache_db.name} was moved or deleted while in use; it is being pulled again"]
        return ending in (Ending.CHANGED, Ending.REPLACED)

    def after_error(self, error: StoreError, *, worked: bool) -> None:
        """Prepare the life after one that a store ended; waits where that needs time. Raises what has no mend."""
        if isinstance(error, ForeignStore | NewerStore):
            raise error
        self._failures = 1 if worked and not isinstance(error, DiskFull) else self._failures + 1
        lost = error.path == self.paths.cache_db and not self.paths.cache_db.exists()
        self.suspect = isinstance(error, CorruptStore)
        if lost:
            self.after(Ending.REPLACED)
        elif not self.suspect or self._failures > MENDS:
            self._wait(error)

    def _wait(self, error: StoreError) -> None:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failures - 1, 10))
        log.error("sync waits", words=str(error), seconds=pause)
        self.lock.say(str(error))
        self._sleep(pause)


def serve(paths: Paths, settings: Config, asked: Mapping[str, str], life: Life, lock: HeldLock) -> Ending:
    """Be the sync process until something ends it; `lock` is the sync lock. Raises ForeignStore, ConfigError."""
    stand_back()
    lives = Lives(paths, lock)
    began = clock.now()
    while True:
        process = Process(paths, settings, asked, life, lock, lives.notes, suspect=lives.suspect)
        try:
            ending = asyncio.run(process.run())
        except NewerStore:
            ending = Ending.NEWER
        except StoreError as error:
            lives.after_error(error, worked=process.worked)
            continue
        log.info("sync ends", why=str(ending), lived=clock.now() - began)
        if not lives.after(ending):
            return ending
        settings = _settings(paths, settings)


def _settings(paths: Paths, before: Config) -> Config:
    """The settings as they are now; those before where they cannot be used."""
    try:
        return config.load(paths.config_file) if usable(paths) else before
    except HelpdeskError:
        return before
