"""Recorded and official answers of ServiceNow, read over HTTP into the very values they hold."""

from __future__ import annotations

import calendar
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.auth import Basic, ClientCredentials
from helpdesk_tui.adapters.base import Page
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.held import Held
from helpdesk_tui.adapters.servicenow.mapping import Mapper
from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, Order
from helpdesk_tui.adapters.servicenow.scope import Scope
from helpdesk_tui.adapters.servicenow.states import States
from helpdesk_tui.adapters.servicenow.table import Tables
from helpdesk_tui.adapters.servicenow.tickets import read
from helpdesk_tui.adapters.servicenow.wire import cell
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.errors import Refused, Throttled

NOW = 1_790_000_000
Reader = Callable[[str, object], Any]
RECORDS = {
    "demisto_incident_list_sparse_counts.json": "incident",
    "demisto_incident_post_201.json": "incident",
    "demisto_sc_req_item_patch_200.json": "sc_req_item",
    "demisto_sc_task_display_all.json": "sc_task",
    "docs_incident_get_200.json": "incident",
    "docs_incident_patch_200.json": "incident",
    "docs_incident_post_201.json": "incident",
    "docs_incident_put_200.json": "incident",
    "docs_problem_list_200.json": "problem",
    "rapid7_change_api_display_value_internal.json": "change_request",
    "rapid7_fields_only_rows.json": "incident",
}


def context(
    make_source: Callable[..., SourceConfig], secret: Any, serve: Callable[[httpx.Request], httpx.Response]
) -> Context:
    source = make_source()
    http = Http(
        source, Basic("a", secret), now=lambda: NOW, transport=httpx.MockTransport(serve), retry=Retry(attempts=1)
    )
    return Context(
        "desk",
        http,
        Tables(http, 500),
        Scope(source),
        Mapper("desk", "https://desk.example", States()),
        Held(Scope(source)),
    )


def rows_of(document: Any) -> list[dict[str, Any]]:
    result = document["result"]
    return result if isinstance(result, list) else [result]


def plain(row: Mapping[str, Any], name: str) -> str:
    """A column's value, read in the most pedestrian way; "" where it is missing."""
    held = row.get(name, "")
    if isinstance(held, dict):
        held = held["value"] if "value" in held else held["display_value"]
    if isinstance(held, float):
        held = int(held)
    return str(held if held is not None else "")


def epoch(text: str) -> int:
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) if text else 0


async def page_of(document: object, table: str, make_source: Callable[..., SourceConfig], secret: Any) -> Page:
    ours = context(make_source, secret, lambda _: httpx.Response(200, json=document))
    listed = await ours.tables.rows(table, ("sys_id",), EVERYTHING)
    return read(ours, "recording", table, listed.rows)


@pytest.mark.parametrize("name", RECORDS)
async def test_records_are_read_into_what_they_hold(
    name: str, reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    document = json.loads((reference / "servicenow" / name).read_text())
    page = await page_of(document, RECORDS[name], make_source, secret)
    rows = rows_of(document)
    assert page.bad == ()
    assert len(page.tickets) == len(rows) > 0
    for ticket, row in zip(page.tickets, rows, strict=True):
        check_ticket(ticket, row)


def check_ticket(ticket: Ticket, row: Mapping[str, Any]) -> None:
    assert ticket.key == plain(row, "sys_id")
    assert ticket.number == (plain(row, "number") or ticket.key)
    assert ticket.title == plain(row, "short_description")
    assert ticket.body == plain(row, "description")
    assert ticket.group == plain(row, "assignment_group")
    assert ticket.owner == plain(row, "assigned_to")
    assert str(ticket.priority or "") == plain(row, "priority")
    assert ticket.created_at == epoch(plain(row, "opened_at") or plain(row, "sys_created_on"))
    assert ticket.updated_at == epoch(plain(row, "sys_updated_on")) or ticket.created_at
    assert ticket.closed_at == epoch(plain(row, "closed_at"))
    for held, name in ((ticket.bounced, "reassignment_count"), (ticket.reopened, "reopen_count")):
        assert held == (int(plain(row, name) or 0) if name in row else -1)
    shown = row.get("state")
    assert ticket.status == (shown["display_value"] if isinstance(shown, dict) else shown or "")
    if plain(row, "active") == "false":
        assert not ticket.state.is_open


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demisto_incident_list_sparse_counts.json", ("INC0000040", State.NEW, "test", 0, 0)),
        ("demisto_sc_req_item_patch_200.json", ("RITM0010028", State.NEW, "admin", 0, -1)),
        ("demisto_sc_task_display_all.json", ("TASK0000001", State.NEW, "1234", 0, -1)),
    ],
)
async def test_what_the_recordings_mean(
    name: str,
    expected: tuple[str, State, str, int, int],
    reference: Path,
    make_source: Callable[..., SourceConfig],
    secret: Any,
) -> None:
    document = json.loads((reference / "servicenow" / name).read_text())
    ticket = (await page_of(document, RECORDS[name], make_source, secret)).tickets[0]
    assert (ticket.number, ticket.state, ticket.requester, ticket.bounced, ticket.reopened) == expected


async def test_a_task_names_what_it_belongs_to_and_who_asked(
    reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    document = json.loads((reference / "servicenow" / "demisto_sc_task_display_all.json").read_text())
    page = await page_of(document, "sc_task", make_source, secret)
    assert page.tickets[0].linked == ("RITM0000001", "REQ0000001")
    assert [(person.key, person.name) for person in page.people] == [("1234", "System Administrator")]
    assert page.tickets[0].kind == "task"
    assert page.tickets[0].title.endswith("inventory\n\t\t")


async def test_recorded_pages_are_scanned_by_their_stamps_whatever_their_links_say(
    reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    traffic = json.loads((reference / "servicenow" / "elastic_incident_3pages_display_all_link.http.json").read_text())
    pages = iter(traffic)

    def serve(request: httpx.Request) -> httpx.Response:
        page = next(pages, None)
        if page is None:
            return httpx.Response(200, json={"result": []}, headers={"X-Total-Count": "0"})
        return httpx.Response(page["status_code"], headers=page["response_headers"], json=page["json_body"])

    ours = context(make_source, secret, serve)
    order = Order("sys_updated_on")
    found = [row async for batch in ours.tables.scan("incident", (), EVERYTHING, order) for row in batch.rows]
    recorded = [row for page in traffic for row in page["json_body"]["result"]]
    assert [cell(row["sys_id"]).value for row in found] == [row["sys_id"]["value"] for row in recorded]
    tickets = read(ours, "recording", "incident", found).tickets
    assert [ticket.status for ticket in tickets] == [row["state"]["display_value"] for row in recorded]
    assert [ticket.created_at for ticket in tickets] == [epoch(row["opened_at"]["value"]) for row in recorded]


async def test_an_empty_result_and_a_missing_record(
    reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    folder = reference / "servicenow"
    for name, status in (("rapid7_empty_result.json", 200), ("rapid7_error_404_no_record.json", 404)):
        body = json.loads((folder / name).read_text())
        ours = context(make_source, secret, lambda _, b=body, s=status: httpx.Response(s, json=b))  # type: ignore[misc]
        assert (await ours.tables.rows("incident", (), EVERYTHING)).rows == []


async def test_a_rate_limit_is_told_in_its_own_words(
    reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    body = json.loads((reference / "servicenow" / "docs_rate_limit_429_body.json").read_text())
    ours = context(make_source, secret, lambda _: httpx.Response(429, json=body, headers={"Retry-After": "1800"}))
    with pytest.raises(Throttled, match="Rate limit of 100 requests per hour for Table API exceeded") as caught:
        await ours.tables.rows("incident", (), EVERYTHING)
    assert caught.value.retry_after == 1800


@pytest.mark.parametrize("name", ["docs_oauth_token_200.json", "rapid7_oauth_token.json"])
async def test_recorded_tokens_sign_the_next_request(
    name: str, reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    token = json.loads((reference / "servicenow" / name).read_text())

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth_token.do":
            return httpx.Response(200, json=token)
        return httpx.Response(200, json=request.headers["Authorization"])

    auth = ClientCredentials("/oauth_token.do", "client", secret, now=lambda: NOW)
    http = Http(make_source(), auth, now=lambda: NOW, transport=httpx.MockTransport(serve))
    assert (await http.fetch_json("GET", "/x")).data == f"Bearer {token['access_token']}"


async def test_grouped_statistics_are_no_single_count(
    reference: Path, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    ours = context(make_source, secret, lambda _: httpx.Response(200, json={"result": {"stats": {"count": "42"}}}))
    assert await ours.tables.count("incident", EVERYTHING) == 42
    refused = context(make_source, secret, lambda _: httpx.Response(403, json={"error": {"message": "No"}}))
    with pytest.raises(Refused, match="403 No"):
        await refused.tables.count("incident", EVERYTHING)


def test_dot_walked_columns_keep_their_flat_names(reference: Path) -> None:
    rows = rows_of(json.loads((reference / "servicenow" / "docs_dotwalk_user_role_200.json").read_text()))
    for row in rows:
        assert cell(row["user.name"]).value == row["user.name"]
        assert cell(row["user"]).label == row["user"]["display_value"]
        assert cell(row["user"]).value == row["user"]["link"].rpartition("/")[2] == row["user.sys_id"]
