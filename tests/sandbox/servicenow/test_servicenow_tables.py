"""The tables around the tasks: SLA, history, people, choices, statistics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from helpdesk_tui.sandbox.servicenow import states
from helpdesk_tui.sandbox.servicenow.identity import MAX_ORDINAL, Identity
from helpdesk_tui.sandbox.world import LiveWorld

Rows = Callable[..., Awaitable[list[dict[str, Any]]]]


def stamp(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S")


async def test_running_clocks_are_those_of_the_desk(world: LiveWorld, rows: Rows) -> None:
    desk, identity = world.desk("servicenow"), Identity(world.seed)
    found = await rows(
        "task_sla", "active=true^stage=in_progress", sysparm_fields="task,sla.target,planned_end_time,has_breached"
    )
    wanted = sorted(
        (identity.sys_id("task", t.n), "response" if clock.metric == "first_response" else "resolution",
         stamp(clock.due or 0), str(clock.breached).lower())
        for t in desk.unsettled() if not t.forbidden
        for clock in desk.clocks(t)
        if clock.metric != "next_reply" and clock.ended is None and clock.paused_since is None
    )  # fmt: skip
    assert sorted(tuple(row.values()) for row in found) == wanted
    assert len(wanted) > 20


async def test_paused_clocks_keep_the_breach_they_were_heading_for(world: LiveWorld, rows: Rows) -> None:
    found = await rows("task_sla", "stage=paused")
    assert found
    for row in found:
        assert row["active"] == "true"
        assert row["sla"]
        assert row["planned_end_time"] > row["start_time"]
        assert row["pause_time"] >= row["start_time"]


async def test_figures_are_stale_and_the_breach_is_not(world: LiveWorld, rows: Rows) -> None:
    query = "stage=in_progress^has_breached=false^ORDERBYDESCplanned_end_time"
    before = (await rows("task_sla", query, sysparm_limit=1))[0]
    world.clock.step(30)
    after = (await rows("task_sla", f"sys_id={before['sys_id']}"))[0]
    assert after["percentage"] == before["percentage"]
    assert after["planned_end_time"] == before["planned_end_time"]
    nearest = (await rows("task_sla", "stage=in_progress^has_breached=false^ORDERBYplanned_end_time", sysparm_limit=1))[
        0
    ]
    due = datetime.fromisoformat(f"{nearest['planned_end_time']}+00:00").timestamp()
    world.clock.step(due - world.clock.now() + 2)
    breached = (await rows("task_sla", f"sys_id={nearest['sys_id']}"))[0]
    if breached["stage"] == "in_progress":
        assert breached["has_breached"] == "true"


async def test_clocks_by_task_and_by_walking_there(world: LiveWorld, rows: Rows) -> None:
    ticket = next(t for t in world.desk("servicenow").unsettled() if t.kind == "incident" and t.group == 2)
    number = states.number(ticket)
    by_number = await rows("task_sla", f"task.number={number}")
    by_task = await rows("task_sla", f"task={by_number[0]['task']}")
    assert by_number == by_task
    assert len(by_task) == 2
    fields = "task.number,task.assignment_group.name,sla.name,sla.type"
    network = await rows("task_sla", "active=true^task.assignment_group.name=Network", sysparm_fields=fields)
    assert {row["task.assignment_group.name"] for row in network} == {"Network"}
    assert {row["sla.type"] for row in network} == {"SLA"}


async def test_definitions(rows: Rows) -> None:
    found = await rows("contract_sla", "active=true^ORDERBYsys_id", sysparm_fields="name,target,duration,schedule.name")
    assert found[0] == {
        "name": "Priority 1 response (15 Minutes)", "target": "response", "duration": "1970-01-01 00:15:00",
        "schedule.name": "",
    }  # fmt: skip
    assert len(found) == 8
    assert found[-1]["schedule.name"] == "8-18 weekdays"


async def test_journal_by_record_and_by_time(world: LiveWorld, rows: Rows) -> None:
    desk, identity = world.desk("servicenow"), Identity(world.seed)
    kinds = {"note": "work_notes", "reply": "comments", "message": "comments"}
    everything = [
        (stamp(e.at), kinds[e.kind], e.text)
        for t in desk.by_number() if not t.deleted and not t.forbidden
        for e in t.events if e.kind in kinds
    ]  # fmt: skip
    fields = "sys_created_on,element,value,sys_id,element_id"
    found = await rows("sys_journal_field", "ORDERBYsys_created_on^ORDERBYsys_id", sysparm_fields=fields)
    assert sorted((r["sys_created_on"], r["element"], r["value"]) for r in found) == sorted(everything)
    assert [(r["sys_created_on"], r["sys_id"]) for r in found] == sorted(
        (r["sys_created_on"], r["sys_id"]) for r in found
    )
    middle = found[len(found) // 2]["sys_created_on"]
    late = await rows("sys_journal_field", f"sys_created_on>={middle}^elementINcomments^ORDERBYDESCsys_created_on")
    assert [r["sys_id"] for r in late] == [
        r["sys_id"] for r in reversed(found) if r["sys_created_on"] >= middle and r["element"] == "comments"
    ]
    ticket = next(t for t in desk.unsettled() if any(e.kind == "note" for e in t.events))
    sys_id = identity.sys_id("task", ticket.n)
    own = await rows("sys_journal_field", f"element_id={sys_id}^elementINcomments,work_notes^ORDERBYsys_created_on")
    assert [r["value"] for r in own] == [e.text for e in ticket.events if e.kind in kinds]


async def test_new_history_arrives_once_and_deleted_tickets_take_theirs_along(world: LiveWorld, rows: Rows) -> None:
    desk = world.desk("servicenow")
    ticket = next(t for t in desk.unsettled() if any(e.kind == "note" for e in t.events))
    since = f"sys_created_on>={stamp(world.clock.now() - 86400 * 400)}^ORDERBYsys_created_on"
    before = await rows("sys_journal_field", since)
    for step in range(3):
        world.clock.step(step % 2)
        desk.change(ticket.n, 1, note=f"note {step}")
        after = await rows("sys_journal_field", since)
        assert [r["value"] for r in after[len(before) :]] == [f"note {done}" for done in range(step + 1)]
    desk.delete(ticket.n, 1)
    identity = Identity(world.seed).sys_id("task", ticket.n)
    assert all(r["element_id"] != identity for r in await rows("sys_journal_field", since))


async def test_audit_tells_changes_in_the_platforms_values(world: LiveWorld, rows: Rows) -> None:
    desk, identity = world.desk("servicenow"), Identity(world.seed)
    ticket = next(t for t in desk.unsettled() if t.kind == "incident" and t.state == "open" and t.group == 2)
    desk.change(ticket.n, 1, state="solved", group=5)
    desk.change(ticket.n, 1, state="open")
    query = f"documentkey={identity.sys_id('task', ticket.n)}^sys_created_on>={stamp(world.clock.now())}^ORDERBYsys_id"
    found = await rows("sys_audit", query, sysparm_fields="fieldname,oldvalue,newvalue,user")
    groups = [identity.sys_id("sys_user_group", gid) for gid in (2, 5)]
    assert [tuple(row.values()) for row in found] == [
        ("assignment_group", groups[0], groups[1], "coordinator"),
        ("state", "2", "6", "coordinator"),
        ("state", "6", "2", "coordinator"),
    ]


async def test_people_groups_and_skills(world: LiveWorld, rows: Rows) -> None:
    users = await rows("sys_user", "active=true^user_nameISNOTEMPTY", sysparm_fields="name,email")
    assert len(users) == sum(person.active for person in world.people.values())
    groups = await rows("sys_user_group", "active=true^ORDERBYname")
    names = {group.name for group in world.served("servicenow")}
    assert names < {group["name"] for group in groups}
    assert "Client Support EMEA" not in {group["name"] for group in groups}
    network = next(group for group in groups if group["name"] == "Network")
    fields = "sys_id,user.name,user.time_zone,group.name"
    members = await rows("sys_user_grmember", f"groupIN{network['sys_id']}", sysparm_fields=fields)
    assert {row["user.name"] for row in members} == {p.name for p in world.people.values() if 2 in p.groups}
    skilled = await rows("sys_user_has_skill", "skill.name=vpn", sysparm_fields="user.name,skill_level")
    assert {row["user.name"] for row in skilled} == {p.name for p in world.people.values() if "vpn" in p.skills}
    companies = await rows("core_company")
    assert len(companies) == len(world.organisations)


async def test_choices_fall_back_to_the_parent(rows: Rows) -> None:
    query = "nameINincident,task^element=state^language=en^inactive=false"
    found = await rows("sys_choice", query, sysparm_fields="name,value,label")
    assert {"name": "incident", "value": "3", "label": "On Hold"} in found
    assert {"name": "task", "value": "-5", "label": "Pending"} in found
    columns = await rows("sys_dictionary", "name=incident^elementISNOTEMPTY", sysparm_fields="element,reference")
    assert {"element": "caller_id", "reference": "sys_user"} in columns
    assert "short_description" not in {row["element"] for row in columns}
    zone = await rows("sys_properties", "name=glide.sys.default.tz")
    assert zone[0]["value"] == "US/Pacific"


async def test_statistics(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    tickets = [t for t in world.desk("servicenow").by_number() if t.kind == "incident" and not t.deleted]
    whole = await sn.get("/stats/incident", params={"sysparm_count": "true", "sysparm_query": "active=true"})
    assert whole.json() == {"result": {"stats": {"count": str(sum(t.state != "closed" for t in tickets))}}}
    grouped = await sn.get(
        "/v1/stats/incident",
        params={"sysparm_count": "true", "sysparm_group_by": "priority", "sysparm_avg_fields": "reassignment_count"},
    )
    found = grouped.json()["result"]
    assert {one["groupby_fields"][0]["value"]: int(one["stats"]["count"]) for one in found} == {
        str(p): sum(t.priority == p for t in tickets) for p in sorted({t.priority for t in tickets})
    }
    assert "." in found[0]["stats"]["avg"]["reassignment_count"]


@pytest.mark.parametrize("ordinal", [1, 2, 255, 256, 999_999, 2**40, MAX_ORDINAL - 1])
def test_sys_ids_lead_back_and_sort_by_ordinal(ordinal: int) -> None:
    identity = Identity(3)
    sys_id = identity.sys_id("task", ordinal)
    assert (len(sys_id), identity.ordinal("task", sys_id)) == (32, ordinal)
    assert identity.ordinal("sys_user", sys_id) == identity.ordinal("task", sys_id[:-1] + "g") == 0
    assert Identity(4).ordinal("task", sys_id) == 0
    assert sys_id < identity.sys_id("task", ordinal + 1)
    assert identity.first_after("task", sys_id) == ordinal + 1
    assert identity.first_after("task", sys_id[:-1]) == ordinal
    assert identity.first_after("task", "") == 0
