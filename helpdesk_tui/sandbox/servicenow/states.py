"""Choice lists of the task tables, and how the company's neutral words become the platform's numbers and back."""

from __future__ import annotations

from collections.abc import Mapping

from helpdesk_tui.sandbox.model import Kind, State, Ticket

TASK_TABLES: Mapping[Kind, str] = {
    "incident": "incident",
    "request": "sc_req_item",
    "task": "sc_task",
    "problem": "problem",
}
KINDS: Mapping[str, Kind] = {table: kind for kind, table in TASK_TABLES.items()}
PREFIXES: Mapping[Kind, str] = {"incident": "INC", "request": "RITM", "task": "SCTASK", "problem": "PRB"}
CLASS_LABELS: Mapping[str, str] = {
    "task": "Task", "incident": "Incident", "sc_req_item": "Requested Item", "sc_task": "Catalog Task",
    "problem": "Problem",
}  # fmt: skip

INCIDENT_STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
TASK_STATES = {
    "-5": "Pending", "1": "Open", "2": "Work in Progress", "3": "Closed Complete", "4": "Closed Incomplete",
    "7": "Closed Skipped",
}  # fmt: skip
PROBLEM_STATES = {
    "101": "New", "102": "Assess", "103": "Root Cause Analysis", "104": "Fix in Progress", "106": "Resolved",
    "107": "Closed",
}  # fmt: skip
HOLD_REASONS = {"1": "Awaiting Caller", "3": "Awaiting Problem", "4": "Awaiting Vendor", "5": "Awaiting Change"}
PRIORITIES = {"1": "1 - Critical", "2": "2 - High", "3": "3 - Moderate", "4": "4 - Low", "5": "5 - Planning"}
LEVELS = {"1": "1 - High", "2": "2 - Medium", "3": "3 - Low"}
ESCALATIONS = {"0": "Normal", "1": "Moderate", "2": "High", "3": "Overdue"}
CONTACTS = {"phone": "Phone", "email": "Email", "self-service": "Self-service", "chat": "Chat", "walk-in": "Walk-in"}
CATEGORIES = {
    "inquiry": "Inquiry / Help", "software": "Software", "hardware": "Hardware", "network": "Network",
    "database": "Database",
}  # fmt: skip
CLOSE_CODES = (
    "Duplicate", "Known error", "No resolution provided", "Resolved by caller", "Resolved by change",
    "Resolved by problem",
    "Resolved by request", "Solution provided", "User error", "Workaround provided",
)  # fmt: skip

STATES: Mapping[Kind, Mapping[str, str]] = {
    "incident": INCIDENT_STATES, "request": TASK_STATES, "task": TASK_STATES, "problem": PROBLEM_STATES,
}  # fmt: skip
_TASK: Mapping[str, State] = {"-5": "pending", "1": "new", "2": "open", "3": "closed", "4": "closed", "7": "closed"}
NEUTRAL: Mapping[Kind, Mapping[str, State]] = {
    "incident": {"1": "new", "2": "open", "3": "hold", "6": "solved", "7": "closed", "8": "closed"},
    "request": _TASK,
    "task": _TASK,
    "problem": {"101": "new", "102": "open", "103": "open", "104": "open", "106": "solved", "107": "closed"},
}
_DEFAULT: Mapping[Kind, Mapping[State, str]] = {
    "incident": {"new": "1", "open": "2", "pending": "3", "hold": "3", "solved": "6", "closed": "7"},
    "request": {"new": "1", "open": "2", "pending": "-5", "hold": "-5", "solved": "3", "closed": "3"},
    "task": {"new": "1", "open": "2", "pending": "-5", "hold": "-5", "solved": "3", "closed": "3"},
    "problem": {"new": "101", "open": "103", "pending": "104", "hold": "104", "solved": "106", "closed": "107"},
}

MATRIX: Mapping[tuple[str, str], str] = {
    ("1", "1"): "1", ("1", "2"): "2", ("2", "1"): "2", ("1", "3"): "3", ("2", "2"): "3", ("3", "1"): "3",
    ("2", "3"): "4", ("3", "2"): "4", ("3", "3"): "5",
}  # fmt: skip
"""Priority from impact and urgency, as it comes."""
_LEVELS_OF: Mapping[int, tuple[tuple[str, str], ...]] = {
    1: (("1", "1"),), 2: (("1", "2"), ("2", "1")), 3: (("2", "2"), ("1", "3"), ("3", "1")), 4: (("2", "3"), ("3", "2")),
}  # fmt: skip


def number(ticket: Ticket) -> str:
    """The ticket's number, `INC0000060`."""
    return f"{PREFIXES[ticket.kind]}{ticket.n:07d}"


def ordinal(text: str) -> int:
    """The ordinal in a number, 0 where it is none."""
    digits = text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def state(ticket: Ticket) -> str:
    """The platform's state: what a client wrote while that still means the same, else the state's usual number."""
    neutral = _plain(ticket.state)
    written = ticket.marks.get("state", "")
    if written and _plain(NEUTRAL[ticket.kind].get(written, "new")) == neutral and written in NEUTRAL[ticket.kind]:
        return written
    return _DEFAULT[ticket.kind][ticket.state]


def number_of(kind: Kind, neutral: str) -> str:
    """The usual number of a neutral state's name, "" where it is none."""
    for name, value in _DEFAULT[kind].items():
        if name == neutral:
            return value
    return ""


def _plain(neutral: State) -> State:
    return "hold" if neutral == "pending" else neutral


def is_active(ticket: Ticket) -> bool:
    """Resolved incidents and problems are still active; catalog work is not once it is complete."""
    if ticket.state == "solved":
        return ticket.kind in {"incident", "problem"}
    return ticket.state != "closed"


def hold_reason(ticket: Ticket) -> str:
    """Why an incident is on hold, "" where it is not."""
    if ticket.state not in {"pending", "hold"}:
        return ""
    if "hold_reason" in ticket.marks:
        written = ticket.marks["hold_reason"]
        if (written == "1") == (ticket.state == "pending"):
            return written
    return "1" if ticket.state == "pending" else ("4", "5", "4", "3")[ticket.n % 4]


def levels(ticket: Ticket) -> tuple[str, str]:
    """Impact and urgency: as written while they give the ticket's priority, else a pair that does."""
    usual = _LEVELS_OF[ticket.priority]
    fallback = usual[ticket.n % len(usual)]
    if "impact" not in ticket.marks and "urgency" not in ticket.marks:
        return fallback
    pair = (ticket.marks.get("impact", fallback[0]), ticket.marks.get("urgency", fallback[1]))
    return pair if min(int(MATRIX.get(pair, "0")), 4) == ticket.priority else fallback


def priority(ticket: Ticket) -> str:
    """The calculated priority, 1 to 5."""
    return MATRIX[levels(ticket)]
