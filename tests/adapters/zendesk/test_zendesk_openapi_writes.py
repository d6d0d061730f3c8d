"""Every request of looking, writing, verifying and choosing is one the official OpenAPI documents describe, body and
all.

The newer document takes a whole ticket for an update, the older one a shorter object; a key has to be in either. What
the documents leave to the guides is named here: null takes an owner, a group, a problem or a value away, and the
values of checkboxes and multi-selects are no text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from helpdesk_tui.domain.changes import Change
from helpdesk_tui.sandbox.zendesk import ids

from .test_zendesk_openapi import Document, faults
from .written import CODE, OTHERS, a_ticket, change, colleague, settle, write

NULLABLE = {"assignee_id", "group_id", "problem_id"}
OWN_VALUE = {
    "anyOf": [{"type": "string", "nullable": True}, {"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]
}


def schema(folder: Path) -> dict[str, Any]:
    """What may be in the body of an update: nothing that is read only, nothing that is not described."""
    whole = json.loads((folder / "zendesk" / "support-api-oas.ballerina-2025-04-08.json").read_text())
    known = whole["components"]["schemas"]
    keys = {**known["TicketObject"]["properties"], **known["TicketUpdateInput"]["properties"]}
    ticket = {name: {**told, "nullable": name in NULLABLE} for name, told in _writable(keys).items()}
    comment = known["TicketCommentObject"]["properties"]
    ticket["comment"] = {"type": "object", "properties": _writable(comment), "additionalProperties": False}
    own = {"type": "object", "properties": {"id": {"type": "integer"}, "value": OWN_VALUE}}
    ticket["custom_fields"] = {"type": "array", "items": {**own, "additionalProperties": False}}
    inner = {"type": "object", "properties": ticket, "additionalProperties": False}
    body = {"type": "object", "properties": {"ticket": inner}, "required": ["ticket"], "additionalProperties": False}
    return {**body, "components": whole["components"]}


def _writable(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: told for name, told in properties.items() if not told.get("readOnly")}


def wrong(described: dict[str, Any], document: Document, request: httpx.Request) -> list[str]:
    """What is wrong with a request."""
    found = faults(document, request)
    if request.method == "PUT":
        body = json.loads(request.content)
        found += [f"{error.json_path}: {error.message[:200]}" for error in OAS30Validator(described).iter_errors(body)]
    elif request.content:
        found.append("a body where none belongs")
    return found


@pytest.fixture(scope="session")
def document(reference: Path) -> Document:
    return Document(reference / "zendesk")


@pytest.fixture(scope="session")
def described(reference: Path) -> dict[str, Any]:
    return schema(reference)


def wishes(floor: Any, truth: Any, other: Any, problem: Any) -> list[Change]:
    who = str(ids.user(colleague(floor, truth)))
    group = next(g for g in floor.served if g.gid != truth.group)
    return [
        change(floor, truth, owner=who, title="Words", note="only us", priority="2", status="Parts on order"),
        change(floor, truth, owner=""),
        change(floor, truth, reply="to you", state="pending"),
        change(floor, truth, group=str(ids.group(group.gid))),
        change(floor, truth, **{"tags+": "a\nb", "tags-": "c"}),
        change(floor, truth, link=str(other.n), link_kind="duplicate"),
        change(floor, truth, type="incident", due_at="2026-11-20T09:00:00Z", external_id="x"),
        change(floor, truth, link=str(problem.n), link_kind="problem"),
        change(floor, truth, problem_id=""),
        change(floor, truth, state="open", **{"4711": "fixed", "4712": "true", "4713": "lyon\nparis", "4714": ""}),
    ]


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_every_write_is_described(
    floor: Any, signed_in: Any, document: Document, described: dict[str, Any], role: str
) -> None:
    settle(floor, fields=(CODE, *OTHERS))
    adapter = await signed_in(role)
    truth, other, problem = (a_ticket(floor, place) for place in range(3))
    problem.kind = "problem"
    floor.transport.requests.clear()
    for one in wishes(floor, truth, other, problem):
        await write(adapter, one)
        await adapter.verify(one)
    await adapter.who(str(truth.n), ["owner"])
    await adapter.choices(str(truth.n))
    puts = [request for request in floor.transport.requests if request.method == "PUT"]
    assert len(puts) == 10
    assert not {fault for request in floor.transport.requests for fault in wrong(described, document, request)}
    for request in puts:
        ticket = json.loads(request.content)["ticket"]
        assert ticket["safe_update"] is True, "false would have the same effect, and none at all would overwrite"
        assert ticket["updated_stamp"].endswith("Z")
        assert ticket.get("comment", {"public": None}).keys() >= {"public"}, "left out, a note may reach the customer"


@pytest.mark.parametrize(
    "ticket",
    [
        {"colour": "red"},
        {"assignee_id": "7"},
        {"priority": "sky-high"},
        {"description": "read only"},
        {"comment": {"body": "x", "audience": "all"}},
        {"tags": "a b"},
        {"subject": None},
    ],
)
def test_the_check_can_fail(document: Document, described: dict[str, Any], ticket: dict[str, Any]) -> None:
    request = httpx.Request("PUT", "https://z3n.example/api/v2/tickets/7", json={"ticket": ticket})
    assert wrong(described, document, request)
    request = httpx.Request("GET", "https://z3n.example/api/v2/tickets/7", json={})
    assert wrong(described, document, request) == ["a body where none belongs"]
