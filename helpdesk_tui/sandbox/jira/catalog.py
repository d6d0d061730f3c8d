"""What this Jira is configured with: statuses, priorities, issue types, fields, and the names of things.

Everything here is a table: the words are those of a Jira Service Management site made from the usual IT template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from helpdesk_tui.sandbox.model import Kind, State
from helpdesk_tui.sandbox.topics import CUSTOMER_TOPICS, STAFF_TOPICS

CLOUD_ID: Final = "6f1d0a3e-5a5c-4a53-9c0e-0d6a3f7b2c11"
"""The identifier under which the gateway (`/ex/jira/{cloudId}`) serves this site."""


@dataclass(frozen=True, slots=True)
class Status:
    """A workflow status and its fixed category."""

    sid: str
    name: str
    category: str
    state: State


STATUSES: Final = (
    Status("1", "Open", "new", "new"),
    Status("3", "In Progress", "indeterminate", "open"),
    Status("10003", "Waiting for customer", "indeterminate", "pending"),
    Status("10004", "Pending", "indeterminate", "hold"),
    Status("5", "Resolved", "done", "solved"),
    Status("6", "Closed", "done", "closed"),
)
BY_STATE: Final = {status.state: status for status in STATUSES}
CATEGORIES: Final = {
    "undefined": (1, "medium-gray", "No Category"),
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}
TRANSITIONS: Final[dict[State, tuple[State, ...]]] = {
    "new": ("open", "pending", "hold", "solved"),
    "open": ("pending", "hold", "solved"),
    "pending": ("open", "hold", "solved"),
    "hold": ("open", "pending", "solved"),
    "solved": ("open", "closed"),
    "closed": ("open",),
}
TRANSITION_NAMES: Final[dict[State, tuple[int, str]]] = {
    "new": (11, "Reset"),
    "open": (21, "Start work"),
    "pending": (31, "Respond to customer"),
    "hold": (41, "Pending"),
    "solved": (51, "Resolve this issue"),
    "closed": (61, "Close"),
}
PRIORITIES: Final = {
    1: ("1", "Highest", "#d04437"),
    2: ("2", "High", "#f15C75"),
    3: ("3", "Medium", "#f79232"),
    4: ("4", "Low", "#707070"),
}
CATEGORY_OPTIONS: Final = {
    name: str(10_200 + place)
    for place, name in enumerate(sorted({topic.category for topic in (*STAFF_TOPICS, *CUSTOMER_TOPICS)}))
}
"""The options of the field Category."""
RESOLUTIONS: Final = (("10000", "Done"), ("10001", "Won't Do"), ("10002", "Duplicate"), ("10003", "Cannot Reproduce"))
ISSUE_TYPES: Final[dict[Kind, tuple[str, str]]] = {
    "incident": ("10010", "[System] Incident"),
    "request": ("10011", "[System] Service request"),
    "task": ("10012", "Task"),
    "problem": ("10013", "[System] Problem"),
}
REQUEST_TYPES: Final[dict[Kind, tuple[str, str]]] = {
    "incident": ("25", "Report a system problem"),
    "request": ("26", "Get IT help"),
    "problem": ("27", "Investigate a problem"),
}
"""Tasks have none: they are made by the desk and never shown in the portal."""

F_REQUEST_TYPE: Final = "customfield_10010"
F_ORGANISATIONS: Final = "customfield_10002"
F_PARTICIPANTS: Final = "customfield_10026"
F_RESOLUTION_SLA: Final = "customfield_10030"
F_RESPONSE_SLA: Final = "customfield_10031"
F_CATEGORY: Final = "customfield_10050"
F_GROUP: Final = "customfield_10055"

SLA_FIELDS: Final = {"first_response": F_RESPONSE_SLA, "resolution": F_RESOLUTION_SLA}
SLA_NAMES: Final = {"first_response": ("57", "Time to first response"), "resolution": ("58", "Time to resolution")}

_SYSTEM: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("issuetype", "Issue Type", "issuetype", ""),
    ("summary", "Summary", "string", ""),
    ("description", "Description", "string", ""),
    ("status", "Status", "status", ""),
    ("priority", "Priority", "priority", ""),
    ("assignee", "Assignee", "user", ""),
    ("reporter", "Reporter", "user", ""),
    ("creator", "Creator", "user", ""),
    ("project", "Project", "project", ""),
    ("created", "Created", "datetime", ""),
    ("updated", "Updated", "datetime", ""),
    ("resolution", "Resolution", "resolution", ""),
    ("resolutiondate", "Resolved", "datetime", ""),
    ("labels", "Labels", "array", "string"),
    ("components", "Components", "array", "component"),
    ("fixVersions", "Fix versions", "array", "version"),
    ("versions", "Affects versions", "array", "version"),
    ("duedate", "Due date", "date", ""),
    ("comment", "Comment", "comments-page", ""),
    ("attachment", "Attachment", "array", "attachment"),
    ("issuelinks", "Linked Issues", "array", "issuelinks"),
    ("subtasks", "Sub-tasks", "array", "issuelinks"),
    ("watches", "Watchers", "watches", ""),
    ("votes", "Votes", "votes", ""),
    ("worklog", "Log Work", "array", "worklog"),
    ("timetracking", "Time tracking", "timetracking", ""),
    ("environment", "Environment", "string", ""),
    ("security", "Security Level", "securitylevel", ""),
    ("statuscategorychangedate", "Status Category Changed", "datetime", ""),
    ("lastViewed", "Last Viewed", "datetime", ""),
)
_SD: Final = "com.atlassian.servicedesk:"
_CUSTOM: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    (F_REQUEST_TYPE, "Request Type", "sd-customerrequesttype", "", f"{_SD}vp-origin"),
    (F_ORGANISATIONS, "Organizations", "array", "sd-customerorganization", f"{_SD}sd-customer-organizations"),
    (F_PARTICIPANTS, "Request participants", "array", "user", f"{_SD}sd-request-participants"),
    (F_RESOLUTION_SLA, "Time to resolution", "sd-servicelevelagreement", "", f"{_SD}sd-sla-field"),
    (F_RESPONSE_SLA, "Time to first response", "sd-servicelevelagreement", "", f"{_SD}sd-sla-field"),
    (F_CATEGORY, "Category", "option", "", "com.atlassian.jira.plugin.system.customfieldtypes:select"),
    (F_GROUP, "Assignment group", "group", "", "com.atlassian.jira.plugin.system.customfieldtypes:grouppicker"),
)
MULTI_VALUED: Final = frozenset({"comment", "worklog", "attachment"})
NAMES: Final = {row[0]: row[1] for row in _SYSTEM} | {row[0]: row[1] for row in _CUSTOM}
ORDER: Final = tuple(NAMES)
NAVIGABLE: Final = tuple(name for name in ORDER if name not in MULTI_VALUED)
ADF_FIELDS: Final = frozenset({"description", "environment"})


def field_list() -> list[dict[str, object]]:
    """The answer of GET /field."""
    return [_system(*row) for row in _SYSTEM] + [_custom(*row) for row in _CUSTOM]


def schema(name: str) -> dict[str, object]:
    """The schema of one field, as `expand=schema` and createmeta show it."""
    for entry in field_list():
        if entry["id"] == name:
            found = entry["schema"]
            return found if isinstance(found, dict) else {}
    return {"type": "any"}


def _system(fid: str, name: str, kind: str, items: str) -> dict[str, object]:
    shape: dict[str, object] = {"type": kind, "system": fid}
    if items:
        shape["items"] = items
    return {
        "id": fid,
        "key": fid,
        "name": name,
        "custom": False,
        "orderable": fid not in ("created", "updated", "comment"),
        "navigable": fid not in MULTI_VALUED,
        "searchable": True,
        "clauseNames": [fid],
        "schema": shape,
    }


def _custom(fid: str, name: str, kind: str, items: str, custom: str) -> dict[str, object]:
    number = int(fid.removeprefix("customfield_"))
    shape: dict[str, object] = {"type": kind, "custom": custom, "customId": number}
    if items:
        shape["items"] = items
    return {
        "id": fid,
        "key": fid,
        "name": name,
        "custom": True,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [f"cf[{number}]", name],
        "schema": shape,
    }
