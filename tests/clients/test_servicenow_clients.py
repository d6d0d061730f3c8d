"""`pysnow`, its code unchanged, against the sandbox over a real socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

pysnow = pytest.importorskip("pysnow")
uvicorn = pytest.importorskip("uvicorn")

from helpdesk_tui.sandbox.model import Credential, Ticket  # noqa: E402
from helpdesk_tui.sandbox.servicenow import application  # noqa: E402
from helpdesk_tui.sandbox.world import LiveWorld, build_world  # noqa: E402

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
START = 1_790_000_000


@dataclass(frozen=True, slots=True)
class Served:
    """A sandbox ServiceNow on loopback."""

    host: str
    world: LiveWorld

    def incidents(self, state: str) -> set[str]:
        """The numbers an administrator should find."""
        desk = self.world.desk("servicenow")
        return {number(t) for t in desk.by_number() if t.kind == "incident" and t.state == state and readable(t)}


def readable(ticket: Ticket) -> bool:
    return not ticket.deleted and not ticket.forbidden


def number(ticket: Ticket) -> str:
    return f"INC{ticket.n:07d}"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    world = build_world(7, 2000, 1.0, START, paused=True)
    me = Credential("coordinator", "s3cret", "key", "admin", 1, "cid", "csecret")
    config = uvicorn.Config(
        application(world, [me]), host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started and time.monotonic() < deadline:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"127.0.0.1:{port}", world)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def client(served: Served) -> Any:
    return pysnow.Client(host=served.host, user="coordinator", password="s3cret", use_ssl=False)


@pytest.fixture(params=["/api/now", "/api/now/v1", "/api/now/v2"])
def incidents(client: Any, request: pytest.FixtureRequest) -> Any:
    return client.resource(api_path="/table/incident", base_path=request.param)


def test_queries_with_text_dict_and_builder(served: Served, incidents: Any) -> None:
    solved = served.incidents("solved")
    assert {row["number"] for row in incidents.get(query={"state": "6"}).all()} == solved
    built = pysnow.QueryBuilder().field("state").equals("6").AND().field("number").starts_with("INC")
    assert {row["number"] for row in incidents.get(query=built).all()} == solved
    text = incidents.get(query="state=6^ORDERBYDESCnumber", fields=["number", "state"], stream=True)
    rows = list(text.all())
    assert [row["number"] for row in rows] == sorted(solved, reverse=True)
    assert {tuple(sorted(row)) for row in rows} == {("number", "state")}


def test_pages_by_offset_and_count(served: Served, incidents: Any) -> None:
    got: list[str] = []
    while True:
        page = incidents.get(query="active=true^ORDERBYnumber", limit=25, offset=len(got), fields=["number"])
        total = int(page.headers["X-Total-Count"])
        got += [row["number"] for row in page.all()]
        if len(got) >= total:
            break
    desk = served.world.desk("servicenow")
    assert got == sorted(number(t) for t in desk.unsettled() if t.kind == "incident" and readable(t))


def test_display_values(served: Served, client: Any) -> None:
    incidents = client.resource(api_path="/table/incident")
    incidents.parameters.display_value = "all"
    incidents.parameters.exclude_reference_link = True
    row = next(iter(incidents.get(query="state=2", limit=1).all()))
    assert row["state"] == {"display_value": "In Progress", "value": "2"}
    assert set(row["caller_id"]) == {"display_value", "value"}


def test_creates_updates_and_deletes(served: Served, incidents: Any) -> None:
    made = incidents.create(payload={"short_description": "From a client", "urgency": "1", "impact": "1"})
    row = made.one()
    assert (row["priority"], row["sys_mod_count"]) == ("1", "0")
    named = {"number": row["number"]}
    changed = incidents.update(
        query=named, payload={"short_description": "Changed", "state": 2, "work_notes": "x"}
    ).one()
    assert (changed["short_description"], changed["state"], changed["sys_mod_count"]) == ("Changed", "2", "1")
    ticket = served.world.desk("servicenow").get(int(row["number"][3:]))
    assert ticket is not None
    assert (ticket.title, ticket.state, ticket.events[-1].actor) == ("Changed", "open", 1)
    assert incidents.get(query=named).one().get("short_description") == "Changed"
    assert incidents.delete(query=named) == {"status": "record deleted"}
    assert ticket.deleted


def test_nothing_found(served: Served, client: Any) -> None:
    latest = client.resource(api_path="/table/incident")
    assert latest.get(query={"number": "INC9999999"}).one_or_none() is None
    first = client.resource(api_path="/table/incident", base_path="/api/now/v1")
    with pytest.raises(Exception, match="404"):
        first.get(query={"number": "INC9999999"}).one_or_none()


def test_a_refused_update_says_why(served: Served, client: Any) -> None:
    incidents = client.resource(api_path="/table/incident")
    ticket = next(t for t in served.world.desk("servicenow").unsettled() if t.kind == "incident" and t.state == "open")
    with pytest.raises(Exception, match="403"):
        incidents.update(query={"number": number(ticket)}, payload={"state": "6"}).one()
    assert ticket.state == "open"


def test_other_tables(served: Served, client: Any) -> None:
    people = client.resource(api_path="/table/sys_user").get(query={"user_name": "coordinator"}).one()
    assert people["name"] == served.world.people[1].name
    clocks = client.resource(api_path="/table/task_sla").get(query="active=true", limit=5).all()
    assert len(list(clocks)) == 5
    stats = client.resource(api_path="/stats/incident")
    stats.parameters.add_custom({"sysparm_count": "true"})
    assert int(stats.get(query="state=6").one()["stats"]["count"]) >= len(served.incidents("solved"))


def test_oauth(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    kept: list[Any] = []
    oauth = pysnow.OAuthClient(
        client_id="cid", client_secret="csecret", host=served.host, use_ssl=False, token_updater=kept.append
    )
    token = oauth.generate_token("coordinator", "s3cret")
    oauth.set_token(token)
    found = oauth.resource(api_path="/table/incident").get(query={"state": "6"}).all()
    assert {row["number"] for row in found} == served.incidents("solved")
    oauth.set_token({**token, "expires_at": 1.0, "expires_in": -5})
    oauth.resource(api_path="/table/incident").get(query={"state": "6"}, limit=1).all()
    assert kept
    assert kept[0]["access_token"] != token["access_token"]
    with pytest.raises(pysnow.exceptions.TokenCreateError):
        oauth.generate_token("coordinator", "wrong")


def test_the_deprecated_interface(served: Served, client: Any) -> None:
    made = client.insert(table="incident", payload={"short_description": "Old style"})
    asked = client.query(table="incident", query={"number": made["number"]})
    assert asked.update({"category": "network"})["category"] == "network"
    found = client.query(table="incident", query={"state": "6"}).get_multiple(limit=10)
    assert {row["number"] for row in found} <= served.incidents("solved")
    assert client.query(table="incident", query={"number": made["number"]}).delete() == {"success": True}
