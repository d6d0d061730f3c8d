"""What may be chosen for a Jira issue is what the platform then takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from helpdesk_tui.adapters.jira.permits import AGE
from helpdesk_tui.domain.choices import Choice
from helpdesk_tui.domain.merging import kept
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Refused

if TYPE_CHECKING:
    from .conftest import Stand


async def test_transitions_come_with_what_they_demand(stand: Stand) -> None:
    truth = stand.ticket()
    found = await stand.jira.choices(stand.change(truth, title="").key)
    assert (found.source, found.status, found.limited, found.as_of) == (
        "desk", "In Progress", True, stand.world.clock.now(),
    )  # fmt: skip
    assert [(one.status, one.state, one.name) for one in found.transitions] == [
        ("Waiting for customer", State.PENDING, "Respond to customer"),
        ("Pending", State.HOLD, "Pending"),
        ("Resolved", State.SOLVED, "Resolve this issue"),
    ]
    assert [len(one.demands) for one in found.transitions] == [0, 0, 1]
    (resolution,) = found.transitions[2].missing
    assert (resolution.field, resolution.label) == ("resolution", "Resolution")
    assert resolution.choices[2] == Choice("Duplicate", "Duplicate")
    assert found.values["resolution"] == ""


async def test_priorities_links_and_what_cannot_be_written(stand: Stand) -> None:
    found = await stand.jira.choices(stand.change(stand.ticket(), title="").key)
    assert found.priority_field == "priority"
    assert found.priorities == (
        Choice("1", "Highest"), Choice("2", "High"), Choice("3", "Medium"), Choice("4", "Low"),
    )  # fmt: skip
    assert found.computed == ()
    assert found.link_kinds[:2] == (Choice("related", "relates to"), Choice("duplicate", "duplicates"))
    assert Choice("is blocked by", "is blocked by") in found.link_kinds
    assert found.cannot == {}


async def test_each_way_can_be_taken_as_it_is_offered(stand: Stand) -> None:
    for place, way in enumerate(("Waiting for customer", "Pending", "Resolved")):
        truth = stand.ticket(place=place)
        found = (await stand.jira.choices(stand.change(truth, title="").key)).to(way)
        assert found is not None
        given: dict[str, Any] = {one.field: one.choices[-1].value for one in found.missing}
        one = stand.change(truth, status=found.status, **given)
        assert kept(one, (await stand.write(one)).seen.fields) == ()


async def test_a_closed_issue_can_only_be_reopened_and_spoken_to(stand: Stand) -> None:
    found = await stand.jira.choices(stand.change(stand.ticket("closed"), title="").key)
    assert [one.status for one in found.transitions] == ["In Progress"]
    assert {"title", "priority", "tags+", "tags-", "group"} <= set(found.cannot)
    assert not {"owner", "state", "note", "reply", "link"} & set(found.cannot)


async def test_elsewhere_the_account_may_do_less(stand: Stand) -> None:
    truth = stand.ticket()
    stand.world.desk("jira").change(truth.n, 1, group=next(gid for gid in stand.world.groups if gid >= 90))
    found = await stand.jira.choices(stand.change(truth, title="").key)
    assert found.transitions == ()
    assert found.cannot["owner"] == "this account may not assign issues in this project"
    assert "no service desk" in found.cannot["note"]
    assert "reply" not in found.cannot
    for name in ("owner", "title"):
        given: dict[str, Any] = {name: "" if name == "owner" else "x"}
        with pytest.raises(Refused, match="do not have permission"):
            await stand.write(stand.change(truth, **given))


async def test_what_is_permitted_in_a_project_is_asked_once_in_ten_minutes(stand: Stand) -> None:
    tickets = [stand.ticket(place=place) for place in range(3)]
    key = stand.change(tickets[0], title="").key
    await stand.jira.choices(key)

    def asked() -> list[str]:
        found = [request.url.path.rpartition("/")[2] for request in stand.wire.seen]
        stand.wire.seen.clear()
        return found

    assert asked().count("mypermissions") >= 1
    same = [one for one in tickets if one.group == tickets[0].group] or tickets[:1]
    for one in (*same, tickets[0]):
        await stand.jira.choices(stand.change(one, title="").key)
        assert len(found := asked()) == 2, "the ways on and the issue"
        assert "mypermissions" not in found
    stand.world.clock.step(AGE)
    await stand.jira.choices(key)
    assert asked().count("mypermissions") == 1


async def test_permissions_that_could_not_be_asked_for_are_asked_for_again(stand: Stand) -> None:
    key = stand.change(stand.ticket(), title="").key

    def closed(request: httpx.Request) -> httpx.Response | None:
        gone = request.url.path.endswith("/mypermissions")
        return httpx.Response(403, json={"errorMessages": ["no"]}) if gone else None

    stand.wire.before = closed
    assert (await stand.jira.choices(key)).cannot == {}
    stand.wire.before = lambda _request: None
    stand.wire.seen.clear()
    await stand.jira.choices(key)
    assert "mypermissions" in [request.url.path.rpartition("/")[2] for request in stand.wire.seen]


async def test_where_the_project_is_the_group_it_cannot_be_changed(make_stand: Callable[..., Stand]) -> None:
    stand = make_stand(options={"group_field": "project"})
    found = await stand.jira.choices(stand.change(stand.ticket(), title="").key)
    assert "moved" in found.cannot["group"]


async def test_an_issue_that_is_not_shown_has_none(stand: Stand) -> None:
    with pytest.raises(Refused) as caught:
        await stand.jira.choices("99999999")
    assert caught.value.status == 404
