"""What a ticket's row does not hold: its conversation, and its events where they are given ticket by ticket only.

Both are read ahead for the tickets that will be looked at first, a few at a time, so that they never crowd out the
reading of changes.
"""

from __future__ import annotations

from helpdesk_tui.adapters.base import Capability
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.errors import ConfigError, PlatformError, Refused
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.health import of_the_source
from helpdesk_tui.sync.pull import commit

EVENTS_AT_ONCE = 100
ACTIVITY_AHEAD = 5
LEFT_ALONE = 3_600
"""Seconds for which a conversation that could not be read is not tried again unasked."""


class Details:
    """Reads the details of one source's tickets. Without news since the last look it asks nobody anything."""

    def __init__(self, context: SourceContext) -> None:
        self.context = context
        self.found = 0
        """How many tickets' events the last look read."""
        self._left_alone: dict[str, int] = {}

    async def read_some(self) -> None:
        """Read some events and some conversations ahead of time."""
        if not self.context.news:
            return
        self.context.news = False
        try:
            await self.read_events()
            read = await self.read_activity_ahead()
        except BaseException:
            self.context.news = True
            raise
        if self.found or read:
            self.context.news = True

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
        now = self.context.now()
        self._left_alone = {key: until for key, until in self._left_alone.items() if until > now}
        most = limit + len(self._left_alone)
        wanted = await self.context.cache.do(CacheWriter.wanted_activity, self.context.name, most)
        wanted = [key for key in wanted if key not in self._left_alone][:limit]
        for key in wanted:
            try:
                await self.read_activity(key)
            except (PlatformError, ConfigError) as error:
                if of_the_source(error):
                    raise
                self._left_alone[key] = now + LEFT_ALONE
                log.warning("conversation cannot be read", source=self.context.name, ticket=key, words=str(error))
        return len(wanted)

    async def read_activity(self, key: str) -> None:
        """Read one ticket's conversation now. Only a trouble of the whole source is noted in its health.

        Raises Refused for a ticket that is not shown any more: whether it left the queue is for the census to say,
        which tells one ticket from all of them.
        """
        context = self.context
        await context.prepare()
        began = context.now()
        try:
            page = await context.adapter.activity(key)
        except PlatformError as error:
            if of_the_source(error):
                await context.trouble(error)
            raise
        if page.departures:
            raise Refused("the platform does not show this ticket any more", status=404)
        await commit(context, page, "activity", began)
