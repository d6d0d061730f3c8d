"""Writes: what takes, what is dropped without a word, what a rule does of its own, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.world import LiveWorld

Client = Callable[..., httpx.AsyncClient]
FLAT = {"sysparm_exclude_reference_link": "true"}


def some(world: LiveWorld, wanted: Callable[[Ticket], bool] = lambda _: True) -> Ticket:
    """A living, readable incident."""
    return next(
        t for t in world.desk("servicenow").unsettled()
        if t.kind == "incident" and not t.forbidden and t.state != "solved" and t.in_scope and wanted(t)
    )  # fmt: skip


def path(world: LiveWorld, ticket: Ticket) -> str:
    return f"/table/incident/{Identity(world.seed).sys_id('task', ticket.n)}"


def user(world: LiveWorld, uid: int) -> str:
    return Identity(world.seed).sys_id("sys_user", uid)


async def patch(sn: httpx.AsyncClient, where: str, data: dict[str, Any], **params: str) -> dict[str, Any]:
    answer = await sn.patch(where, json=data, params={**FLAT, **params})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_an_update_changes_the_world_by_one_step(world: LiveWorld, sn: httpx.AsyncClient, method: str) -> None:
    ticket = some(world)
    before = (await sn.get(path(world, ticket), params=FLAT)).json()["result"]
    world.clock.step(90)
    answer = await sn.request(
        method, path(world, ticket), params=FLAT,
        json={"short_description": "Changed", "work_notes": "Looked into it", "correlation_id": "hd-1"},
    )  # fmt: skip
    after = answer.json()["result"]
    assert answer.status_code == 200
    assert (after["short_description"], after["correlation_id"], after["work_notes"]) == ("Changed", "hd-1", "")
    assert int(after["sys_mod_count"]) == int(before["sys_mod_count"]) + 1
    assert after["sys_updated_on"] > before["sys_updated_on"]
    assert after["sys_updated_by"] == "coordinator"
    now = world.desk("servicenow").get(ticket.n)
    assert now is not None
    assert (now.title, now.events[-1].kind, now.events[-1].text) == ("Changed", "note", "Looked into it")
    assert "X-Total-Count" not in answer.headers


async def test_a_write_that_says_nothing_new_is_no_step(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world)
    before = (await sn.get(path(world, ticket), params=FLAT)).json()["result"]
    world.clock.step(90)
    same = {name: before[name] for name in ("short_description", "description", "state", "impact", "assigned_to")}
    assert await patch(sn, path(world, ticket), same) == before


async def test_what_may_not_be_written_is_dropped(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world)
    before = (await sn.get(path(world, ticket), params=FLAT)).json()["result"]
    sent = {
        "priority": "1" if before["priority"] != "1" else "4", "number": "INC1",
        "sys_updated_on": "2001-01-01 00:00:00",
        "opened_at": "2001-01-01 00:00:00", "nonsense": "x", "state": "4711", "active": "false",
        "reassignment_count": "9",
    }  # fmt: skip
    assert await patch(sn, path(world, ticket), sent) == before


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [(1, 1, 1), (1, 2, 2), (2, 1, 2), (1, 3, 3), (2, 2, 3), (3, 1, 3), (2, 3, 4), (3, 2, 4), (3, 3, 5)],
)
async def test_priority_is_calculated(
    world: LiveWorld, sn: httpx.AsyncClient, impact: int, urgency: int, priority: int
) -> None:
    ticket = some(world)
    after = await patch(sn, path(world, ticket), {"impact": impact, "urgency": str(urgency)})
    assert (after["impact"], after["urgency"], after["priority"]) == (str(impact), str(urgency), str(priority))
    assert ticket.priority == min(priority, 4)


async def test_text_is_cut_to_its_column(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    after = await patch(sn, path(world, some(world)), {"short_description": "é" * 500})
    assert after["short_description"] == "é" * 160


async def test_assignment_and_what_a_new_group_does_to_it(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world, lambda t: bool(t.owner) and t.group == 2)
    mate = next(p.uid for p in world.people.values() if 2 in p.groups and p.uid != ticket.owner)
    after = await patch(sn, path(world, ticket), {"assigned_to": user(world, mate)})
    assert after["assigned_to"] == user(world, mate)
    security = Identity(world.seed).sys_id("sys_user_group", 5)
    moved = await patch(sn, path(world, ticket), {"assignment_group": security}, sysparm_display_value="all")
    assert moved["assignment_group"] == {"display_value": "Security", "value": security}
    assert moved["assigned_to"] == {"display_value": "", "value": ""}
    assert (ticket.group, ticket.owner) == (5, 0)
    cleared = await patch(sn, path(world, ticket), {"assigned_to": user(world, 1)})
    assert cleared["assigned_to"] == user(world, 1)
    assert (await patch(sn, path(world, ticket), {"assigned_to": ""}))["assigned_to"] == ""


async def test_a_reference_takes_any_text(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world, lambda t: bool(t.owner))
    echoed = {"link": "https://instance.service-now.com/api/now/table/sys_user/1", "value": user(world, 2)}
    after = await patch(sn, path(world, ticket), {"assigned_to": echoed, "assignment_group": "Network"})
    assert after["assigned_to"] == "{link=https://instance.service-n"
    assert after["assignment_group"] == "Network"
    healed = await patch(sn, path(world, ticket), {"assigned_to": user(world, ticket.owner)})
    assert healed["assigned_to"] == user(world, ticket.owner)


async def test_closing_needs_code_and_notes(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world)
    for data in (
        {"state": "6"},
        {"state": "6", "close_code": "Solution provided"},
        {"state": "7", "close_code": "Made up", "close_notes": "done"},
    ):
        answer = await sn.patch(path(world, ticket), json=data)
        assert answer.status_code == 403
        assert answer.json()["error"]["message"] == "Operation Failed"
        assert "Data Policy Exception" in answer.json()["error"]["detail"]
    assert ticket.state not in {"solved", "closed"}
    after = await patch(sn, path(world, ticket), {"state": 6, "close_code": "User error", "close_notes": "Caps lock"})
    assert (after["state"], after["incident_state"], after["active"], after["close_code"]) == (
        "6",
        "6",
        "true",
        "User error",
    )
    assert after["resolved_at"] == after["sys_updated_on"]
    reopened = await patch(sn, path(world, ticket), {"state": "2"})
    assert (reopened["resolved_at"], reopened["reopen_count"]) == ("", str(ticket.reopened))
    cancelled = await patch(sn, path(world, ticket), {"state": "8"})
    assert (cancelled["state"], cancelled["active"]) == ("8", "false")


async def test_on_hold_for_the_caller_needs_a_comment(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world, lambda t: t.state == "open")
    refused = await sn.patch(path(world, ticket), json={"state": "3", "hold_reason": "1"})
    assert refused.status_code == 403
    data = {"state": "3", "hold_reason": "1", "comments": "When can I call?"}
    after = await patch(sn, path(world, ticket), data)
    assert (after["state"], after["hold_reason"], ticket.state) == ("3", "1", "pending")
    vendor = await patch(sn, path(world, ticket), {"hold_reason": "4"})
    assert (vendor["hold_reason"], ticket.state) == ("4", "hold")


async def test_the_callers_comment_takes_a_ticket_off_hold(world: LiveWorld, client: Client) -> None:
    requester = next(p for p in world.people.values() if p.role == "requester")
    async with client("key-3") as caller, client() as admin:
        made = await caller.post(
            "/table/incident", json={"short_description": "No sound", "impact": "2", "urgency": "2"}
        )
        assert made.status_code == 201
        assert made.json()["result"]["caller_id"]["value"] == user(world, requester.uid)
        where = f"/table/incident/{made.json()['result']['sys_id']}"
        await patch(admin, where, {"state": "3", "hold_reason": "1", "comments": "Is it plugged in?"})
        after = await patch(caller, where, {"comments": "Yes"})
        assert (after["state"], after["hold_reason"]) == ("2", "")
        assert (await caller.patch(where, json={"state": "7"})).status_code == 403


async def test_create(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    count = len(world.desk("servicenow"))
    answer = await sn.post("/table/incident", json={"short_description": "Unable to connect"}, params=FLAT)
    made = answer.json()["result"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"http://sn.example/api/now/v2/table/incident/{made['sys_id']}"
    assert (made["state"], made["priority"], made["sys_mod_count"], made["active"]) == ("1", "5", "0", "true")
    assert (made["assignment_group"], made["assigned_to"], made["caller_id"]) == ("", "", "")
    assert made["number"] == f"INC{count + 1:07d}"
    assert (await sn.get(answer.headers["Location"], params=FLAT)).json()["result"] == made
    found = await sn.get("/table/incident", params={"sysparm_query": f"number={made['number']}"})
    assert len(found.json()["result"]) == 1
    group = Identity(world.seed).sys_id("sys_user_group", 1)
    filled = await patch(sn, f"/table/incident/{made['sys_id']}", {"assignment_group": group})
    assert (filled["assignment_group"], filled["sys_mod_count"]) == (group, "1")


@pytest.mark.parametrize(("table", "prefix"), [("sc_task", "SCTASK"), ("sc_req_item", "RITM"), ("problem", "PRB")])
async def test_create_in_other_tables(world: LiveWorld, sn: httpx.AsyncClient, table: str, prefix: str) -> None:
    data = {
        "short_description": "x",
        "assignment_group": Identity(world.seed).sys_id("sys_user_group", 2),
        "urgency": "1",
    }
    answer = await sn.post(f"/table/{table}", json=data, params=FLAT)
    made = answer.json()["result"]
    assert (answer.status_code, made["sys_class_name"], made["priority"]) == (201, table, "3")
    assert made["number"].startswith(prefix)
    through_task = await patch(sn, f"/table/task/{made['sys_id']}", {"work_notes": "n", "short_description": "y"})
    assert through_task["short_description"] == "y"


async def test_delete_is_for_administrators(world: LiveWorld, client: Client) -> None:
    ticket = some(world)
    async with client("key-2") as agent, client() as admin:
        assert (await agent.delete(path(world, ticket))).status_code == 403
        answer = await admin.delete(path(world, ticket))
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await admin.get(path(world, ticket))).status_code == 404
        assert (await admin.delete(path(world, ticket))).status_code == 404
        gone = await admin.get("/table/sys_audit_delete", params={"sysparm_query": "ORDERBYDESCsys_created_on"})
        assert gone.json()["result"][0]["documentkey"] == path(world, ticket).rpartition("/")[2]
        assert gone.json()["result"][0]["tablename"] == "incident"


async def test_display_values_as_input(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world, lambda t: t.state == "open" and t.group != 2)
    data = {"assignment_group": "Network", "impact": "1 - High", "due_date": "2031-07-01 12:00:00"}
    after = await patch(sn, path(world, ticket), data, sysparm_input_display_value="true")
    assert (ticket.group, after["impact"], after["due_date"]) == (2, "1", "2031-07-01 10:00:00")
    raw = await patch(sn, path(world, ticket), {"due_date": "2031-07-01 12:00:00"})
    assert raw["due_date"] == "2031-07-01 12:00:00"


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({}, b"{}", 400),
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b"[]", 400),
    ],
)
async def test_bodies_that_cannot_be_read(
    world: LiveWorld, sn: httpx.AsyncClient, headers: dict[str, str], content: bytes, status: int
) -> None:
    answer = await sn.patch(path(world, some(world)), headers=headers, content=content)
    assert (answer.status_code, answer.json()["status"]) == (status, "failure")


async def test_override_and_silence(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    where = path(world, some(world))
    answer = await sn.post(where, json={"category": "network"}, headers={"X-HTTP-Method-Override": "PATCH"})
    assert answer.json()["result"]["category"] == "network"
    quiet = await sn.patch(where, json={"category": "software"}, headers={"X-no-response-body": "true"})
    assert (quiet.status_code, quiet.content) == (204, b"")
    assert (await sn.get(where)).json()["result"]["category"] == "software"


async def test_people_cannot_be_written(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    assert (await sn.post("/table/sys_user", json={"name": "x"})).status_code == 403
    assert (await sn.patch(f"/table/sys_user/{user(world, 1)}", json={"name": "x"})).status_code == 403


async def test_levels_follow_when_the_priority_moves_by_itself(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    ticket = some(world, lambda t: t.priority != 1)
    await patch(sn, path(world, ticket), {"impact": "1", "urgency": "1"})
    world.desk("servicenow").change(ticket.n, 1, priority=4)
    after = (await sn.get(path(world, ticket), params=FLAT)).json()["result"]
    assert after["priority"] == "4"
    assert sorted((after["impact"], after["urgency"])) == ["2", "3"]
