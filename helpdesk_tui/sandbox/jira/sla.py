"""SLA clocks in the object of Jira Service Management, the same in a search and in the service desk API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.jira.call import Call
from helpdesk_tui.sandbox.jira.catalog import SLA_NAMES
from helpdesk_tui.sandbox.jira.identity import issue_id
from helpdesk_tui.sandbox.model import SlaClock, Ticket

OFFICE = "office"
_PARIS = ZoneInfo("Europe/Paris")


def metric_of(call: Call, ticket: Ticket, metric: str) -> dict[str, Any] | None:
    """One metric's object, None where there is none: tasks carry no agreement, nor do projects without a desk."""
    if ticket.kind == "task" or call.site.directory.project(ticket) not in call.site.directory.desks():
        return None
    clocks = [clock for clock in call.site.desk.clocks(ticket) if clock.metric == metric]
    sid, name = SLA_NAMES[metric]
    shape: dict[str, Any] = {
        "id": sid,
        "name": name,
        "_links": {"self": f"{call.base}/rest/servicedeskapi/request/{issue_id(ticket.n)}/sla/{sid}"},
        "completedCycles": [_cycle(call, clock) for clock in clocks if clock.ended is not None],
    }
    for clock in clocks:
        if clock.ended is None:
            shape["ongoingCycle"] = _ongoing(call, clock)
    if call.cloud:
        shape["slaDisplayFormat"] = "NEW_SLA_FORMAT"
    return shape


def metrics(call: Call, ticket: Ticket) -> list[dict[str, Any]]:
    """All metrics of a ticket, as /request/{id}/sla lists them."""
    found = (metric_of(call, ticket, metric) for metric in SLA_NAMES)
    return [shape for shape in found if shape is not None]


def _cycle(call: Call, clock: SlaClock) -> dict[str, Any]:
    stop = clock.ended or clock.started
    shape = {
        "startTime": call.date(clock.started),
        "stopTime": call.date(stop),
        "breached": clock.breached,
        **_spans(clock),
    }
    if clock.due is not None:
        shape["breachTime"] = call.date(clock.due)
    return shape


def _ongoing(call: Call, clock: SlaClock) -> dict[str, Any]:
    shape: dict[str, Any] = {"startTime": call.date(clock.started)}
    if clock.due is not None and clock.paused_since is None:
        shape["breachTime"] = call.date(clock.due)
    shape |= {
        "breached": clock.elapsed > clock.target,
        "paused": clock.paused_since is not None,
        "withinCalendarHours": _counting_hours(call, clock),
        **_spans(clock),
    }
    return shape


def _spans(clock: SlaClock) -> dict[str, Any]:
    return {
        "goalDuration": _span(clock.target),
        "elapsedTime": _span(clock.elapsed),
        "remainingTime": _span(clock.target - clock.elapsed),
    }


def _span(seconds: int) -> dict[str, Any]:
    minutes = abs(seconds) // 60
    hours, rest = divmod(minutes, 60)
    words = f"{hours}h {rest}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"
    return {"millis": seconds * 1000, "friendly": f"-{words}" if seconds < 0 else words}


def _counting_hours(call: Call, clock: SlaClock) -> bool:
    if clock.calendar != OFFICE:
        return True
    local = _office_time(call.now)
    return local[0] < 5 and 8 * 60 <= local[1] < 18 * 60


def _office_time(seconds: int) -> tuple[int, int]:
    """Weekday and minute of the day in the office's zone."""
    local = datetime.fromtimestamp(seconds, _PARIS)
    return local.weekday(), local.hour * 60 + local.minute
