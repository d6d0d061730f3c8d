"""One life of the sync process: opens the stores, runs the sources, and knows when to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from helpdesk_tui import clock, config, presence
from helpdesk_tui.adapters import registry
from helpdesk_tui.config import Config
from helpdesk_tui.data import stores
from helpdesk_tui.data.policy_files import FILES
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.stores import StoreIdentity, StoreKind
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.errors import HelpdeskError, StoreError
from helpdesk_tui.paths import Paths
from helpdesk_tui.presence import HeldLock
from helpdesk_tui.secrets import for_sources
from helpdesk_tui.sync.alarms import Alarms
from helpdesk_tui.sync.answers import Answers
from helpdesk_tui.sync.clocks import Clocks
from helpdesk_tui.sync.context import SourceContext, log, mark_of
from helpdesk_tui.sync.gaps import Gaps
from helpdesk_tui.sync.glance import Glance, Rest
from helpdesk_tui.sync.jobs import DEFAULT_POLL, DEFAULT_POLLS, Jobs, plan
from helpdesk_tui.sync.pace import set_pace
from helpdesk_tui.sync.push import Push
from helpdesk_tui.sync.share import Share
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

LOOK_SECONDS = 0.4
"""Rest between two looks for requests of the screens, and whether the cache is still the same file."""
AROUND_SECONDS = 10
"""Pause between two looks whether anybody needs us still and whether the settings changed."""
CARE_SECONDS = 600


class Ending(StrEnum):
    """Why a life ends."""

    TOLD = "told to end"
    ALONE = "no screen was open any more"
    NEWER = "a newer version took over"
    CHANGED = "the settings changed"
    LOST = "its lock file is gone"
    REPLACED = "the cache was moved, deleted or replaced"
    BROKEN = "a store could not be used"


@dataclass(frozen=True, slots=True)
class Life:
    """What decides how long the process lives. `linger`, `most` in seconds; None: until it is told to end."""

    linger: int | None = None
    most: int | None = None


class Process:
    """One life between two readings of the settings, or two openings of the stores. `notes` are lines for the user."""

    def __init__(
        self,
        paths: Paths,
        settings: Config,
        asked: Mapping[str, str],
        life: Life,
        lock: HeldLock,
        notes: Sequence[str] = (),
        *,
        suspect: bool = False,
    ) -> None:
        self.paths = paths
        self.settings = settings
        self.asked = asked
        self.life = life
        self.lock = lock
        self.notes = list(notes)
        self.suspect = suspect
        self.ending: Ending | None = None
        self.end = asyncio.Event()
        self.broken: StoreError | None = None
        self.worked = False
        """Whether it came as far as doing its work."""
        self.alone_since = clock.now()
        self._stamp = stamp(paths)
        self.push: Push | None = None
        """What sends the outbox; None where nothing may be changed from here."""
        self._opened: StoreIdentity | None = None
        self._glance = Glance((paths.cache_db, paths.personal_db, paths.team_db))
        self._newer_at = -1

    async def run(self) -> Ending:
        """Work until the end. Raises the StoreError that ended it."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(name) is not signal.SIG_IGN:
                loop.add_signal_handler(name, self.stop, Ending.TOLD)
        cache = Threaded(partial(open_cache, self.paths, suspect=self.suspect), "cache")
        try:
            self._opened = StoreIdentity.of(self.paths.cache_db)
            personal = Threaded(lambda: stores.open_personal(self.paths), "personal")
            try:
                await self._work(cache, personal)
            finally:
                personal.close(PersonalWriter.close)
        finally:
            cache.close(end_cache)
        if self.broken:
            raise self.broken
        return self.ending or Ending.TOLD

    async def _work(self, cache: Threaded[CacheWriter], personal: Threaded[PersonalWriter]) -> None:
        sources = make_sources(self.settings, self.asked, cache)
        set_pace()
        jobs = Jobs(self.failed)
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._begin(cache, personal, sources)
            plan(jobs, sources.values())
            jobs.every(AROUND_SECONDS, "presence", self.look_around)
            jobs.every(CARE_SECONDS, "care", lambda: take_care(cache, self.settings))
            jobs.start()
            answers = Answers(sources, personal)
            works = [*(source.first_pull() for source in sources.values()), *self._followers(cache, personal, sources)]
            works.append(self._answer_requests(answers, self._glance.rest()))
            for work in [self._glance.run(), *works]:
                task = asyncio.create_task(work)
                task.add_done_callback(self._ended)
                tasks.append(task)
            await self.end.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await jobs.stop()
            await asyncio.gather(*(source.close() for source in sources.values()), return_exceptions=True)
            if self.ending is Ending.LOST:
                with suppress(StoreError):
                    await tell_user(personal, [f"{self.paths.cache_dir} was moved or deleted while in use"])

    def _followers(
        self,
        cache: Threaded[CacheWriter],
        personal: Threaded[PersonalWriter],
        sources: Mapping[str, SourceSync],
    ) -> list[Coroutine[Any, Any, None]]:
        """What does its work whenever a store was written."""
        paths, rest, tell = self.paths, self._glance.rest, partial(tell_user, personal)
        there, known = (paths.cache_db, paths.personal_db, paths.team_db), partial(ready, sources)
        works = [
            Alarms(personal, there, self.settings, now=clock.now, ready=known, rest=rest()).run(),
            Gaps(personal, there, self.settings, now=clock.now, rest=rest()).run(),
            Clocks(cache, personal, sources, paths, self.settings, now=clock.now, tell=tell, rest=rest()).run(),
        ]
        if not self.settings.screen.read_only:
            self.push = Push(sources, personal, paths.personal_db, now=clock.now, rest=rest())
            works += [self.push.run(), Share(paths.personal_db, paths.team_db, rest=rest()).run()]
        return works

    async def _begin(
        self,
        cache: Threaded[CacheWriter],
        personal: Threaded[PersonalWriter],
        sources: Mapping[str, SourceSync],
    ) -> None:
        await cache.do(CacheWriter.begin, columns_of(self.settings), clock.now())
        await recall(self.paths, sources)
        await personal.do(PersonalWriter.release_requests)
        notes = [*self.notes, *await cache.do(notes_of), *await personal.do(notes_of)]
        for note in notes:
            log.warning("store mended", words=note)
        if notes:
            await tell_user(personal, notes)
        self.worked = True

    def stop(self, why: Ending) -> None:
        """Ask the process to end."""
        self.ending = self.ending or why
        self.end.set()

    def failed(self, error: BaseException) -> None:
        """A piece of work raised: only a store can make it do that, and without it there is nothing to do."""
        if self.end.is_set():
            return
        log.error("work failed", words=str(error), exc_info=error)
        if isinstance(error, StoreError):
            self.broken = error
            self.stop(Ending.BROKEN)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed(error)

    async def look_around(self) -> None:
        """Look whether anybody still needs us, whether the settings changed, and whether a newer version took over."""
        self.lock.say("")
        now = clock.now()
        if presence.screens_open(self.paths):
            self.alone_since = now
        elif await self._is_over(now - self.alone_since):
            self.stop(Ending.ALONE)
        if self.lock.lost():
            self.stop(Ending.LOST)
        if self._newer_at != self._glance.stirs:
            self._newer_at = self._glance.stirs
            if stores.newer_than_us(self.paths):
                self.stop(Ending.NEWER)
        present = stamp(self.paths)
        if present != self._stamp:
            self._stamp = present
            if usable(self.paths):
                self.stop(Ending.CHANGED)

    async def _is_over(self, alone: int) -> bool:
        """Whether that is too many seconds without a screen."""
        linger = None if self.push is not None and await self.push.sendable() else self.life.linger
        limits = [limit for limit in (linger, self.life.most) if limit is not None]
        return bool(limits) and alone >= min(limits)

    async def _answer_requests(self, answers: Answers, rest: Rest) -> None:
        watch = Watch(self.paths.personal_db)
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                if watch.moved():
                    task = asyncio.create_task(answers.look(clock.now()))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                    task.add_done_callback(self._ended)
                if StoreIdentity.of(self.paths.cache_db) != self._opened:
                    self.stop(Ending.REPLACED)
                await rest(LOOK_SECONDS)
        finally:
            watch.close()
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)


def ready(sources: Mapping[str, SourceSync], name: str) -> bool:
    """Whether a source was read whole."""
    return name in sources and sources[name].ready.is_set()


def open_cache(paths: Paths, *, suspect: bool = False) -> CacheWriter:
    """The cache for writing; a `suspect` one is read through first, and moved aside where it is damaged."""
    return CacheWriter(stores.open_write(paths.cache_db, StoreKind.CACHE, suspect=suspect))


def end_cache(writer: CacheWriter) -> None:
    """Say that nobody syncs any more, where that can still be written, and close."""
    try:
        writer.end(clock.now())
    except StoreError as error:
        log.warning("the end could not be written down", words=str(error))
        writer.close()


def make_sources(
    settings: Config, asked: Mapping[str, str], cache: Threaded[CacheWriter], only: str = ""
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


async def recall(paths: Paths, sources: Mapping[str, SourceSync]) -> None:
    """Have every source go on from the health an earlier process wrote down."""
    reader = CacheReader(paths.cache_db)
    try:
        rows = {row.name: row for row in reader.health()}
    finally:
        reader.close()
    for name, source in sources.items():
        if name in rows:
            await source.context.remember(rows[name])


async def tell_user(personal: Threaded[PersonalWriter], lines: Sequence[str]) -> None:
    """Leave lines for the user where the desk looks for them; it shows each once."""
    await personal.do(PersonalWriter.leave_notices, lines, clock.now())


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
            "poll": source.poll or DEFAULT_POLLS.get(source.platform, DEFAULT_POLL),
            "mark": mark_of(source, source.history_days or settings.sync.history_days),
        }
        for source in settings.sources.values()
    ]


async def take_care(cache: Threaded[CacheWriter], settings: Config) -> None:
    """Let go of what is older than it may be, and keep the write-ahead log short."""
    sync = settings.sync
    own = {source.name: source.history_days for source in settings.sources.values() if source.history_days}
    await cache.do(CacheWriter.retain, sync.history_days, sync.body_days, clock.now(), own)
    await cache.do(CacheWriter.checkpoint)


def stamp(paths: Paths) -> tuple[tuple[int, int], ...]:
    """What tells one writing of the settings, and of the files beside them, from the next."""
    return tuple(_stamp(path) for path in (paths.config_file, *(paths.config_dir / name for name in FILES)))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (0, 0)
    return facts.st_mtime_ns, facts.st_size


def usable(paths: Paths) -> bool:
    """Whether the settings can be used as they are now, by every adapter, too."""
    try:
        found = config.load(paths.config_file)
        secrets = for_sources(found)
        for name, source in found.sources.items():
            registry.make(source, secrets[name], now=clock.now)  # asks nobody anything
    except HelpdeskError as error:
        log.warning("changed settings cannot be used; going on with the ones before", words=str(error))
        return False
    return bool(found.sources)
