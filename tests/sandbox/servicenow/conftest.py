"""A ServiceNow over the small world, reached in the process itself, by an administrator in Paris."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from helpdesk_tui.sandbox.model import Credential
from helpdesk_tui.sandbox.servicenow import application
from helpdesk_tui.sandbox.world import LiveWorld


class Ticks:
    """The machine's seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def app(world: LiveWorld, ticks: Ticks) -> Starlette:
    technician = world.desk("servicenow").unsettled()[0].group
    agent = next(p for p in world.people.values() if technician in p.groups and p.uid != 1)
    requester = next(p for p in world.people.values() if p.role == "requester")
    return application(
        world,
        [
            Credential("coordinator", "pw", "key-1", "admin", 1, "client-1", "secret-1"),
            Credential(agent.login, "pw2", "key-2", "agent", agent.uid, "client-2", "secret-2"),
            Credential(requester.login, "pw3", "key-3", "requester", requester.uid),
        ],
        monotonic=ticks,
    )


Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
def client(app: Starlette) -> Client:
    """Makes clients: `client()` is the administrator's, `client(key="key-2")` the agent's, `key=None` nobody's."""

    def make(key: str | None = "key-1", **headers: str) -> httpx.AsyncClient:
        sent = {"Accept": "application/json", **headers} | ({"x-sn-apikey": key} if key else {})
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://sn.example/api/now", headers=sent
        )

    return make


@pytest.fixture
async def sn(client: Client) -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


@pytest.fixture
def rows(sn: httpx.AsyncClient) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """`await rows("incident", "active=true", sysparm_limit=5)`: the result of a list, references as plain sys_ids."""

    async def ask(table: str, query: str = "", **params: Any) -> list[dict[str, Any]]:
        params = {"sysparm_query": query, "sysparm_exclude_reference_link": "true", **params}
        answer = await sn.get(f"/table/{table}", params=params)
        assert answer.status_code == 200, answer.text
        result: list[dict[str, Any]] = answer.json()["result"]
        return result

    return ask
