"""`pysnow`, its code unchanged, reads back from the sandbox what the desk's own adapter wrote there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind, Op
from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background, Sandbox
from helpdesk_tui.sandbox.servicenow.identity import Identity

pysnow = pytest.importorskip("pysnow")

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore")]
SEED = 7
IDENT = "01976f00-0000-7000-8000-00000000000a"


class Secret:
    """The secret our own adapter signs in with."""

    def __init__(self, value: str) -> None:
        self.value = value

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        """Nothing to forget."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Background(Options(seed=SEED, tickets=300, now=1_794_906_000, paused=True)) as served:
        yield served


def wish(key: str, **desired: str) -> Change:
    return Change(IDENT, 1, "sn", Kind.TICKET, key, next(iter(desired)), Op.SET, desired)


async def write(sandbox: Sandbox, *changes: Change) -> None:
    """Look and write, as the desk does."""
    told = sandbox.accounts["servicenow"]
    source = SourceConfig(name="sn", platform="servicenow", url=told["url"], username=told["username"], auth="basic")
    adapter = ServiceNow(source, Secret(told["password"]), now=sandbox.world.clock.now)
    try:
        await adapter.check()
        for change in changes:
            await adapter.write(change, await adapter.look(change.key, fields=change.overwrites))
    finally:
        await adapter.close()


def a_ticket(sandbox: Sandbox) -> Ticket:
    tickets = sandbox.world.desk("servicenow").unsettled()
    return next(t for t in tickets if t.kind == "incident" and t.state == "open" and t.owner and t.in_scope)


def test_what_was_written_is_what_another_client_reads(sandbox: Sandbox) -> None:
    told, world, names = sandbox.accounts["servicenow"], sandbox.world, Identity(SEED)
    host = told["url"].removeprefix("http://").rstrip("/")
    client: Any = pysnow.Client(host=host, user=told["username"], password=told["password"], use_ssl=False)
    truth = a_ticket(sandbox)
    key, people = names.sys_id("task", truth.n), world.people.values()
    to = next(one for one in people if one.uid != truth.owner and truth.group in one.groups and one.active)
    owner = names.sys_id("sys_user", to.uid)
    asyncio.run(
        write(
            sandbox,
            wish(key, owner=owner, priority="1", title="Words", note="only us"),
            wish(key, reply="to you", state="pending"),
            wish(key, status="Resolved", close_code="Solution provided", close_notes="New toner"),
        )
    )
    incidents = client.resource(api_path="/table/incident")
    row = incidents.get(query={"number": f"INC{truth.n:07d}"}).one()
    assert row["assigned_to"]["value"] == owner
    assert (row["priority"], row["impact"], row["urgency"], row["short_description"]) == ("1", "1", "1", "Words")
    assert (row["state"], row["close_code"], row["close_notes"]) == ("6", "Solution provided", "New toner")
    assert row["correlation_id"] == f"helpdesk-tui:{IDENT}"
    journal = client.resource(api_path="/table/sys_journal_field").get(
        query=f"element_id={key}^ORDERBYsys_created_on", fields=["element", "value", "sys_created_by"]
    )
    said = [(one["element"], one["value"], one["sys_created_by"]) for one in journal.all()]
    assert sorted(said[-2:]) == [
        ("comments", "to you", told["username"]),
        ("work_notes", "only us", told["username"]),
    ]
