"""What every part of one source's sync needs, and the one guard around every conversation with a platform."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import structlog

from helpdesk_tui.adapters.base import Adapter, SignIn
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig, SyncConfig
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.rows import SourceHealth
from helpdesk_tui.errors import ConfigError, PlatformError, SecretError
from helpdesk_tui.sync.health import Circuit, Health, State, Trouble
from helpdesk_tui.sync.repeats import Repeats
from helpdesk_tui.sync.threaded import Threaded

log = structlog.get_logger("helpdesk_tui.sync")

STAMP_SECONDS = 60
"""How often it is written down at least that the source answers."""


@dataclass(slots=True)
class SourceContext:
    """One source, its adapter, the cache and the time. `now` gives our clock in seconds UTC."""

    source: SourceConfig
    settings: SyncConfig
    adapter: Adapter
    cache: Threaded[CacheWriter]
    now: Now
    random: Random
    signed_in: SignIn | None = None
    report: Callable[[str], None] = lambda _line: None
    """Told each step in words, for `sync --once` on a terminal."""
    data_at: int = 0
    """For which instant (our clock) all changes were read."""
    news: bool = True
    """Whether anything was stored since somebody last looked what should be read in more depth."""
    circuit: Circuit = field(init=False)
    repeats: Repeats = field(default_factory=Repeats)
    _written: tuple[Health, int] = (Health(), 0)
    _sign_in: asyncio.Lock = field(default_factory=asyncio.Lock)
    _feeds: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A circuit of its own."""
        self.circuit = Circuit(self.random)

    @property
    def name(self) -> str:
        """The source's name."""
        return self.source.name

    @property
    def health(self) -> Health:
        """What the screens show of the source."""
        return self.circuit.shown()

    @property
    def history_days(self) -> int:
        """How many days of closed tickets this source keeps."""
        return self.source.history_days or self.settings.history_days

    @property
    def mark(self) -> str:
        """What tells whether the source still means the same tickets: platform, address, account, scope, history."""
        return mark_of(self.source, self.history_days)

    def server_now(self) -> int:
        """The platform's clock, as far as the sign-in told."""
        return self.now() + (self.signed_in.skew if self.signed_in else 0)

    def feed_lock(self, feed: str) -> asyncio.Lock:
        """A feed is pulled by one at a time, or its cursor would go back and forth."""
        return self._feeds.setdefault(feed, asyncio.Lock())

    async def remember(self, row: SourceHealth) -> None:
        """Go on from what an earlier process wrote down; a decision that was asked for is still asked for."""
        self.data_at = row.data_at
        self.circuit.whole = Health(last_ok=row.last_ok)
        if row.health == State.NARROWED:
            self.circuit.narrowed = Health(State.NARROWED, row.words, row.since, last_ok=row.last_ok)
        await self.note()

    async def prepare(self) -> None:
        """Sign in unless that was done. Raises the trouble of the whole source whose pause still lasts."""
        barred = self.circuit.bars("", self.now())
        if barred is not None:
            raise barred
        if self.signed_in is None:
            async with self._noting(""):
                await self.sign_in()

    @asynccontextmanager
    async def asking(self, what: str) -> AsyncIterator[None]:
        """Around everything that talks to the platform: troubles become health, and are raised on.

        While the pause after a trouble of `what`, or of the whole source, lasts, raises it again unasked.
        """
        barred = self.circuit.bars(what, self.now())
        if barred is not None:
            raise barred
        await self.prepare()
        async with self._noting(what):
            yield
        self.circuit.went_well(what, self.now())
        await self.note()

    @asynccontextmanager
    async def _noting(self, what: str) -> AsyncIterator[None]:
        try:
            yield
        except (PlatformError, SecretError, ConfigError) as error:
            await self.trouble(error, what)
            said = {"what": what or "sign-in", "state": str(self.health.state), "words": str(error)}
            log.warning("source in trouble", source=self.name, **said)
            raise

    async def trouble(self, error: Trouble, what: str = "") -> None:
        """Take note of a trouble with `what`, "" for the whole source: it is left alone until its pause is over."""
        self.circuit.failed(what, error, self.now())
        await self.note()

    async def sign_in(self) -> SignIn:
        """Find out who we are and what we may see; keeps it for everybody."""
        async with self._sign_in:
            if self.signed_in is None:
                found = await self.adapter.check()
                if await self.cache.do(CacheWriter.renew, self.name, self.mark):
                    # Only now: what was held under the old meaning is better than an empty queue and an error.
                    log.info("the source means other tickets now", source=self.name)
                    self.data_at, self.circuit.narrowed = 0, None
                await self.cache.do(CacheWriter.set_sign_in, self.name, found_as_columns(found))
                self.signed_in = found
            return self.signed_in

    def forget_sign_in(self) -> None:
        """Sign in anew at the next question, at once: somebody mended the secret."""
        self.signed_in = None
        self.adapter.secret.expire()

    async def note(self) -> None:
        """Write the health down where the screens see it, if it says anything new.

        That the source goes on answering is no news by itself: it is written with the next instant for which all
        changes were read, or after a minute.
        """
        health, (before, data_at) = self.health, self._written
        same = (health.state, health.words, health.next_try) == (before.state, before.words, before.next_try)
        fresh = self.data_at == data_at and health.last_ok - before.last_ok < STAMP_SECONDS
        if same and fresh:
            return
        self._written = health, self.data_at
        columns = health_as_columns(health) | {"data_at": self.data_at}
        await self.cache.do(CacheWriter.set_health, self.name, columns, self.now())


def mark_of(source: SourceConfig, history_days: int) -> str:
    """What decides which tickets a source holds, as one text that is compared with the one before."""
    meant = (source.platform, source.url, source.username, sorted(source.scope.items()), history_days)
    return hashlib.sha256(repr(meant).encode()).hexdigest()


def found_as_columns(found: SignIn) -> dict[str, object]:
    """A sign-in as the columns of the `source` table."""
    return {
        "account": found.account,
        "role": found.role,
        "feed": found.feed,
        "skew": found.skew,
        "sees": list(found.sees),
        "cannot": list(found.cannot),
    }


def health_as_columns(health: Health) -> dict[str, object]:
    """A health as the columns of the `source` table."""
    return {
        "health": str(health.state),
        "words": health.words,
        "since": health.since,
        "next_try": health.next_try,
        "failures": health.failures,
        "last_ok": health.last_ok,
    }
