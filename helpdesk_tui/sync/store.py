"""A store's writer, kept off the event loop: in one thread, so that writes keep their order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

W = TypeVar("W")
T = TypeVar("T")


class Store(Generic[W]):
    """A store's writer and the one thread it lives in.

    The writer is made by `make` inside that thread, since a connection belongs to the thread that opened it.
    """

    def __init__(self, make: Callable[[], W], name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._writer = self._thread.submit(make).result()

    async def do(self, work: Callable[[W], T]) -> T:
        """Run `work` with the writer and give its result. Raises whatever it raises, StoreError above all.

        Once begun, the work goes to its end even if the caller is cancelled.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._writer)

    def close(self, end: Callable[[W], None]) -> None:
        """Let `end` close the writer, after everything that was asked for before."""
        self._thread.submit(end, self._writer).result()
        self._thread.shutdown()
