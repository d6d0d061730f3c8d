"""Paging by key while the world moves: nothing lost, nothing twice, whatever happens between two pages."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_tui.sandbox.model import Credential
from helpdesk_tui.sandbox.servicenow import application
from helpdesk_tui.sandbox.servicenow.encoded import parse
from helpdesk_tui.sandbox.servicenow.ranges import merged, window
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600
STEPS = st.lists(
    st.tuples(st.sampled_from(["note", "move", "delete", "create", "wait", "solve"]), st.integers(0, 500)), max_size=6
)


def client(world: LiveWorld) -> httpx.AsyncClient:
    app = application(world, [Credential("coordinator", "pw", "key-1", "admin", 1)])
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://sn.example", headers={"x-sn-apikey": "key-1"}
    )


def act(world: LiveWorld, what: str, pick: int) -> None:
    desk = world.desk("servicenow")
    living = sorted(desk.unsettled(), key=lambda t: t.n)
    ticket = living[pick % len(living)]
    if what == "wait":
        world.clock.step(pick % 3)
    elif what == "create":
        desk.create(1, title="New", body="", requester=1001, group=2, priority=3, kind="incident")
    elif what == "delete":
        desk.delete(ticket.n, 1)
    elif what == "move":
        desk.change(ticket.n, 1, group=5 if ticket.group != 5 else 2)
    else:
        desk.change(ticket.n, 1, note="seen") if what == "note" else desk.change(ticket.n, 1, state="closed")


async def page(sn: httpx.AsyncClient, query: str, **params: str) -> tuple[list[dict[str, Any]], int]:
    fields = "sys_id,number,sys_updated_on,sys_mod_count"
    answer = await sn.get(
        "/api/now/table/incident", params={"sysparm_query": query, "sysparm_fields": fields, **params}
    )
    return answer.json()["result"], int(answer.headers.get("X-Total-Count", -1))


def keyset(scope: str, last: dict[str, Any] | None, sign: str = ">") -> str:
    order = "ORDERBYsys_updated_on^ORDERBYsys_id" if sign == ">" else "ORDERBYDESCsys_updated_on^ORDERBYDESCsys_id"
    if last is None:
        return f"{scope}^{order}"
    stamp, sys_id = last["sys_updated_on"], last["sys_id"]
    return f"{scope}^sys_updated_on{sign}{stamp}^NQ{scope}^sys_updated_on={stamp}^sys_id{sign}{sys_id}^{order}"


async def _follow(plan: list[list[tuple[str, int]]], size: int, scope: str, no_count: str) -> None:
    world = build_world(3, 300, now=NOW, paused=True)
    desk = world.desk("servicenow")
    held: dict[str, str] = {}
    async with client(world) as sn:
        last = None
        for steps in [*plan, *[[]] * 200]:
            rows, total = await page(sn, keyset(scope, last), sysparm_limit=str(size), sysparm_no_count=no_count)
            assert total >= len(rows) or no_count == "true"
            stamps = [(row["sys_updated_on"], row["sys_id"]) for row in rows]
            assert stamps == sorted(stamps)
            held |= {row["number"]: row["sys_mod_count"] for row in rows}
            last = rows[-1] if rows else last
            if not rows and not steps:
                break
            world.clock.step(1)  # a change within the second already read is the overlap's business, not the order's
            for what, pick in steps:
                act(world, what, pick)
    wanted = {
        f"INC{t.n:07d}": str(t.revision)
        for t in desk.by_number()
        if t.kind == "incident" and not t.deleted and not t.forbidden and (scope == "stateISNOTEMPTY" or t.group == 2)
    }
    assert {number: held.get(number) for number in wanted} == wanted


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=8), st.integers(7, 60), st.sampled_from(["stateISNOTEMPTY",
"assignment_group.name=Network"]),
       st.sampled_from(["true", "false"]))  # fmt: skip
def test_keyset_paging_ends_equal_to_the_world(
    plan: list[list[tuple[str, int]]], size: int, scope: str, no_count: str
) -> None:
    asyncio.run(_follow(plan, size, scope, no_count))


@pytest.mark.parametrize("no_count", ["true", "false"])
@pytest.mark.parametrize("sign", [">", "<"])
async def test_keyset_pages_and_their_counts(sign: str, no_count: str) -> None:
    world = build_world(3, 600, now=NOW, paused=True)
    async with client(world) as sn:
        everything, _ = await page(sn, keyset("priority>=2", None, sign))
        got: list[str] = []
        last = None
        while True:
            rows, total = await page(
                sn, keyset("priority>=2", last, sign), sysparm_limit="13", sysparm_no_count=no_count
            )
            if not rows:
                break
            if no_count == "false":
                hidden = total - (len(everything) - len(got))
                assert 0 <= hidden <= 3
            got += [row["number"] for row in rows]
            last = rows[-1]
        assert got == [row["number"] for row in everything]


async def test_a_census_by_sys_id(world: LiveWorld) -> None:
    async with client(world) as sn:
        everything, _ = await page(sn, "ORDERBYsys_id")
        got: list[str] = []
        last = ""
        while rows := (await page(sn, f"sys_id>{last}^ORDERBYsys_id" if last else "ORDERBYsys_id", sysparm_limit="17"))[
            0
        ]:
            got += [row["sys_id"] for row in rows]
            last = got[-1]
        assert got == [row["sys_id"] for row in everything] == sorted(got)


async def test_views_follow_writes_within_one_second(world: LiveWorld) -> None:
    desk = world.desk("servicenow")
    ticket = next(t for t in desk.unsettled() if t.kind == "incident" and not t.forbidden and t.group == 2)
    async with client(world) as sn:
        query = "assignment_group.name=Network^ORDERBYDESCsys_updated_on"
        _, before = await page(sn, query)
        desk.change(ticket.n, 1, group=5)
        rows, total = await page(sn, query)
        assert total == before - 1
        desk.change(ticket.n, 1, group=2)
        rows, total = await page(sn, query)
        assert (total, rows[0]["number"]) == (before, f"INC{ticket.n:07d}")
        desk.delete(ticket.n, 1)
        assert (await page(sn, query))[1] == before - 1


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))), st.integers(0, 80), st.integers(0, 80), st.booleans()
)
def test_windows_over_ranges(ranges: list[tuple[int, int]], offset: int, limit: int, descending: bool) -> None:
    places = sorted({place for low, high in ranges for place in range(low, high)}, reverse=descending)
    assert list(window(merged(ranges), offset, limit, descending=descending)) == places[offset : offset + limit]


@given(st.text(alphabet="^NQORDEBYDSC=!<>abc_.@,INLK '\"():;\0", max_size=60))
def test_any_text_is_a_query(text: str) -> None:
    parse(text)
