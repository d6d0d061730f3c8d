"""Writes to fields beside the usual ones, what a role lacks, and what an audit tells of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from helpdesk_tui.sandbox.zendesk import ids
from helpdesk_tui.sandbox.zendesk.settings import OwnField, Settings

CODE = OwnField(4711, "tagger", "Resolution code", True, ("fixed", "workaround"))
SPARE = OwnField(4712, "checkbox", "Spare used")


async def put(account: Any, number: int, who: str = "admin", **ticket: Any) -> httpx.Response:
    answer: httpx.Response = await account.ask("PUT", f"/tickets/{number}", who, json={"ticket": ticket})
    return answer


def settle(account: Any, **given: Any) -> None:
    account.app.state.account.settings = replace(Settings(), **given)


async def test_every_edit_is_an_audit_of_its_own_with_the_clients_mark(account: Any) -> None:
    settle(account, fields=(CODE, SPARE))
    number = account.living(state="open", kind="incident")
    problem = account.living(kind="incident", state="pending")
    await put(account, problem, type="problem")
    edits: list[dict[str, Any]] = [
        {"subject": "Other words"},
        {"due_at": "2026-11-20T09:00:00Z"},
        {"problem_id": problem},
        {"custom_fields": [{"id": 4711, "value": "fixed"}]},
        {"custom_fields": [{"id": 4712, "value": True}]},
        {"type": "question"},
    ]
    for place, edit in enumerate(edits):
        body = (await put(account, number, **edit, metadata={"op": str(place)})).json()
        assert body["audit"]["metadata"]["custom"] == {"op": str(place)}
        (line,) = body["audit"]["events"]
        name = next(iter(edit))
        assert line["field_name"] == (str(edit[name][0]["id"]) if name == "custom_fields" else name)
    ticket = (await account.get(f"/tickets/{number}"))["ticket"]
    assert (ticket["subject"], ticket["due_at"], ticket["problem_id"], ticket["type"]) == (
        "Other words",
        "2026-11-20T09:00:00Z",
        problem,
        "question",
    )
    assert {row["id"]: row["value"] for row in ticket["custom_fields"]}.items() >= {4711: "fixed", 4712: True}.items()
    fields = {row["id"]: row for row in (await account.get("/ticket_fields"))["ticket_fields"]}
    assert [option["value"] for option in fields[4711]["custom_field_options"]] == ["fixed", "workaround"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"problem_id": 10**6}, "not a problem"),
        ({"type": "wish"}, "not included"),
        ({"due_at": "soon"}, "not a valid date"),
        ({"custom_fields": [{"id": 4711, "value": "magic"}]}, "not a valid value"),
        ({"status": "solved"}, "Resolution code: is required when solving"),
    ],
)
async def test_values_that_cannot_be(account: Any, change: dict[str, Any], words: str) -> None:
    settle(account, fields=(CODE, SPARE))
    number = next(t.n for t in account.desk.unsettled() if t.state == "open" and t.owner and t.kind == "incident")
    answer = await put(account, number, **change)
    assert (answer.status_code, words in answer.text) == (422, True)
    done = await put(account, number, status="solved", custom_fields=[{"id": 4711, "value": "fixed"}])
    assert done.json()["ticket"]["status"] == "solved"


async def test_a_role_may_lack_tags_and_public_comments(account: Any) -> None:
    settle(account, agents_cannot=frozenset({"tags", "public_comments"}))
    number = account.living(state="open")
    public, internal = ({"body": "x", "public": value} for value in (True, False))
    assert (await put(account, number, "agent", comment=public)).status_code == 403
    assert (await put(account, number, "agent", comment=internal)).status_code == 200
    assert (await put(account, number, "agent", tags=["a"])).status_code == 403
    assert (await put(account, number, "admin", tags=["a"], comment=public)).status_code == 200


async def test_a_trigger_may_undo_what_was_asked(account: Any) -> None:
    settle(account, undone=frozenset({"priority"}))
    number = account.living(state="open", priority=3)
    answer = await put(account, number, priority="urgent", subject="New words")
    assert (answer.status_code, answer.json()["ticket"]["priority"]) == (200, "normal")
    assert answer.json()["ticket"]["subject"] == "New words"


async def test_a_status_alone_means_its_usual_custom_status(account: Any) -> None:
    number = next(t.n for t in account.desk.unsettled() if t.state == "open" and t.n % 3 == 0)
    body = (await put(account, number, status="hold")).json()["ticket"]
    rows = (await account.get("/custom_statuses"))["custom_statuses"]
    usual = next(row["id"] for row in rows if row["status_category"] == "hold" and row["default"])
    assert body["custom_status_id"] == usual
    other = next(row["id"] for row in rows if row["status_category"] == "hold" and not row["default"])
    answer = (await put(account, number, custom_status_id=other, metadata={"op": "1"})).json()
    assert answer["ticket"]["custom_status_id"] == other
    assert answer["audit"]["events"][0]["field_name"] == "custom_status_id"
    assert answer["ticket"]["brand_id"] == ids.BRAND
