"""One ServiceNow, one user's stores, and the sender between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.change_rules import HOLD
from helpdesk_tui.domain.changes import Change, Kind, Op, change_id
from helpdesk_tui.sandbox.model import Ticket as Truth
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sync.process import columns_of
from helpdesk_tui.sync.push import Push
from helpdesk_tui.sync.threaded import Threaded

if TYPE_CHECKING:
    from .conftest import Floor


class Bench:
    """One ServiceNow, one user's stores, and the sender between them."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.world = floor.sandbox.world
        self.desk = self.world.desk("servicenow")
        self.identity = Identity(floor.sandbox.options.seed)
        self.reader = OutboxReader(floor.paths.personal_db)

    def ticket(self, place: int = 0) -> Truth:
        """An open incident that somebody works on."""
        found = [t for t in self.desk.by_number() if t.kind == "incident" and t.state == "open" and t.owner]
        return found[place]

    def key(self, truth: Truth) -> str:
        return str(self.identity.sys_id("task", truth.n))

    def user(self, uid: int) -> str:
        return str(self.identity.sys_id("sys_user", uid))

    def colleague(self, truth: Truth, place: int = 0) -> int:
        people = self.world.people
        return [u for u in people if u != truth.owner and truth.group in people[u].groups][place]

    def change(self, truth: Truth, base: dict[str, str] | None = None, *, batch: str = "", **desired: str) -> Change:
        name = next(iter(desired))
        return Change(
            id=change_id(self.floor.now() * 1000),
            seq=0,
            source="sn",
            kind=Kind.TICKET,
            key=self.key(truth),
            field=name,
            op=Op.NOTE if name in ("note", "reply") else Op.SET,
            desired=desired,
            base=base or {},
            host="here",
            batch=batch,
        )

    def assign(self, truth: Truth, *, batch: str = "") -> Change:
        to = self.user(self.colleague(truth))
        return self.change(truth, {"owner": self.user(truth.owner)}, batch=batch, owner=to)

    def enqueue(self, *changes: Change) -> list[Change]:
        writer = stores.open_personal(self.floor.paths)
        try:
            return Outbox(writer.store).enqueue(changes, self.floor.now())
        finally:
            writer.close()

    def drain(self, times: int = 1, *, wait: int = HOLD) -> None:
        """Let some time pass and send what is due; as often as said, each time in a new process' place."""
        for _ in range(times):
            self.floor.tick += wait
            asyncio.run(self._drain())

    async def _drain(self) -> None:
        async with self.sender() as push:
            await push.recover()
            await push.drain()

    @asynccontextmanager
    async def sender(self) -> AsyncIterator[Push]:
        """The sender of a process of its own."""
        floor = self.floor
        cache = Threaded(lambda: stores.open_cache(floor.paths), "test-cache")
        personal = Threaded(lambda: stores.open_personal(floor.paths), "test-personal")
        source = floor.worker(floor.settings.sources["sn"], cache)
        push = Push({"sn": source}, personal, floor.paths.personal_db, now=floor.now, host="here")
        try:
            await cache.do(CacheWriter.begin, columns_of(floor.settings), floor.now())
            yield push
        finally:
            await push.close()
            await source.close()
            personal.close(PersonalWriter.close)
            cache.close(CacheWriter.close)

    def fault(self, **spec: object) -> None:
        self.floor.control("POST", "faults", {"platform": "servicenow", **spec})

    def state(self, change: Change) -> Change:
        found = self.reader.one(change.id)
        assert found is not None
        return found

    def said(self, truth: Truth, text: str) -> int:
        """How often a text stands on a ticket."""
        return sum(event.text == text for event in truth.events)


@pytest.fixture
def bench(make_floor: Callable[..., Floor]) -> Iterator[Bench]:
    """A bench with 120 tickets and everything in scope."""
    found = Bench(make_floor(120, scope=False))
    yield found
    found.reader.close()
