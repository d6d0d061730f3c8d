"""Everything Zendesk may answer to a write means one thing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from helpdesk_tui.errors import AuthFailed, Garbled, Moved, PlatformError, Refused, Throttled, Unreachable
from helpdesk_tui.sandbox.zendesk import Settings

from .written import a_ticket, change, write


def answer(status: int, headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    return httpx.Response(status, headers=headers, **given)


ANSWERS: dict[str, tuple[httpx.Response, type[PlatformError], str]] = {
    "422": (
        answer(422, json={"error": "RecordInvalid", "description": "Record validation errors", "details": {
            "status": [{"description": "Status: closed prevents ticket update", "error": "ClosedTicket"}],
            "base": [{"description": "Cause: needs to be filled"}]}}),
        Refused,
        "^status: Status: closed prevents ticket update; Cause: needs to be filled$",
    ),
    "403": (answer(403, json={"error": {"title": "Forbidden", "message": "not yours"}}), Refused, "not yours"),
    "404": (answer(404, json={"error": "RecordNotFound", "description": "Not found"}), Refused, "Not found"),
    "400": (answer(400, json={"error": {"title": "Invalid attribute", "message": "id"}}), Refused, "id"),
    "401": (answer(401, json={"error": "Couldn't authenticate you"}), AuthFailed, "authenticate"),
    "409 outdated": (answer(409, json={"error": "UpdateConflict", "description": "late"}), Moved, "late"),
    "409 collision": (
        answer(409, json={"error": "DatabaseConflict", "description": "Database collision"}), Unreachable, "collision",
    ),
    "409 without a word": (answer(409, text="<h1>no</h1>"), Unreachable, "met another"),
    "429": (answer(429, {"Retry-After": "7"}, json={"errors": [{"title": "Too many"}]}), Throttled, "Too many"),
    "503 with a pause": (answer(503, {"Retry-After": "7"}, text="busy"), Throttled, "busy"),
    "502": (answer(502, html="<title>Bad gateway</title>"), Unreachable, "Bad gateway"),
    "sign-in page": (answer(200, html="<title>Sign in</title>"), Garbled, "Sign in"),
    "200 with an error": (answer(200, json={"error": "Oops", "description": "no"}), Garbled, "without the ticket"),
    "another ticket": (
        answer(200, json={"ticket": {"id": 1, "status": "open", "created_at": "2026-01-01T00:00:00Z",
                                     "updated_at": "2026-01-01T00:00:00Z"}}),
        Garbled,
        "another ticket",
    ),
    "half": (answer(200, content=b'{"ticket":{"id":', headers={"Content-Type": "application/json"}), Garbled, "JSON"),
    "empty": (answer(200, content=b""), Garbled, "without"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
async def test_every_answer_to_a_write_means_something(floor: Any, signed_in: Any, name: str) -> None:
    adapter = await signed_in()
    response, error, words = ANSWERS[name]
    truth = a_ticket(floor)
    one = change(floor, truth, note="once")
    seen = await adapter.look(one.key)
    floor.transport.before = lambda r: response if r.method == "PUT" else None
    with pytest.raises(error, match=words):
        await adapter.write(one, seen)
    puts = [request for request in floor.transport.requests if request.method == "PUT"]
    assert len(puts) == (2 if name == "401" else 1), "a write is never repeated, but for a sign-in that was refused"


async def test_the_budget_of_one_ticket_holds_up_no_other(make_floor: Any) -> None:
    floor = make_floor(settings=Settings(enforce_limits=True, per_minute=5000, ticker=lambda: 0.0))
    adapter = floor.adapter()
    await adapter.check()
    truth = a_ticket(floor)
    for number in range(30):
        await write(adapter, change(floor, truth, note=f"{number}"))
    with pytest.raises(Throttled, match="too many updates of this ticket") as caught:
        await write(adapter, change(floor, truth, note="one more"))
    assert (caught.value.whole, caught.value.retry_after) == (False, 600)
    for number in range(69):
        await write(adapter, change(floor, a_ticket(floor, 1 + number % 5), note=f"{number}"))
    with pytest.raises(Throttled, match="Too many requests to update") as caught:
        await write(adapter, change(floor, a_ticket(floor, 6), note="one more"))
    assert (caught.value.whole, caught.value.retry_after) == (True, 60)
    await adapter.close()
