"""A store's writer in a thread of its own, off the event loop, so that writes keep their order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar

W = TypeVar("W")
T = TypeVar("T")
P = ParamSpec("P")


class Threaded(Generic[W]):
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
        return await self.begin(lambda writer: work(writer, *args, **kwargs))

    def begin(self, work: Callable[[W], T]) -> asyncio.Future[T]:
        """Hand work on the writer over, to be done after everything that was handed over before."""
        return asyncio.get_running_loop().run_in_executor(self._thread, work, self._writer)

    def close(self, end: Callable[[W], None]) -> None:
        """Let `end` close the writer, after everything that was asked for before."""
        try:
            self._thread.submit(end, self._writer).result()
        finally:
            self._thread.shutdown()


class Lane(Generic[W]):
    """Pieces of work for one store of which each builds on the one before.

    They are handed over before the one before is done, at most `depth` at a time: the writer goes from one to the next
    without waiting for an event loop that is busy reading. Once a piece has failed, or the block was cancelled, no
    further one is begun; where the block ends, or fails otherwise, all that was handed over is done first.
    """

    def __init__(self, store: Threaded[W], depth: int) -> None:
        self._store = store
        self._depth = depth
        self._under_way: deque[asyncio.Future[None]] = deque()
        self._broken = False

    async def put(self, work: Callable[[W], object]) -> None:
        """Hand over one piece, once there is room. Raises what an earlier one raised."""
        while len(self._under_way) >= self._depth:
            await self._oldest()
        piece = self._store.begin(partial(self._do, work))
        piece.add_done_callback(_heard)
        self._under_way.append(piece)

    async def done(self) -> None:
        """Wait for all that was handed over. Raises what one of them raised."""
        while self._under_way:
            await self._oldest()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, Exception):
            self._broken = True
        await self.done()

    async def _oldest(self) -> None:
        # Shielded: were the oldest taken back alone, the next would be done without it.
        await asyncio.shield(self._under_way.popleft())

    def _do(self, work: Callable[[W], object], writer: W) -> None:
        """In the writer's thread."""
        if self._broken:
            return
        try:
            work(writer)
        except BaseException:
            self._broken = True
            raise


def _heard(piece: asyncio.Future[None]) -> None:
    """What went wrong after somebody stopped waiting is nobody's any more."""
    if not piece.cancelled():
        piece.exception()
