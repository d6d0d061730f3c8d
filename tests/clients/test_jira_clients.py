"""Two public Jira clients, their code unchanged, against the sandbox over a real socket."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

jira = pytest.importorskip("jira")
atlassian = pytest.importorskip("atlassian")
uvicorn = pytest.importorskip("uvicorn")

from helpdesk_tui.adapters.jira.adapter import Jira  # noqa: E402
from helpdesk_tui.config import SourceConfig  # noqa: E402
from helpdesk_tui.domain.changes import Change, Kind, Op  # noqa: E402
from helpdesk_tui.sandbox.jira import application  # noqa: E402
from helpdesk_tui.sandbox.jira.identity import account_id  # noqa: E402
from helpdesk_tui.sandbox.model import Credential, Ticket, World  # noqa: E402
from helpdesk_tui.sandbox.world import build_world  # noqa: E402

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]

OPEN = "project in (ITS, OPS, APP) AND statusCategory != Done"
START = 1_790_000_000


@dataclass(frozen=True, slots=True)
class Served:
    """A sandbox Jira on loopback. Tests change the company only through the clients."""

    url: str
    world: World
    me: Credential

    def living(self) -> list[Ticket]:
        """What an account that may see everything but forbidden tickets should find open."""
        rows = self.world.desk("jira").unsettled()
        return [t for t in rows if t.state != "solved" and t.in_scope and not t.forbidden]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    world = build_world(7, 3000, 1.0, START, paused=True)
    lead = world.people[1]
    me = Credential(lead.email, "s3cret", "tok-123", "agent", lead.uid)
    app = application(world, [me], index_lag=0)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started and time.monotonic() < deadline:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}", world, me)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def cloud(served: Served) -> Any:
    return jira.JIRA(served.url, basic_auth=(served.me.login, served.me.token))


@pytest.fixture(scope="module")
def server(served: Served) -> Any:
    return jira.JIRA(served.url, token_auth=served.me.token)


def test_jira_client_walks_every_open_issue_by_page_tokens(served: Served, cloud: Any) -> None:
    assert cloud.server_info()["deploymentType"] == "Cloud"
    found = cloud.enhanced_search_issues(OPEN, maxResults=0, fields="summary,status")
    assert {int(issue.id) - 10_000 for issue in found} == {ticket.n for ticket in served.living()}
    assert cloud.approximate_issue_count(OPEN) == len(found)


def test_jira_client_walks_data_center_by_offsets(served: Served, server: Any) -> None:
    assert server.server_info()["deploymentType"] == "Server"
    found = server.search_issues(OPEN, maxResults=False, fields="summary,status")
    assert {int(issue.id) - 10_000 for issue in found} == {ticket.n for ticket in served.living()}
    assert found.total == len(found)
    assert server.myself()["name"] == served.world.people[1].login


def test_jira_client_assigns_comments_and_transitions(served: Served, cloud: Any) -> None:
    ticket = next(t for t in served.living() if t.state == "open" and t.kind == "incident")
    issue = cloud.issue(f"{10_000 + ticket.n}", expand="changelog")
    assert issue.key == cloud.issue(issue.key).key
    mate = next(
        p for p in served.world.people.values() if ticket.group in p.groups and p.uid != ticket.owner and p.active
    )
    assert cloud.assign_issue(issue, mate.email)
    note = cloud.add_comment(issue, "Only for us.", is_internal=True)
    assert cloud.comment(issue, note.id).body == "Only for us."
    cloud.add_comment(issue, "For the customer.")
    cloud.transition_issue(issue, "Resolve this issue", resolution={"name": "Done"})
    now = served.world.desk("jira").get(ticket.n)
    assert now is not None
    assert (now.owner, now.state) == (mate.uid, "solved")
    assert [event.kind for event in now.events if event.text][-2:] == ["note", "reply"]
    fresh = cloud.issue(issue.key)
    assert fresh.fields.resolution.name == "Done"
    assert [comment.jsdPublic for comment in fresh.fields.comment.comments[-2:]] == [False, True]


def test_jira_client_updates_and_reads_its_own_self_link(served: Served, cloud: Any) -> None:
    ticket = next(t for t in served.living() if t.state == "new")
    issue = cloud.issue(str(10_000 + ticket.n))
    issue.update(fields={"priority": {"name": "Highest"}, "labels": ["vip"]})
    assert (issue.fields.priority.name, issue.fields.labels) == ("Highest", ["vip"])
    made = cloud.create_issue(project="ITS", summary="From a client", issuetype={"name": "Task"}, description="words")
    assert cloud.issue(made.key).fields.description == "words"


def test_jira_client_lists_desks_people_and_projects(served: Served, cloud: Any) -> None:
    assert "ITS" in {desk.projectKey for desk in cloud.service_desks()}
    assert {project.key for project in cloud.projects()} >= {"ITS", "OPS", "APP"}
    people = cloud.search_assignable_users_for_issues(query="a", project="OPS", maxResults=100)
    assert people
    assert {person.accountType for person in people} == {"atlassian"}


def test_jira_client_is_told_that_the_old_search_is_gone(served: Served) -> None:
    client = atlassian.Jira(served.url, username=served.me.login, password=served.me.token, cloud=True)
    with pytest.raises(Exception, match="removed"):
        client.get("rest/api/3/search", params={"jql": OPEN})


def test_atlassian_client_walks_cloud(served: Served) -> None:
    client = atlassian.Jira(served.url, username=served.me.login, password=served.me.token, cloud=True)
    found = client.enhanced_jql_get_list_of_tickets(OPEN, fields="summary,status", limit=None)
    assert {int(row["id"]) - 10_000 for row in found} >= {t.n for t in served.living()}
    ticket = next(t for t in served.living() if t.state == "open" and t.kind == "request")
    key = str(10_000 + ticket.n)
    assert client.set_issue_status(key, "Pending") is None
    client.issue_add_comment(key, "A word.")
    now = served.world.desk("jira").get(ticket.n)
    assert now is not None
    assert (now.state, now.events[-1].text or now.events[-2].text) == ("hold", "A word.")


def test_atlassian_client_walks_data_center(served: Served) -> None:
    client = atlassian.Jira(served.url, token=served.me.token)
    first = client.jql(OPEN, limit=25, fields="summary")
    assert (len(first["issues"]), first["startAt"]) == (25, 0)
    assert first["total"] == len(served.living())
    assert client.jql(OPEN, start=25, limit=25, fields="summary")["issues"][0]["id"] != first["issues"][0]["id"]


def test_atlassian_client_reads_queues_and_clocks(served: Served) -> None:
    desk = atlassian.ServiceDesk(url=served.url, username=served.me.login, password=served.me.token)
    its = next(row for row in desk.get_service_desks() if row["projectKey"] == "ITS")
    queues = desk.get_queues(its["id"], include_count=True)
    everything = next(row for row in queues["values"] if row["name"] == "All open")
    issues = desk.get_issues_in_queue(its["id"], everything["id"], limit=50)
    assert issues["size"] == min(50, everything["issueCount"])
    kinds = {"incident", "request", "problem"}
    ticket = next(t for t in served.living() if t.kind in kinds and served.world.desk("jira").clocks(t))
    rows = desk.get_sla(str(10_000 + ticket.n))
    assert {row["name"] for row in rows} == {"Time to first response", "Time to resolution"}
    made = desk.create_request_comment(str(10_000 + ticket.n), "Quietly.", public=False)
    assert made["public"] is False
    texts = [row["body"] for row in desk.get_request_comments(str(10_000 + ticket.n))]
    assert "Quietly." in texts


def test_wrong_token_is_refused(served: Served) -> None:
    with pytest.raises(jira.JIRAError) as caught:
        jira.JIRA(served.url, basic_auth=(served.me.login, "wrong"), max_retries=0).myself()
    assert caught.value.status_code == 401


class Token:
    """The secret our own adapter signs in with."""

    def __init__(self, value: str) -> None:
        self.value = value

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        """Nothing to forget."""


async def written(config: SourceConfig, me: Credential, key: str, *wishes: dict[str, str]) -> None:
    """Write to one issue as the desk does."""
    desk = Jira(config, Token(me.token), now=lambda: START)
    await desk.check()
    for number, wish in enumerate(wishes):
        one = Change(f"readback-{key}-{number}", 1, "desk", Kind.TICKET, key, next(iter(wish)), Op.SET, wish)
        await desk.write(one, await desk.look(key))
    await desk.close()


@pytest.mark.parametrize("way", ["cloud", "data center"])
def test_jira_client_reads_back_what_the_desk_wrote(served: Served, cloud: Any, way: str) -> None:
    pat = way != "cloud"
    config = SourceConfig(
        name="desk",
        platform="jira",
        url=f"{served.url}/dc" if pat else served.url,
        username="" if pat else served.me.login,
        auth="pat" if pat else "token",
    )
    ticket, other = [t for t in served.living() if t.state == "open" and t.kind == "incident"][-4 if pat else -2 :][:2]
    mate = next(
        p for p in served.world.people.values() if ticket.group in p.groups and p.uid != ticket.owner and p.active
    )
    wishes: tuple[dict[str, str], ...] = (
        {"owner": f"JIRAUSER{10_000 + mate.uid}" if pat else account_id(mate.uid, False), "note": "For us.\n\nOnly."},
        {"title": "By the desk", "priority": "1", "tags+": "vip\nfrom-desk"},
        {"reply": "For the customer.", "state": "pending"},
        {"link": str(10_000 + other.n), "link_kind": "duplicate"},
        {"status": "Resolved", "resolution": "Duplicate"},
    )
    asyncio.run(written(config, served.me, str(10_000 + ticket.n), *wishes))
    issue = cloud.issue(str(10_000 + ticket.n), expand="changelog")
    fields = issue.fields
    assert (fields.assignee.emailAddress, fields.summary, fields.priority.name) == (
        mate.email,
        "By the desk",
        "Highest",
    )
    assert {"vip", "from-desk"} <= set(fields.labels)
    assert (fields.status.name, fields.resolution.name) == ("Resolved", "Duplicate")
    note, reply = cloud.comments(issue, expand="properties")[-2:]
    assert (note.body.split(), note.jsdPublic) == (["For", "us.", "Only."], False)
    assert (reply.body, reply.jsdPublic) == ("For the customer.", True)
    marks = [{p.key: p.value for p in one.properties}["helpdesk-tui.change"].id for one in (note, reply)]
    assert marks == [f"readback-{issue.id}-0", f"readback-{issue.id}-2"]
    (link,) = fields.issuelinks
    assert (link.type.outward, link.outwardIssue.id) == ("duplicates", str(10_000 + other.n))
