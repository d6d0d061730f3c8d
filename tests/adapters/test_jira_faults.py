"""Where Jira misbehaves in its own ways: pages that repeat, rows that are damaged, lists that stay empty."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import httpx
import pytest

from helpdesk_tui.adapters.base import Page, Phase
from helpdesk_tui.adapters.jira.adapter import Jira
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Garbled, PlatformError, Throttled, Unreachable
from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_790_000_000
Change = Callable[[httpx.Request, Any], Any]


class Token:
    """A secret that stays."""

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "tok-1"

    def expire(self) -> None:
        """Nothing to forget."""


class Meddler(httpx.AsyncBaseTransport):
    """Changes answers on their way; `change` gets each request with its answer's JSON and returns another, or a whole
    response."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.change: Change = lambda _, data: data
        self.asked: list[tuple[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inner.handle_async_request(request)
        body = await answer.aread()
        self.asked.append((request.url.path, json.loads(request.content) if request.content else None))
        given = self.change(request, json.loads(body)) if answer.status_code == 200 else json.loads(body)
        if isinstance(given, httpx.Response):
            return given
        return httpx.Response(answer.status_code, json=given)


class Stand:
    """A world, an adapter that reads it, and somebody in between."""

    def __init__(self, url: str = "http://jira.test", tickets: int = 5000, **more: Any) -> None:
        self.world: LiveWorld = build_world(5, tickets, 1.0, NOW, paused=True)
        known = Credential("coordinator@example.com", "pw", "tok-1", "agent", 1)
        app = application(cast(World, self.world), [known], burst=10**6)
        self.line = Meddler(httpx.ASGITransport(app))
        given: dict[str, Any] = {"username": known.login, "auth": "token", **more}
        source = SourceConfig(name="desk", platform="jira", url=url, **given)
        self.jira = Jira(source, Token(), now=self.world.clock.now, transport=self.line)

    def living(self) -> set[str]:
        rows = self.world.desk("jira").unsettled()
        return {str(10_000 + t.n) for t in rows if t.state != "solved" and t.in_scope and not t.forbidden}

    async def pull(self, phase: Phase, cursor: str) -> list[Page]:
        feed = next(feed for feed in self.jira.feeds() if feed.phase is phase)
        return [page async for page in self.jira.pull(feed, cursor)]


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    made = Stand()
    await made.jira.check()
    yield made
    await made.jira.close()


def searched(change: Callable[[Any], Any]) -> Change:
    """A change to the answers of searches only."""
    return lambda request, data: change(data) if request.url.path.endswith("search/jql") else data


async def test_a_repeated_token_is_overcome_by_going_on_from_the_last_ticket(stand: Stand) -> None:
    tokens: list[str] = []

    def repeat(data: Any) -> Any:
        if "nextPageToken" in data:
            tokens.append(data["nextPageToken"])
            if len(tokens) == 2:
                data["nextPageToken"] = tokens[0]
        return data

    stand.line.change = searched(repeat)
    pages = await stand.pull(Phase.HISTORY, f"{(NOW - 90 * 86_400) * 1000}-")
    stand.line.change = lambda _, data: data
    sound = await stand.pull(Phase.HISTORY, f"{(NOW - 90 * 86_400) * 1000}-")
    found = [ticket.key for page in pages for ticket in page.tickets]
    assert sorted(found) == sorted(ticket.key for page in sound for ticket in page.tickets)
    assert len(found) > 200
    assert pages[-1].last


async def test_a_search_that_goes_in_circles_is_an_error_and_no_end(stand: Stand) -> None:
    stand.line.change = searched(lambda data: {**data, "nextPageToken": "again", "issues": data["issues"][:5]})

    def stuck(request: httpx.Request, data: Any) -> Any:
        body = json.loads(request.content or b"{}")
        return {**data, "issues": [], "nextPageToken": "again"} if "jql" in body else data

    stand.line.change = stuck
    with pytest.raises(PlatformError):
        async for _ in stand.jira.census():
            pass


async def test_a_short_page_is_no_end(stand: Stand) -> None:
    def shorten(request: httpx.Request, data: Any) -> Any:
        return {**data, "isLast": True} if request.url.path.endswith("search/jql") else data

    stand.line.change = shorten
    found = {ticket.key for page in await stand.pull(Phase.OPEN, "") for ticket in page.tickets}
    assert found == stand.living()


async def test_damaged_rows_are_set_aside_and_the_page_goes_on(stand: Stand) -> None:
    def damage(data: Any) -> Any:
        if len(data.get("issues", [])) > 5:
            data["issues"][1] = 42
            data["issues"][2]["fields"]["created"] = "yesterday"
            data["issues"][3]["fields"]["customfield_10030"] = {"ongoingCycle": 7}
            data["issues"][4]["fields"] = None
        return data

    stand.line.change = searched(damage)
    pages = await stand.pull(Phase.OPEN, "")
    bad = [record for page in pages for record in page.bad]
    assert len(bad) >= 4
    assert {reason.split(":")[0] for reason in (record.reason for record in bad)} >= {"fields.created", "fields"}
    assert all(len(record.raw) <= 10_000 for record in bad)
    found = {ticket.key for page in pages for ticket in page.tickets}
    assert found < stand.living()
    assert len(found) == len(stand.living()) - 4 * len(pages)


async def test_a_census_with_a_nameless_issue_is_no_census(stand: Stand) -> None:
    stand.line.change = searched(lambda data: {**data, "issues": [{}, *data["issues"]]})
    with pytest.raises(Garbled, match="identifier"):
        async for _ in stand.jira.census():
            pass


@pytest.mark.parametrize("path", ["field", "status", "priority", "project/search"])
@pytest.mark.parametrize("damage", [None, {}, [{"id": "x", "name": {}}], [7]])
async def test_a_damaged_catalogue_is_never_believed(stand: Stand, path: str, damage: Any) -> None:
    def replace(request: httpx.Request, data: Any) -> Any:
        if not request.url.path.endswith(f"/{path}"):
            return data
        return {**data, "values": damage} if isinstance(data, dict) else damage

    stand.line.change = replace
    with pytest.raises(Garbled):
        await stand.jira.check()


async def test_members_that_could_not_be_read_take_nobody_out(stand: Stand) -> None:
    def damage(request: httpx.Request, data: Any) -> Any:
        if request.url.path.endswith("group/member") and data["values"]:
            data["values"][0] = "nobody"
        return data

    stand.line.change = damage
    pages = await stand.pull(Phase.REFERENCE, "")
    assert [record for page in pages for record in page.bad]
    assert "memberships" not in {kind for page in pages for kind in page.whole}


async def test_a_bulk_that_forgets_a_ticket_does_not_lose_it(stand: Stand) -> None:
    keys = sorted(stand.living())[:4]

    def forget(request: httpx.Request, data: Any) -> Any:
        return {**data, "issues": data["issues"][1:]} if request.url.path.endswith("bulkfetch") else data

    stand.line.change = forget
    page = await stand.jira.fetch(keys)
    assert {ticket.key for ticket in page.tickets} == set(keys)
    assert not page.departures


async def test_a_scope_that_jira_refuses_empties_nothing() -> None:
    made = Stand(scope={"jql": "labels in (vip) OR priority > Low OR labels is EMPTY"})
    await made.jira.check()
    keys = sorted(made.living())[:6]
    assert not (await made.jira.fetch(keys)).bad

    def refuse(request: httpx.Request, data: Any) -> Any:
        if not request.url.path.endswith("search/jql"):
            return data
        return httpx.Response(400, json={"errorMessages": ["The value 'ITS' does not exist for the field 'project'."]})

    made.line.change = refuse
    with pytest.raises(PlatformError, match="does not exist"):
        await made.jira.fetch(keys)
    await made.jira.close()


async def test_a_token_from_data_center_reads_by_position_and_loses_nothing_that_moves() -> None:
    """An offset would skip a ticket whenever one read before it moves to the end."""
    made = Stand("http://jira.test/dc", auth="pat", username="")
    await made.jira.check()
    desk = made.world.desk("jira")
    before = [t.n for t in desk.by_update(((NOW - 90 * 86_400), 0)) if t.in_scope and not t.forbidden and not t.deleted]
    touched: list[int] = []

    def touch(request: httpx.Request, data: Any) -> Any:
        if request.url.path.endswith("/search") and data.get("issues"):
            n = int(data["issues"][0]["id"]) - 10_000
            if n not in touched:
                touched.append(n)
                desk.change(n, 1, note="touched while it was read")
        return data

    made.line.change = touch
    pages = await made.pull(Phase.CHANGES, str((NOW - 90 * 86_400) * 1000))
    found = {ticket.key for page in pages for ticket in page.tickets}
    assert {str(10_000 + n) for n in before} <= found
    assert len(pages) > 3
    await made.jira.close()


async def test_being_told_to_wait_for_long_is_passed_on_with_the_pause(stand: Stand, no_waiting: None) -> None:
    def throttle(request: httpx.Request, data: Any) -> Any:
        return httpx.Response(429, json={"errorMessages": ["Rate limit exceeded."]}, headers={"Retry-After": "600"})

    stand.line.change = throttle
    with pytest.raises(Throttled) as caught:
        await stand.pull(Phase.OPEN, "")
    assert caught.value.retry_after == 600


async def test_a_failing_page_leaves_a_cursor_to_go_on_from(no_waiting: None) -> None:
    stand = Stand(tickets=12_000)
    await stand.jira.check()
    cursor = ""
    feed = next(feed for feed in stand.jira.feeds() if feed.phase is Phase.OPEN)
    pages = 0

    def fail(request: httpx.Request, data: Any) -> Any:
        nonlocal pages
        if not request.url.path.endswith("search/jql"):
            return data
        pages += 1
        return httpx.Response(503, html="<h1>Down</h1>") if pages > 1 else data

    stand.line.change = fail
    walk = stand.jira.pull(feed, cursor)
    first = await anext(walk)
    cursor, seen = first.cursor, {ticket.key for ticket in first.tickets}
    with pytest.raises(Unreachable):
        await anext(walk)
    assert seen
    assert seen < stand.living()
    stand.line.change = lambda _, data: data
    async for page in stand.jira.pull(feed, cursor):
        seen |= {ticket.key for ticket in page.tickets}
    assert seen == stand.living()
    await stand.jira.close()


async def test_departures_of_tickets_that_never_were_are_deletions(stand: Stand) -> None:
    page = await stand.jira.fetch(["99999998", "99999999"])
    assert [(d.key, d.way) for d in page.departures] == [("99999998", WayOut.DELETED), ("99999999", WayOut.DELETED)]


async def test_a_change_that_is_indexed_after_a_later_one_is_not_lost(stand: Stand) -> None:
    """The newest instant seen says nothing of what the index did not know yet."""
    cursor = str(NOW * 1000)
    stand.world.clock.step(30)
    stand.world.catch_up()
    desk = stand.world.desk("jira")
    rows = [t for t in desk.unsettled() if t.in_scope and not t.forbidden and not t.deleted]
    early, late = rows[0], rows[1]
    desk.change(early.n, 1, note="known late")
    stand.world.clock.step(10)
    desk.change(late.n, 1, note="known early")
    stand.world.clock.step(10)
    hidden = str(10_000 + early.n)
    stand.line.change = searched(lambda data: {**data, "issues": [i for i in data["issues"] if i["id"] != hidden]})
    first = await stand.pull(Phase.CHANGES, cursor)
    assert int(first[-1].cursor) > early.updated * 1000
    stand.line.change = lambda _, data: data
    second = await stand.pull(Phase.CHANGES, first[-1].cursor)
    assert hidden in {ticket.key for page in second for ticket in page.tickets}
