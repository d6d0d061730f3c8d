"""The first pull of a source, and what a later start makes of where it was left.

It brings the open tickets before anything else, so that the queue is useful within seconds; where changes, events and
clocks begin is written down before it, so that nothing that happens meanwhile is missed. From then on changes are
polled beside the reading of what lies in the past.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from helpdesk_tui.adapters.base import Feed, Phase
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.health import Trouble
from helpdesk_tui.sync.pull import STREAMS, pull_changes, pull_each

DAY = 86_400
BEGIN_EARLIER = 120
"""Seconds before the first pull at which changes begin: what is shown late is read twice rather than never."""
REFERENCE_AGE = 3_600
"""Seconds for which lists that were read whole are good enough for a new start."""
WORDS = {
    Phase.OPEN: "open tickets",
    Phase.REFERENCE: "people and groups",
    Phase.CHANGES: "changes",
    Phase.CLOCKS: "clocks",
    Phase.EVENTS: "what happened to tickets",
    Phase.HISTORY: "closed tickets",
}


async def first_pull(context: SourceContext, begun: Callable[[], None]) -> list[Trouble]:
    """Bring the source from wherever it was left to completely known; the troubles that single feeds had meanwhile.

    Calls `begun` as soon as every open ticket is there. Raises where those cannot be had, or the whole source is in
    trouble.
    """
    await context.prepare()
    await begin_streams(context, context.adapter.feeds())
    opened, troubles = await together(_take_all(context, Phase.OPEN), _take_all(context, Phase.REFERENCE))
    if opened:
        raise opened[0]
    begun()
    context.report(f"{context.name}: {WORDS[Phase.CHANGES]}")
    troubles += await pull_changes(context)
    for phase in (Phase.CLOCKS, Phase.EVENTS, Phase.HISTORY):
        troubles += await _take_all(context, phase)
    await context.cache.do(CacheWriter.set_progress, context.name, "live", 0, 0)
    return troubles


async def begin_streams(context: SourceContext, feeds: tuple[Feed, ...]) -> None:
    """Write down where each stream begins, unless it already has a cursor."""
    # A header may tell a wrong time, and a stream begun in the future would miss what comes until then.
    present = min(context.server_now(), context.now())
    oldest = present - context.history_days * DAY
    starts = {Phase.CHANGES: present - BEGIN_EARLIER, Phase.CLOCKS: oldest, Phase.EVENTS: oldest, Phase.HISTORY: oldest}
    for feed in feeds:
        if feed.phase in starts:
            cursor = context.adapter.start(feed, starts[feed.phase])
            await context.cache.do(CacheWriter.begin_cursor, context.name, feed.name, cursor, context.now())


async def together(*works: Awaitable[list[Trouble]]) -> list[list[Trouble]]:
    """Do all, side by side, each to its own end; then raise the first error there was."""
    results = await asyncio.gather(*works, return_exceptions=True)
    found: list[list[Trouble]] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        found.append(result)
    return found


async def _take_all(context: SourceContext, phase: Phase) -> list[Trouble]:
    wanted = [feed for feed in context.adapter.feeds() if feed.phase is phase and await _is_due(context, feed)]
    if wanted:
        context.report(f"{context.name}: {WORDS[phase]}")
    shown = "open" if phase is Phase.OPEN else "" if phase is Phase.REFERENCE or phase in STREAMS else "history"
    return await pull_each(context, wanted, shown=shown)


async def _is_due(context: SourceContext, feed: Feed) -> bool:
    """Whether a feed still has something for a first pull."""
    if feed.phase in STREAMS:
        return True
    stored = await context.cache.do(CacheWriter.cursor, context.name, feed.name)
    if stored is None or not stored.complete:
        return True
    return feed.phase is Phase.REFERENCE and context.now() - stored.updated_at > max(feed.poll, REFERENCE_AGE)
