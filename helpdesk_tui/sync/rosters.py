"""Pull who is on call, and see overrides that were written arrive.

Rosters are read whole, a window around now, every few minutes. What cannot be read leaves what was read before with its
age and a line that says why; a platform that has no rosters to show is no trouble of the source.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from helpdesk_tui.adapters.base import Capability, Landing
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.errors import ConfigError, PlatformError, SecretError
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.health import of_the_source

FEED = "rosters"
SECONDS = 300
"""Between two readings."""
BACK, AHEAD = 35 * 86_400, 370 * 86_400
"""How far around now duties are asked for, seconds."""
HOLDS = frozenset({Capability.ROSTERS, Capability.ON_CALL, Capability.AVAILABILITY})

Settle = Callable[..., Awaitable[Any]]


def holds_rosters(context: SourceContext) -> bool:
    """Whether the source declares any kind of roster."""
    return bool(HOLDS & context.adapter.capabilities)


async def pull_rosters(context: SourceContext) -> None:
    """Read a source's rosters into the cache. Raises a trouble of the whole source, and nothing for their own."""
    if not holds_rosters(context):
        return
    await context.prepare()
    now = context.now()
    try:
        told = await context.adapter.rosters(now - BACK, now + AHEAD)
    except (PlatformError, SecretError, ConfigError) as error:
        await context.cache.do(CacheWriter.told_failed, context.name, FEED, str(error), now)
        log.warning("rosters could not be read", source=context.name, words=str(error))
        if of_the_source(error):
            await context.trouble(error, FEED)
            raise
        return
    context.circuit.went_well(FEED, now)
    await context.note()
    await context.cache.do(CacheWriter.keep_told, context.name, FEED, told, now)
    log.info("rosters", source=context.name, schedules=len(told.schedules), duties=len(told.duties))


async def confirm_overrides(context: SourceContext, changes: Sequence[Change], settle: Settle) -> None:
    """Look whether overrides that the platform said yes to are there, and read its rosters with them."""
    try:
        await context.prepare()
        verdicts = [(change, await context.adapter.verify(change)) for change in changes]
        await pull_rosters(context)
    except (PlatformError, SecretError, ConfigError) as error:
        log.warning("overrides could not be looked up", source=context.name, words=str(error))
        return
    for change, verdict in verdicts:
        if verdict.landing is Landing.UNKNOWN:
            continue
        words = change.words if verdict.landing is Landing.LANDED else change.words or "changed afterwards"
        await settle(change, Outcome.SEEN, words=words, done_at=context.now())
