"""A Zendesk account to send requests to, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest

from helpdesk_tui.sandbox.clock import Clock
from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.world import LiveWorld
from helpdesk_tui.sandbox.zendesk import Settings, application

NOW = 1_790_000_000


class Account:
    """The sandbox's Zendesk with an admin, an agent and a requester; `get` gives bodies, `ask` answers."""

    def __init__(self, settings: Settings, tickets: int) -> None:
        self.clock = Clock(NOW, paused=True)
        self.world = LiveWorld(11, tickets, self.clock)
        self.desk = self.world.desk("zendesk")
        self.group = self.world.served("zendesk")[0]
        self.members = self.world.company.members[self.group.gid]
        self.agent = self.members[0]
        credentials = (
            Credential("admin@example.com", "", "A", "admin", 1, "tui", "S"),
            Credential("agent@example.com", "", "B", "agent", self.agent),
            Credential("ann@example.com", "", "C", "requester", 1001),
        )
        self.app = application(cast("World", self.world), credentials, settings)
        self.who = {"admin": ("admin@example.com/token", "A"), "agent": ("agent@example.com/token", "B")}
        self.who |= {"requester": ("ann@example.com/token", "C")}

    async def ask(self, method: str, path: str, who: str = "admin", **given: Any) -> httpx.Response:
        """Send a request below /api/v2."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://z3n.test") as client:
            url = path if path.startswith(("http", "/oauth")) else f"/api/v2{path}"
            if who in self.who:
                given["auth"] = self.who[who]
            return await client.request(method, url, **given)

    async def get(self, path: str, who: str = "admin", **params: Any) -> Any:
        """The body of a good answer."""
        answer = await self.ask("GET", path, who, **({"params": params} if params else {}))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def living(self, **wanted: Any) -> int:
        """The number of a living ticket in scope with these values."""
        for ticket in sorted(self.desk.unsettled(), key=lambda t: t.n):
            if ticket.in_scope and not ticket.forbidden and all(getattr(ticket, k) == v for k, v in wanted.items()):
                return ticket.n
        raise AssertionError(wanted)


@pytest.fixture
def account() -> Account:
    return Account(Settings(), 1500)


@pytest.fixture
def make_account() -> Callable[..., Account]:
    """Makes an account with settings of its own."""
    return lambda tickets=600, **settings: Account(Settings(**settings), tickets)
