"""A small ServiceNow that stands still, an adapter that reads it, and what should be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Page, Phase
from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.events import EventKind
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.sandbox.credentials import make_credentials
from helpdesk_tui.sandbox.model import Ticket as Truth
from helpdesk_tui.sandbox.servicenow import application
from helpdesk_tui.sandbox.servicenow.states import CATEGORIES
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600
DAY = 86_400
TABLES = {"incident": "incident", "sc_task": "task", "sc_req_item": "request", "problem": "problem"}
CATALOG = {"hold": "pending", "solved": "closed"}
SAID = {"note": EventKind.NOTE, "reply": EventKind.PUBLIC_REPLY, "message": EventKind.CUSTOMER_MESSAGE}


class Stand:
    """A world that stands still, and an adapter that reads it."""

    def __init__(
        self, make_source: Callable[..., SourceConfig], secret: Any, *, role: str = "admin", **settings: Any
    ) -> None:
        self.world: LiveWorld = build_world(7, 600, now=NOW, paused=True)
        accounts = make_credentials(self.world.company)["servicenow"]
        self.account = next(one for one in accounts if one.role == role)
        app: Any = application(self.world, accounts)
        self.instance = app.state.server.instance
        secret.values = (settings.pop("password", self.account.password),)
        source = make_source(url="http://sn.test", username=self.account.login, **settings)
        self.secret = secret
        self.reader = ServiceNow(source, secret, now=self.world.clock.now, transport=httpx.ASGITransport(app))

    def key(self, n: int) -> str:
        return str(self.instance.identity.sys_id("task", n))

    def truth(self, kinds: Iterable[str] = ("incident", "task", "request")) -> dict[str, Truth]:
        """Every ticket an account can see, by sys_id."""
        wanted = set(kinds)
        return {
            self.key(t.n): t
            for t in self.world.desk("servicenow").by_number()
            if t.kind in wanted and not t.deleted and not t.forbidden
        }

    async def pull(self, phase: Phase, cursors: dict[str, str] | None = None, since: int = NOW - 90 * DAY) -> Page:
        """Every feed of a phase to its end, put together; `cursors` are gone on from, and kept."""
        kept = cursors if cursors is not None else {}
        parts: list[Page] = []
        for feed in self.reader.feeds():
            if feed.phase is phase:
                begun = kept.get(feed.name) or self.reader.start(feed, since)
                parts += [page async for page in self.reader.pull(feed, begun)]
                assert parts[-1].last
                kept[feed.name] = parts[-1].cursor
        return self.joined(parts)

    @staticmethod
    def joined(parts: list[Page]) -> Page:
        names = (
            "tickets",
            "departures",
            "events",
            "activity",
            "clocks",
            "people",
            "groups",
            "memberships",
            "organisations",
            "bad",
        )
        whole: dict[str, Any] = {name: tuple(item for part in parts for item in getattr(part, name)) for name in names}
        return Page(cursor="", last=True, **whole)

    @staticmethod
    def state_of(truth: Truth) -> str:
        """What the platform can show of a state: catalog work has one word for all waiting, problems have none."""
        if truth.kind == "incident":
            return truth.state
        if truth.kind == "problem":
            return "open" if truth.state in ("pending", "hold") else truth.state
        return CATALOG.get(truth.state, truth.state)

    @staticmethod
    def is_open(truth: Truth) -> bool:
        return State(Stand.state_of(truth)).is_open

    @staticmethod
    def told(truth: Truth) -> list[tuple[EventKind, int]]:
        """What was said on a ticket."""
        return sorted((SAID[e.kind], e.at) for e in truth.events if e.kind in SAID and e.at > NOW - 80 * DAY)

    def same(self, ticket: Ticket, truth: Truth) -> None:
        """Every value of a ticket that the platform shows is what it is."""
        instance, person = self.instance, self.world.people[truth.requester]
        assert (ticket.kind, ticket.title, ticket.state) == (truth.kind, truth.title, State(self.state_of(truth)))
        assert (ticket.created_at, ticket.updated_at, ticket.body) == (truth.created, truth.updated, truth.body)
        assert ticket.group == instance.group(truth.group)
        assert ticket.owner == (instance.user(truth.owner) if truth.owner else "")
        assert min(ticket.priority, 4) == truth.priority
        assert ticket.bounced == (truth.bounced if truth.n % 50 else 0)
        if truth.kind in ("incident", "request"):
            assert (ticket.requester, ticket.vip) == (instance.user(truth.requester), person.vip)
        if truth.kind == "incident":
            assert (ticket.solved_at, ticket.reopened, ticket.category) == (
                truth.solved,
                truth.reopened,
                CATEGORIES.get(truth.category, truth.category),
            )

    def compare(self, tickets: Iterable[Ticket], expected: dict[str, Truth]) -> None:
        found = {ticket.key: ticket for ticket in tickets}
        assert found.keys() == expected.keys()
        for key, ticket in found.items():
            self.same(ticket, expected[key])


@pytest.fixture
def make_stand(make_source: Callable[..., SourceConfig], make_secret: Callable[..., Any]) -> Callable[..., Stand]:
    """Makes a stand with these settings of the source; `role` is the account's."""
    return lambda **settings: Stand(make_source, make_secret(), **settings)


@pytest.fixture
def stand(make_stand: Callable[..., Stand]) -> Stand:
    """All four tables, small pages, an administrator."""
    return make_stand(scope={"tables": list(TABLES)}, options={"page_size": 40})
