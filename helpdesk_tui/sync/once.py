"""Bring the cache up to date once and report: by ourselves, or by asking the process that is at it anyway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from helpdesk_tui import clock, presence
from helpdesk_tui.config import Config
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.change_rules import HOLD, SETTLE
from helpdesk_tui.errors import StoreError
from helpdesk_tui.paths import Paths
from helpdesk_tui.sync.clocks import Clocks
from helpdesk_tui.sync.gaps import Gaps
from helpdesk_tui.sync.health import State
from helpdesk_tui.sync.pace import set_pace
from helpdesk_tui.sync.process import columns_of, end_cache, make_sources, notes_of, recall, take_care
from helpdesk_tui.sync.push import Push
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

ASK_PATIENCE = 3600.0
ASK_PAUSE = 0.2

Report = Callable[[str], None]


def run_once(
    paths: Paths, settings: Config, asked: Mapping[str, str], only: str, report: Report, *, consent: bool = False
) -> int:
    """One whole turn for every source, or for `only` one; the caller holds the sync lock.

    The exit code: 0 where every source is up to date, 4 where one refused us, else 3 where one could not be reached,
    else 2 where one's secret or a setting is missing, 1 where we made a mistake or somebody has to decide. With
    `consent`, tickets that are no longer listed may leave, however many. Raises StoreError, ConfigError.
    """
    return asyncio.run(_run_once(paths, settings, asked, only, report, consent))


async def _run_once(
    paths: Paths, settings: Config, asked: Mapping[str, str], only: str, report: Report, consent: bool
) -> int:
    cache = Threaded(lambda: stores.open_cache(paths), "cache")
    sources: dict[str, SourceSync] = {}
    try:
        sources = make_sources(settings, asked, cache, only)
        set_pace()
        await cache.do(CacheWriter.begin, columns_of(settings), clock.now())
        await recall(paths, sources)
        for note in await cache.do(notes_of):
            report(note)
        for source in sources.values():
            source.context.report = report
        if not settings.screen.read_only:
            await _send(paths, sources, report)
        await asyncio.gather(*(_turn(source, consent) for source in sources.values()))
        await _keep_clocks(paths, settings, cache, sources, report)
        await _look_for_gaps(paths, settings, report)
        await take_care(cache, settings)
        for source in sources.values():
            health = source.context.health
            held = await cache.do(CacheWriter.open_count, source.name)
            words = source.trouble or source.fault or health.words or health.state
            report(f"{source.name}: {words}, {held} open tickets")
        return _code(sources)
    finally:
        await asyncio.gather(*(source.close() for source in sources.values()), return_exceptions=True)
        cache.close(end_cache)


async def _send(paths: Paths, sources: Mapping[str, SourceSync], report: Report) -> None:
    """Send what the outbox holds, before reading: what comes in then has it."""
    personal = Threaded(lambda: stores.open_personal(paths), "personal")
    push = Push(sources, personal, paths.personal_db, now=clock.now)
    try:
        if await push.sendable():
            report("sending what waits in the outbox")
        await push.recover()
        await push.drain(HOLD + SETTLE)
    finally:
        await push.close()
        personal.close(PersonalWriter.close)


async def _keep_clocks(
    paths: Paths, settings: Config, cache: Threaded[CacheWriter], sources: Mapping[str, SourceSync], report: Report
) -> None:
    """Reckon the team's own clocks over what was read."""
    personal = Threaded(lambda: stores.open_personal(paths), "personal")
    clocks = Clocks(cache, personal, sources, paths, settings, now=clock.now)
    try:
        await clocks.once()
        for note in clocks.notes:
            report(note)
    finally:
        await clocks.close()
        personal.close(PersonalWriter.close)


async def _look_for_gaps(paths: Paths, settings: Config, report: Report) -> None:
    """Look 14 days ahead where nobody is; what was not told before goes to the command and the webhook, too."""
    if not settings.alarms.on:
        return
    personal = Threaded(lambda: stores.open_personal(paths), "personal")
    gaps = Gaps(personal, (paths.cache_db, paths.personal_db, paths.team_db), settings, now=clock.now)
    try:
        for line in await gaps.turn():
            report(line)
    except StoreError as error:  # the platforms were read all the same
        report(f"nobody looked where nobody is on: {error}")
    finally:
        gaps.close()
        personal.close(PersonalWriter.close)


async def _turn(source: SourceSync, consent: bool) -> None:
    if await source.everything() and consent:
        await source.census(consent=True)


def _code(sources: Mapping[str, SourceSync]) -> int:
    troubles = [source.trouble for source in sources.values() if source.trouble]
    if not troubles:
        unsettled = any(source.fault or source.context.health.state is State.NARROWED for source in sources.values())
        return 1 if unsettled else 0
    return max(trouble.exit_code for trouble in troubles)


def ask_running(paths: Paths, kind: str, source: str, report: Report) -> int | None:
    """File a request with the process that is running, wait for its answer and report it; 0 done, 3 not.

    None where that process ended without an answer: somebody else has to do it.
    """
    set_pace()
    personal = stores.open_personal(paths)
    answers = PersonalReader(paths.personal_db)
    try:
        request = personal.ask(kind, source=source, key="", by="command", now=clock.now())
        until = time.monotonic() + ASK_PATIENCE
        while time.monotonic() < until:
            gone = presence.sync_holder(paths) is None
            answer = answers.answer(request)
            if answer is not None and answer.over:
                report(answer.words or "done by the running sync process")
                return 0 if answer.state == "done" else 3
            if gone:
                return None
            time.sleep(ASK_PAUSE)
        report("the running sync process did not answer")
        return 3
    finally:
        answers.close()
        personal.close()
