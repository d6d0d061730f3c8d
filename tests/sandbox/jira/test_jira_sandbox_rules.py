"""What the imitated Jira refuses, and links between its issues."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.model import Credential, Ticket
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_790_000_000
API = "/rest/api/3"


@pytest.fixture
def world() -> LiveWorld:
    return build_world(11, 600, 1.0, NOW, paused=True)


def client(world: LiveWorld, role: str) -> httpx.AsyncClient:
    known = Credential("me", "pw", "tok", role, 1)  # type: ignore[arg-type]
    app = application(world, [known], index_lag=0, burst=10**6)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://j", auth=("me", "tok"))


@pytest.fixture
async def http(world: LiveWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with client(world, "agent") as made:
        yield made


def some(world: LiveWorld, state: str = "open", place: int = 0) -> Ticket:
    rows = sorted(world.desk("jira").by_number(), key=lambda ticket: -ticket.n)
    return [t for t in rows if t.state == state and t.in_scope and not t.forbidden and not t.deleted][place]


def address(ticket: Ticket, rest: str = "") -> str:
    return f"{API}/issue/{10_000 + ticket.n}{rest}"


async def test_a_link_reads_otherwise_from_each_end_and_is_in_both_histories(
    world: LiveWorld, http: httpx.AsyncClient
) -> None:
    one, other = some(world), some(world, place=1)
    ends = {"inwardIssue": {"id": str(10_000 + one.n)}, "outwardIssue": {"id": str(10_000 + other.n)}}
    for _ in range(2):
        made = await http.post(f"{API}/issueLink", json={"type": {"name": "Duplicate"}, **ends})
        assert (made.status_code, made.content) == (201, b"")
    (here,) = (await http.get(address(one, "?fields=issuelinks"))).json()["fields"]["issuelinks"]
    (there,) = (await http.get(address(other, "?fields=issuelinks"))).json()["fields"]["issuelinks"]
    assert (here["type"]["outward"], here["outwardIssue"]["id"]) == ("duplicates", str(10_000 + other.n))
    assert (there["type"]["inward"], there["inwardIssue"]["id"]) == ("is duplicated by", str(10_000 + one.n))
    assert "inwardIssue" not in here
    lines = [
        [
            item["toString"].rpartition(" ")[0]
            for row in log["values"]
            for item in row["items"]
            if item["field"] == "Link"
        ]
        for log in [(await http.get(address(ticket, "/changelog"))).json() for ticket in (one, other)]
    ]
    assert lines == [["This issue duplicates"], ["This issue is duplicated by"]]
    assert (await http.delete(f"{API}/issueLink/{here['id']}")).status_code == 204
    assert (await http.get(address(other, "?fields=issuelinks"))).json()["fields"]["issuelinks"] == []
    assert (await http.delete(f"{API}/issueLink/{here['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"type": {"name": "Marries"}}, 404, "No issue link type with name 'Marries'"),
        ({"outwardIssue": {"id": "99999"}}, 404, "does not exist"),
        ({"outwardIssue": "itself"}, 400, "to itself"),
        ({"kind": "Duplicate"}, 400, "Invalid request payload"),
    ],
)
async def test_links_that_are_refused(
    world: LiveWorld, http: httpx.AsyncClient, change: dict[str, object], status: int, said: str
) -> None:
    one, other = ({"id": str(10_000 + some(world, place=place).n)} for place in range(2))
    body = {"type": {"name": "Duplicate"}, "inwardIssue": one, "outwardIssue": other, **change}
    if body["outwardIssue"] == "itself":
        body["outwardIssue"] = one
    answer = await http.post(f"{API}/issueLink", json=body)
    assert (answer.status_code, said in answer.text) == (status, True)


async def test_what_is_closed_has_no_screen_and_takes_no_edits(world: LiveWorld, http: httpx.AsyncClient) -> None:
    ticket = some(world, "closed")
    assert (await http.get(address(ticket, "/editmeta"))).json() == {"fields": {}}
    answer = await http.put(address(ticket), json={"fields": {"summary": "x"}, "update": {"labels": [{"add": "y"}]}})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"summary", "labels"}
    assert (await http.post(address(ticket, "/transitions"), json={"transition": {"id": "21"}})).status_code == 204
    assert (await http.put(address(ticket), json={"fields": {"summary": "x"}})).status_code == 204
    assert ticket.title == "x"


async def test_a_silent_edit_is_for_administrators(world: LiveWorld, http: httpx.AsyncClient) -> None:
    change = {"fields": {"summary": "quiet"}}
    refused = await http.put(address(some(world), "?notifyUsers=false"), json=change)
    assert (refused.status_code, "admin permissions are required" in refused.text) == (403, True)
    assert (await http.put(address(some(world), "?notifyUsers=true"), json=change)).status_code == 204
    async with client(world, "admin") as admin:
        assert (await admin.put(address(some(world), "?notifyUsers=false"), json=change)).status_code == 204


async def test_permissions_are_those_that_writes_meet(world: LiveWorld, http: httpx.AsyncClient) -> None:
    near, far = some(world), some(world, place=1)
    world.desk("jira").change(far.n, 1, group=next(gid for gid in world.groups if gid >= 90))
    wanted = "permissions=EDIT_ISSUES,ASSIGN_ISSUES,TRANSITION_ISSUES,ADD_COMMENTS,DELETE_ISSUES"
    for ticket, allowed in ((near, True), (far, False)):
        told = (await http.get(f"{API}/mypermissions?{wanted}&issueId={10_000 + ticket.n}")).json()["permissions"]
        assert {key: row["havePermission"] for key, row in told.items()} == {
            "EDIT_ISSUES": allowed,
            "ASSIGN_ISSUES": allowed,
            "TRANSITION_ISSUES": allowed,
            "ADD_COMMENTS": True,
            "DELETE_ISSUES": False,
        }
        edited = await http.put(address(ticket), json={"fields": {"summary": "x"}})
        given = await http.put(address(ticket, "/assignee"), json={"accountId": None})
        assert [edited.status_code, given.status_code] == ([204, 204] if allowed else [403, 403])
        offered = (await http.get(address(ticket, "/transitions"))).json()["transitions"]
        assert bool(offered) is allowed
    nowhere = await http.get(f"{API}/mypermissions?{wanted}&projectKey=NONE")
    assert nowhere.status_code == 404


@pytest.mark.parametrize(("method", "rest"), [("POST", "/transitions"), ("PUT", "")])
async def test_who_comes_second_is_told_so(world: LiveWorld, http: httpx.AsyncClient, method: str, rest: str) -> None:
    ticket = some(world)

    async def slowly() -> AsyncIterator[bytes]:
        yield b""
        world.desk("jira").change(ticket.n, 2, priority=1 if ticket.priority > 1 else 2)
        yield b'{"transition": {"id": "31"}, "fields": {}}'

    headers = {"Content-Type": "application/json"}
    answer = await http.request(method, address(ticket, rest), content=slowly(), headers=headers)
    assert (answer.status_code, ticket.state) == (409, "open")


async def test_titles_and_categories_are_in_the_history(world: LiveWorld, http: httpx.AsyncClient) -> None:
    ticket = some(world)
    old, category = ticket.title, ticket.category
    change = {"fields": {"summary": "New title", "customfield_10050": {"value": "cloud"}}}
    assert (await http.put(address(ticket), json=change)).status_code == 204
    row = (await http.get(address(ticket, "/changelog"))).json()["values"]
    items = [item for entry in row for item in entry["items"] if item["fieldId"] in ("summary", "customfield_10050")]
    assert [(item["fromString"], item["toString"]) for item in items] == [(old, "New title"), (category, "cloud")]
    bad = await http.put(address(ticket), json={"fields": {"customfield_10050": {"value": "weather"}}})
    assert bad.json()["errors"] == {"customfield_10050": "Option value 'weather' is not valid"}
