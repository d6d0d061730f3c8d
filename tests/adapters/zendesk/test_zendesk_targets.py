"""Targets come from the account's policies where these leave no doubt, and are said to be unknown where they do."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.zendesk.mapping import clocks_of
from helpdesk_tui.adapters.zendesk.targets import PolicyRow, agreed
from helpdesk_tui.adapters.zendesk.wire import TicketRow
from helpdesk_tui.domain.sla.alarms import Running, stages

H = 3600


def policy(*metrics: dict[str, Any]) -> tuple[PolicyRow, int]:
    return PolicyRow.model_validate({"policy_metrics": metrics}), 60


def metric(
    target: object, *, priority: str = "high", name: str = "first_reply_time", office: bool = False
) -> dict[str, Any]:
    return {"priority": priority, "metric": name, "target": target, "business_hours": office}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([policy(metric(60))], (H, "calendar hours")),
        ([policy(metric(60, office=True)), policy(metric(60, office=True))], (H, "business hours")),
        ([policy(metric(60)), policy(metric(90))], None),
        ([policy(metric(60)), policy(metric(60, office=True))], None),
        ([policy(metric(60)), policy(metric(90, priority="low"))], (H, "calendar hours")),
        ([policy(metric(60) | {"target_in_seconds": 3599})], (3599, "calendar hours")),
        ([policy(metric(0))], None),
        ([policy(metric(60)), policy(metric("soon", priority="low"))], None),
    ],
)
def test_a_target_is_taken_where_all_policies_agree(rows: list[tuple[PolicyRow, int]], expected: object) -> None:
    assert agreed(rows).get(("first_reply_time", "high")) == expected


def test_group_policies_count_seconds() -> None:
    row = PolicyRow.model_validate({"policy_metrics": [metric(3600, name="group_ownership_time")]})
    assert agreed([(row, 1)])["group_ownership_time", "high"].seconds == H


def test_a_clock_with_a_target_warns_before_its_breach() -> None:
    raw = {"id": 1, "status": "open", "priority": "high", "created_at": None, "updated_at": None}
    told = {"policy_metrics": [{"metric": "first_reply_time", "stage": "active", "breach_at": "2026-11-22T10:00:00Z"}]}
    row = TicketRow.model_validate({**raw, "slas": told})
    shares = []
    for targets in ({}, {("first_reply_time", "high"): (H, "calendar hours")}):
        ((clock,), _) = clocks_of(row, "zd", 7, "x", targets)
        place = (1, "zd", "1", clock.ident, "", clock.due_at, clock.started_at, clock.target, clock.calendar, "remote")
        shares.append([(stage.at - clock.due_at, stage.name) for stage in stages(Running(*place), (75, 90), None)])
    assert shares == [[(0, "breached")], [(-900, "75"), (-360, "90"), (0, "breached")]]


async def test_they_are_learnt_with_the_sign_in(floor: Any) -> None:
    adapter = floor.adapter()
    await adapter.check()
    targets = adapter._reader.targets
    assert {metric for metric, _ in targets} >= {"first_reply_time", "requester_wait_time"}
    truth = {clock.target for ticket in floor.desk.unsettled() for clock in floor.desk.clocks(ticket)}
    assert {target.seconds for target in targets.values()} <= truth
    assert {target.calendar for target in targets.values()} <= {"calendar hours", "business hours"}
    await adapter.close()


@pytest.mark.parametrize("status", [403, 404])
async def test_an_account_without_policies_has_no_targets(floor: Any, status: int) -> None:
    def refuse(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(status, json={"error": "no"}) if "slas/policies" in request.url.path else None

    floor.transport.before = refuse
    adapter = floor.adapter()
    await adapter.check()
    assert adapter._reader.targets == {}
    await adapter.close()
