"""One source's sync: everything that is done for it, each kind of work at most once at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from helpdesk_tui.adapters.base import Feed, Phase
from helpdesk_tui.errors import ConfigError, Garbled, PlatformError, SecretError, StoreError
from helpdesk_tui.sync.compare import compare_open, reconcile
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.details import read_activity, read_activity_ahead, read_events
from helpdesk_tui.sync.health import Trouble
from helpdesk_tui.sync.pull import STREAMS, first_pull, pull, pull_again

RETRY_FIRST_PULL = 1.0


class SourceSync:
    """Does the work of one source when it is told to; the jobs and requests decide when.

    A trouble with the platform ends a piece of work quietly, since the health says it; `trouble` keeps the last one. A
    trouble with the cache is raised: without it there is nothing to do.
    """

    def __init__(self, context: SourceContext) -> None:
        self.context = context
        self.begun = asyncio.Event()
        """Set once all open tickets have been read."""
        self.ready = asyncio.Event()
        """Set once the history has been read, too."""
        self._busy: dict[str, asyncio.Lock] = {}
        self._wake = asyncio.Event()
        self.fault = ""
        """A mistake of ours that ended a piece of work, in words; "" where there was none."""

    @property
    def name(self) -> str:
        """The source's name."""
        return self.context.name

    @property
    def trouble(self) -> Trouble | None:
        """The trouble that still lasts; None where all is well."""
        return self.context.last_error

    async def first_pull(self) -> None:
        """Make the source completely known; tries again after each trouble until it is done."""
        while not self.ready.is_set():
            if await self.once("first pull", lambda: first_pull(self.context, self.begun.set)):
                self.ready.set()
                return
            pause = max(RETRY_FIRST_PULL, self.context.health.next_try - self.context.now())
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def everything(self) -> bool:
        """One whole turn for `sync --once`: first pull or changes, census, events. Whether all of it went well."""
        done = await self.once("first pull", lambda: first_pull(self.context, self.begun.set)) and await self.poll()
        if done:
            self.ready.set()
            done = await self.census()
        while done and await self._some_events():
            pass
        return done and self.trouble is None

    async def poll(self) -> bool:
        """Pull every stream to its present end. Whether all went well."""
        return await self.once("poll", self._poll_streams)

    async def reference(self) -> bool:
        """Read the lists of people, groups and organisations anew."""
        return await self.once("reference", lambda: self._pull_phase((Phase.REFERENCE,)))

    async def deep(self) -> bool:
        """Read the recent past of each stream a second time."""
        return await self.once("deep", self._pull_deep)

    async def census(self, *, consent: bool = False) -> bool:
        """Compare the open tickets of both sides."""
        return await self.once("census", lambda: compare_open(self.context, consent=consent))

    async def reconcile(self) -> bool:
        """Read everything that is open anew."""
        return await self.once("census", lambda: reconcile(self.context))

    async def details(self) -> bool:
        """Read some events and some conversations ahead of time."""
        return await self.once("details", self._read_details)

    async def activity(self, key: str) -> bool:
        """Read one ticket's conversation because somebody is looking at it."""
        return await self.once(f"activity {key}", lambda: read_activity(self.context, key))

    async def sign_in_again(self) -> bool:
        """Try the sign-in at once, with a secret found anew."""
        self.context.forget_sign_in()
        self.try_again()
        return await self.poll()

    def try_again(self) -> None:
        """Forget the pause after a trouble: somebody wants to know now."""
        self.context.last_error = None
        self._wake.set()

    async def once(self, kind: str, work: Callable[[], Awaitable[object]]) -> bool:
        """Do a piece of work unless the same kind is under way; whether it was done and went well."""
        lock = self._busy.setdefault(kind, asyncio.Lock())
        if lock.locked():
            return False
        try:
            async with lock:
                await work()
        except (PlatformError, SecretError, ConfigError):
            return False
        except StoreError:
            raise
        except Exception as error:
            log.exception("work ended unexpectedly", source=self.name, kind=kind)
            self.fault = f"{kind} ended unexpectedly ({type(error).__name__}: {error}); the log says where"
            await self.context.trouble(Garbled(self.fault))
            return False
        finally:
            if kind.startswith("activity "):
                self._busy.pop(kind, None)
        return True

    async def close(self) -> None:
        """Let go of the adapter's connections."""
        await self.context.adapter.close()

    async def _poll_streams(self) -> None:
        await self._pull_phase(STREAMS)

    async def _pull_phase(self, phases: tuple[Phase, ...]) -> None:
        async with self.context.asking("poll"):
            for feed in self._feeds(phases):
                await pull(self.context, feed)

    async def _pull_deep(self) -> None:
        async with self.context.asking("deep"):
            for feed in self._feeds(STREAMS):
                if feed.deep:
                    await pull_again(self.context, feed, feed.deep)

    async def _read_details(self) -> None:
        await read_events(self.context)
        await read_activity_ahead(self.context)

    async def _some_events(self) -> int:
        found = 0

        async def some() -> None:
            nonlocal found
            found = await read_events(self.context)

        await self.once("details", some)
        return found

    def _feeds(self, phases: tuple[Phase, ...]) -> list[Feed]:
        return [feed for feed in self.context.adapter.feeds() if feed.phase in phases]
