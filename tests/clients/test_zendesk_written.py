"""zenpy, unchanged, reads back from the sandbox what the desk's own adapter wrote there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk_tui.adapters.zendesk.adapter import Zendesk
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind, Op
from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background, Sandbox
from helpdesk_tui.sandbox.zendesk import ids

zenpy = pytest.importorskip("zenpy")

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore")]
IDENT = "01976f00-0000-7000-8000-00000000000a"


class Secret:
    def __init__(self, value: str) -> None:
        self.value = value

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        pass


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Background(Options(seed=7, tickets=300, now=1_794_906_000, paused=True)) as served:
        yield served


def wish(truth: Ticket, **desired: str) -> Change:
    return Change(IDENT, 1, "zd", Kind.TICKET, str(truth.n), next(iter(desired)), Op.SET, desired)


async def write(sandbox: Sandbox, *changes: Change) -> None:
    told = sandbox.accounts["zendesk"]
    source = SourceConfig(name="zd", platform="zendesk", url=told["url"], username=told["email"], auth="token")
    adapter = Zendesk(source, Secret(told["token"]), now=sandbox.world.clock.now)
    try:
        await adapter.check()
        for change in changes:
            await adapter.write(change, await adapter.look(change.key))
    finally:
        await adapter.close()


def test_what_was_written_is_what_another_client_reads(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    told = sandbox.accounts["zendesk"]
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", told["url"].removeprefix("http://"))
    client: Any = zenpy.Zenpy(subdomain="sandbox", email=told["email"], token=told["token"], disable_cache=True)
    world = sandbox.world
    truth = next(t for t in world.desk("zendesk").unsettled() if t.state == "open" and t.owner and t.in_scope)
    to = next(u for u, p in world.people.items() if u != truth.owner and truth.group in p.groups and p.active)
    changes = (
        wish(truth, owner=str(ids.user(to)), priority="1", title="Words", note="only us", **{"tags+": "seen_by_desk"}),
        wish(truth, reply="to you", status="Parts on order"),
    )
    asyncio.run(write(sandbox, *changes))
    ticket = client.tickets(id=truth.n)
    assert (ticket.assignee_id, ticket.priority, ticket.subject, ticket.status) == (
        ids.user(to),
        "urgent",
        "Words",
        "hold",
    )
    assert "seen_by_desk" in ticket.tags
    said = [(comment.body, comment.public) for comment in client.tickets.comments(ticket=truth.n)]
    assert said[-2:] == [("only us", False), ("to you", True)]
    marks = [audit.metadata.custom for audit in client.tickets.audits(ticket=truth.n)]
    assert marks[-2:] == [{"helpdesk_tui": IDENT}] * 2
