"""A Zendesk floor for the adapter tests: the sandbox in this process, its clock in our hands."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import pytest

from helpdesk_tui.adapters.base import Feed, Page, Phase
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.adapters.zendesk.adapter import Zendesk
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.tickets import Ticket
from helpdesk_tui.sandbox import model
from helpdesk_tui.sandbox.clock import Clock
from helpdesk_tui.sandbox.world import LiveWorld
from helpdesk_tui.sandbox.zendesk import Settings, ids
from helpdesk_tui.sandbox.zendesk.server import build

NOW = 1_790_000_000
URL = "http://127.0.0.1:9"
KINDS = {"incident": "incident", "request": "question", "task": "task", "problem": "problem"}


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests to the sandbox and counts them by path; `before` may answer in its stead."""

    def __init__(self, app: Any) -> None:
        self.inner = httpx.ASGITransport(app)
        self.seen: Counter[str] = Counter()
        self.requests: list[httpx.Request] = []
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda _: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen[request.url.path] += 1
        self.requests.append(request)
        instead = self.before(request)
        return instead if instead is not None else await self.inner.handle_async_request(request)


class Words:
    """A secret that can be told anew."""

    def __init__(self, value: str) -> None:
        self.value, self.expired = value, 0

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        self.expired += 1


@dataclass
class Floor:
    """The sandboxed account, its desk, and adapters that read it."""

    settings: Settings = field(default_factory=Settings)
    tickets: int = 1200

    def __post_init__(self) -> None:
        self.clock = Clock(NOW, paused=True)
        self.world = LiveWorld(3, self.tickets, self.clock)
        self.desk = self.world.desk("zendesk")
        agent = next(p.uid for p in self.world.people.values() if set(p.groups) & {g.gid for g in self.served})
        self.credentials = {
            "admin": model.Credential("floor", "", "admin-token", "admin", 1, "floor", "floor-secret"),
            "agent": model.Credential("agent", "", "agent-token", "agent", agent, "agent", "agent-secret"),
            "requester": model.Credential("ann", "", "ann-token", "requester", 1001),
        }
        app = build(cast("model.World", self.world), tuple(self.credentials.values()), self.settings)
        self.account = app.state.account
        self.transport = Recorder(app)
        self.made: list[Zendesk] = []

    @property
    def served(self) -> tuple[model.Group, ...]:
        return self.world.served("zendesk")

    def adapter(self, role: str = "admin", *, secret: Words | None = None, **settings: Any) -> Zendesk:
        """An adapter signed in as `role`, with the desk's own groups as scope unless told otherwise."""
        known = self.credentials[role]
        given: dict[str, Any] = {
            "name": "zd",
            "platform": "zendesk",
            "url": URL,
            "username": known.login,
            "auth": "token",
            "scope": {"groups": [group.name for group in self.served]},
        }
        source = SourceConfig(**(given | settings))
        hidden = secret or Words(known.token)
        retry = Retry(wait=lambda _: 0.0)
        made = Zendesk(source, hidden, now=self.clock.now, transport=self.transport, retry=retry)
        self.made.append(made)
        return made

    def open_now(self) -> dict[str, model.Ticket]:
        """The tickets that belong in the queue, by key."""
        every = (t for t in self.desk.unsettled() if t.state != "solved" and t.in_scope and not t.forbidden)
        return {str(ticket.n): ticket for ticket in every}

    def check(self, found: Ticket) -> None:
        """Compare a pulled ticket with the truth, field by field."""
        truth = self.desk.get(int(found.key))
        assert truth is not None
        told = {
            "title": truth.title,
            "body": truth.body,
            "kind": KINDS[truth.kind],
            "state": truth.state,
            "group": str(ids.group(truth.group)) if truth.group else "",
            "owner": str(ids.user(truth.owner)) if truth.owner else "",
            "requester": str(ids.user(truth.requester)),
            "priority": truth.priority,
            "created_at": truth.created,
            "updated_at": truth.updated,
            "version": truth.updated,
            "reopened": truth.reopened,
            "bounced": truth.bounced,
            "category": truth.category,
            "tags": tuple(sorted({tag.replace(" ", "_").lower() for tag in truth.tags})),
            "closed_at": truth.closed,
        }
        assert {name: getattr(found, name) for name in told} == told


@pytest.fixture
def floor() -> Floor:
    """A fresh account with some hundred tickets."""
    return Floor()


@pytest.fixture
def make_floor() -> Callable[..., Floor]:
    """Makes an account of a size and with settings of its own."""
    return lambda **settings: Floor(**settings)


@pytest.fixture
def feed_of() -> Callable[[Zendesk, Phase], Feed]:
    """The first feed of a phase."""
    return lambda adapter, phase: next(feed for feed in adapter.feeds() if feed.phase is phase)


@pytest.fixture
def drain() -> Callable[..., Any]:
    """Pulls a phase to its end, from an instant or a cursor. Every page but the last says that it is not."""

    async def pull(adapter: Zendesk, phase: Phase, *, at: int | None = None, cursor: str | None = None) -> list[Page]:
        feed = next(feed for feed in adapter.feeds() if feed.phase is phase)
        begin = cursor if cursor is not None else adapter.start(feed, at) if at is not None else ""
        pages = [page async for page in adapter.pull(feed, begin)]
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        return pages

    return pull


@pytest.fixture
async def signed_in(floor: Floor) -> AsyncIterator[Callable[..., Any]]:
    """Makes adapters that have passed their check; closes them at the end."""

    async def make(role: str = "admin", **settings: Any) -> Zendesk:
        adapter = floor.adapter(role, **settings)
        await adapter.check()
        return adapter

    yield make
    for adapter in floor.made:
        await adapter.close()
