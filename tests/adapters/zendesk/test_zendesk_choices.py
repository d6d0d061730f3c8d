"""What may be chosen for a Zendesk ticket, and that what is offered is taken."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from helpdesk_tui.domain.merging import kept
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Refused

from .written import CODE, OTHERS, a_ticket, change, settle, write


async def test_statuses_go_where_the_platform_lets_them(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in("agent")
    truth = next(t for t in floor.open_now().values() if t.state == "open" and t.owner and t.n % 11)
    found = await adapter.choices(str(truth.n))
    assert (found.source, found.key, found.status, found.as_of) == ("zd", str(truth.n), "Open", floor.clock.now())
    assert [one.status for one in found.transitions] == [
        "Work scheduled",
        "Pending",
        "On-hold",
        "Parts on order",
        "Solved",
    ]
    assert [one.status for one in found.meaning(State.HOLD)] == ["On-hold", "Parts on order"]
    assert [(one.value, one.word) for one in found.priorities] == [
        ("1", "urgent"),
        ("2", "high"),
        ("3", "normal"),
        ("4", "low"),
    ]
    for one in found.transitions:
        wish = change(floor, truth, status=one.status)
        assert kept(wish, (await write(adapter, wish)).seen.fields) == ()


async def test_new_tickets_may_stay_new_and_no_other_becomes_so(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    fresh = next(t for t in floor.open_now().values() if t.state == "new")
    assert (await adapter.choices(str(fresh.n))).to("new") is None, "that is where it is"
    assert (await adapter.choices(str(fresh.n))).meaning(State.OPEN)


async def test_solving_tells_what_it_demands_and_what_the_ticket_holds(floor: Any, signed_in: Any) -> None:
    settle(floor, fields=(CODE, *OTHERS))
    adapter = await signed_in()
    truth = a_ticket(floor)
    found = await adapter.choices(str(truth.n))
    solved = found.to("solved")
    assert solved is not None
    (demand,) = solved.missing
    assert (demand.field, demand.label, [one.value for one in demand.choices]) == (
        "4711",
        "Resolution code",
        ["fixed", "workaround"],
    )
    assert found.values.items() >= {"4711": "", "4712": "false", "4713": ""}.items()
    for other in found.transitions:
        assert other.missing == (() if other.state is not State.SOLVED else (demand,))
    await write(adapter, change(floor, truth, **{"4711": "fixed"}))
    solved = (await adapter.choices(str(truth.n))).to("solved")
    assert solved is not None
    assert [one.field for one in solved.demands] == ["4711"]
    assert solved.missing == ()


async def test_a_forms_conditions_and_a_missing_owner_are_demands(floor: Any, signed_in: Any) -> None:
    settle(floor, fields=(CODE, *OTHERS))
    adapter = await signed_in()
    truth = a_ticket(floor)
    floor.desk.change(truth.n, 1, owner=0, marks={"field:4711": "fixed"})
    conditions = [
        {"parent_field_id": 4711, "value": "fixed", "child_fields": [
            {"id": 4712, "required_on_statuses": {"type": "SOME_STATUSES", "statuses": ["pending"]}},
            {"id": 4713, "required_on_statuses": {"type": "ALL_STATUSES"}},
            {"id": 4714, "is_required": True},
            "nonsense"]},
        {"parent_field_id": 4711, "value": "workaround", "child_fields": [{"id": 4714, "required_on_statuses": {
            "type": "ALL_STATUSES"}}]},
        7,
    ]  # fmt: skip
    inner = floor.transport.inner

    class Formed(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("ticket_forms"):
                form = {"id": 1, "default": True, "ticket_field_ids": [4711], "agent_conditions": conditions}
                return httpx.Response(200, json={"ticket_forms": [form]})
            if request.url.path.endswith("account/settings"):
                return httpx.Response(403)
            answer: httpx.Response = await inner.handle_async_request(request)
            return answer

    floor.transport.inner = Formed()
    found = await adapter.choices(str(truth.n))
    missing = {one.status: [demand.field for demand in one.missing] for one in found.transitions}
    assert missing["Solved"] == ["owner", "4713", "4714"]
    assert missing["Pending"] == ["4712", "4713"]
    assert missing["On-hold"] == ["4713"]
    sites = next(one for one in found.transitions[-1].demands if one.field == "4713")
    assert sites.many
    assert sites.fillable


async def test_an_account_that_tells_nothing_has_the_usual_statuses(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    closed_lists = ("custom_statuses", "ticket_fields", "ticket_forms", "settings")
    floor.transport.before = lambda r: httpx.Response(403) if r.url.path.endswith(closed_lists) else None
    found = await adapter.choices(str(truth.n))
    assert {one.state for one in found.transitions} == {State.PENDING, State.HOLD, State.SOLVED}


async def test_closed_and_gone_tickets_say_so(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth, gone = a_ticket(floor), a_ticket(floor, 1)
    floor.desk.change(truth.n, 1, state="closed")
    found = await adapter.choices(str(truth.n))
    assert (found.status, found.transitions, "closed for good" in found.cannot["owner"]) == ("Closed", (), True)
    floor.desk.delete(gone.n, 1)
    for key in (str(gone.n), "999999", "x"):
        with pytest.raises(Refused) as caught:
            await adapter.choices(key)
        assert caught.value.status == 404
