"""The sandbox's answers have the shape of real ones: recorded keys, and the types a long-used public reader expects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

jsonschema = pytest.importorskip("jsonschema")

SCHEMAS = {
    "tickets": "/api/v2/incremental/tickets/cursor?start_time=0&per_page=200",
    "users": "/api/v2/users?page[size]=100",
    "groups": "/api/v2/groups?page[size]=100",
    "group_memberships": "/api/v2/group_memberships?page[size]=100",
    "ticket_audits": "/api/v2/tickets/{n}/audits",
    "ticket_comments": "/api/v2/tickets/{n}/comments",
    "ticket_metric_events": "/api/v2/incremental/ticket_metric_events?start_time={since}",
    "ticket_metrics": "/api/v2/ticket_metrics?page[size]=100",
    "ticket_fields": "/api/v2/ticket_fields",
    "sla_policies": "/api/v2/slas/policies",
}
NAMES = {"ticket_audits": "audits", "ticket_comments": "comments"}


def _schema(folder: Path, name: str) -> Any:
    """A schema with its shared parts put in place."""
    whole = json.loads((folder / f"{name}.json").read_text())

    def filled(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                shared = folder / f"shared_{Path(part['$ref']).stem}.json"
                return filled(json.loads(shared.read_text())) if shared.exists() else {}
            return {key: filled(value) for key, value in part.items() if key != "format"}
        return [filled(value) for value in part] if isinstance(part, list) else part

    return filled(whole)


async def _rows(floor: Any, url: str, name: str) -> list[Any]:
    async with httpx.AsyncClient(transport=floor.transport, base_url="http://z3n.example") as client:
        number = max(floor.open_now(), key=lambda key: len(floor.desk.get(int(key)).events))
        path = url.format(n=number, since=floor.clock.now() - 3 * 86_400)
        answer = await client.get(path, auth=("floor/token", "admin-token"))
    assert answer.status_code == 200, answer.text
    rows: list[Any] = answer.json()[name]
    return rows


@pytest.mark.parametrize("name", SCHEMAS)
async def test_answers_have_the_types_a_public_reader_expects(floor: Any, reference: Path, name: str) -> None:
    schema = _schema(reference / "zendesk" / "tap-zendesk-schemas", name)
    rows = await _rows(floor, SCHEMAS[name], NAMES.get(name, name))
    assert rows
    checker = jsonschema.Draft7Validator(schema)
    wrong = {f"{'.'.join(map(str, e.path))}: {e.message[:120]}" for row in rows for e in checker.iter_errors(row)}
    assert not wrong


@pytest.mark.parametrize(
    ("tape", "place", "name", "url"),
    [
        ("TicketsIncrementalTest.test_get_values", 1, "tickets", SCHEMAS["tickets"]),
        ("TestGroupCreateUpdateDelete.test_values", 5, "groups", SCHEMAS["groups"]),
        ("TestGroupMemberships.test_values", 0, "group_memberships", SCHEMAS["group_memberships"]),
    ],
)
async def test_answers_have_the_recorded_keys(
    floor: Any, reference: Path, tape: str, place: int, name: str, url: str
) -> None:
    entries = json.loads((reference / "zendesk" / "recorded" / f"{tape}.json").read_text())["http_interactions"]
    recorded = json.loads(entries[place]["response"]["body"]["string"])[name][0]
    row = (await _rows(floor, url, name))[0]
    assert row.keys() - {"encoded_id", "support_type"} == recorded.keys()  # which came after the recordings
