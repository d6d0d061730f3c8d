"""What a ticket's row does not hold: its conversation, what may be chosen for it, and its events where they are given
ticket by ticket only.

All of it is read ahead for the tickets that will be looked at first, a few at a time, so that it never crowds out the
reading of changes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from helpdesk_tui.adapters.base import WRITES, Capability
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.errors import ConfigError, PlatformError, Refused
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.health import of_the_source
from helpdesk_tui.sync.pull import commit

T = TypeVar("T")

EVENTS_AT_ONCE = 100
ACTIVITY_AHEAD = 5
CHOICES_AHEAD = 5
LEFT_ALONE = 3_600
"""Seconds for which what could not be read of a ticket is not tried again unasked."""


class Details:
    """Reads the details of one source's tickets. Without news since the last look it asks nobody anything."""

    def __init__(self, context: SourceContext) -> None:
        self.context = context
        self.found = 0
        """How many tickets' events the last look read."""
        self._left_alone: dict[tuple[str, str], int] = {}
        self._tells_choices = True

    async def read_some(self) -> None:
        """Read some events and some conversations ahead of time."""
        if not self.context.news and not self._try_again():
            return
        self.context.news = False
        try:
            await self.read_events()
            read = await self.read_activity_ahead()
            read += await self.read_choices_ahead()
        except BaseException:
            self.context.news = True
            raise
        if self.found or read:
            self.context.news = True

    def _try_again(self) -> bool:
        """Whether something that could not be read was left alone long enough."""
        now = self.context.now()
        return any(until <= now for until in self._left_alone.values())

    async def read_events(self, limit: int = EVENTS_AT_ONCE) -> None:
        """Read the events of up to `limit` tickets that changed since theirs were read."""
        self.found = 0
        if Capability.EVENTS_BY_KEY not in self.context.adapter.capabilities:
            return
        wanted = await self.context.cache.do(CacheWriter.wanted_events, self.context.name, limit)
        if not wanted:
            return
        async with self.context.asking("events"):
            began = self.context.now()
            page = await self.context.adapter.events([key for key, _version in wanted])
            await commit(self.context, page, "events by id", began)
            await self.context.cache.do(CacheWriter.events_read, self.context.name, dict(wanted))
        self.found = len(wanted)

    async def read_activity_ahead(self, limit: int = ACTIVITY_AHEAD) -> int:
        """Read conversations at the top of the queue that are missing or outdated; how many were tried."""
        if Capability.ACTIVITY not in self.context.adapter.capabilities:
            return 0
        return await self._ahead("conversation", CacheWriter.wanted_activity, self.read_activity, limit)

    async def read_choices_ahead(self, limit: int = CHOICES_AHEAD) -> int:
        """Read what may be chosen at the top of the queue where it is not known or was asked in another status, so that
        a picker has it offline; how many were tried."""
        if not WRITES & self.context.adapter.capabilities or not self._tells_choices:
            return 0
        return await self._ahead("choice", CacheWriter.wanted_choices, self.read_choices, limit)

    async def _ahead(
        self,
        what: str,
        wanting: Callable[[CacheWriter, str, int], list[str]],
        read: Callable[[str], Awaitable[None]],
        limit: int,
    ) -> int:
        """Read one thing of up to `limit` tickets; what cannot be read of one is left alone for a while."""
        now = self.context.now()
        self._left_alone = {one: until for one, until in self._left_alone.items() if until > now}
        most = limit + len(self._left_alone)
        wanted = await self.context.cache.do(wanting, self.context.name, most)
        wanted = [key for key in wanted if (what, key) not in self._left_alone][:limit]
        for key in wanted:
            try:
                await read(key)
            except (PlatformError, ConfigError) as error:
                if of_the_source(error):
                    raise
                self._left_alone[what, key] = now + LEFT_ALONE
                words = str(error)
                log.warning("details cannot be read", what=what, source=self.context.name, ticket=key, words=words)
        return len(wanted)

    async def read_activity(self, key: str) -> None:
        """Read one ticket's conversation now. Only a trouble of the whole source is noted in its health.

        Raises Refused for a ticket that is not shown any more: whether it left the queue is for the census to say,
        which tells one ticket from all of them.
        """
        context = self.context
        await context.prepare()
        began = context.now()
        page = await self._asked(context.adapter.activity(key))
        if page.departures:
            raise Refused("the platform does not show this ticket any more", status=404)
        await commit(context, page, "activity", began)

    async def read_choices(self, key: str) -> None:
        """Read what may be chosen for one ticket now; as `read_activity`."""
        context = self.context
        await context.prepare()
        try:
            found = await self._asked(context.adapter.choices(key))
        except NotImplementedError:
            self._tells_choices = False
            raise Refused("this source does not tell what may be chosen") from None
        await context.cache.do(CacheWriter.store_choices, replace(found, as_of=context.now()))

    async def _asked(self, answer: Awaitable[T]) -> T:
        try:
            return await answer
        except PlatformError as error:
            if of_the_source(error):
                await self.context.trouble(error)
            raise
