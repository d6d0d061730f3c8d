"""What every part of one source's sync needs, and the one guard around every conversation with a platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import structlog

from helpdesk_tui.adapters.base import Adapter, SignIn
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig, SyncConfig
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.errors import ConfigError, PlatformError, SecretError
from helpdesk_tui.sync.health import Health, Trouble, after_error, after_success
from helpdesk_tui.sync.store import Store

log = structlog.get_logger("helpdesk_tui.sync")


@dataclass(slots=True)
class SourceContext:
    """One source, its adapter, the cache and the time. `now` gives our clock in seconds UTC."""

    source: SourceConfig
    settings: SyncConfig
    adapter: Adapter
    cache: Store[CacheWriter]
    now: Now
    random: Random
    health: Health = field(default_factory=Health)
    signed_in: SignIn | None = None
    last_error: Trouble | None = None
    report: Callable[[str], None] = lambda _line: None
    """Told each step in words, for `sync --once` on a terminal."""
    _sign_in: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def name(self) -> str:
        """The source's name."""
        return self.source.name

    @property
    def history_days(self) -> int:
        """How many days of closed tickets this source keeps."""
        return self.source.history_days or self.settings.history_days

    def server_now(self) -> int:
        """The platform's clock, as far as the sign-in told."""
        return self.now() + (self.signed_in.skew if self.signed_in else 0)

    @asynccontextmanager
    async def asking(self, what: str) -> AsyncIterator[None]:
        """Around everything that talks to the platform: troubles become health, and are raised on.

        Signs in first where that has not been done. While the pause after a trouble lasts, raises it again unasked.
        """
        if self.last_error and not self.health.may_ask(self.now()):
            raise self.last_error
        try:
            if self.signed_in is None:
                await self.sign_in()
            yield
        except (PlatformError, SecretError, ConfigError) as error:
            await self.trouble(error)
            log.warning(
                "source in trouble", source=self.name, what=what, state=str(self.health.state), words=str(error)
            )
            raise
        self.last_error = None
        await self.note(after_success(self.health, self.now()))

    async def trouble(self, error: Trouble) -> None:
        """Take note of a trouble: nothing is asked until the pause after it is over."""
        self.last_error = error
        await self.note(after_error(self.health, error, self.now(), self.random))

    async def sign_in(self) -> SignIn:
        """Find out who we are and what we may see; keeps it for everybody."""
        async with self._sign_in:
            if self.signed_in is None:
                found = await self.adapter.check()
                await self.cache.do(CacheWriter.set_sign_in, self.name, found_as_columns(found))
                self.signed_in = found
            return self.signed_in

    def forget_sign_in(self) -> None:
        """Sign in anew at the next question, at once: somebody mended the secret."""
        self.signed_in = None
        self.last_error = None
        self.adapter.secret.expire()

    async def note(self, health: Health) -> None:
        """Keep the health and write it down where the screens see it, if it says anything new."""
        was, self.health = self.health, health
        if was != health:
            await self.cache.do(CacheWriter.set_health, self.name, health_as_columns(health), self.now())


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
