"""The quirks of reading: roles, paging, exports, search, limits, and what is there for whom."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from helpdesk_tui.sandbox.zendesk import stream

DAY = 86_400
THIRTEEN = re.compile(r"\d{13}")


async def test_both_forms_of_a_path_are_one(account: Any) -> None:
    assert await account.get("/groups.json") == await account.get("/groups")


async def test_anonymous_is_answered_with_200_and_everything_else_with_401(account: Any) -> None:
    me = await account.get("/users/me", who="nobody")
    assert (me["user"]["id"], me["user"]["name"]) == (None, "Anonymous user")
    answer = await account.ask("GET", "/tickets", who="nobody")
    assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


@pytest.mark.parametrize(
    "path",
    [
        "/incremental/tickets/cursor?start_time=1",
        "/incremental/tickets?start_time=1",
        "/incremental/ticket_events?start_time=1",
        "/incremental/ticket_metric_events?start_time=1",
        "/incremental/users/cursor?start_time=1",
        "/slas/policies",
        "/tickets/1/slas/policy_metrics",
    ],
)
async def test_agents_are_refused_what_is_for_admins(account: Any, path: str) -> None:
    answer = await account.ask("GET", path, who="agent")
    assert answer.status_code == 403
    assert answer.json()["error"]["title"] == "Forbidden"


@pytest.mark.parametrize("path", ["/tickets", "/users", "/search?query=x", "/views"])
async def test_requesters_see_nothing_of_the_desk(account: Any, path: str) -> None:
    assert (await account.ask("GET", path, who="requester")).status_code == 403


async def test_identifiers_have_thirteen_digits(account: Any) -> None:
    for path, name in (("/users", "users"), ("/groups", "groups"), ("/organizations", "organizations")):
        rows = (await account.get(path))[name]
        assert all(THIRTEEN.fullmatch(str(row["id"])) for row in rows)
        assert len({row["id"] for row in rows}) == len(rows)
    audits = (await account.get(f"/tickets/{account.living(state='open')}/audits"))["audits"]
    lines = [line["id"] for audit in audits for line in audit["events"]] + [audit["id"] for audit in audits]
    assert len(set(lines)) == len(lines)
    assert all(THIRTEEN.fullmatch(str(number)) for number in lines)


async def test_cursor_pages_name_a_next_page_even_at_the_end(account: Any) -> None:
    seen, url = [], "/users?page[size]=100"
    while True:
        body = await account.get(url)
        seen += [row["id"] for row in body["users"]]
        assert body["links"]["next"].startswith("http://z3n.test/api/v2/users.json?")
        if not body["meta"]["has_more"]:
            break
        url = body["links"]["next"]
    assert len(seen) == len(set(seen)) == len(account.world.people)
    beyond = await account.get(body["links"]["next"])
    assert (beyond["users"], beyond["meta"]["has_more"]) == ([], False)
    back = await account.get(body["links"]["prev"])
    assert [row["id"] for row in back["users"]] == seen[-100 - len(body["users"]) : -len(body["users"])]


async def test_a_cursor_of_somebody_elses_is_refused(account: Any) -> None:
    answer = await account.ask("GET", "/users", params={"page[size]": 2, "page[after]": "nonsense"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidPaginationParameter"


async def test_numbered_pages_end_at_ten_thousand_records(account: Any) -> None:
    body = await account.get("/users?per_page=100")
    assert body["count"] == len(account.world.people)
    assert parse_qs(urlsplit(body["next_page"]).query) == {"per_page": ["100"], "page": ["2"]}
    assert (await account.ask("GET", "/users?per_page=100&page=101")).status_code == 400


async def test_the_export_starts_a_minute_ago_at_the_earliest_and_keeps_the_last_minute_back(account: Any) -> None:
    number = account.living(state="open")
    account.desk.change(number, 1, note="now")
    since = account.clock.now()
    answer = await account.ask("GET", f"/incremental/tickets/cursor?start_time={since - 59}")
    assert answer.status_code == 422
    account.clock.step(59)
    rows = (await account.get(f"/incremental/tickets/cursor?start_time={since - 300}"))["tickets"]
    assert number not in {row["id"] for row in rows}
    account.clock.step(2)
    rows = (await account.get(f"/incremental/tickets/cursor?start_time={since - 300}"))["tickets"]
    assert number in {row["id"] for row in rows}


async def test_the_end_of_the_export_carries_a_cursor_that_goes_on(account: Any) -> None:
    url = "/incremental/tickets/cursor?start_time=0&per_page=77"
    seen: list[int] = []
    while True:
        body = await account.get(url)
        seen += [row["id"] for row in body["tickets"]]
        assert len(body["tickets"]) <= 77
        assert "per_page=77" in body["after_url"]
        assert "start_time" not in body["after_url"]
        url = body["after_url"]
        if body["end_of_stream"]:
            break
    assert len(seen) == len(set(seen))
    again = await account.get(url)
    assert (again["tickets"], again["after_cursor"], again["end_of_stream"]) == ([], body["after_cursor"], True)


async def test_the_time_based_export_never_ends_within_a_second(account: Any) -> None:
    some = [t.n for t in account.desk.unsettled() if not t.forbidden][:4]
    for number in some:
        account.desk.change(number, 1, note="all at once")
    at = account.clock.now()
    account.clock.step(62)
    body = await account.get(f"/incremental/tickets?start_time={at}&per_page=1")
    together = {number for number in some if account.desk.get(number).updated == at}
    assert len(together) > 1
    assert {row["id"] for row in body["tickets"]} >= together
    assert body["end_time"] in (at, at + 1)
    assert body["next_page"].endswith(f"start_time={body['end_time']}")


async def test_deleted_tickets_are_scrubbed_in_exports_and_gone_elsewhere(account: Any) -> None:
    even = next(t.n for t in account.desk.unsettled() if t.n % 2 == 0 and not t.forbidden)
    account.clock.step(5)
    account.desk.delete(even, 1)
    account.clock.step(120)
    rows = (await account.get(f"/incremental/tickets/cursor?start_time={account.clock.now() - 600}"))["tickets"]
    row = next(row for row in rows if row["id"] == even)
    assert (row["status"], row["subject"], row["description"]) == ("deleted", "SCRUBBED", "X")
    assert (await account.ask("GET", f"/tickets/{even}")).status_code == 404
    assert (await account.ask("GET", f"/tickets/{even}/audits")).json()["error"] == "RecordNotFound"
    assert (await account.get(f"/tickets/show_many?ids={even}"))["tickets"] == []


async def test_what_may_not_be_read_is_refused_alone_and_left_out_of_many(account: Any) -> None:
    number = account.living()
    account.desk.forbid(number)
    assert (await account.ask("GET", f"/tickets/{number}")).status_code == 403
    assert (await account.get(f"/tickets/show_many?ids={number}"))["count"] == 0
    assert (await account.ask("GET", "/tickets/show_many?ids=" + "1," * 101)).json()["max_count"] == 100


async def test_archived_tickets_are_in_exports_and_not_in_lists(account: Any) -> None:
    old = next(t for t in account.desk.by_number() if t.state == "closed" and not t.deleted and not t.forbidden)
    assert old.closed < account.clock.now() - 120 * DAY
    assert (await account.get(f"/tickets/{old.n}"))["ticket"]["status"] == "closed"
    assert (await account.get(f"/tickets/{old.n}/related"))["ticket_related"]["from_archive"] is True
    listed = (await account.get("/tickets?per_page=100"))["tickets"]
    assert old.n not in {row["id"] for row in listed}


async def test_search_is_capped_at_a_thousand_and_its_export_is_not(make_account: Any) -> None:
    account = make_account(tickets=8000)
    body = await account.get("/search", query="type:ticket created>2025-01-01", per_page=100, page=10)
    assert len(body["results"]) == 100
    assert body["count"] > 1000
    answer = await account.ask("GET", "/search?query=type:ticket&per_page=100&page=11")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    params = {"query": "created>2025-01-01", "filter[type]": "ticket", "page[size]": "1000"}
    found, body = [], await account.get("/search/export", **params)
    while True:
        found += [row["id"] for row in body["results"]]
        if not body["meta"]["has_more"]:
            break
        body = await account.get("/search/export", **params, **{"page[after]": body["meta"]["after_cursor"]})
    assert len(found) == len(set(found)) > 1000
    assert body["links"]["prev"] is None


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        ("status<solved", lambda t: t.state in ("new", "open", "pending", "hold")),
        ("status:open status:pending", lambda t: t.state in ("open", "pending")),
        ("status<solved priority>=high", lambda t: t.state not in ("solved", "closed") and t.priority <= 2),
        ("status<solved assignee:none", lambda t: t.state not in ("solved", "closed") and not t.owner),
        ("status<closed -status:open", lambda t: t.state not in ("closed", "open")),
        ("status<solved tags:vip", lambda t: t.state not in ("solved", "closed") and "vip" in t.tags),
    ],
)
async def test_search_conditions(account: Any, query: str, keep: Any) -> None:
    account.clock.step(10)
    await account.get("/users/me")
    expected = {t.n for t in account.desk.unsettled() if keep(t) and not t.forbidden}
    assert (await account.get("/search/count", query=f"type:ticket {query}"))["count"] == len(expected)
    body = await account.get("/search/export", query=query, **{"filter[type]": "ticket", "page[size]": 1000})
    assert {row["id"] for row in body["results"]} == expected


async def test_the_index_lags(account: Any) -> None:
    number = account.living(state="open")
    account.clock.step(10)
    account.desk.change(number, account.agent, owner=account.agent, state="solved")
    stale = await account.get("/search/export", query="status<solved", **{"filter[type]": "ticket", "page[size]": 1000})
    assert number in {row["id"] for row in stale["results"]}
    account.clock.step(5)
    fresh = await account.get("/search/export", query="status<solved", **{"filter[type]": "ticket", "page[size]": 1000})
    assert number not in {row["id"] for row in fresh["results"]}


async def test_events_come_without_words_unless_asked_for(account: Any) -> None:
    account.clock.step(300)
    since = account.clock.now() - 2 * DAY
    plain = (await account.get(f"/incremental/ticket_events?start_time={since}"))["ticket_events"]
    lines = [line for event in plain for line in event["child_events"]]
    assert any(line.get("comment_present") for line in lines)
    assert not any("body" in line for line in lines)
    spoken = (await account.get(f"/incremental/ticket_events?start_time={since}&include=comment_events"))[
        "ticket_events"
    ]
    assert any("body" in line for event in spoken for line in event["child_events"])


async def test_events_day_by_day_equal_events_by_ticket(make_account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_SHORT", -1)  # never by the tickets that changed since
    account = make_account(tickets=5000)
    account.clock.step(2 * DAY)
    url, streamed, last = "/incremental/ticket_events?start_time=0&per_page=100", dict[int, Any](), 0
    while True:
        body = await account.get(url)
        streamed |= {event["id"]: event for event in body["ticket_events"]}
        moments = [event["timestamp"] for event in body["ticket_events"]]
        assert moments == sorted(moments)
        assert moments[0] > last
        url, last = body["next_page"], moments[-1]
        if body["end_of_stream"]:
            break
    limit = account.clock.now() - 60
    expected = 0
    for ticket in account.desk.by_number():
        if ticket.forbidden:
            continue
        seen = [(e.at, e.actor) for e in ticket.events if e.kind != "deleted" and e.at < limit]
        expected += len(list(groupby(seen)))
    assert len(streamed) == expected


async def test_budgets_are_told_always_and_enforced_when_asked(make_account: Any) -> None:
    lenient = make_account()
    answer = await lenient.ask("GET", "/tickets?per_page=1")
    for header in ("x-rate-limit", "x-rate-limit-remaining", "ratelimit-limit", "ratelimit-reset"):
        assert answer.headers[header].isdecimal()
    assert re.fullmatch(r"total=100; remaining=99; resets=\d+", answer.headers["zendesk-ratelimit-tickets-index"])
    now = [0.0]
    strict = make_account(enforce_limits=True, ticker=lambda: now[0])
    answers = [await strict.ask("GET", "/incremental/tickets/cursor?start_time=1") for _ in range(11)]
    assert [a.status_code for a in answers] == [200] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert "incremental export API requests per minute exceeded" in answers[-1].text
    now[0] = 61
    assert (await strict.ask("GET", "/incremental/tickets/cursor?start_time=1")).status_code == 200
    silent = make_account(enforce_limits=True, retry_after=False, limit_scale=0.1, ticker=lambda: 0.0)
    last = [await silent.ask("GET", "/incremental/tickets/cursor?start_time=1") for _ in range(2)][-1]
    assert (last.status_code, "retry-after" in last.headers) == (429, False)


async def _token(account: Any, **body: str) -> httpx.Response:
    given = {"client_id": "tui", "client_secret": "S", "grant_type": "client_credentials"} | body
    answer: httpx.Response = await account.ask("POST", "/oauth/tokens", who="nobody", json=given)
    return answer


async def test_oauth_tokens_end_and_a_refresh_token_works_once(account: Any) -> None:
    first = (await _token(account)).json()
    assert (first["token_type"], first["expires_in"]) == ("bearer", 1800)

    async def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        answer: httpx.Response = await account.ask("GET", "/users/me", who="nobody", headers=headers)
        return answer.status_code

    assert await status(first["access_token"]) == 200
    second = (await _token(account, grant_type="refresh_token", refresh_token=first["refresh_token"])).json()
    assert await status(first["access_token"]) == 401
    assert await status(second["access_token"]) == 200
    again = await _token(account, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    account.clock.step(1801)
    assert await status(second["access_token"]) == 401
    assert (await _token(account, client_secret="no")).status_code == 401
    assert (await _token(account, scope="everything")).json()["error"] == "invalid_scope"
