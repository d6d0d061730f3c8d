"""Lists as the platform gives them: forms, headers, access rules after the window, versions."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.world import LiveWorld

Rows = Callable[..., Awaitable[list[dict[str, Any]]]]
Client = Callable[..., httpx.AsyncClient]
OWNED = "active=true^assigned_toISNOTEMPTY^ORDERBYnumber"


async def test_every_scalar_is_text(sn: httpx.AsyncClient) -> None:
    for table in ("incident", "sc_task", "sc_req_item", "problem", "sys_user", "task_sla", "sys_choice", "task"):
        answer = await sn.get(f"/table/{table}", params={"sysparm_limit": 50})
        found = answer.json()["result"]
        assert found, table
        for row in found:
            for name, value in row.items():
                if isinstance(value, dict):
                    assert set(value) == {"link", "value"}, name
                    value = value["value"]
                assert isinstance(value, str), (table, name)


@pytest.mark.parametrize(
    ("display", "exclude", "owner_keys", "state"),
    [
        ("false", "false", {"link", "value"}, "2"),
        ("False", "True", None, "2"),
        ("true", "false", {"display_value", "link"}, "In Progress"),
        ("true", "true", None, "In Progress"),
        ("all", "false", {"display_value", "link", "value"}, {"display_value": "In Progress", "value": "2"}),
        ("all", "true", {"display_value", "value"}, {"display_value": "In Progress", "value": "2"}),
    ],
)
async def test_four_forms(
    sn: httpx.AsyncClient, display: str, exclude: str, owner_keys: set[str] | None, state: Any
) -> None:
    params = {
        "sysparm_query": "state=2^" + OWNED,
        "sysparm_limit": "1",
        "sysparm_display_value": display,
        "sysparm_exclude_reference_link": exclude,
    }
    row = (await sn.get("/v2/table/incident", params=params)).json()["result"][0]
    assert row["state"] == state
    if owner_keys is None:
        assert isinstance(row["assigned_to"], str)
    else:
        assert set(row["assigned_to"]) == owner_keys
        if "link" in owner_keys:
            assert row["assigned_to"]["link"].startswith("http://sn.example/api/now/v2/table/sys_user/")


async def test_dates_display_in_the_users_zone_and_empty_choices_as_null(rows: Rows) -> None:
    row = (await rows("incident", "contact_typeISEMPTY", sysparm_display_value="all", sysparm_limit=1))[0]
    assert row["contact_type"] == {"display_value": None, "value": ""}
    assert row["sla_due"] == {"display_value": "UNKNOWN", "value": ""}
    raw, shown = row["opened_at"]["value"], row["opened_at"]["display_value"]
    assert raw[14:] == shown[14:]
    assert (int(shown[11:13]) - int(raw[11:13])) % 24 in {1, 2}


async def test_an_unset_profile_displays_in_the_instances_zone(
    world: LiveWorld, app: Starlette, client: Client
) -> None:
    assert app.state.server.instance.zone(7) == "US/Pacific"
    assert app.state.server.instance.zone(1) == "Europe/Paris"


async def test_fields_walk_along_references_and_unknown_ones_are_left_out(rows: Rows) -> None:
    fields = "number, assigned_to.user_name,caller_id.company.name,nonsense,assigned_to.nonsense,task.number"
    row = (await rows("incident", OWNED, sysparm_fields=fields, sysparm_limit=1))[0]
    assert set(row) == {"number", "assigned_to.user_name", "caller_id.company.name"}
    assert all(row.values())


async def test_journals_are_empty_raw_and_one_text_displayed(world: LiveWorld, rows: Rows) -> None:
    ticket = next(
        t for t in world.desk("servicenow").unsettled()
        if t.kind == "incident" and {"note", "reply"} <= {event.kind for event in t.events}
    )  # fmt: skip
    sys_id = Identity(world.seed).sys_id("task", ticket.n)
    row = (await rows("incident", f"sys_id={sys_id}", sysparm_display_value="all"))[0]
    assert row["work_notes"]["value"] == row["comments"]["value"] == ""
    text = row["comments_and_work_notes"]["display_value"]
    talk = [event for event in ticket.events if event.kind in {"note", "reply", "message"}]
    assert text.count(" - ") >= len(talk)
    assert text.endswith(f"{talk[0].text}\n\n")
    assert text.index(talk[-1].text) <= text.index(talk[0].text)
    assert "(Work notes)\n" in row["work_notes"]["display_value"]


def relations(answer: httpx.Response) -> dict[str, str]:
    return {
        name: str(httpx.URL(found["url"]).params.get("sysparm_offset")) for name, found in answer.links.items() if name
    }


async def test_link_header_and_its_quirks(sn: httpx.AsyncClient) -> None:
    params = {"sysparm_query": "active=true", "sysparm_fields": "number,state", "sysparm_limit": "10"}
    first = await sn.get("/table/incident", params=params)
    total = int(first.headers["X-Total-Count"])
    last = str((total - 1) // 10 * 10)
    assert relations(first) == {"first": "0", "prev": "-1", "next": "10", "last": last}
    assert "number,state" in first.headers["Link"]
    assert '>;rel="first",<' in first.headers["Link"]
    second = await sn.get("/table/incident", params={**params, "sysparm_offset": "10"})
    assert relations(second)["prev"] == "0"
    final = await sn.get("/table/incident", params={**params, "sysparm_offset": last})
    assert "next" not in relations(final)
    assert len(final.json()["result"]) <= 10
    one_page = await sn.get("/table/incident", params={**params, "sysparm_limit": "10000"})
    assert "Link" not in one_page.headers
    assert one_page.headers["X-Total-Count"] == str(total)
    uncounted = await sn.get("/table/incident", params={**params, "sysparm_no_count": "true"})
    assert "X-Total-Count" not in uncounted.headers
    assert "last" not in relations(uncounted)
    quiet = await sn.get("/table/incident", params={**params, "sysparm_suppress_pagination_header": "true"})
    assert "Link" not in quiet.headers


@pytest.mark.parametrize(
    "order", ["", "ORDERBYsys_id", "ORDERBYDESCsys_updated_on^ORDERBYDESCsys_id", "ORDERBYpriority"]
)
@pytest.mark.parametrize("no_count", ["true", "false"])
async def test_offsets_cover_everything_once(sn: httpx.AsyncClient, rows: Rows, order: str, no_count: str) -> None:
    everything = await rows("incident", order, sysparm_fields="sys_id")
    seen: list[str] = []
    for start in range(0, 600, 37):  # a short page is not the last one
        params: dict[str, str | int] = {
            "sysparm_query": order,
            "sysparm_fields": "sys_id",
            "sysparm_limit": 37,
            "sysparm_offset": start,
        }
        page = await sn.get("/table/incident", params={**params, "sysparm_no_count": no_count})
        seen += [row["sys_id"] for row in page.json()["result"]]
    assert seen == [row["sys_id"] for row in everything]
    assert len(set(seen)) == len(seen)


async def test_limit_and_count_come_before_access_rules(world: LiveWorld, sn: httpx.AsyncClient) -> None:
    desk = world.desk("servicenow")
    params = {"sysparm_query": "ORDERBYnumber", "sysparm_limit": "20", "sysparm_fields": "sys_id,number"}
    before = await sn.get("/table/incident", params=params)
    hidden = before.json()["result"][3:9]
    for row in hidden:
        desk.forbid(int(row["number"][3:]))
    after = await sn.get("/table/incident", params=params)
    assert len(after.json()["result"]) == 14
    assert after.headers["X-Total-Count"] == before.headers["X-Total-Count"]
    gone = await sn.get(f"/table/incident/{hidden[0]['sys_id']}")
    assert gone.status_code == 404
    assert gone.json()["error"]["message"] == "No Record found"


async def test_requesters_see_their_own_and_agents_no_history(world: LiveWorld, client: Client) -> None:
    async with client("key-3") as requester:
        answer = await requester.get("/table/incident")
        callers = {row["caller_id"]["value"] for row in answer.json()["result"]}
        assert len(callers) <= 1
        assert int(answer.headers["X-Total-Count"]) > len(answer.json()["result"])
        assert all("work_notes" not in row for row in answer.json()["result"])
        refused = await requester.get("/table/incident", params={"sysparm_query": "work_notesLIKEx"})
        assert refused.status_code == 403
    async with client("key-2") as agent:
        journal = await agent.get("/table/sys_journal_field", params={"sysparm_limit": 5})
        assert (journal.status_code, journal.json()) == (200, {"result": []})
        assert int(journal.headers["X-Total-Count"]) > 0
        assert (await agent.get("/table/sys_properties")).json() == {"result": []}
        assert "last_login_time" not in (await agent.get("/table/sys_user?sysparm_limit=1")).json()["result"][0]


@pytest.mark.parametrize(("version", "status"), [("/v1", 404), ("/v2", 200), ("", 200)])
async def test_versions_differ_on_nothing_found(sn: httpx.AsyncClient, version: str, status: int) -> None:
    answer = await sn.get(f"{version}/table/incident", params={"sysparm_query": "number=INC9999999"})
    assert answer.status_code == status
    if status == 404:
        assert answer.json() == {
            "error": {
                "message": "No Record found",
                "detail": "Record doesn't exist or ACL restricts the record retrieval",
            },
            "status": "failure",
        }
    else:
        assert answer.json() == {"result": []}
        assert answer.headers["X-Total-Count"] == "0"


async def test_refusals(sn: httpx.AsyncClient) -> None:
    table = await sn.get("/table/em_foo")
    assert (table.status_code, table.json()["error"]) == (400, {"message": "Invalid table em_foo", "detail": None})
    assert (await sn.get("/nonsense")).status_code == 400
    assert (await sn.get("/table/incident", headers={"Accept": "image/png"})).status_code == 406
    assert (await sn.request("DELETE", "/table/incident")).status_code == 405
    assert (await sn.get("/table/incident", headers={"Accept": "*/*"})).status_code == 200


async def test_answers_do_not_say_how_old_they_are_but_name_their_transaction(sn: httpx.AsyncClient) -> None:
    answer = await sn.get("/table/incident", params={"sysparm_limit": 1})
    assert answer.headers["X-Is-Logged-In"] == "true"
    assert answer.headers["X-Transaction-ID"]
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert json.loads(answer.content)["result"]
