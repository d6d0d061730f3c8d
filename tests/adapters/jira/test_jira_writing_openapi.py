"""Every request that writes to Jira, and every answer of the sandbox to it, against Atlassian's own documents."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..test_jira_openapi import Exchange, Recorder, wrong_answer, wrong_request

if TYPE_CHECKING:
    from .conftest import Stand


@pytest.fixture
async def exchanges(cloud: Stand) -> list[Exchange]:
    """One write of each kind, what it looked at, and what became of it."""
    truth, other, third = (cloud.ticket(place=place, priority=3) for place in range(3))
    recorder = cloud.wire.inner = Recorder(cloud.wire.inner)
    key = cloud.change(truth, title="").key
    await cloud.jira.check()
    await cloud.jira.choices(key)
    group = next(g.gid for g in cloud.world.served("jira") if g.gid != truth.group)
    wishes: list[dict[str, Any]] = [
        {"owner": cloud.user(cloud.colleague(truth))},
        {"owner": ""},
        {"title": "Printer", "priority": "1", "group": cloud.group(group), "tags_plus": "vip\nnew"},
        {"tags_minus": "vip", "priority_name": "Low"},
        {"note": "Called.\n\nNo answer,\nwill try again."},
        {"state": "pending", "reply": "Which room?"},
        {"link": cloud.change(other, title="").key, "link_kind": "duplicate"},
        {"link": cloud.change(third, title="").key},
        {"status": "Resolved", "resolution": "Duplicate"},
    ]
    for wish in wishes:
        one = cloud.change(truth, **wish)
        await cloud.write(one)
        await cloud.verify(one)
    await cloud.jira.choices(key)
    return recorder.seen


def writes(exchanges: list[Exchange]) -> list[Exchange]:
    return [(request, answer) for request, answer in exchanges if request.method != "GET"]


async def test_every_write_is_one_that_atlassian_documents(exchanges: list[Exchange], reference: Path) -> None:
    made = [(request.method, request.url.path.rpartition("/")[2]) for request, _ in writes(exchanges)]
    assert {("PUT", "assignee"), ("POST", "transitions"), ("POST", "comment"), ("POST", "issueLink")} <= set(made)
    for request, _ in exchanges:
        if request.url.path.startswith("/_edge"):
            continue
        wrong = list(wrong_request(reference, request))
        if json.loads(request.content or b"{}") == {"accountId": None}:
            wrong = []  # the text of the document says that null takes the owner away; its schema forgot
        assert not wrong, f"{request.method} {request.url}: {wrong}"


async def test_every_answer_has_the_documented_shape_and_status(exchanges: list[Exchange], reference: Path) -> None:
    statuses = {request.url.path.rpartition("/")[2]: answer.status_code for request, answer in writes(exchanges)}
    assert (statuses["assignee"], statuses["transitions"], statuses["comment"], statuses["issueLink"]) == (
        204, 204, 201, 201,
    )  # fmt: skip
    for exchange in exchanges:
        request, answer = exchange
        if answer.content and answer.status_code < 300:
            wrong = wrong_answer(reference, exchange)
            assert not wrong, f"{request.method} {request.url}: {wrong[:5]}"


async def test_every_comment_is_a_valid_document(exchanges: list[Exchange], reference: Path) -> None:
    schema = json.loads(next((reference / "jira" / "openapi").glob("adf-full-schema*.json")).read_text())
    validator = import_module("jsonschema").Draft4Validator(schema)  # it has no types of its own
    bodies = [json.loads(r.content)["body"] for r, _ in writes(exchanges) if r.url.path.endswith("/comment")]
    assert len(bodies) == 2
    for body in bodies:
        assert not [error.message for error in validator.iter_errors(body)]
    empty = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}]}
    assert list(validator.iter_errors(empty)), "an empty text would be noticed"
