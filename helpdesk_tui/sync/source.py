"""One source's sync: everything that is done for it, each kind of work at most once at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from helpdesk_tui.adapters.base import Feed, Phase
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.errors import ConfigError, Garbled, PlatformError, SecretError, StoreError
from helpdesk_tui.secrets import strike_out
from helpdesk_tui.sync.compare import compare_open, reconcile
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.details import Details
from helpdesk_tui.sync.first import first_pull
from helpdesk_tui.sync.health import Trouble
from helpdesk_tui.sync.pull import STREAMS, pull_again, pull_changes, pull_each
from helpdesk_tui.sync.rosters import pull_rosters

RETRY_FIRST_PULL = 1.0
RETRY_REST = 60.0
"""Seconds until a first pull is tried again of which only single feeds are missing."""
_ASKED = ("activity ", "choices ")
"""Work about one ticket that somebody asked for: its troubles are theirs to read."""


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
        """Set once everything else has been read, too, as far as the platform gives it."""
        self.fault = ""
        """A mistake of ours that ended a piece of work, in words; "" where there was none."""
        self._busy: dict[str, asyncio.Lock] = {}
        self._wake = asyncio.Event()
        self._details = Details(context)
        self._missing: list[Trouble] = []

    @property
    def name(self) -> str:
        """The source's name."""
        return self.context.name

    @property
    def trouble(self) -> Trouble | None:
        """The trouble that still lasts; None where all is well."""
        return self.context.circuit.trouble

    async def first_pull(self) -> None:
        """Make the source completely known; tries again after each trouble until it is done."""
        while True:
            went_well = await self.once("first pull", self._first_pull)
            if went_well:
                self.ready.set()
                await self.rosters()
                if not self._missing:
                    return
            pause = RETRY_REST if went_well else RETRY_FIRST_PULL
            next_try = self.context.health.next_try - self.context.now()
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(pause, next_try))

    async def _first_pull(self) -> None:
        self._missing = await first_pull(self.context, self.begun.set)
        await self.context.cache.do(CacheWriter.checkpoint)  # so much at once leaves a long log

    async def everything(self) -> bool:
        """One whole turn for `sync --once`: first pull or changes, census, events. Whether all of it went well."""
        if not await self.once("first pull", self._first_pull):
            return False
        self.ready.set()
        done = await self.poll()
        done = await self.census() and done
        while await self.once("details", self._details.read_events) and self._details.found:
            pass
        done = await self.rosters() and done
        return done and not self._missing and self.trouble is None

    async def poll(self, *, join: bool = False) -> bool:
        """Pull every stream to its present end. Whether all went well."""
        return await self.once("poll", self._poll_streams, join=join)

    async def catch_up(self) -> bool:
        """Poll now, whatever pauses there are; while the first pull goes on, wait for it. Whether all went well."""
        self.try_again()
        while not self.ready.is_set():
            if self.trouble is not None:
                return False
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ready.wait(), RETRY_FIRST_PULL)
        done = await self.poll(join=True)
        await self.rosters()
        return done

    async def reference(self) -> bool:
        """Read the lists of people, groups and organisations anew."""
        return await self.once("reference", lambda: self._pull_phase(Phase.REFERENCE))

    async def rosters(self) -> bool:
        """Read who is on call, where the platform holds that."""
        return await self.once("rosters", lambda: pull_rosters(self.context))

    async def deep(self) -> bool:
        """Read the recent past of each stream a second time."""
        return await self.once("deep", self._pull_deep)

    async def census(self, *, consent: bool = False) -> bool:
        """Compare the open tickets of both sides."""
        return await self.once("census", lambda: compare_open(self.context, consent=consent), join=consent)

    async def reconcile(self) -> bool:
        """Read everything that is open anew."""
        return await self.once("census", lambda: reconcile(self.context))

    async def details(self) -> bool:
        """Read some events and some conversations ahead of time."""
        return await self.once("details", self._details.read_some)

    async def activity(self, key: str) -> bool:
        """Read one ticket's conversation because somebody is looking at it. Raises Refused and Garbled: that is for
        whoever asked, and says nothing about the source."""
        return await self.once(f"activity {key}", lambda: self._details.read_activity(key), join=True)

    async def choices(self, key: str) -> bool:
        """Read what may be chosen for one ticket because somebody is about to. Raises as `activity` does."""
        return await self.once(f"choices {key}", lambda: self._details.read_choices(key), join=True)

    async def sign_in_again(self) -> bool:
        """Try the sign-in at once, with a secret found anew."""
        self.context.forget_sign_in()
        return await self.catch_up()

    def try_again(self) -> None:
        """Forget the pauses after troubles: somebody wants to know now."""
        self.context.circuit.forget_pauses()
        self._wake.set()

    async def once(self, kind: str, work: Callable[[], Awaitable[object]], *, join: bool = False) -> bool:
        """Do a piece of work unless the same kind is under way; whether it was done and went well.

        With `join` it is done after the one that is under way.
        """
        lock = self._busy.setdefault(kind, asyncio.Lock())
        if lock.locked() and not join:
            return False
        try:
            async with lock:
                await work()
        except (PlatformError, SecretError, ConfigError):
            if kind.startswith(_ASKED):
                raise
            return False
        except StoreError:
            raise
        except Exception as error:
            log.exception("work ended unexpectedly", source=self.name, kind=kind)
            said = strike_out(f"{type(error).__name__}: {error}")
            self.fault = f"{kind} ended unexpectedly ({said}); the log says where"
            await self.context.trouble(Garbled(self.fault), kind)
            return False
        finally:
            if kind.startswith(_ASKED) and not lock.locked():
                self._busy.pop(kind, None)
        return True

    async def close(self) -> None:
        """Let go of the adapter's connections."""
        await self.context.adapter.close()

    async def _poll_streams(self) -> None:
        await self.context.prepare()
        troubles = await pull_changes(self.context)
        troubles += await pull_each(self.context, self._feeds(Phase.CLOCKS, Phase.EVENTS))
        if troubles:
            raise troubles[0]

    async def _pull_phase(self, phase: Phase) -> None:
        await self.context.prepare()
        troubles = await pull_each(self.context, self._feeds(phase))
        if troubles:
            raise troubles[0]

    async def _pull_deep(self) -> None:
        await self.context.prepare()
        for feed in self._feeds(*STREAMS):
            if feed.deep:
                async with self.context.asking(feed.name):
                    await pull_again(self.context, feed, feed.deep)

    def _feeds(self, *phases: Phase) -> list[Feed]:
        return [feed for feed in self.context.adapter.feeds() if feed.phase in phases]
