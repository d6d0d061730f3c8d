"""The life of the sync process: takes the lock, opens the stores, runs the sources, and knows when to end.

It ends when it is told to (SIGTERM, SIGINT, a request), when a newer version has migrated the cache, when its settings
changed (and then begins anew), and, where a screen started it, some minutes after the last screen has closed.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from random import Random

from helpdesk_tui import clock, config, presence
from helpdesk_tui.adapters import registry
from helpdesk_tui.config import Config
from helpdesk_tui.data import stores
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.errors import HelpdeskError, StoreError
from helpdesk_tui.paths import Paths
from helpdesk_tui.secrets import for_sources
from helpdesk_tui.sync.answers import Answers
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.jobs import Jobs, plan
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.store import Store

LOOK_SECONDS = 0.4
"""Pause between two looks for requests of the screens."""
CARE_SECONDS = 60
NICE = 10


class Ending(StrEnum):
    """Why the process ends, or begins anew."""

    TOLD = "told to end"
    ALONE = "no screen was open any more"
    NEWER = "a newer version took over"
    CHANGED = "the settings changed"
    BROKEN = "the cache cannot be used"


@dataclass(frozen=True, slots=True)
class Life:
    """What decides how long the process lives. `linger`, `most` in seconds; None: until it is told to end."""

    linger: int | None = None
    most: int | None = None


def serve(paths: Paths, settings: Config, asked: Mapping[str, str], life: Life) -> Ending:
    """Be the sync process until something ends it. The caller holds the sync lock. Raises StoreError, ConfigError."""
    os.nice(NICE)
    while True:
        ending = asyncio.run(_Process(paths, settings, asked, life).run())
        log.info("sync ends", why=str(ending))
        if ending is not Ending.CHANGED:
            return ending
        settings = config.load(paths.config_file)


class _Process:
    """One life between two readings of the settings."""

    def __init__(self, paths: Paths, settings: Config, asked: Mapping[str, str], life: Life) -> None:
        self.paths = paths
        self.settings = settings
        self.asked = asked
        self.life = life
        self.ending: Ending | None = None
        self.end = asyncio.Event()
        self.broken: StoreError | None = None
        self.alone_since = self.began = clock.now()
        self.settings_stamp = _stamp(paths)

    async def run(self) -> Ending:
        """Work until the end."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(name, self.stop, Ending.TOLD)
        cache = Store(lambda: stores.open_cache(self.paths), "cache")
        personal = Store(lambda: stores.open_personal(self.paths), "personal")
        sources = make_sources(self.settings, self.asked, cache)
        jobs = Jobs(self.failed)
        try:
            await cache.do(CacheWriter.begin, columns_of(self.settings), clock.now())
            await personal.do(PersonalWriter.release_requests)
            for note in (*await cache.do(notes_of), *await personal.do(notes_of)):
                log.warning("store mended", words=note)
            plan(jobs, sources.values())
            jobs.every(CARE_SECONDS, "presence", self.look_around)
            jobs.every(CARE_SECONDS * 10, "care", lambda: take_care(cache, self.settings))
            jobs.start()
            async with asyncio.TaskGroup() as group:
                pulls = [group.create_task(self._first_pull(source)) for source in sources.values()]
                looks = group.create_task(
                    self._answer_requests(Answers(sources, personal, partial(self.stop, Ending.TOLD)))
                )
                await self.end.wait()
                for task in (*pulls, looks):
                    task.cancel()
        finally:
            jobs.stop()
            await asyncio.gather(*(source.close() for source in sources.values()), return_exceptions=True)
            cache.close(lambda writer: writer.end(clock.now()))
            personal.close(lambda writer: writer.close())
        if self.broken:
            raise self.broken
        return self.ending or Ending.TOLD

    def stop(self, why: Ending) -> None:
        """Ask the process to end."""
        self.ending = self.ending or why
        self.end.set()

    def failed(self, error: BaseException) -> None:
        """A job raised: only the cache itself can do that, and without it there is nothing to do."""
        log.error("job failed", words=str(error), exc_info=error)
        if isinstance(error, StoreError):
            self.broken = error
            self.stop(Ending.BROKEN)

    async def look_around(self) -> None:
        """Look whether anybody still needs us, whether the settings changed, and whether a newer version took over."""
        now = clock.now()
        if presence.screens_open(self.paths):
            self.alone_since = now
        if self.life.linger is not None and now - self.alone_since >= self.life.linger:
            self.stop(Ending.ALONE)
        if self.life.most is not None and now - max(self.began, self.alone_since) >= self.life.most:
            self.stop(Ending.ALONE)
        if stores.newer_than_us(self.paths):
            self.stop(Ending.NEWER)
        if _stamp(self.paths) != self.settings_stamp and _usable(self.paths):
            self.stop(Ending.CHANGED)

    async def _first_pull(self, source: SourceSync) -> None:
        try:
            await source.first_pull()
        except StoreError as error:
            self.failed(error)

    async def _answer_requests(self, answers: Answers) -> None:
        watch = Watch(self.paths.personal_db)
        under_way: set[asyncio.Task[None]] = set()
        first = True
        while True:
            if watch.moved() or first:
                first = False
                task = asyncio.create_task(answers.look(clock.now()))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await asyncio.sleep(LOOK_SECONDS)


def make_sources(
    settings: Config, asked: Mapping[str, str], cache: Store[CacheWriter], only: str = ""
) -> dict[str, SourceSync]:
    """A worker for every configured source, or for `only` one. Raises ConfigError for a platform nobody knows."""
    secrets = for_sources(settings, asked)
    return {
        name: SourceSync(
            SourceContext(
                source=source,
                settings=settings.sync,
                adapter=registry.make(source, secrets[name], now=clock.now),
                cache=cache,
                now=clock.now,
                random=Random(),
            )
        )
        for name, source in settings.sources.items()
        if only in ("", name)
    }


def notes_of(writer: CacheWriter | PersonalWriter) -> tuple[str, ...]:
    """What had to be mended when a store was opened, a line for the user each."""
    return writer.notes


def columns_of(settings: Config) -> list[dict[str, object]]:
    """The configured sources as rows of the cache's `source` table."""
    return [
        {
            "name": source.name,
            "platform": source.platform,
            "label": source.label or source.name,
            "badge": source.shown_badge,
            "poll": source.poll or 30,
        }
        for source in settings.sources.values()
    ]


async def take_care(cache: Store[CacheWriter], settings: Config) -> None:
    """Let go of what is older than it may be, and keep the write-ahead log short."""
    sync = settings.sync
    now = clock.now()
    await cache.do(CacheWriter.retain, sync.history_days, sync.body_days, now)
    await cache.do(CacheWriter.checkpoint)


def _stamp(paths: Paths) -> tuple[int, int]:
    try:
        facts = paths.config_file.stat()
    except OSError:
        return (0, 0)
    return facts.st_mtime_ns, facts.st_size


def _usable(paths: Paths) -> bool:
    try:
        config.load(paths.config_file)
    except HelpdeskError as error:
        log.warning("changed settings cannot be used; going on with the ones before", words=str(error))
        return False
    return True
