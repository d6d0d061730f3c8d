"""Status categories, the custom statuses that belong to them, priorities and types, as this account is set up."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import State, Ticket
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.people import FOUNDED
from helpdesk_tui.sandbox.zendesk.text import stamp

ORDER = ("new", "open", "pending", "hold", "solved", "closed", "deleted")
PRIORITIES = {1: "urgent", 2: "high", 3: "normal", 4: "low"}
TYPES = {"incident": "incident", "request": "question", "task": "task", "problem": "problem"}

_FIRST = 6_130_830_355_738
_CUSTOM: tuple[tuple[int, State, str, bool], ...] = (
    (0, "new", "New", True),
    (1, "open", "Open", True),
    (2, "pending", "Pending", True),
    (3, "hold", "On-hold", True),
    (4, "solved", "Solved", True),
    (5, "hold", "Parts on order", False),
    (6, "open", "Work scheduled", False),
)
_BY_ID: dict[int, State] = {_FIRST + place * 128: category for place, category, _, _ in _CUSTOM}
_DEFAULT: dict[str, int] = {category: _FIRST + place * 128 for place, category, _, default in _CUSTOM if default}
_DEFAULT["closed"] = _DEFAULT["solved"]


def category(custom_status: int) -> State | None:
    """The status category a custom status belongs to, None for an unknown one."""
    return _BY_ID.get(custom_status)


def usual(state: State) -> int:
    """The default custom status of a category."""
    return _DEFAULT[state]


def custom_status(ticket: Ticket) -> int:
    """The custom status of a ticket: what a client set, else one that fits; there is none for closed."""
    chosen = ticket.marks.get("custom_status_id", "")
    if chosen.isdigit() and _BY_ID.get(int(chosen)) == ticket.state:
        return int(chosen)
    if ticket.state == "hold" and ticket.n % 3 == 0:
        return _FIRST + 5 * 128
    if ticket.state == "open" and ticket.n % 11 == 0:
        return _FIRST + 6 * 128
    return _DEFAULT[ticket.state]


def status(ticket: Ticket) -> str:
    """The status as exports show it: deleted tickets have one of their own."""
    return "deleted" if ticket.deleted else ticket.state


def custom_statuses(call: Call) -> Json:
    """GET /custom_statuses: not paged, for any role; descriptions may be null."""
    active, default = call.query.get("active"), call.query.get("default")
    wanted = {part for part in (call.query.get("status_categories") or "").split(",") if part}
    rows: list[Json] = [
        {
            "url": call.link(f"/custom_statuses/{_FIRST + place * 128}"),
            "id": _FIRST + place * 128,
            "status_category": state,
            "agent_label": label,
            "end_user_label": label,
            "description": None,
            "end_user_description": None,
            "active": True,
            "default": is_default,
            "created_at": stamp(FOUNDED),
            "updated_at": stamp(FOUNDED),
        }
        for place, state, label, is_default in _CUSTOM
        if (not wanted or state in wanted) and (default is None or (default == "true") == is_default)
    ]
    return {"custom_statuses": rows if active != "false" else []}
