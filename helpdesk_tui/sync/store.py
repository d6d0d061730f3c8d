"""A store's writer, kept off the event loop: in one thread, so that writes keep their order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, Generic, ParamSpec, TypeVar

W = TypeVar("W")
T = TypeVar("T")
P = ParamSpec("P")


class Store(Generic[W]):
    """A store's writer and the one thread it lives in.

    The writer is made by `make` inside that thread, since a connection belongs to the thread that opened it.
    """

    def __init__(self, make: Callable[[], W], name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        try:
            self._writer = self._thread.submit(make).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def do(self, work: Callable[Concatenate[W, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call one of the writer's methods, given unbound, and give its result. Raises whatever it raises.

        Once begun, the work goes to its end even if the caller is cancelled.
        """
        call = partial(work, self._writer, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def close(self, end: Callable[[W], None]) -> None:
        """Let `end` close the writer, after everything that was asked for before."""
        try:
            self._thread.submit(end, self._writer).result()
        finally:
            self._thread.shutdown()
