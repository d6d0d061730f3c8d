"""A platform made of lists, and one source on a cache of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path
from random import Random

from helpdesk_tui.adapters.base import Adapter, Capability, Feed, Page, Phase, SignIn
from helpdesk_tui.config import SourceConfig, SyncConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.domain.tickets import State as TicketState
from helpdesk_tui.domain.tickets import Ticket
from helpdesk_tui.errors import Refused
from helpdesk_tui.paths import Paths
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

NOW = 1_800_000_000


class Secret:
    """Nothing to hide."""

    expired = 0

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "nothing"

    def expire(self) -> None:
        self.expired += 1


class Lists(Adapter):
    """A platform whose feeds are lists of pages; an error among them is raised, an event is waited for."""

    platform = "lists"
    capabilities = frozenset({Capability.TICKETS, Capability.EVENTS_BY_KEY, Capability.ACTIVITY})

    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__(SourceConfig(name="desk", platform="lists"), Secret(), now=now)
        self.pages: dict[str, list[Page | Exception | asyncio.Event]] = {}
        self.asked: list[tuple[str, str]] = []
        self.open: set[str] = set()
        self.refuses: set[str] = set()
        self.waiting = asyncio.Event()
        """Set once a feed waits for an event of the test's."""

    async def check(self) -> SignIn:
        return SignIn("me", "Me", "admin", "UTC", self.now(), 0, "lists")

    def feeds(self) -> tuple[Feed, ...]:
        phases = {"open": Phase.OPEN, "people": Phase.REFERENCE, "changes": Phase.CHANGES, "events": Phase.EVENTS}
        polled = {"changes": 30, "events": 60, "people": 600}
        found = [Feed(name, phases[name], polled.get(name, 0)) for name in phases]
        return (*found, Feed("history", Phase.HISTORY))

    def start(self, feed: Feed, at: int) -> str:
        return f"at {at}"

    async def pull(self, feed: Feed, cursor: str) -> AsyncIterator[Page]:
        self.asked.append((feed.name, cursor))
        pages = self.pages.get(feed.name, [])
        first = int(cursor) if cursor.isdigit() else 0
        for number, page in enumerate(pages[first:], first + 1):
            if isinstance(page, Exception):
                raise page
            if isinstance(page, asyncio.Event):
                self.waiting.set()
                await page.wait()
                continue
            yield Page(str(number), number == len(pages), page.tickets, total=len(pages))
        if not pages:
            yield Page("0", True)

    async def census(self) -> AsyncIterator[frozenset[str]]:
        yield frozenset(self.open)

    async def fetch(self, keys: Collection[str]) -> Page:
        return Page("", True)

    async def events(self, keys: Collection[str]) -> Page:
        self.asked.append(("events by key", ",".join(keys)))
        return Page("", True)

    async def activity(self, key: str) -> Page:
        self.asked.append(("activity", key))
        if key in self.refuses:
            raise Refused("not for you", status=403)
        return Page("", True, activity_whole=frozenset({key}))


def tickets(*keys: int) -> Page:
    """A page of open tickets."""
    made = [
        Ticket("desk", str(k), f"D-{k}", "", f"Ticket {k}", TicketState.OPEN, "", NOW - 500, NOW - 100 - k, 1)
        for k in keys
    ]
    return Page("", False, tuple(made))


class World:
    """One source on a cache of its own, with a clock that stands where it is put."""

    def __init__(self, path: Path) -> None:
        self.time = NOW
        self.paths = Paths(path, path / "state", path / "cache", path)
        self.cache = Threaded(lambda: stores.open_cache(self.paths), "test-cache")
        self.adapter = Lists(self.now)
        self.source = self.worker()

    def now(self) -> int:
        return self.time

    def worker(self) -> SourceSync:
        adapter = self.adapter
        return SourceSync(SourceContext(adapter.source, SyncConfig(), adapter, self.cache, self.now, Random(1)))

    def row(self) -> tuple[str, str, int, int]:
        reader = CacheReader(self.paths.cache_db)
        (found,) = reader.health()
        reader.close()
        return found.health, found.words, found.data_at, found.last_ok
