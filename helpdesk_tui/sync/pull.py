"""Pull feeds into the cache, page by page, each page's rows together with the cursor after them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from functools import partial

from helpdesk_tui.adapters.base import Feed, Page, Phase
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.parts import Touched
from helpdesk_tui.data.write.sources import Cursor
from helpdesk_tui.errors import ConfigError, PlatformError, SecretError
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.health import Trouble, of_the_source
from helpdesk_tui.sync.threaded import Lane

DAY = 86_400
PAGES_AHEAD = 1
"""Pages that wait to be handed over to the writer."""
PAGES_BEHIND = 2
"""Pages handed over and not stored yet: the one being stored and the next."""
REPEATED = 100
"""Records of a page that is remembered, at most."""
STREAMS = (Phase.CHANGES, Phase.CLOCKS, Phase.EVENTS)


async def pull_each(context: SourceContext, feeds: Iterable[Feed], *, shown: str = "") -> list[Trouble]:
    """Pull feeds one after the other; the troubles that single ones had, which do not keep the others from theirs.

    A feed that somebody else is just pulling is left to them. Raises a trouble of the whole source.
    """
    troubles: list[Trouble] = []
    for feed in feeds:
        if context.feed_lock(feed.name).locked():
            continue
        try:
            async with context.asking(feed.name):
                await pull(context, feed, shown=shown)
        except (PlatformError, SecretError, ConfigError) as error:
            if of_the_source(error) or context.signed_in is None:
                raise
            troubles.append(error)
    return troubles


async def pull_changes(context: SourceContext) -> list[Trouble]:
    """Pull whatever changed, and note for which instant that makes the cache good: for none where a part was left to
    somebody who was just pulling it."""
    asked, left = context.now(), False
    troubles: list[Trouble] = []
    for feed in context.adapter.feeds():
        if feed.phase is Phase.CHANGES:
            left = left or context.feed_lock(feed.name).locked()
            troubles += await pull_each(context, [feed])
    if not troubles and not left:
        context.data_at = asked
        await context.note()
    return troubles


async def pull(context: SourceContext, feed: Feed, *, shown: str = "") -> int:
    """Pull a feed to its present end from its stored cursor; how many records came. `shown` names the phase to report.

    A feed that is pulled once and is complete brings nothing.
    """
    async with context.feed_lock(feed.name):
        stored = await context.cache.do(CacheWriter.cursor, context.name, feed.name)
        once = feed.poll == 0 and feed.phase in (Phase.OPEN, Phase.HISTORY)
        if once and stored and stored.complete:
            return 0
        if stored and stored.complete and feed.phase in (Phase.OPEN, Phase.REFERENCE):
            stored = None
        before = stored or Cursor("", context.now(), 0, complete=False)
        return await _take(context, feed, before, keep_cursor=True, shown=shown)


async def pull_again(context: SourceContext, feed: Feed, seconds: int) -> int:
    """Read the last `seconds` of a stream once more, beside its cursor: catches what the platform showed late."""
    cursor = context.adapter.start(feed, context.server_now() - seconds)
    return await _take(context, feed, Cursor(cursor, context.now(), 0, complete=False), keep_cursor=False, shown="")


async def _take(context: SourceContext, feed: Feed, before: Cursor, *, keep_cursor: bool, shown: str) -> int:
    records = done = 0
    started, at = before.started_at, (before.cursor, before.complete)
    async with (
        Lane(context.cache, PAGES_BEHIND) as lane,
        aclosing(ahead(context.adapter.pull(feed, before.cursor), PAGES_AHEAD)) as pages,
    ):
        async for page in pages:
            told = _records(page)
            records += told
            done += len(page.tickets)
            progress = (shown, done, max(page.total or 0, done)) if shown else None
            moved = page.cursor != at[0] or (page.last and not at[1])
            # Without a cursor the cache may have been emptied: then nothing is known of it.
            known = before.complete and context.repeats.is_known(feed.name, page)
            if (moved and page.last) if known else (told or page.bad or moved):
                at = page.cursor, page.last
                store = _storing(context, page, feed.name, started, keep_cursor=keep_cursor, progress=progress)
                await lane.put(store)
                _news(context, page)
            if page.last and page.whole:
                await lane.done()
                gone = await context.cache.do(CacheWriter.sweep_reference, context.name, page.whole, started)
                context.repeats.forget()
                await context.cache.do(CacheWriter.listed_again, context.name, feed.name, started)
                log.info("reference lists complete", source=context.name, feed=feed.name, gone=gone)
    return records


async def commit(context: SourceContext, page: Page, feed: str, started: int) -> None:
    """Store one page that belongs to no cursor. `started` is when its reading began, by our clock; when tickets left,
    which the page tells by the platform's, is stored by ours."""
    await context.cache.begin(_storing(context, page, feed, started))
    _news(context, page)


def _storing(
    context: SourceContext,
    page: Page,
    feed: str,
    started: int,
    *,
    keep_cursor: bool = False,
    progress: tuple[str, int, int] | None = None,
) -> Callable[[CacheWriter], Touched]:
    """The work of storing one page, with its cursor where it is the feed's own, and how far that brings a first
    pull."""
    skew = context.signed_in.skew if context.signed_in else 0
    store = partial(
        CacheWriter.commit_page,
        source=context.name,
        feed=feed,
        cursor=page.cursor if keep_cursor else None,
        complete=page.last,
        started_at=started,
        progress=progress,
        tickets=page.tickets,
        departures=[left._replace(seen_at=left.seen_at - skew) for left in page.departures],
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
        texts_from=context.now() - context.settings.body_days * DAY,
    )

    def stored(writer: CacheWriter) -> Touched:
        touched = store(writer)
        if touched.is_anything or page.bad:
            context.repeats.forget()
        elif keep_cursor and _records(page) <= REPEATED:
            context.repeats.remember(feed, page)
        return touched

    return stored


def _news(context: SourceContext, page: Page) -> None:
    if page.tickets or page.clocks or page.departures:
        context.news = True


async def ahead(pages: AsyncIterator[Page], depth: int) -> AsyncGenerator[Page, None]:
    """The same pages, asked for while the ones before are still being stored. To be closed by whoever leaves early."""
    queue: asyncio.Queue[Page | BaseException | None] = asyncio.Queue(maxsize=depth)

    async def fill() -> None:
        try:
            async for page in pages:
                await queue.put(page)
            await queue.put(None)
        except Exception as error:
            await queue.put(error)
        finally:
            if isinstance(pages, AsyncGenerator):
                await pages.aclose()

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
    parts = (
        page.tickets,
        page.departures,
        page.events,
        page.activity,
        page.activity_whole,
        page.clocks,
        page.clocks_whole,
        page.people,
        page.groups,
        page.memberships,
        page.organisations,
    )
    return sum(len(part) for part in parts)
