"""SLA clocks in the platform's shape: time left in exactly one unit, rounded, negative after the breach."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import SlaClock, Ticket
from helpdesk_tui.sandbox.zendesk.account import Account, Call, Json
from helpdesk_tui.sandbox.zendesk.people import FOUNDED
from helpdesk_tui.sandbox.zendesk.text import offset_stamp, stamp

METRICS = {"first_response": "first_reply_time", "next_reply": "next_reply_time", "resolution": "requester_wait_time"}
_EVENT_METRICS = {"first_response": "reply_time", "next_reply": "reply_time", "resolution": "requester_wait_time"}
_POLICY = 6_130_852_539_034


def policy_metrics(account: Account, ticket: Ticket, *, offset_form: bool = False) -> list[Json]:
    """The clocks of a ticket now; nothing for a deleted one."""
    if ticket.deleted:
        return []
    return [_metric(clock, account.now, offset_form) for clock in account.desk.clocks(ticket)]


def _metric(clock: SlaClock, now: int, offset_form: bool) -> Json:
    stage = "achieved" if clock.ended is not None else "paused" if clock.paused_since is not None else "active"
    row: Json = {"breach_at": None, "stage": stage, "metric": METRICS[clock.metric]}
    if clock.due is None:
        left = clock.target - clock.elapsed
    else:
        row["breach_at"] = offset_stamp(clock.due) if offset_form else stamp(clock.due)
        left = clock.due - (clock.ended if clock.ended is not None else now)
    unit, size = ("days", 86_400) if abs(left) >= 172_800 else ("hours", 3600) if abs(left) >= 7200 else ("minutes", 60)
    row[unit] = round(left / size)
    return row


def policies(call: Call) -> Json:
    """GET /slas/policies: targets in minutes, taken from the clocks that run; no cursor paging here."""
    targets: dict[tuple[str, int], tuple[int, bool]] = {}
    for ticket in call.account.desk.unsettled()[:2000]:
        for clock in call.account.desk.clocks(ticket):
            goal = (clock.target // 60, clock.calendar != "24x7")
            targets.setdefault((METRICS[clock.metric], ticket.priority), goal)
    names = {1: "urgent", 2: "high", 3: "normal", 4: "low"}
    rows: list[Json] = [
        {
            "priority": names[priority],
            "metric": metric,
            "target": target,
            "target_in_seconds": target * 60,
            "business_hours": office,
        }
        for (metric, priority), (target, office) in sorted(targets.items())
    ]
    policy: Json = {
        "url": call.link(f"/slas/policies/{_POLICY}"),
        "id": _POLICY,
        "title": "Every request",
        "description": "Targets by priority",
        "position": 1,
        "filter": {"all": [{"field": "type", "operator": "is_not", "value": "task"}], "any": []},
        "policy_metrics": rows,
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
    }
    return {"sla_policies": [policy], "count": 1, "next_page": None, "previous_page": None}


def metric_events(account: Account, ticket: Ticket) -> list[tuple[int, Json]]:
    """(instant, event) for each step of each clock of a ticket; a breach that lies ahead is not told."""
    found: list[tuple[int, Json]] = []
    replies = 0
    for place, clock in enumerate(account.desk.clocks(ticket)):
        metric = _EVENT_METRICS[clock.metric]
        replies += metric == "reply_time"
        base: Json = {"ticket_id": ticket.n, "metric": metric, "instance_id": replies if metric == "reply_time" else 1}
        goal = {
            "target": clock.target // 60,
            "target_in_seconds": clock.target,
            "business_hours": clock.calendar != "24x7",
        }
        policy = {"id": _POLICY, "title": "Every request", "description": None}
        steps: list[tuple[int, Json]] = [
            (clock.started, {"type": "activate"}),
            (clock.started, {"type": "apply_sla", "sla": goal | {"policy": policy}}),
        ]
        if clock.paused_since is not None:
            steps.append((clock.paused_since, {"type": "pause"}))
        if clock.breached and clock.due is not None and clock.due <= account.now:
            steps.append((clock.due, {"type": "breach"}))
        if clock.ended is not None:
            steps.append((clock.ended, {"type": "fulfill"}))
            spent = {"business": clock.elapsed // 60, "calendar": (clock.ended - clock.started) // 60}
            steps.append((clock.ended, {"type": "update_status", "status": spent}))
        for number, (at, more) in enumerate(steps):
            ident = 6_300_000_000_000 + ticket.n * 512 + place * 16 + number
            found.append((at, {"id": ident} | base | {"time": stamp(at), "deleted": False} | more))
    return found
