"""Writes change the company, by the platform's own rules."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from helpdesk_tui.sandbox.zendesk import ids


async def put(account: Any, number: int, **ticket: Any) -> httpx.Response:
    answer: httpx.Response = await account.ask("PUT", f"/tickets/{number}", json={"ticket": ticket})
    return answer


async def test_an_update_answers_with_ticket_and_audit_and_is_kept(account: Any) -> None:
    number = account.living(state="open", group=account.group.gid)
    note = {"body": "On it.", "public": False}
    answer = await put(
        account, number, assignee_id=ids.user(account.agent), status="pending", comment=note, metadata={"op": "0d1c"}
    )
    body = answer.json()
    assert (answer.status_code, body["ticket"]["status"]) == (200, "pending")
    assert body["audit"]["metadata"]["custom"] == {"op": "0d1c"}
    kept = account.desk.get(number)
    assert (kept.state, kept.owner, kept.events[-1].at) == ("pending", account.agent, account.clock.now())
    assert "On it." in {event.text for event in kept.events}
    audits = (await account.get(f"/tickets/{number}/audits"))["audits"]
    assert audits[-1]["id"] == body["audit"]["id"]
    assert audits[-1]["metadata"]["custom"] == {"op": "0d1c"}


async def test_two_writes_in_one_second_are_two_audits(account: Any) -> None:
    number = account.living(state="open")
    before = len((await account.get(f"/tickets/{number}/audits"))["audits"])
    for words in ("one", "two"):
        await put(account, number, comment={"body": words, "public": False}, metadata={"op": words})
    audits = (await account.get(f"/tickets/{number}/audits"))["audits"]
    assert [audit["metadata"]["custom"] for audit in audits[before:]] == [{"op": "one"}, {"op": "two"}]


@pytest.mark.parametrize("safe", [True, False, "true"])
async def test_safe_update_meets_a_newer_ticket(account: Any, safe: object) -> None:
    number = account.living(state="open")
    stamp = (await account.get(f"/tickets/{number}"))["ticket"]["updated_at"]
    account.clock.step(2)
    account.desk.change(number, 1, note="somebody was faster")
    answer = await put(account, number, priority="urgent", safe_update=safe, updated_stamp=stamp)
    assert (answer.status_code, answer.json()["error"]) == (409, "UpdateConflict")
    stamp = (await account.get(f"/tickets/{number}"))["ticket"]["updated_at"]
    assert (await put(account, number, priority="urgent", safe_update=safe, updated_stamp=stamp)).status_code == 200


@pytest.mark.parametrize(
    ("state", "change", "field"),
    [
        ("open", {"status": "new"}, "status"),
        ("open", {"status": "sleeping"}, "status"),
        ("open", {"priority": None}, "priority"),
        ("open", {"group_id": None}, "group"),
        ("open", {"assignee_id": 5}, "assignee"),
        ("open", {"custom_status_id": 1}, "custom_status_id"),
        ("open", {"custom_status_id": 6_130_830_355_738 + 2 * 128, "status": "open"}, "custom_status_id"),
    ],
)
async def test_rules_that_are_broken(account: Any, state: str, change: dict[str, Any], field: str) -> None:
    number = account.living(state=state)
    events = account.desk.get(number).events
    answer = await put(account, number, **change)
    assert answer.status_code == 422
    assert answer.json()["error"] == "RecordInvalid"
    assert field in answer.json()["details"]
    assert account.desk.get(number).events == events


async def test_closed_tickets_cannot_be_changed_but_followed_up(account: Any) -> None:
    closed = next(t.n for t in account.desk.by_number(descending=True) if t.state == "closed" and not t.deleted)
    answer = await put(account, closed, status="open")
    assert answer.json()["details"]["status"][0]["description"] == "Status: closed prevents ticket update"
    made = await account.ask(
        "POST", "/tickets", json={"ticket": {"comment": {"body": "Again"}, "via_followup_source_id": closed}}
    )
    assert made.status_code == 201
    living = account.living(state="open")
    made = await account.ask(
        "POST", "/tickets", json={"ticket": {"comment": {"body": "Again"}, "via_followup_source_id": living}}
    )
    assert made.status_code == 422


async def test_assigning_a_new_ticket_opens_it_and_moving_it_frees_its_owner(account: Any) -> None:
    number = account.living(state="new", owner=0, group=account.group.gid)
    body = (await put(account, number, assignee_id=ids.user(account.agent))).json()["ticket"]
    assert body["status"] == "open"
    other = next(g for g in account.world.served("zendesk") if g.gid not in account.world.people[account.agent].groups)
    body = (await put(account, number, group_id=ids.group(other.gid))).json()["ticket"]
    assert (body["group_id"], body["assignee_id"]) == (ids.group(other.gid), None)


async def test_solving_needs_an_owner(account: Any) -> None:
    number = account.living(state="new", owner=0, group=account.group.gid)
    assert "base" in (await put(account, number, status="solved")).json()["details"]
    answer = await account.ask("PUT", f"/tickets/{number}", who="agent", json={"ticket": {"status": "solved"}})
    assert answer.json()["ticket"]["assignee_id"] == ids.user(account.agent)


async def test_comments_are_public_unless_said_otherwise_and_customers_reopen(account: Any) -> None:
    number = account.living(state="pending")
    await put(account, number, comment={"body": "Mailed to the customer!"})
    last = (await account.get(f"/tickets/{number}/comments?sort=-created_at"))["comments"]
    assert any(comment["public"] and comment["body"] == "Mailed to the customer!" for comment in last)
    requester = (await account.get(f"/tickets/{number}"))["ticket"]["requester_id"]
    body = (await put(account, number, comment={"body": "Still broken", "author_id": requester})).json()
    assert body["ticket"]["status"] == "open"


async def test_unknown_keys_are_dropped_with_a_word_in_a_header(account: Any) -> None:
    number = account.living(state="open")
    answer = await put(account, number, description="new", colour="red")
    assert answer.status_code == 200
    assert '"colour", "description"' in answer.headers["x-zendesk-api-warn"]
    assert "x-zendesk-api-warn" not in (await put(account, number, tags=["a"])).headers


async def test_tags_are_replaced_added_and_removed(account: Any) -> None:
    number = account.living(state="open")
    await put(account, number, tags=["a", "b"])
    assert (await account.ask("PUT", f"/tickets/{number}/tags", json={"tags": ["c"]})).json() == {
        "tags": ["a", "b", "c"]
    }
    assert (await account.ask("DELETE", f"/tickets/{number}/tags?tags=a,b")).json() == {"tags": ["c"]}
    assert (await account.ask("POST", f"/tickets/{number}/tags", json={"tags": ["d"]})).json() == {"tags": ["d"]}
    assert account.desk.get(number).tags == ("d",)


async def test_an_idempotency_key_makes_one_ticket(account: Any) -> None:
    body = {"ticket": {"subject": "Badge", "comment": {"body": "Dark"}, "priority": "high"}}
    before = len(account.desk)
    headers = {"Idempotency-Key": "k1"}
    first = await account.ask("POST", "/tickets", json=body, headers=headers)
    again = await account.ask("POST", "/tickets", json=body, headers=headers)
    assert (first.headers["x-idempotency-lookup"], again.headers["x-idempotency-lookup"]) == ("miss", "hit")
    assert first.json() == again.json()
    assert len(account.desk) == before + 1
    body["ticket"]["subject"] = "Other"
    clash = await account.ask("POST", "/tickets", json=body, headers=headers)
    assert (clash.status_code, clash.json()["error"]) == (400, "IdempotentRequestError")
    empty = await account.ask("POST", "/tickets", json={"ticket": {"subject": "x"}})
    assert empty.status_code == 422


async def test_bulk_by_ids_and_by_rows_with_failures_in_between(account: Any) -> None:
    some = [t.n for t in account.desk.unsettled() if t.state == "open" and t.owner and not t.forbidden][:2]
    closed = next(t.n for t in account.desk.by_number() if t.state == "closed" and not t.deleted)
    wanted = {"ticket": {"additional_tags": ["bulk"], "comment": {"body": "all", "public": False}}}
    job = (await account.ask("PUT", f"/tickets/update_many?ids={some[0]},{closed},{some[1]}", json=wanted)).json()
    assert (job["job_status"]["status"], job["job_status"]["total"]) == ("queued", 3)
    url = f"/job_statuses/{job['job_status']['id']}"
    assert (await account.get(url))["job_status"]["status"] == "working"
    done = (await account.get(url))["job_status"]
    assert done["status"] == "completed"
    assert done["message"].startswith("Completed at 2026-")
    assert [result["success"] for result in done["results"]] == [True, False, True]
    assert all("bulk" in account.desk.get(number).tags for number in some)
    many = (await account.get(f"/job_statuses/show_many?ids={done['id']},V3-none"))["job_statuses"]
    assert [row["id"] for row in many] == [done["id"]]
    too_many = {"tickets": [{"id": number} for number in range(101)]}
    assert (await account.ask("PUT", "/tickets/update_many", json=too_many)).json()["error"] == "TooManyValues"


async def test_deleting_and_restoring(account: Any) -> None:
    number = next(t.n for t in account.desk.unsettled() if t.n % 2 and not t.forbidden)
    assert (await account.ask("DELETE", f"/tickets/{number}", who="agent")).status_code == 403
    assert (await account.ask("DELETE", f"/tickets/{number}")).status_code == 204
    assert number in {row["id"] for row in (await account.get("/deleted_tickets?page[size]=100"))["deleted_tickets"]}
    assert (await account.ask("PUT", f"/deleted_tickets/{number}/restore.json")).json() == {}
    assert (await account.get(f"/tickets/{number}"))["ticket"]["id"] == number
    job = (await account.ask("DELETE", f"/tickets/destroy_many?ids={number}")).json()["job_status"]
    await account.get(f"/job_statuses/{job['id']}")
    done = (await account.get(f"/job_statuses/{job['id']}"))["job_status"]
    assert done["results"] == [{"index": 0, "id": number, "account_id": ids.ACCOUNT}]
    assert account.desk.get(number).deleted


async def test_groups_and_users_that_clients_make(account: Any) -> None:
    made = await account.ask("POST", "/groups", json={"group": {"name": "Night shift"}})
    number = made.json()["group"]["id"]
    assert made.headers["location"].endswith(f"/groups/{number}.json")
    assert "Night shift" in {row["name"] for row in (await account.get("/groups?page[size]=100"))["groups"]}
    assert (await account.ask("DELETE", f"/groups/{number}")).status_code == 204
    assert (await account.ask("GET", f"/groups/{number}")).status_code == 404
    known = account.world.people[1001]
    same = await account.ask("POST", "/users/create_or_update", json={"user": {"name": "x", "email": known.email}})
    assert (same.status_code, same.json()["user"]["id"]) == (200, ids.user(1001))
    new = await account.ask("POST", "/users", json={"user": {"name": "New", "email": "new@example.org"}})
    assert new.status_code == 201
    assert (await account.get(f"/users/{new.json()['user']['id']}"))["user"]["name"] == "New"
