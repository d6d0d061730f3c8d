"""Pull feeds into the cache, page by page, each page's rows together with the cursor after them.

A first pull brings the open tickets before anything else, so that the queue is useful within seconds; where changes,
events and clocks begin is written down before it, so that nothing that happens meanwhile is missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from helpdesk_tui.adapters.base import Feed, Page, Phase
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.sync.context import SourceContext, log

DAY = 86_400
BEGIN_EARLIER = 120
"""Seconds before the first pull at which changes begin: what is shown late is read twice rather than never."""
PAGES_AHEAD = 2
STREAMS = (Phase.CHANGES, Phase.CLOCKS, Phase.EVENTS)


async def first_pull(context: SourceContext, begun: Callable[[], None]) -> None:
    """Bring the source from wherever it was left to completely known. Goes on where an earlier try ended.

    Calls `begun` as soon as every open ticket is there.
    """
    async with context.asking("first pull"):
        feeds = context.adapter.feeds()
        await begin_streams(context, feeds)
        await asyncio.gather(
            _take_all(context, feeds, Phase.OPEN, "open"), _take_all(context, feeds, Phase.REFERENCE, "open")
        )
        begun()
        for phase in STREAMS:
            await _take_all(context, feeds, phase, "history")
        await _take_all(context, feeds, Phase.HISTORY, "history")
        await context.cache.do(CacheWriter.set_progress, context.name, "live", 0, 0, context.now())


async def begin_streams(context: SourceContext, feeds: tuple[Feed, ...]) -> None:
    """Write down where each stream begins, unless it already has a cursor."""
    present = context.server_now()
    oldest = present - context.history_days * DAY
    starts = {Phase.CHANGES: present - BEGIN_EARLIER, Phase.CLOCKS: oldest, Phase.EVENTS: oldest, Phase.HISTORY: oldest}
    for feed in feeds:
        if feed.phase in starts:
            cursor = context.adapter.start(feed, starts[feed.phase])
            await context.cache.do(CacheWriter.begin_cursor, context.name, feed.name, cursor, context.now())


async def pull(context: SourceContext, feed: Feed, *, shown: str = "") -> int:
    """Pull a feed to its present end from its stored cursor; how many records came. `shown` names the phase to report.

    A feed that is pulled once and is complete brings nothing.
    """
    stored = await context.cache.do(CacheWriter.cursor, context.name, feed.name)
    once = feed.poll == 0 and feed.phase in (Phase.OPEN, Phase.HISTORY)
    if once and stored and stored.complete:
        return 0
    fresh = feed.phase in (Phase.OPEN, Phase.REFERENCE) and (stored is None or stored.complete)
    started = context.now() if stored is None or fresh else stored.started_at
    cursor = "" if stored is None or fresh else stored.cursor
    return await _take(context, feed, cursor, started, keep_cursor=True, shown=shown)


async def pull_again(context: SourceContext, feed: Feed, seconds: int) -> int:
    """Read the last `seconds` of a stream once more, beside its cursor: catches what the platform showed late."""
    cursor = context.adapter.start(feed, context.server_now() - seconds)
    return await _take(context, feed, cursor, context.now(), keep_cursor=False, shown="")


async def _take_all(context: SourceContext, feeds: tuple[Feed, ...], phase: Phase, shown: str) -> None:
    for feed in feeds:
        if feed.phase is phase:
            context.report(f"{context.name}: {feed.name}")
            await pull(context, feed, shown=shown if phase in (Phase.OPEN, Phase.HISTORY) else "")


async def _take(context: SourceContext, feed: Feed, cursor: str, started: int, *, keep_cursor: bool, shown: str) -> int:
    records = done = 0
    asked = context.now()
    async for page in ahead(context.adapter.pull(feed, cursor), PAGES_AHEAD):
        await commit(context, page, feed.name, started, keep_cursor=keep_cursor)
        records += _records(page)
        done += len(page.tickets)
        if shown:
            total = max(page.total or 0, done)
            await context.cache.do(CacheWriter.set_progress, context.name, shown, done, total, context.now())
        if page.last and page.whole:
            gone = await context.cache.do(CacheWriter.sweep_reference, context.name, page.whole, started, context.now())
            log.info("reference lists complete", source=context.name, feed=feed.name, gone=gone)
    if feed.phase is Phase.CHANGES and keep_cursor:
        await context.cache.do(CacheWriter.set_data_at, context.name, asked)
    return records


async def commit(context: SourceContext, page: Page, feed: str, started: int, *, keep_cursor: bool = False) -> None:
    """Store one page, with its cursor where it is the feed's own."""
    await context.cache.do(
        CacheWriter.commit_page,
        context.name,
        feed,
        cursor=page.cursor if keep_cursor else None,
        complete=page.last,
        started_at=started,
        tickets=page.tickets,
        departures=page.departures,
        events=page.events,
        activity=page.activity,
        activity_whole=page.activity_whole,
        clocks=page.clocks,
        clocks_whole=page.clocks_whole,
        people=page.people,
        groups=page.groups,
        memberships=page.memberships,
        organisations=page.organisations,
        bad=[(bad.key, bad.reason, bad.raw) for bad in page.bad],
        now=context.now(),
    )


async def ahead(pages: AsyncIterator[Page], depth: int) -> AsyncIterator[Page]:
    """The same pages, asked for while the ones before are still being stored."""
    queue: asyncio.Queue[Page | BaseException | None] = asyncio.Queue(maxsize=depth)

    async def fill() -> None:
        try:
            async for page in pages:
                await queue.put(page)
            await queue.put(None)
        except Exception as error:
            await queue.put(error)

    task = asyncio.create_task(fill())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _records(page: Page) -> int:
    parts = (page.tickets, page.departures, page.events, page.activity, page.clocks, page.people, page.groups)
    return sum(len(part) for part in parts)
