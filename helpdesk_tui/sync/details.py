"""What a ticket's row does not hold: its conversation, and its events where they are given ticket by ticket only.

Both are read ahead for the tickets that will be looked at first, a few at a time, so that they never crowd out the
reading of changes.
"""

from __future__ import annotations

from helpdesk_tui.adapters.base import Capability
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.pull import commit

EVENTS_AT_ONCE = 100
ACTIVITY_AHEAD = 5


async def read_events(context: SourceContext, limit: int = EVENTS_AT_ONCE) -> int:
    """Read the events of up to `limit` tickets that changed since theirs were read; how many tickets that were."""
    if Capability.EVENTS_BY_KEY not in context.adapter.capabilities:
        return 0
    wanted = await context.cache.do(CacheWriter.wanted_events, context.name, limit)
    if not wanted:
        return 0
    async with context.asking("events"):
        page = await context.adapter.events([key for key, _version in wanted])
        await commit(context, page, "events by id", context.now())
        await context.cache.do(CacheWriter.events_read, context.name, dict(wanted))
    return len(wanted)


async def read_activity_ahead(context: SourceContext, limit: int = ACTIVITY_AHEAD) -> int:
    """Read the conversations at the top of the queue that are missing or outdated; how many."""
    if Capability.ACTIVITY not in context.adapter.capabilities:
        return 0
    wanted = await context.cache.do(CacheWriter.wanted_activity, context.name, limit)
    for key in wanted:
        await read_activity(context, key)
    return len(wanted)


async def read_activity(context: SourceContext, key: str) -> None:
    """Read one ticket's conversation now."""
    async with context.asking("activity"):
        page = await context.adapter.activity(key)
        await commit(context, page, "activity", context.now())
