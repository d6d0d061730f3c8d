"""Issues as Jira shows them: each field is made only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from helpdesk_tui.sandbox.jira import adf, history, links, sla
from helpdesk_tui.sandbox.jira.call import Call, self_of
from helpdesk_tui.sandbox.jira.catalog import (
    ADF_FIELDS,
    BY_STATE,
    CATEGORIES,
    CATEGORY_OPTIONS,
    F_CATEGORY,
    F_GROUP,
    F_ORGANISATIONS,
    F_PARTICIPANTS,
    F_REQUEST_TYPE,
    ISSUE_TYPES,
    NAMES,
    NAVIGABLE,
    ORDER,
    PRIORITIES,
    REQUEST_TYPES,
    RESOLUTIONS,
    SLA_FIELDS,
    Status,
    schema,
)
from helpdesk_tui.sandbox.jira.identity import desk_id, issue_id
from helpdesk_tui.sandbox.jira.users import group_json, user
from helpdesk_tui.sandbox.model import Ticket

Maker = Callable[[Call, Ticket], object]
COMMENTS_IN_SEARCH = 20
_EXPANDS = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
CHANGELOG_IN_SEARCH = {True: 40, False: 100}


def status_json(call: Call, status: Status) -> dict[str, Any]:
    """A status with its category."""
    number, colour, name = CATEGORIES[status.category]
    return {
        "self": call.api(f"status/{status.sid}"),
        "description": "",
        "iconUrl": f"{call.base}/images/icons/statuses/generic.png",
        "name": status.name,
        "id": status.sid,
        "statusCategory": {
            "self": call.api(f"statuscategory/{number}"),
            "id": number,
            "key": status.category,
            "colorName": colour,
            "name": name,
        },
    }


def priority_json(call: Call, number: int) -> dict[str, Any]:
    """A priority as a field value."""
    pid, name, _ = PRIORITIES[number]
    return {
        "self": call.api(f"priority/{pid}"),
        "iconUrl": f"{call.base}/images/priority/{pid}.svg",
        "name": name,
        "id": pid,
    }


def project_json(call: Call, key: str) -> dict[str, Any]:
    """A project as a field value."""
    directory = call.site.directory
    pid = directory.project_id(key)
    return {
        "self": call.api(f"project/{pid}"),
        "id": pid,
        "key": key,
        "name": directory.project_name(key),
        "projectTypeKey": "service_desk" if key in directory.desks() else "business",
        "simplified": False,
        "avatarUrls": {"48x48": f"{call.base}/avatar/project/{pid}"},
    }


def type_json(call: Call, ticket: Ticket) -> dict[str, Any]:
    """The issue type as a field value."""
    tid, name = ISSUE_TYPES[ticket.kind]
    return {
        "self": call.api(f"issuetype/{tid}"),
        "id": tid,
        "description": "",
        "iconUrl": f"{call.base}/images/issuetype/{tid}.svg",
        "name": name,
        "subtask": False,
        "hierarchyLevel": 0,
    }


def issue_type(call: Call, tid: str, name: str) -> dict[str, Any]:
    """An issue type on its own."""
    return {
        "self": call.api(f"issuetype/{tid}"),
        "id": tid,
        "name": name,
        "description": "",
        "subtask": False,
        "hierarchyLevel": 0,
    }


def resolution_of(ticket: Ticket) -> str:
    """The resolution's name, "" while there is none: settled without one where a client forgot to give it."""
    if ticket.state not in ("solved", "closed"):
        return ""
    return ticket.marks.get("resolution", RESOLUTIONS[0][1])


def _resolution(call: Call, ticket: Ticket) -> object:
    name = resolution_of(ticket)
    rid = next((rid for rid, known in RESOLUTIONS if known == name), "")
    return {"self": call.api(f"resolution/{rid}"), "id": rid, "name": name, "description": ""} if rid else None


def _resolved_at(call: Call, ticket: Ticket) -> object:
    at = ticket.solved or ticket.closed
    return call.moment(at) if resolution_of(ticket) and at else None


def _category_changed(call: Call, ticket: Ticket) -> object:
    moved = [event.at for event in ticket.events if event.kind in history.MOVES]
    return call.moment(moved[-1] if moved else ticket.created)


def _comments(call: Call, ticket: Ticket) -> object:
    places = history.places(call, ticket)
    shown = [history.comment(call, ticket, place) for place in places[-COMMENTS_IN_SEARCH:]]
    return {
        "comments": shown,
        "self": self_of(call, ticket) + "/comment",
        "maxResults": len(shown),
        "total": len(places),
        "startAt": 0,
    }


def is_request(call: Call, ticket: Ticket) -> bool:
    """Whether a ticket is a request of a service desk: tasks are none, and what left the desk no longer is."""
    return ticket.kind in REQUEST_TYPES and call.site.directory.project(ticket) in call.site.directory.desks()


def request_type(call: Call, ticket: Ticket) -> dict[str, Any] | None:
    """The Request Type field, null for what is no request."""
    key = call.site.directory.project(ticket)
    if not is_request(call, ticket):
        return None
    rid, name = REQUEST_TYPES[ticket.kind]
    desk, number = desk_id(call.site.directory, key), issue_id(ticket.n)
    status = BY_STATE[ticket.state]
    label = call.site.directory.key(ticket)
    return {
        "_links": {
            "jiraRest": f"{call.base}/rest/api/2/issue/{number}",
            "web": f"{call.base}/servicedesk/customer/portal/{desk}/{label}",
            "agent": f"{call.base}/browse/{label}",
            "self": f"{call.base}/rest/servicedeskapi/request/{number}",
        },
        "requestType": {
            "id": rid,
            "name": name,
            "description": "",
            "helpText": "",
            "issueTypeId": ISSUE_TYPES[ticket.kind][0],
            "serviceDeskId": desk,
            "portalId": desk,
            "groupIds": [desk],
        },
        "currentStatus": {
            "status": status.name,
            "statusCategory": status.category.upper(),
            "statusDate": call.date(ticket.updated),
        },
    }


def _organisations(call: Call, ticket: Ticket) -> object:
    person = call.site.world.people.get(ticket.requester)
    found = call.site.world.organisations.get(person.organisation) if person else None
    if found is None:
        return []
    link = f"{call.base}/rest/servicedeskapi/organization/{found.oid}"
    return [{"id": str(found.oid), "name": found.name, "_links": {"self": link}}]


def _group(call: Call, ticket: Ticket) -> object:
    group = call.site.world.groups.get(ticket.group)
    return group_json(call, group) if group else None


def _category(call: Call, ticket: Ticket) -> object:
    return option_json(call, ticket.category) if ticket.category else None


def option_json(call: Call, name: str) -> dict[str, Any]:
    """An option of the field Category."""
    oid = CATEGORY_OPTIONS.get(name, "10299")
    return {"self": call.api(f"customFieldOption/{oid}"), "value": name, "id": oid}


def _description(call: Call, ticket: Ticket) -> object:
    return history.words(call, ticket.body) if ticket.body else None


def _nothing(value: object) -> Maker:
    return lambda _call, _ticket: value


MAKERS: dict[str, Maker] = {
    "summary": lambda _, ticket: ticket.title.replace("\r", " ").replace("\n", " "),
    "status": lambda call, ticket: status_json(call, BY_STATE[ticket.state]),
    "priority": lambda call, ticket: priority_json(call, ticket.priority),
    "assignee": lambda call, ticket: user(call, ticket.owner),
    "reporter": lambda call, ticket: user(call, ticket.requester),
    "creator": lambda call, ticket: user(call, ticket.events[0].actor if ticket.events else ticket.requester),
    "project": lambda call, ticket: project_json(call, call.site.directory.project(ticket)),
    "issuetype": type_json,
    "created": lambda call, ticket: call.moment(ticket.created),
    "updated": lambda call, ticket: call.moment(ticket.updated),
    "resolution": _resolution,
    "resolutiondate": _resolved_at,
    "statuscategorychangedate": _category_changed,
    "labels": lambda _, ticket: list(ticket.tags),
    "issuelinks": links.shown,
    "description": _description,
    "comment": _comments,
    "watches": lambda call, ticket: {"self": self_of(call, ticket) + "/watchers", "watchCount": 1, "isWatching": False},
    "votes": lambda call, ticket: {"self": self_of(call, ticket) + "/votes", "votes": 0, "hasVoted": False},
    "worklog": _nothing({"startAt": 0, "maxResults": 20, "total": 0, "worklogs": []}),
    "timetracking": _nothing({}),
    F_REQUEST_TYPE: request_type,
    F_ORGANISATIONS: _organisations,
    F_PARTICIPANTS: _nothing([]),
    F_GROUP: _group,
    F_CATEGORY: _category,
} | {fid: partial(sla.metric_of, metric=metric) for metric, fid in SLA_FIELDS.items()}
_EMPTY_LISTS = frozenset({"components", "fixVersions", "versions", "attachment", "subtasks"})


def chosen(fields: Collection[str], default: str) -> list[str]:
    """The names of the fields meant by a client's list: names, `*all`, `*navigable`, and `-name` to leave one out."""
    asked = list(fields) or [default]
    if all(name.startswith("-") for name in asked):
        asked.append("*all" if default == "*all" else "*navigable")
    by_label = {label.lower(): fid for fid, label in NAMES.items()}
    found: dict[str, None] = {}
    for name in asked:
        if name == "*all":
            found |= dict.fromkeys(ORDER)
        elif name == "*navigable":
            found |= dict.fromkeys(NAVIGABLE)
        elif name in NAMES or name.lower() in by_label:
            found[name if name in NAMES else by_label[name.lower()]] = None
    return [name for name in found if f"-{name}" not in asked]


def fields_json(call: Call, ticket: Ticket, names: Collection[str]) -> dict[str, Any]:
    """The fields of an issue."""
    shown: dict[str, Any] = {}
    for name in names:
        maker = MAKERS.get(name)
        shown[name] = maker(call, ticket) if maker else [] if name in _EMPTY_LISTS else None
    return shown


def issue_json(call: Call, ticket: Ticket, names: Collection[str], expand: str = "") -> dict[str, Any]:
    """An issue in full."""
    shape: dict[str, Any] = {
        "expand": _EXPANDS,
        "id": issue_id(ticket.n),
        "self": self_of(call, ticket),
        "key": call.site.directory.key(ticket),
    }
    if names:
        shape["fields"] = fields_json(call, ticket, names)
    if "renderedFields" in expand:
        shape["renderedFields"] = {name: _rendered(ticket, name) for name in names}
    if "names" in expand:
        shape["names"] = {name: NAMES[name] for name in names}
    if "schema" in expand:
        shape["schema"] = {name: schema(name) for name in names}
    if "changelog" in expand:
        shape["changelog"] = _changelog(call, ticket)
    return shape


def _rendered(ticket: Ticket, name: str) -> object:
    return adf.rendered(ticket.body) if name in ADF_FIELDS and ticket.body else None


def _changelog(call: Call, ticket: Ticket) -> dict[str, Any]:
    """The newest entries, newest first, as an expansion shows them; the whole is at /changelog."""
    whole = history.histories(call, ticket)
    shown = whole[::-1][: CHANGELOG_IN_SEARCH[call.cloud]]
    return {"startAt": 0, "maxResults": len(shown), "total": len(whole), "histories": shown}
