"""Compare what the cache holds open with what the platform holds open, and find out about every difference.

Nothing vanishes on a single look: a ticket that the census misses is asked for by its identifier, and only the answer
to that moves it. A census that would drop too much stops and asks: a narrowed token looks just like a mass deletion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from helpdesk_tui.adapters.base import Capability, Phase
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.pull import commit, pull_each

LARGEST_DROP = 0.05
"""The share of a source's open tickets that may leave at once without somebody's consent."""
ALWAYS_ALLOWED = 10
"""So few may leave where they are not the most of it: 5 % of a small desk is one ticket, but an emptied remote must not
empty that either."""
FETCH_AT_ONCE = 100


async def compare_open(context: SourceContext, *, consent: bool = False) -> None:
    """Take a census and fetch every ticket by which cache and platform differ. `consent` allows any number to leave.

    A source that holds no tickets has none to count.
    """
    if Capability.TICKETS not in context.adapter.capabilities:
        return
    async with context.asking("census"):
        listed: set[str] = set()
        async for keys in context.adapter.census():
            listed |= keys
        known = await context.cache.do(CacheWriter.open_keys, context.name)
        missing = sorted(known - listed)
        if not consent and drops_too_much(len(missing), len(known)):
            stop_and_ask(context, len(missing), len(known))
            return
        context.circuit.narrowed = None
        await context.cache.do(CacheWriter.mark_missing, context.name, missing, context.now())
        unknown = sorted(listed - known)
        for keys_at_once in portions([*missing, *unknown], FETCH_AT_ONCE):
            await look_up(context, keys_at_once)
    log.info("census", source=context.name, listed=len(listed), missing=len(missing), unknown=len(unknown))


async def look_up(context: SourceContext, keys: Collection[str]) -> None:
    """Fetch tickets by their identifiers and store what became of each."""
    began = context.now()
    page = await context.adapter.fetch(keys)
    await commit(context, page, "by id", began)


def drops_too_much(missing: int, known: int) -> bool:
    """Whether so many of the known open tickets may not leave without consent."""
    return missing > max(1, min(ALWAYS_ALLOWED, known / 2), LARGEST_DROP * known)


def stop_and_ask(context: SourceContext, missing: int, known: int) -> None:
    """Leave the cache as it is and say so until a census finds otherwise or somebody consents."""
    words = (
        f"{missing} of {known} open tickets are no longer listed; nothing was removed. "
        f"If that is right: helpdesk-tui sync --source {context.name} --accept-removals"
    )
    context.circuit.narrow(words, context.now())
    log.warning("census would drop too much", source=context.name, missing=missing, known=known)


async def reconcile(context: SourceContext) -> None:
    """Read every open ticket and every reference list anew, then take a census: what the stream never told is found."""
    await context.prepare()
    feeds = [feed for feed in context.adapter.feeds() if feed.phase in (Phase.OPEN, Phase.REFERENCE)]
    for feed in feeds:
        await context.cache.do(CacheWriter.forget_cursor, context.name, feed.name)
    troubles = await pull_each(context, feeds)
    await compare_open(context)
    if troubles:
        raise troubles[0]


def portions(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    """The keys in lists of at most `size`."""
    rest = iter(keys)
    while portion := list(islice(rest, size)):
        yield portion
