"""The imitated Jira's writes, its service desk API, and what a customer's account may see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.jira.identity import account_id
from helpdesk_tui.sandbox.model import Credential, Ticket
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_790_000_000
API = "/rest/api/3"
DESK = "/rest/servicedeskapi"


@asynccontextmanager
async def signed_in(world: LiveWorld, role: str = "agent", uid: int = 1) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a site over this world."""
    known = Credential("me", "pw", "tok", role, uid)  # type: ignore[arg-type]
    app = application(world, [known], index_lag=0, burst=10**6)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://j", auth=("me", "tok")) as client:
        yield client


@pytest.fixture
def world() -> LiveWorld:
    return build_world(11, 600, 1.0, NOW, paused=True)


@pytest.fixture
async def http(world: LiveWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(world) as client:
        yield client


def one(world: LiveWorld, state: str = "open", kind: str = "incident") -> Ticket:
    rows = world.desk("jira").unsettled()
    return next(
        t for t in rows if (t.state, t.kind) == (state, kind) and t.in_scope and not t.forbidden and not t.deleted
    )


def doc(text: str) -> dict[str, object]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


async def test_a_comment_is_public_unless_a_property_hides_it(world: LiveWorld, http: httpx.AsyncClient) -> None:
    ticket = one(world)
    url = f"{API}/issue/{10_000 + ticket.n}/comment"
    hidden = {"body": doc("inside"), "properties": [{"key": "sd.public.comment", "value": {"internal": True}}]}
    first = (await http.post(url, json=hidden)).json()
    second = (await http.post(url, json={"body": doc("outside")})).json()
    assert (first["jsdPublic"], second["jsdPublic"]) == (False, True)
    assert [(event.kind, event.text) for event in ticket.events[-2:]] == [("note", "inside"), ("reply", "outside")]
    told = (await http.get(f"{url}/{first['id']}?expand=properties")).json()
    assert told["properties"] == [{"key": "sd.public.comment", "value": {"internal": True}}]
    mark = f"{API}/comment/{first['id']}/properties/ours"
    assert (await http.put(mark, json={"token": 7})).status_code == 201
    assert (await http.get(mark)).json() == {"key": "ours", "value": {"token": 7}}


async def test_done_without_a_resolution_stays_unresolved(world: LiveWorld, http: httpx.AsyncClient) -> None:
    forgot, told = [t for t in world.desk("jira").unsettled() if t.state == "open" and t.in_scope and not t.forbidden][
        :2
    ]
    for ticket, fields in ((forgot, {}), (told, {"resolution": {"name": "Done"}})):
        url = f"{API}/issue/{10_000 + ticket.n}/transitions"
        offered = (await http.get(f"{url}?expand=transitions.fields")).json()["transitions"]
        resolve = next(row for row in offered if row["to"]["id"] == "5")
        assert resolve["fields"]["resolution"]["required"]
        assert (await http.post(url, json={"transition": {"id": resolve["id"]}, "fields": fields})).status_code == 204
    body = {"jql": "resolution = Unresolved", "fields": ["status", "resolution"], "maxResults": 1000}
    found = {
        issue["id"]: issue["fields"] for issue in (await http.post(f"{API}/search/jql", json=body)).json()["issues"]
    }
    assert found[str(10_000 + forgot.n)]["status"]["name"] == "Resolved"
    assert found[str(10_000 + forgot.n)]["resolution"] is None
    assert str(10_000 + told.n) not in found


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"transition": {"id": "61"}}, 400, "illegal workflow operation"),
        (
            {"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}}},
            400,
            "not on the appropriate screen",
        ),
        ({"transition": {"id": "51"}, "fields": {"resolution": {"name": "Nope"}}}, 400, "not valid"),
        ({"transition": {"id": 31}}, 204, ""),
        ({"transition": "31"}, 204, ""),
    ],
)
async def test_transitions(world: LiveWorld, http: httpx.AsyncClient, asked: object, status: int, said: str) -> None:
    answer = await http.post(f"{API}/issue/{10_000 + one(world).n}/transitions", json=asked)
    assert answer.status_code == status
    assert said in answer.text


async def test_assigning(world: LiveWorld, http: httpx.AsyncClient) -> None:
    ticket = one(world)
    url = f"{API}/issue/{10_000 + ticket.n}/assignee"
    mate = next(p for p in world.people.values() if p.role == "technician" and p.active and p.uid != ticket.owner)
    assert (await http.put(url, json={"accountId": account_id(mate.uid, False)})).status_code == 204
    assert ticket.owner == mate.uid
    customer = account_id(ticket.requester, True)
    assert "cannot be assigned" in (await http.put(url, json={"accountId": customer})).json()["errors"]["assignee"]
    assert (await http.put(url, json={"accountId": None})).status_code == 204
    assert ticket.owner == 0
    assert "GDPR strict mode" in (await http.put(url, json={"name": mate.login})).json()["errorMessages"][0]


async def test_editing_answers_with_the_issue_when_asked(world: LiveWorld, http: httpx.AsyncClient) -> None:
    ticket = one(world)
    ticket.tags = ("old",)
    url = f"{API}/issue/{10_000 + ticket.n}"
    change = {"fields": {"priority": {"id": "1"}}, "update": {"labels": [{"add": "vip"}, {"remove": "old"}]}}
    answer = await http.put(f"{url}?returnIssue=true", json=change)
    assert answer.status_code == 200
    assert answer.json()["fields"]["priority"]["name"] == "Highest"
    assert (ticket.priority, ticket.tags) == (1, ("vip",))
    both = await http.put(url, json={"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}})
    assert both.status_code == 400
    unknown = await http.put(url, json={"fields": {"customfield_99999": 1}})
    assert "not on the appropriate screen" in unknown.json()["errors"]["customfield_99999"]


async def test_too_many_writes_to_one_issue_are_refused(world: LiveWorld, http: httpx.AsyncClient) -> None:
    url = f"{API}/issue/{10_000 + one(world).n}/assignee"
    answers = [await http.put(url, json={"accountId": None}) for _ in range(25)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused[0].headers["RateLimit-Reason"] == "jira-per-issue-on-write"


async def test_a_request_shows_its_clocks_and_a_task_is_none(world: LiveWorld, http: httpx.AsyncClient) -> None:
    ticket = one(world)
    rows = (await http.get(f"{DESK}/request/{10_000 + ticket.n}/sla")).json()
    assert {row["name"] for row in rows["values"]} == {"Time to resolution", "Time to first response"}
    issue = (await http.get(f"{API}/issue/{10_000 + ticket.n}?fields=customfield_10030")).json()
    assert issue["fields"]["customfield_10030"] == next(r for r in rows["values"] if r["name"] == "Time to resolution")
    task = next(t for t in world.desk("jira").unsettled() if t.kind == "task")
    assert (await http.get(f"{DESK}/request/{10_000 + task.n}")).status_code == 404
    world.desk("jira").forbid(ticket.n)
    assert (await http.get(f"{DESK}/request/{10_000 + ticket.n}")).status_code == 403
    assert (await http.get(f"{API}/issue/{10_000 + ticket.n}")).status_code == 404


async def test_pages_of_the_service_desk_are_lowered_to_fifty(http: httpx.AsyncClient) -> None:
    queues = (await http.get(f"{DESK}/servicedesk/1/queue?includeCount=True")).json()["values"]
    everything = next(queue for queue in queues if queue["name"] == "All open")
    url = f"{DESK}/servicedesk/1/queue/{everything['id']}/issue"
    start, found = 0, []
    while True:
        page = (await http.get(url, params={"start": start, "limit": 100})).json()
        assert page["limit"] == 50
        found += page["values"]
        start += page["size"]
        if page["isLastPage"]:
            break
    assert len({row["id"] for row in found}) == everything["issueCount"]


async def test_a_customer_sees_next_to_nothing(world: LiveWorld) -> None:
    ticket = one(world)
    async with signed_in(world, "requester", ticket.requester) as http:
        body = {"jql": "created >= -1000d", "fields": ["reporter", "comment"], "maxResults": 500}
        issues = (await http.post(f"{API}/search/jql", json=body)).json()["issues"]
        account = account_id(ticket.requester, True)
        assert {issue["fields"]["reporter"]["accountId"] for issue in issues} == {account}
        comments = (await http.get(f"{API}/issue/{10_000 + ticket.n}/comment")).json()
        assert all(row["jsdPublic"] for row in comments["comments"])
        assert (await http.get(f"{DESK}/servicedesk/1/queue")).status_code == 403
        assert (await http.get(f"{DESK}/request/{10_000 + ticket.n}/sla")).status_code == 403
        assert (await http.get(f"{API}/user/search?query=a")).json() == []
        assert (await http.get(f"{API}/project/search")).json()["values"] == []
        other = next(t for t in world.desk("jira").unsettled() if t.requester != ticket.requester)
        assert (await http.get(f"{API}/issue/{10_000 + other.n}")).status_code == 404
        assert (
            await http.put(f"{API}/issue/{10_000 + ticket.n}/assignee", json={"accountId": None})
        ).status_code == 403
