"""Merging: done once, said to both tickets, looked for where the answer is lost, refused in the platform's words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from helpdesk_tui.adapters.base import Landing
from helpdesk_tui.errors import Refused, Unreachable

from .test_zendesk_openapi import Document, faults
from .written import B, a_ticket, change, write


def merged(truth: Any) -> list[str]:
    return [event.new for event in truth.events if event.kind == "merged"]


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_a_merge_closes_the_ticket_once_and_both_say_where_it_went(floor: Any, signed_in: Any, role: str) -> None:
    adapter = await signed_in(role)
    truth, other = a_ticket(floor), a_ticket(floor, 1)
    one = change(floor, truth, link=str(other.n), link_kind="merge")
    assert (await adapter.verify(one)).landing is Landing.ABSENT
    written = await write(adapter, one)
    assert written.seen.fields["state"] == "closed"
    assert written.words == f"merged into #{other.n}"
    assert merged(truth) == [str(other.n)]
    assert "closed_by_merge" in truth.tags
    assert [e.text for e in other.events if f"#{truth.n} was merged" in e.text] != []
    assert not [e for e in other.events if e.kind == "reply" and "merged" in e.text], "agents only"
    assert (await adapter.verify(one)).landing is Landing.LANDED
    await write(adapter, one)
    assert merged(truth) == [str(other.n)], "sent again it is found"


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_what_is_not_heard_of_a_merge_is_looked_for(floor: Any, signed_in: Any, lost: int) -> None:
    adapter = await signed_in()
    truth, other = a_ticket(floor), a_ticket(floor, 1)
    one = change(floor, truth, link=str(other.n), link_kind="merge")
    seen = await adapter.look(one.key)
    inner, about = floor.transport.handle_async_request, []

    async def loses(request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = await inner(request)
        if "/merge" in request.url.path or "/job_statuses/" in request.url.path:
            about.append(request.url.path)
            if len(about) == lost:
                raise httpx.ReadTimeout("lost", request=request)
        return answer

    floor.transport.handle_async_request = loses
    if lost == 1:
        with pytest.raises(Unreachable) as caught:
            await adapter.write(one, seen)
        assert caught.type is Unreachable, "never counted as surely not sent"
    else:
        await adapter.write(one, seen)  # asking for the job is tried again by itself
    floor.transport.handle_async_request = inner
    assert (await adapter.verify(one)).landing is Landing.LANDED
    assert merged(truth) == [str(other.n)]


@pytest.mark.parametrize(
    ("state", "desired", "why"),
    [
        ("open", {}, "there is no other ticket"),
        ("closed", {}, "nothing can be merged into it"),
        ("open", {"note": "and this"}, "a merge goes alone"),
    ],
)
async def test_what_cannot_be_merged_is_refused_before_anything_is_sent(
    floor: Any, signed_in: Any, state: str, desired: dict[str, str], why: str
) -> None:
    adapter = await signed_in()
    truth, other = a_ticket(floor), a_ticket(floor, 1)
    if state == "closed":
        floor.desk.change(other.n, 1, state="closed")
    into = truth.n if why.startswith("there") else other.n
    floor.transport.requests.clear()
    with pytest.raises(Refused, match=why):
        await write(adapter, change(floor, truth, link=str(into), link_kind="merge", **desired))
    assert not [request for request in floor.transport.requests if request.method != "GET"]


async def test_a_job_that_fails_is_refused_in_its_own_words(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth, other = a_ticket(floor), a_ticket(floor, 1)
    one = change(floor, truth, link=str(other.n), link_kind="merge")
    seen = await adapter.look(one.key)
    floor.desk.change(truth.n, 1, state="closed")
    with pytest.raises(Refused, match=f"#{truth.n} is closed and cannot be merged"):
        await adapter.write(one, seen)
    with pytest.raises(Refused, match="was not merged from here"):
        await write(adapter, change(floor, truth, ident=B, link=str(other.n), link_kind="merge"))
    assert (await adapter.verify(one)).landing is Landing.ABSENT


async def test_every_request_is_described(floor: Any, signed_in: Any, reference: Path) -> None:
    whole = json.loads((reference / "zendesk" / "support-api-oas.ballerina-2025-04-08.json").read_text())
    asked = {**whole["components"]["schemas"]["TicketMergeInput"], "additionalProperties": False}
    adapter = await signed_in()
    truth, other = a_ticket(floor), a_ticket(floor, 1)
    floor.transport.requests.clear()
    await write(adapter, change(floor, truth, link=str(other.n), link_kind="merge"))
    document = Document(reference / "zendesk")
    assert not [fault for request in floor.transport.requests for fault in faults(document, request)]
    (post,) = (request for request in floor.transport.requests if request.method == "POST")
    body = json.loads(post.content)
    assert not list(OAS30Validator(asked).iter_errors(body))
    assert list(OAS30Validator(asked).iter_errors({**body, "ids": ["7"]})), "the check can fail"
    assert (body["ids"], body["source_comment_is_public"], body["target_comment_is_public"]) == (
        [truth.n],
        False,
        False,
    )
    assert len([r for r in floor.transport.requests if "/job_statuses/" in r.url.path]) == 2
