"""One look at the stores' files for everybody who follows them: while nothing is written, nobody else has to wake.

A look is a few `stat` calls and no lock. It may miss a write in the same instant as one it saw, and a network's file
system may show a write late; so whoever rests is let go after `LONGEST` seconds anyway, and then asks the store itself.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

LOOK_SECONDS = 0.5
LONGEST = 5.0

Rest = Callable[[float], Awaitable[bool]]
"""Rests for about so many seconds, longer where nothing stirs; whether anything may have."""


async def sleep(seconds: float) -> bool:
    """A rest without anybody who looks: something may have been written."""
    await asyncio.sleep(seconds)
    return True


class Glance:
    """Looks at the files of several stores. Used on one event loop."""

    def __init__(self, stores: Iterable[Path]) -> None:
        self._files = [file for store in stores for file in (str(store), f"{store}-wal")]
        self._seen = self._look()
        self._stir = asyncio.Event()
        self.stirs = 0
        """How often anything was written since the beginning."""

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def again() -> None:
            nonlocal timer
            timer = loop.call_later(LOOK_SECONDS, again)
            self.look()

        # A task that sleeps would be woken for every look.
        timer = loop.call_later(LOOK_SECONDS, again)
        try:
            await asyncio.Event().wait()
        finally:
            timer.cancel()

    def look(self) -> None:
        """Let everybody go who rests, where a file looks otherwise than before."""
        found = self._look()
        if found != self._seen:
            self._seen = found
            self.stirs += 1
            self._stir.set()
            self._stir = asyncio.Event()

    def rest(self) -> Rest:
        """A rest of one's own: what was written while its owner was busy ends the next one at once."""
        known = self.stirs

        async def rest(seconds: float) -> bool:
            nonlocal known
            if known == self.stirs:
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(seconds, LONGEST)):
                        await self._stir.wait()
            stirred, known = known != self.stirs, self.stirs
            return stirred

        return rest

    def _look(self) -> list[tuple[int, int, int] | None]:
        return [_mark(file) for file in self._files]


def _mark(file: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
