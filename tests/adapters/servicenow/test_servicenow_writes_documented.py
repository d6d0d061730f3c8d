"""Every write to ServiceNow is one that its documents describe.

There is no OpenAPI document of the Table API: an instance only exports its own. So what the guides say of an update is
held here by hand (address, headers, parameters, that every value is the raw text of a column), and the columns by the
official and recorded records of an incident: a name that none of them has would be dropped without a word.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from helpdesk_tui.domain.changes import Change

from .test_servicenow_writing import a_ticket, change, somebody_else

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand

RECORDS = (
    "docs_incident_get_200.json",
    "docs_incident_patch_200.json",
    "docs_incident_post_201.json",
    "demisto_incident_post_201.json",
)
PARAMETERS = {
    "sysparm_display_value": re.compile(r"true|false|all"),
    "sysparm_exclude_reference_link": re.compile(r"true|false"),
    "sysparm_fields": re.compile(r"[a-z_]+(,[a-z_]+)*"),
    "sysparm_input_display_value": re.compile(r"false"),
    "sysparm_query_no_domain": re.compile(r"true|false"),
    "sysparm_view": re.compile(r"\w+"),
}
"""Of `PATCH /now/table/{tableName}/{sys_id}`; inputs in display form would shift dates by the account's zone."""
ADDRESS = re.compile(r"/api/now(/v[12])?/table/[a-z_]+/[0-9a-f]{32}")


def wrong(columns: set[str], request: httpx.Request) -> list[str]:
    """What the documents do not know of a write."""
    found = [] if request.method == "PATCH" else [f"no such method: {request.method}"]
    if not ADDRESS.fullmatch(request.url.path):
        found.append(f"no such address: {request.url.path}")
    for name in ("Accept", "Content-Type"):
        if not request.headers.get(name, "").startswith("application/json"):
            found.append(f"{name}: {request.headers.get(name)}")
    for name, value in request.url.params.items():
        if name not in PARAMETERS or not PARAMETERS[name].fullmatch(value):
            found.append(f"parameter {name}={value}")
    body = json.loads(request.content)
    if not isinstance(body, dict) or not body:
        return [*found, "the body is no record"]
    return found + [f"{name}: {value!r}" for name, value in body.items() if not _fits(columns, name, value)]


def _fits(columns: set[str], name: str, value: object) -> bool:
    return name in columns and isinstance(value, str) and not value.startswith("{")


@pytest.fixture(scope="session")
def columns(reference: Path) -> set[str]:
    """The columns that records of the documents have."""
    rows: list[dict[str, Any]] = []
    for name in RECORDS:
        found = json.loads((reference / "servicenow" / name).read_text())["result"]
        rows += found if isinstance(found, list) else [found]
    return {column for row in rows for column in row}


def wishes(stand: Stand) -> list[Change]:
    """A write of each kind that the platform can be asked for."""
    truth = a_ticket(stand)
    group = next(g for g in stand.world.served("servicenow") if g.gid != truth.group)
    owner = stand.instance.user(somebody_else(stand, truth))
    return [
        change(stand, truth, owner=owner, title="Words", note="only us"),
        change(stand, truth, owner=""),
        change(stand, truth, group=stand.instance.group(group.gid)),
        change(stand, truth, priority="1"),
        change(stand, truth, state="pending", reply="Which room?"),
        change(stand, truth, state="hold"),
        change(stand, truth, category="network"),
        change(stand, truth, status="Resolved", close_code="Solution provided", close_notes="New toner"),
    ]


async def test_every_write_is_described(stand: Stand, columns: set[str]) -> None:
    await stand.reader.check()
    sent: list[httpx.Request] = []
    http = stand.reader._http._client

    async def keep(request: httpx.Request) -> None:
        if request.method not in ("GET", "HEAD"):
            sent.append(request)

    http.event_hooks = {"request": [keep]}
    wanted = wishes(stand)
    for one in wanted:
        await stand.reader.write(one, await stand.reader.look(one.key, fields=one.overwrites))
        await stand.reader.verify(one)
    assert len(sent) == len(wanted)
    assert not {fault for request in sent for fault in wrong(columns, request)}


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("incident/" + "a" * 32, {"colour": "red"}),
        ("incident/" + "a" * 32, {"urgency": 1}),
        ("incident/" + "a" * 32, {"assigned_to": '{"link": "x", "value": "y"}'}),
        ("incident/INC0000050", {"urgency": "1"}),
        ("incident/" + "a" * 32 + "?sysparm_input_display_value=true", {"urgency": "1"}),
        ("incident/" + "a" * 32 + "?fields=number", {"urgency": "1"}),
        ("incident/" + "a" * 32, []),
    ],
)
def test_the_check_can_fail(columns: set[str], address: str, body: object) -> None:
    headers = {"Accept": "application/json"}
    request = httpx.Request("PATCH", f"https://sn.example/api/now/table/{address}", json=body, headers=headers)
    assert len(wrong(columns, request)) == 1
