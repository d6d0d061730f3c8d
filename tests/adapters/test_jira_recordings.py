"""Atlassian's own examples and the measured refusals, read into the values they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Page, Phase
from helpdesk_tui.adapters.jira.adapter import Jira
from helpdesk_tui.adapters.jira.events import Teller, spoken
from helpdesk_tui.adapters.jira.profile import Profile, rank, read, state_of
from helpdesk_tui.adapters.jira.tickets import Reader, clocks_of, person
from helpdesk_tui.adapters.jira.wire import Comment, History, Named, ServerInfo, Sla, Status, User
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import ActivityKind
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import AuthFailed, PlatformError, Refused, Unreachable

Example = Callable[[str], Any]


class Token:
    """A secret that stays."""

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "tok-1"

    def expire(self) -> None:
        """Nothing to forget."""


@pytest.fixture
def example(reference: Path) -> Example:
    """The answer 200 or 201 of an official example."""

    def load(name: str) -> Any:
        whole = json.loads((reference / "jira" / "swagger-examples" / f"{name}.json").read_text())
        return whole["responses"].get("200") or whole["responses"]["201"]

    return load


def test_the_example_of_three_slas(example: Example) -> None:
    rows = example("jsm_get_rest_servicedeskapi_request_issueIdOrKey_sla")["values"]
    clocks = [
        c
        for row in rows
        for c in clocks_of("desk", "1", row["name"], row["name"], Sla.model_validate(row), Profile(), 0)
    ]
    assert [c.metric for c in clocks] == [Metric.FIRST_RESPONSE] * 3 + [Metric.RESOLUTION] * 3 + [Metric.OTHER] * 3
    first, second, running = clocks[:3]
    assert (first.started_at, first.stopped_at, first.due_at) == (1_444_362_323, 1_444_362_743, 1_444_362_623)
    assert (first.stage, second.stage, running.stage) == (Stage.MET, Stage.BREACHED, Stage.RUNNING)
    assert (running.due_at, running.within_hours, running.target) == (0, False, 14_400)
    assert len({c.ident for c in clocks}) == len(clocks)


def test_the_example_of_a_comment(example: Example) -> None:
    (raw,) = example("platform_get_rest_api_3_issue_issueIdOrKey_comment")["comments"]
    comment = Comment.model_validate(raw)
    entry = Teller("desk", Profile()).activity("10010", "", comment)
    assert (entry.ident, entry.at, entry.author_name) == ("c10000", 1_610_886_840, "Mia Krystof")
    assert entry.text.startswith("Lorem ipsum dolor sit amet")
    assert entry.kind is ActivityKind.PUBLIC
    hidden = Comment.model_validate({**raw, "properties": [{"key": "sd.public.comment", "value": {"internal": True}}]})
    assert spoken(hidden, "") is ActivityKind.INTERNAL
    assert spoken(Comment.model_validate({**raw, "jsdPublic": False}), "") is ActivityKind.INTERNAL
    assert spoken(comment, "5b10a2844c20165700ede21g") is ActivityKind.CUSTOMER


def test_the_example_of_a_changelog(example: Example) -> None:
    rows = example("platform_get_rest_api_3_issue_issueIdOrKey_changelog")["values"]
    histories = [History.model_validate(row) for row in rows]
    assert [(h.id, h.created, h.author.ident if h.author else "") for h in histories] == [
        ("10001", 1_492_070, "5b10a2844c20165700ede21g"),
        ("10002", 1_492_071, "5b10a2844c20165700ede21g"),
    ]
    assert Teller("desk", Profile()).histories("1", histories) == []


def test_the_examples_of_people(example: Example) -> None:
    me = User.model_validate(example("platform_get_rest_api_3_myself"))
    assert (me.ident, me.display_name, me.zone) == ("5b10a2844c20165700ede21g", "Mia Krystof", "Australia/Sydney")
    members = [User.model_validate(row) for row in example("platform_get_rest_api_3_group_member")["values"]]
    mia, will = (person("desk", user, works=True) for user in members)
    assert (mia.name, mia.email, mia.active, mia.works_tickets) == ("Mia", "mia@example.com", True, True)
    assert (will.key, will.active) == ("5b10a0effa615349cb016cd8", False)
    customer = User.model_validate({"accountId": "qm:1:2", "displayName": "Fred", "accountType": "customer"})
    assert not person("desk", customer, works=True).works_tickets


def test_the_examples_of_catalogues(example: Example) -> None:
    priorities = read(Named, example("platform_get_rest_api_3_priority"))
    assert rank(priorities) == {"1": 2, "2": 5}  # Major and Trivial
    assert rank([Named(id=str(n), name=f"Stufe {n}") for n in range(10)])["9"] == 5
    statuses = read(Status, example("platform_get_rest_api_3_status"))
    assert [(s.id, s.name) for s in statuses] == [("10000", "In Progress"), ("5", "Closed")]
    assert state_of("done", "Closed") is State.CLOSED
    info = ServerInfo.model_validate(example("platform_get_rest_api_3_serverInfo"))
    assert (info.time, info.version) == (1_585_673_030, "1001.0.0-SNAPSHOT")


def test_examples_that_lack_what_a_ticket_needs_are_set_aside_one_by_one(example: Example) -> None:
    issues = example("platform_get_rest_api_3_search_jql")["issues"]
    sound = {"id": "7", "key": "HELP-7", "fields": _fields()}
    reader = Reader("desk", Profile(), lambda number: f"https://x.example/browse/{number}")
    page = reader.page("open", [*issues, sound, None, 3, {"id": "8"}], as_of=5, cursor="", last=True)
    assert [t.number for t in page.tickets] == ["HELP-7"]
    assert len(page.bad) == len(issues) + 3
    assert page.bad[0].key == str(issues[0]["id"])
    assert "status" in page.bad[0].reason


def _fields(**more: object) -> dict[str, object]:
    category = {"id": 4, "key": "indeterminate", "name": "진행 중"}
    told = {"id": "10003", "name": "Waiting for customer", "statusCategory": category}
    base: dict[str, object] = {
        "summary": "VPN drops",
        "status": told,
        "created": "2026-10-01T15:30:00.000+0200",
        "updated": "2026-10-01T15:31:00.500+0200",
    }
    return {**base, **more}


def test_a_ticket_says_what_the_platform_said() -> None:
    mia = {"accountId": "a1", "displayName": "Mia", "accountType": "atlassian"}
    team = {"id": "t-9", "name": "Network"}
    raw = {
        "id": "7",
        "key": "HELP-7",
        "fields": _fields(
            assignee=mia, reporter=None, priority={"id": "2", "name": "Hoch"}, labels=None, customfield_1=team,
            issuelinks=[{"outwardIssue": {"key": "HELP-3"}}], parent={"key": "HELP-1"}, resolutiondate=None,
        ),
    }  # fmt: skip
    profile = Profile(group_by="customfield_1", priorities={"2": 2})
    page = Reader("desk", profile, lambda number: number).page("open", [raw], as_of=5, cursor="c", last=False)
    (ticket,) = page.tickets
    assert (ticket.created_at, ticket.updated_at, ticket.version) == (1_790_861_400, 1_790_861_460, 1_790_861_460_500)
    assert (ticket.state, ticket.status, ticket.owner, ticket.requester) == (
        State.PENDING,
        "Waiting for customer",
        "a1",
        "",
    )
    assert (ticket.group, ticket.priority, ticket.priority_name, ticket.tags) == ("t-9", 2, "Hoch", ())
    assert ticket.linked == ("HELP-3", "HELP-1")
    assert [(g.key, g.name) for g in page.groups] == [("t-9", "Network")]
    assert page.people[0].works_tickets
    assert (page.cursor, page.last, page.clocks_whole) == ("c", False, frozenset())


@pytest.mark.parametrize(
    ("category", "name", "state"),
    [
        ("new", "Open", State.NEW),
        ("new", "Waiting for support", State.NEW),
        ("indeterminate", "Waiting for support", State.OPEN),
        ("indeterminate", "In Progress", State.OPEN),
        ("indeterminate", "Waiting for customer", State.PENDING),
        ("indeterminate", "Awaiting information from reporter", State.PENDING),
        ("indeterminate", "Pending", State.HOLD),
        ("indeterminate", "Waiting for approval", State.HOLD),
        ("indeterminate", "Blocked by vendor", State.HOLD),
        ("done", "Resolved", State.SOLVED),
        ("done", "Done", State.SOLVED),
        ("done", "Closed", State.CLOSED),
        ("done", "Canceled", State.CLOSED),
        ("", "Nie gesehen", State.OPEN),
    ],
)
def test_statuses_mean(category: str, name: str, state: State) -> None:
    assert state_of(category, name) is state


def served(body: dict[str, Any]) -> httpx.MockTransport:
    """A site that answers everything with one measured refusal."""

    def answer(_: httpx.Request) -> httpx.Response:
        kind = body.get("contentType", "application/json;charset=UTF-8")
        if "body_text" in body:
            return httpx.Response(body["status"], text=body["body_text"], headers=body.get("headers", {}))
        return httpx.Response(body["status"], content=json.dumps(body["body"]), headers={"content-type": kind})

    return httpx.MockTransport(answer)


async def test_measured_refusals_arrive_in_the_platforms_words(reference: Path, no_waiting: None) -> None:
    cases = json.loads((reference / "jira" / "errors" / "measured_cloud_errors.json").read_text())["cases"]
    assert len(cases) > 10
    for case in cases:
        source = SourceConfig(name="desk", platform="jira", url="https://x.example", username="a@b.c", auth="token")
        jira = Jira(source, Token(), now=lambda: 0, transport=served(case))
        expected: type[PlatformError] = {401: AuthFailed, 500: Unreachable}.get(case["status"], Refused)
        with pytest.raises(expected) as caught:
            await jira.check()
        assert caught.value.status == case["status"]
        assert words(case)[:60] in str(caught.value), case["when"]
        assert "tok-1" not in str(caught.value)
        await jira.close()


def words(case: dict[str, Any]) -> str:
    """The sentence of a refusal, wherever it stands."""
    body = case.get("body", {})
    told = [case.get("body_text"), *body.get("errorMessages", []), *body.get("errors", {}).values()]
    told += [body.get(name) for name in ("detail", "message", "error")]
    return str(next(text for text in told if text))


async def test_a_list_that_never_ends_is_left(example: Example) -> None:
    """The examples say isLastPage false on every page, and so does a server that ignores the offset."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        assert len(asked) < 60
        names = {
            "/rest/api/2/serverInfo": "platform_get_rest_api_3_serverInfo",
            "/rest/api/2/myself": "platform_get_rest_api_3_myself",
            "/rest/api/2/field": "platform_get_rest_api_3_field",
            "/rest/api/2/status": "platform_get_rest_api_3_status",
            "/rest/api/2/priority": "platform_get_rest_api_3_priority",
            "/rest/api/2/user/assignable/search": "platform_get_rest_api_3_user_assignable_search",
            "/rest/servicedeskapi/servicedesk": "jsm_get_rest_servicedeskapi_servicedesk",
            "/rest/servicedeskapi/organization": "jsm_get_rest_servicedeskapi_organization",
        }
        if request.url.path == "/rest/api/2/project":
            return httpx.Response(200, json=[{"id": "11001", "key": "ITH", "name": "IT Help Desk"}])
        if request.url.path.endswith("/queue"):
            return httpx.Response(200, json={"values": [], "isLastPage": True})
        if request.url.path.endswith("/mypermissions"):
            return httpx.Response(404, json={"errorMessages": ["of an older version"], "errors": {}})
        told = example(names[request.url.path])
        # The document's example of this one shows a single user where the site gives a list.
        one = request.url.path.endswith("/assignable/search") and isinstance(told, dict)
        return httpx.Response(200, json=[told] if one else told)

    source = SourceConfig(name="desk", platform="jira", url="https://x.example", auth="pat")
    jira = Jira(source, Token(), now=lambda: 1_585_673_000, transport=httpx.MockTransport(answer))
    signed = await jira.check()
    assert (signed.name, signed.skew, signed.role) == ("Mia Krystof", 30, "agent")
    assert any("No SLA fields" in line for line in signed.cannot)
    feed = next(feed for feed in jira.feeds() if feed.phase is Phase.REFERENCE)
    pages: list[Page] = [page async for page in jira.pull(feed, "")]
    assert [g.name for page in pages for g in page.groups] == ["IT Help Desk"]
    assert [o.name for page in pages for o in page.organisations] == ["Charlie Cakes Franchises"]
    assert {m.person for page in pages for m in page.memberships} == {p.key for page in pages for p in page.people}
    await jira.close()
