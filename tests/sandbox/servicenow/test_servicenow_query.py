"""The encoded query language, judged against the tickets themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.servicenow import states
from helpdesk_tui.sandbox.servicenow.encoded import parse
from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.servicenow.script import evaluate
from helpdesk_tui.sandbox.world import LiveWorld

Rows = Callable[..., Awaitable[list[dict[str, Any]]]]
Wanted = Callable[[Ticket], bool]


def numbers(world: LiveWorld, wanted: Wanted) -> set[str]:
    """What an administrator should find, by looking at every incident."""
    return {
        states.number(t)
        for t in world.desk("servicenow").by_number()
        if t.kind == "incident" and not t.deleted and not t.forbidden and wanted(t)
    }


def stamp(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S")


def title(t: Ticket) -> str:
    return t.title.lower()


CASES: list[tuple[str, Wanted]] = [
    ("", lambda _: True),
    ("active=true", lambda t: t.state != "closed"),
    ("active=false", lambda t: t.state == "closed"),
    ("active=1", lambda t: t.state != "closed"),
    ("state=2^priority=3", lambda t: t.state == "open" and t.priority == 3),
    ("state=2^ORstate=3^priority<=2", lambda t: t.state in {"open", "pending", "hold"} and t.priority <= 2),
    ("stateIN1,2^NQpriority=1", lambda t: t.state in {"new", "open"} or t.priority == 1),
    ("stateNOT IN6,7", lambda t: t.state not in {"solved", "closed"}),
    ("state!=7", lambda t: t.state != "closed"),
    ("state>5", lambda t: t.state in {"solved", "closed"}),
    ("short_descriptionLIKEvpn", lambda t: "vpn" in title(t)),
    ("short_descriptionNOT LIKEVPN", lambda t: "vpn" not in title(t)),
    ("short_descriptionSTARTSWITHcannot", lambda t: title(t).startswith("cannot")),
    ("assigned_toISEMPTY", lambda t: not t.owner),
    ("assigned_toISNOTEMPTY^active=true", lambda t: bool(t.owner) and t.state != "closed"),
    ("assigned_to=", lambda t: not t.owner),
    ("assignment_group.name=Network", lambda t: t.group == 2),
    ("assignment_groupLIKEnetw", lambda t: t.group == 2),
    ("assignment_group.nameINNetwork,Security", lambda t: t.group in {2, 5}),
    ("reassignment_count>0^active=true", lambda t: t.bounced > 0 and t.state != "closed" and t.n % 50 != 0),
    ("hold_reason=1", lambda t: t.state == "pending"),
    ("sys_updated_onSAMEASsys_created_on", lambda t: t.updated == t.created),
    ("nonsense=1", lambda _: True),
    ("nonsense=1^state=2", lambda t: t.state == "open"),
    ("priorityBETWEEN1@2", lambda t: t.priority <= 2),
    ("numberSTARTSWITHINC", lambda _: True),
    ("RLQUERYtask_sla.task,>=1^active=true^ENDRLQUERY^state=2", lambda t: t.state == "open"),
]


@pytest.mark.parametrize(("query", "wanted"), CASES, ids=[case[0] or "nothing" for case in CASES])
async def test_finds_what_the_tickets_say(world: LiveWorld, rows: Rows, query: str, wanted: Wanted) -> None:
    for order in ("", "^ORDERBYsys_updated_on^ORDERBYsys_id", "^ORDERBYDESCpriority"):  # each has its own way there
        found = await rows("incident", query + order, sysparm_fields="number")
        assert sorted(row["number"] for row in found) == sorted(numbers(world, wanted)), order


async def test_walks_along_references(world: LiveWorld, rows: Rows) -> None:
    vips = {person.uid for person in world.people.values() if person.vip}
    found = await rows("incident", "caller_id.vip=true", sysparm_fields="number")
    assert {row["number"] for row in found} == numbers(world, lambda t: t.requester in vips)
    assert found


@pytest.mark.parametrize(
    ("operator", "keeps"),
    [
        (">", lambda have, bound: have > bound),
        (">=", lambda have, bound: have >= bound),
        ("<", lambda have, bound: have < bound),
        ("<=", lambda have, bound: have <= bound),
        ("=", lambda have, bound: have == bound),
    ],
)
@pytest.mark.parametrize("order", ["", "^ORDERBYsys_updated_on", "^ORDERBYDESCsys_updated_on", "^ORDERBYnumber"])
async def test_dates_are_utc_literals(
    world: LiveWorld, rows: Rows, operator: str, keeps: Callable[[int, int], bool], order: str
) -> None:
    incidents = [t for t in world.desk("servicenow").by_update() if t.kind == "incident" and not t.deleted]
    bound = incidents[len(incidents) // 2].updated
    found = await rows("incident", f"sys_updated_on{operator}{stamp(bound)}{order}", sysparm_fields="number")
    assert {row["number"] for row in found} == numbers(world, lambda t: keeps(t.updated, bound))


async def test_between_is_inclusive(world: LiveWorld, rows: Rows) -> None:
    updated = sorted(t.updated for t in world.desk("servicenow").by_update() if t.kind == "incident")
    low, high = updated[10], updated[40]
    found = await rows("incident", f"sys_updated_onBETWEEN{stamp(low)}@{stamp(high)}^ORDERBYsys_updated_on")
    assert {row["number"] for row in found} == numbers(world, lambda t: low <= t.updated <= high)


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("ORDERBYsys_updated_on^ORDERBYsys_id", lambda row: (row["sys_updated_on"], row["sys_id"])),
        ("ORDERBYpriority^ORDERBYDESCsys_id", lambda row: (row["priority"], "-")),
        ("ORDERBYshort_description", lambda row: row["short_description"].lower()),
        ("ORDERBYassigned_to.user_name", lambda row: row["assigned_to.user_name"].lower()),
        ("ORDERBYsys_id", lambda row: row["sys_id"]),
    ],
)
async def test_sorts(rows: Rows, order: str, key: Callable[[dict[str, str]], Any]) -> None:
    fields = "sys_id,sys_updated_on,priority,short_description,assigned_to.user_name"
    up = await rows("incident", order, sysparm_fields=fields)
    assert len(up) > 50
    assert [key(row) for row in up] == sorted(key(row) for row in up)
    down = await rows("incident", order.replace("ORDERBY", "ORDERBYDESC", 1), sysparm_fields=fields)
    assert [key(row) for row in down] == sorted((key(row) for row in down), reverse=True)
    assert len(up) == len(down)


async def test_an_instance_may_return_nothing_for_nonsense(app: Starlette, rows: Rows) -> None:
    app.state.server.instance.settings.invalid_query_returns_no_rows = True
    assert await rows("incident", "nonsense=1^state=2") == []
    assert await rows("incident", "state=2")


async def test_names_records_directly(world: LiveWorld, rows: Rows) -> None:
    ticket = next(t for t in world.desk("servicenow").unsettled() if t.kind == "incident")
    sys_id = Identity(world.seed).sys_id("task", ticket.n)
    for query in (f"sys_id={sys_id}", f"number={states.number(ticket)}", f"sys_idIN{sys_id},{'0' * 32}"):
        assert [row["sys_id"] for row in await rows("incident", query)] == [sys_id], query
    assert await rows("problem", f"sys_id={sys_id}") == []
    assert await rows("incident", "sys_idIN") == []


async def test_plain_parameters_filter_by_value_or_label(sn: httpx.AsyncClient, world: LiveWorld) -> None:
    for params in ({"state": "2"}, {"state": "In Progress"}):
        answer = await sn.get("/table/incident", params={**params, "sysparm_fields": "number"})
        assert {row["number"] for row in answer.json()["result"]} == numbers(world, lambda t: t.state == "open")
    named = await sn.get("/table/incident", params={"assignment_group": "Network", "sysparm_fields": "number"})
    assert {row["number"] for row in named.json()["result"]} == numbers(world, lambda t: t.group == 2)
    unknown = await sn.get("/table/incident", params={"query": "state=2", "display_value": "true"})
    assert len(unknown.json()["result"]) == len(numbers(world, lambda _: True))


VIEWER = Viewer(1, "coordinator", "admin", "Europe/Paris", 1_930_377_600)  # 2031-03-04 09:00 in Paris, a Tuesday

SCRIPTS = [
    ("gs.beginningOfToday()", "2031-03-03 23:00:00"),
    ("gs.endOfToday()", "2031-03-04 22:59:59"),
    ("gs.beginningOfYesterday()", "2031-03-02 23:00:00"),
    ("gs.beginningOfThisWeek()", "2031-03-02 23:00:00"),
    ("gs.endOfLastMonth()", "2031-02-28 22:59:59"),
    ("gs.beginningOfThisYear()", "2030-12-31 23:00:00"),
    ("gs.beginningOfNextMonth()", "2031-03-31 22:00:00"),
    ("gs.minutesAgo(15)", "2031-03-04 07:45:00"),
    ("gs.hoursAgo(2)", "2031-03-04 06:00:00"),
    ("gs.daysAgo(1)", "2031-03-03 08:00:00"),
    ("gs.daysAgoStart(1)", "2031-03-02 23:00:00"),
    ("gs.daysAgoEnd(0)", "2031-03-04 22:59:59"),
    ("gs.dateGenerate('2031-07-01','00:00:00')", "2031-06-30 22:00:00"),
    ('gs.dateGenerate("2031-01-01 10:00:00")', "2031-01-01 09:00:00"),
    ("gs.dateGenerate('2031-01-01','end')", "2031-01-01 22:59:59"),
    ("gs.getUserID()", "user-1"),
    ("gs.nowDateTime()", "2031-03-04 08:00:00"),
]


@pytest.mark.parametrize(("script", "value"), SCRIPTS)
def test_scripts_speak_of_the_viewers_days(script: str, value: str) -> None:
    assert evaluate(f"javascript:{script}", VIEWER, lambda uid: f"user-{uid}") == value


def test_other_scripts_do_not_run() -> None:
    assert evaluate("javascript:new GlideRecord('incident').deleteMultiple()", VIEWER, str) is None


async def test_scripts_and_the_viewer_in_queries(world: LiveWorld, rows: Rows) -> None:
    since = world.clock.now() - 3600
    found = await rows("incident", "sys_updated_on>=javascript:gs.hoursAgo(1)", sysparm_fields="number")
    assert {row["number"] for row in found} == numbers(world, lambda t: t.updated >= since)
    assert await rows("incident", "sys_updated_onRELATIVEGE@hour@ago@1") == await rows("incident")
    relative = await rows("incident", "sys_updated_onRELATIVEGEhour@ago@1", sysparm_fields="number")
    assert {row["number"] for row in relative} == numbers(world, lambda t: t.updated >= since)
    world.clock.step(7200)
    later = await rows("incident", "sys_updated_onRELATIVEGEhour@ago@1", sysparm_fields="number")
    assert {row["number"] for row in later} == numbers(world, lambda t: t.updated >= since + 7200)
    mine = await rows("incident", "assignment_groupDYNAMICd6435e965f510100a9ad2572f2b477fe", sysparm_fields="number")
    groups = world.people[1].groups
    assert {row["number"] for row in mine} == numbers(world, lambda t: t.group in groups)


def test_carets_are_doubled_and_sorting_stands_anywhere() -> None:
    query = parse("ORDERBYnumber^short_descriptionLIKEa^^b^ORcaller_idISEMPTY^NQstate=1^EQ")
    assert [[[str(c) for c in alternatives] for alternatives in branch] for branch in query.branches] == [
        [["short_descriptionLIKEa^^b", "caller_idISEMPTY"]],
        [["state=1"]],
    ]
    assert query.branches[0][0][0].value == "a^b"
    assert [order.field for order in query.order] == ["number"]
