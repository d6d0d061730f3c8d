"""Real answers, recorded from Zendesk, and the examples of its documentation, read into the values they hold."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from helpdesk_tui.adapters.base import Page, Phase
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.adapters.zendesk.adapter import Zendesk
from helpdesk_tui.adapters.zendesk.history import activity_of, events_of
from helpdesk_tui.adapters.zendesk.mapping import Vocabulary, clocks_of, person_of, ticket_of
from helpdesk_tui.adapters.zendesk.wire import (
    AuditRow,
    CommentRow,
    CustomStatusRow,
    FieldRow,
    FoundRow,
    GroupRow,
    Me,
    MembershipRow,
    OrganisationRow,
    TicketRow,
    UserRow,
    Wire,
    parse,
)
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import ActivityKind, EventKind
from helpdesk_tui.errors import AuthFailed, PlatformError, Refused

EMPTY = {"meta": {"has_more": False}, "links": {}}


class Secret:
    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "token"

    def expire(self) -> None:
        pass


@pytest.fixture(scope="session")
def data(reference: Path) -> Path:
    return reference / "zendesk"


def recorded(data: Path, name: str) -> list[tuple[str, str, Any]]:
    """(method, path and query, body) of a recording, in order."""
    tape = json.loads((data / "recorded" / f"{name}.json").read_text())
    found = []
    for entry in tape["http_interactions"]:
        parts = urlsplit(entry["request"]["uri"])
        text = entry["response"]["body"].get("string") or "null"
        found.append((entry["request"]["method"], f"{parts.path}?{parts.query}", json.loads(text)))
    return found


def replaying(answers: dict[str, Any]) -> Zendesk:
    """An adapter before a server that knows these paths (without .json) and nothing else."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = answers.get(request.url.path.removesuffix(".json"))
        if isinstance(body, int):
            return httpx.Response(body, json={})
        if body is None:
            return httpx.Response(404, json={"error": "InvalidEndpoint", "description": "Not found"})
        return httpx.Response(200, json=body)

    source = SourceConfig(name="zd", platform="zendesk", url="https://z3n.example", username="me@example.com")
    transport = httpx.MockTransport(answer)
    return Zendesk(source, Secret(), now=lambda: 1_710_000_000, transport=transport, retry=Retry(attempts=1))


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


async def test_who_we_are(data: Path) -> None:
    user = recorded(data, "TestUserMe.test_users_me")[0][2]["user"]
    export: dict[str, Any] = {"tickets": [], "after_cursor": None, "end_of_stream": True}
    adapter = replaying(
        {
            "/api/v2/users/me": {"user": user},
            "/api/v2/incremental/tickets/cursor": export,
            "/api/v2/users": {"users": [user], **EMPTY},
        }
    )
    told = await adapter.check()
    assert (told.account, told.name, told.role, told.zone) == (
        user["email"],
        user["name"],
        user["role"],
        user["iana_time_zone"],
    )
    assert told.feed == "admin export"
    assert told.details["technicians"] == "1"
    assert told.cannot == (
        "The list custom_statuses: it is refused to this account.",
        "The list ticket_fields: it is refused to this account.",
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("no_creds", AuthFailed),
        ("incorrect_token", AuthFailed),
        ("incorrect_subdomain", Refused),
    ],
)
async def test_failures_recorded_by_others(data: Path, name: str, error: type[PlatformError]) -> None:
    entry = json.loads((data / "node-zendesk" / f"authentication_test_{name}.json").read_text())[0]
    answer = entry["response"] if entry["status"] == 200 else entry["status"]
    with pytest.raises(error):
        await replaying({"/api/v2/users/me": answer}).check()


async def _exported(data: Path) -> tuple[Zendesk, list[Page], dict[str, Any]]:
    tape = recorded(data, "TicketsIncrementalTest.test_get_values")
    body = next(body for _, path, body in tape if "cursor.json?start_time=0" in path)
    me = recorded(data, "TestUserMe.test_users_me")[0][2]
    adapter = replaying(
        {
            "/api/v2/users/me": me,
            "/api/v2/users": {"users": [], **EMPTY},
            "/api/v2/incremental/tickets/cursor": body,
            "/api/v2/tickets": {"tickets": [], **EMPTY},
            "/api/v2/tickets/show_many": {"tickets": []},
        }
    )
    await adapter.check()
    feed = next(feed for feed in adapter.feeds() if feed.phase is Phase.CHANGES)
    return adapter, [page async for page in adapter.pull(feed, adapter.start(feed, 0))], body


async def test_the_recorded_export_row_by_row(data: Path) -> None:
    _, pages, body = await _exported(data)
    rows = {str(row["id"]): row for row in body["tickets"]}
    found = {ticket.key: ticket for page in pages for ticket in page.tickets}
    gone = {departure.key for page in pages for departure in page.departures}
    assert not [bad for page in pages for bad in page.bad]
    assert gone == {key for key, row in rows.items() if row["status"] == "deleted"}
    assert found.keys() == rows.keys() - gone
    assert body["after_cursor"] in pages[-1].cursor
    for key, ticket in found.items():
        row = rows[key]
        assert ticket.title == row["subject"]
        assert ticket.body == row["description"]
        assert ticket.state == row["status"]
        assert ticket.version == row["generated_timestamp"]
        assert (ticket.created_at, ticket.updated_at) == (instant(row["created_at"]), instant(row["updated_at"]))
        assert ticket.requester == str(row["requester_id"])
        assert ticket.owner == (str(row["assignee_id"]) if row["assignee_id"] else "")
        assert ticket.group == (str(row["group_id"]) if row["group_id"] else "")
        assert ticket.organisation == (str(row["organization_id"]) if row["organization_id"] else "")
        assert (ticket.kind, ticket.priority_name) == (row["type"] or "", row["priority"] or "")
        assert ticket.tags == tuple(row["tags"])


async def test_both_recorded_exports_hold_the_same(data: Path) -> None:
    tape = recorded(data, "TicketsIncrementalTest.test_get_values")
    timed, cursor = (next(b for _, p, b in tape if name in p) for name in ("tickets.json?start", "cursor.json?start"))
    words = Vocabulary()
    values = [
        {row.id: ticket_of(row, "zd", "https://z/", words) for row in parse(TicketRow, body["tickets"], "x")[0]}
        for body in (timed, cursor)
    ]
    assert values[0] == values[1]
    assert len(values[0]) == len({row["id"] for row in timed["tickets"]})


async def test_recorded_groups_and_memberships(data: Path) -> None:
    groups = recorded(data, "TestGroupCreateUpdateDelete.test_values")[5][2]
    members = recorded(data, "TestGroupMemberships.test_values")[0][2]
    me = recorded(data, "TestUserMe.test_users_me")[0][2]
    adapter = replaying(
        {
            "/api/v2/users/me": me,
            "/api/v2/users": {"users": [me["user"]], **EMPTY},
            "/api/v2/groups": groups,
            "/api/v2/group_memberships": members,
        }
    )
    await adapter.check()
    feed = next(feed for feed in adapter.feeds() if feed.phase is Phase.REFERENCE)
    pages = [page async for page in adapter.pull(feed, "")]
    assert [(g.key, g.name, g.active) for page in pages for g in page.groups] == [
        (str(row["id"]), row["name"], not row["deleted"]) for row in groups["groups"]
    ]
    assert [(m.group, m.person) for page in pages for m in page.memberships] == [
        (str(row["group_id"]), str(row["user_id"])) for row in members["group_memberships"]
    ]
    person = next(person for page in pages for person in page.people)
    assert (person.name, person.zone, person.works_tickets) == ("09cace", "America/New_York", True)


def test_recorded_audits_of_a_creation_and_a_change(data: Path) -> None:
    tape = recorded(data, "TestTicketCreateUpdateDelete.test_single_object_update-update-single")
    made, changed = (
        next(AuditRow.model_validate(body["audit"]) for method, _, body in tape if method == verb)
        for verb in ("POST", "PUT")
    )
    events = events_of(made, "zd", lambda _: True)
    assert [(e.kind, e.at) for e in events] == [(EventKind.CREATED, instant("2023-09-18T23:26:00Z"))]
    assert events[0].actor == "6130907993114"
    assert events_of(changed, "zd", lambda _: True) == []
    ticket = ticket_of(TicketRow.model_validate(tape[1][2]["ticket"]), "zd", "https://z/", Vocabulary())
    assert ticket.version == ticket.updated_at == instant("2023-09-18T23:26:01Z")
    assert ticket.url == "https://z/agent/tickets/4016"


EXAMPLES: list[tuple[str, str, type[Wire]]] = [
    ("TicketsResponseExample", "tickets", TicketRow),
    ("CursorBasedExportIncrementalTicketsResponseExample", "tickets", TicketRow),
    ("CursorBasedExportIncrementalUsersResponseExample", "users", UserRow),
    ("UsersResponseExample", "users", UserRow),
    ("GroupsResponseExample", "groups", GroupRow),
    ("GroupMembershipsResponseExample", "group_memberships", MembershipRow),
    ("OrganizationsResponseExample", "organizations", OrganisationRow),
    ("TicketAuditsForTicketResponseExample", "audits", AuditRow),
    ("TicketAuditsResponseExample", "audits", AuditRow),
    ("TicketCommentsResponseExample", "comments", CommentRow),
    ("CustomStatusesResponseExample", "custom_statuses", CustomStatusRow),
    ("TicketFieldsResponseExample", "ticket_fields", FieldRow),
]


@pytest.fixture(scope="session")
def examples(data: Path) -> Any:
    return json.loads((data / "official-examples-2025-04.json").read_text())


@pytest.mark.parametrize(("name", "key", "model"), EXAMPLES)
def test_official_examples_parse(examples: Any, name: str, key: str, model: type[Wire]) -> None:
    rows = examples[name][key]
    good, bad = parse(model, rows, name)
    assert not bad
    assert [getattr(row, "id", None) for row in good] == [row.get("id") for row in rows]


def test_official_search_results_are_found(examples: Any) -> None:
    rows = [row for row in examples["SearchExportResponseExample"]["results"] if row.get("result_type") == "ticket"]
    good, bad = parse(FoundRow, rows, "open")
    assert [row.id for row in good] == [row["id"] for row in rows]
    assert not bad


def test_official_values(examples: Any) -> None:
    row = TicketRow.model_validate(examples["CursorBasedExportIncrementalTicketsResponseExample"]["tickets"][0])
    ticket = ticket_of(row, "zd", "https://z/", Vocabulary())
    assert (ticket.priority, ticket.kind, ticket.channel, ticket.linked) == (2, "incident", "portal", ("9873764",))
    audit = AuditRow.model_validate(examples["TicketAuditsResponseExample"]["audits"][0])
    kinds = [(e.kind, e.old, e.new) for e in events_of(audit, "zd", lambda user: user == 35436)]
    assert kinds == [(EventKind.PUBLIC_REPLY, "", ""), (EventKind.STATUS, "new", "open")]
    comment = CommentRow.model_validate(examples["TicketCommentsResponseExample"]["comments"][0])
    said = activity_of(comment, "1", "zd", "Ann", staff=False)
    assert (said.kind, said.text) == (ActivityKind.CUSTOMER, "Thanks for your help!")
    user = UserRow.model_validate(examples["CursorBasedExportIncrementalUsersResponseExample"]["users"][0])
    assert not person_of(user, "zd").active
    assert Me.model_validate(examples["CurrentUserResponseExample"]["user"]).id is not None


SLAS: list[tuple[dict[str, Any], Stage]] = [
    ({"breach_at": "2026-05-08T14:29:34Z", "stage": "active", "metric": "next_reply_time", "hours": 21}, Stage.RUNNING),
    ({"breach_at": "2025-12-18T03:07:32Z", "stage": "achieved", "metric": "first_reply_time", "days": -141}, Stage.MET),
    ({"breach_at": None, "stage": "paused", "metric": "requester_wait_time", "minutes": 4}, Stage.PAUSED),
    ({"breach_at": "2023-01-19T02:14:27+00:00", "metric": "agent_work_time", "stage": "active"}, Stage.RUNNING),
    ({"breach_at": "2023-01-19T02:14:27Z", "metric": "made_up_time", "stage": "breached"}, Stage.RUNNING),
    ({"breach_at": None, "metric": "made_up_time", "stage": "else"}, Stage.PAUSED),
]


def test_observed_sla_metrics() -> None:
    raw = {"id": 1, "status": "open", "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    row = TicketRow.model_validate({**raw, "slas": {"policy_metrics": [metric for metric, _ in SLAS]}})
    clocks, bad = clocks_of(row, "zd", 7, "x")
    assert not bad
    assert [clock.stage for clock in clocks] == [stage for _, stage in SLAS]
    assert [clock.due_at for clock in clocks] == [
        instant(str(metric["breach_at"])) if metric["breach_at"] else 0 for metric, _ in SLAS
    ]
    assert [clock.metric for clock in clocks][-1] is Metric.OTHER
    assert len({clock.ident for clock in clocks}) == len(SLAS)
