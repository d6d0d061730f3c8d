"""What there is on the site: server, projects, statuses, priorities, types, permissions, and lists that are empty."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.call import Call, respond
from helpdesk_tui.sandbox.jira.catalog import (
    CATEGORIES,
    CLOUD_ID,
    ISSUE_TYPES,
    NAMES,
    PRIORITIES,
    RESOLUTIONS,
    STATUSES,
    TRANSITIONS,
    field_list,
    schema,
)
from helpdesk_tui.sandbox.jira.issues import issue_type, priority_json, project_json, status_json
from helpdesk_tui.sandbox.jira.users import person_json
from helpdesk_tui.sandbox.model import Ticket


async def server_info(call: Call) -> Response:
    """GET /serverInfo, open to everybody."""
    version = "1001.0.0-SNAPSHOT" if call.cloud else "9.12.14"
    numbers = [1001, 0, 0] if call.cloud else [9, 12, 14]
    return respond(
        {
            "baseUrl": call.base,
            "displayUrl": call.base,
            "version": version,
            "versionNumbers": numbers,
            "deploymentType": "Cloud" if call.cloud else "Server",
            "buildNumber": 100_284 if call.cloud else 9_120_014,
            "buildDate": call.moment(1_790_000_000),
            "serverTime": call.moment(call.now),
            "scmInfo": "1f51473f5c7b75c1a69a0090f4832cdc5053702a",
            "serverTitle": "Jira",
            "serverTimeZone": "Etc/UTC",
        }
    )


async def tenant_info(_: Call) -> Response:
    """GET /_edge/tenant_info, open to everybody."""
    return respond({"cloudId": CLOUD_ID})


async def fields(_: Call) -> Response:
    """GET /field."""
    return respond(field_list())


async def field_search(call: Call) -> Response:
    """GET /field/search."""
    query = call.text("query").lower()
    rows = [{k: row[k] for k in ("id", "name", "schema")} for row in field_list() if query in str(row["name"]).lower()]
    return respond(page_of(call, rows, 50))


def page_of(call: Call, rows: list[Any], size: int) -> dict[str, Any]:
    """The page bean of the platform API."""
    start, count = call.number("startAt", 0), call.number("maxResults", size)
    if count < 1 or start < 0:
        raise problems.collection(400, "The value of maxResults must be at least 1.")
    path = str(call.request.url).split("?")[0]
    last = start + count >= len(rows)
    shape: dict[str, Any] = {
        "self": f"{path}?maxResults={count}&startAt={start}",
        "maxResults": count,
        "startAt": start,
        "total": len(rows),
        "isLast": last,
        "values": rows[start : start + count],
    }
    if not last:
        shape["nextPage"] = f"{path}?maxResults={count}&startAt={start + count}"
    return shape


def _projects(call: Call) -> list[dict[str, Any]]:
    keys = call.site.directory.project_keys() if call.role != "requester" else []
    return [_project(call, key) for key in keys]


def _project(call: Call, key: str) -> dict[str, Any]:
    return project_json(call, key) | {
        "expand": "description,lead,issueTypes,url",
        "style": "classic",
        "isPrivate": False,
        "properties": {},
    }


async def project_search(call: Call) -> Response:
    """GET /project/search."""
    query, keys = call.text("query").lower(), {key.upper() for key in call.listed("keys")}
    kinds = call.listed("typeKey")
    rows = [
        row
        for row in _projects(call)
        if query in f"{row['key']} {row['name']}".lower()
        and (not keys or row["key"] in keys)
        and (not kinds or row["projectTypeKey"] in kinds)
    ]
    return respond(page_of(call, rows, 50))


async def project_list(call: Call) -> Response:
    """GET /project."""
    return respond(_projects(call))


def _named(call: Call) -> str:
    name = call.request.path_params["project"]
    key = call.site.directory.project_key(name)
    if not key or call.role == "requester":
        raise problems.collection(404, f"No project could be found with key '{name}'.")
    return key


async def project(call: Call) -> Response:
    """GET /project/{idOrKey}."""
    key = _named(call)
    group = call.site.directory.projects[key]
    lead = call.site.world.people.get(group.lead)
    kinds = [issue_type(call, tid, name) for tid, name in ISSUE_TYPES.values()]
    more: dict[str, Any] = {
        "description": "",
        "lead": person_json(call, lead) if lead else None,
        "components": [],
        "versions": [],
        "roles": {},
    }
    return respond(_project(call, key) | more | {"issueTypes": kinds, "assigneeType": "UNASSIGNED"})


async def project_statuses(call: Call) -> Response:
    """GET /project/{idOrKey}/statuses: by issue type."""
    _named(call)
    rows = [status_json(call, status) for status in STATUSES]
    return respond([issue_type(call, tid, name) | {"statuses": rows} for tid, name in ISSUE_TYPES.values()])


async def project_list_empty(call: Call) -> Response:
    """GET /project/{idOrKey}/components and /versions."""
    _named(call)
    return respond([])


async def issue_types(call: Call) -> Response:
    """GET /issuetype and /issuetype/project."""
    return respond([issue_type(call, tid, name) for tid, name in ISSUE_TYPES.values()])


async def statuses(call: Call) -> Response:
    """GET /status."""
    return respond([status_json(call, status) for status in STATUSES])


async def status(call: Call) -> Response:
    """GET /status/{idOrName}."""
    wanted = call.request.path_params["status"]
    for found in STATUSES:
        if wanted in (found.sid, found.name):
            return respond(status_json(call, found))
    raise problems.collection(404, "The status was not found.")


async def categories(call: Call) -> Response:
    """GET /statuscategory."""
    rows = [{"id": n, "key": key, "colorName": colour, "name": name} for key, (n, colour, name) in CATEGORIES.items()]
    return respond([row | {"self": call.api(f"statuscategory/{row['id']}")} for row in rows])


async def priorities(call: Call) -> Response:
    """GET /priority, in order of rank."""
    rows = [
        priority_json(call, n) | {"statusColor": row[2], "description": row[1], "isDefault": n == 3}
        for n, row in PRIORITIES.items()
    ]
    return respond(page_of(call, rows, 50) if call.request.url.path.endswith("/search") else rows)


async def resolutions(call: Call) -> Response:
    """GET /resolution."""
    rows = [
        {"self": call.api(f"resolution/{rid}"), "id": rid, "name": name, "description": ""} for rid, name in RESOLUTIONS
    ]
    return respond(page_of(call, rows, 50) if call.request.url.path.endswith("/search") else rows)


async def permissions(call: Call) -> Response:
    """GET /mypermissions: of an issue, of a project, or of any project at all."""
    wanted = call.listed("permissions") or [
        "BROWSE_PROJECTS",
        "ASSIGN_ISSUES",
        "EDIT_ISSUES",
        "TRANSITION_ISSUES",
        "ADMINISTER",
    ]
    where: Ticket | str = ""
    if issue := call.text("issueId") or call.text("issueKey"):
        where = call.issue(issue)
    elif project := call.text("projectKey") or call.text("projectId"):
        where = call.site.directory.project_key(project)
        if not where:
            raise problems.collection(404, f"No project could be found with key '{project}'.")
    rows = {}
    for number, key in enumerate(wanted):
        rows[key] = {
            "id": str(number),
            "key": key,
            "name": key.replace("_", " ").capitalize(),
            "type": "GLOBAL" if key in ("ADMINISTER", "SYSTEM_ADMIN") else "PROJECT",
            "description": "",
            "havePermission": call.may(key, where),
        }
    return respond({"permissions": rows})


async def create_meta(call: Call) -> Response:
    """GET /issue/createmeta: the whole tree, or the newer lists of types and fields."""
    kinds = [issue_type(call, tid, name) for tid, name in ISSUE_TYPES.values()]
    screen = {
        name: _on_screen(name) for name in ("summary", "description", "priority", "labels", "assignee", "reporter")
    }
    if "type" in call.request.path_params:
        return respond(_meta_page(call, list(screen.values()), "fields"))
    if "project" in call.request.path_params:
        _named(call)
        return respond(_meta_page(call, kinds, "issueTypes"))
    keys = {call.site.directory.project_key(name) for name in call.listed("projectKeys") or call.listed("projectIds")}
    rows = [
        row | {"issuetypes": [kind | {"fields": screen} for kind in kinds]}
        for row in _projects(call)
        if not keys or row["key"] in keys
    ]
    return respond({"expand": "projects", "projects": rows})


def _meta_page(call: Call, rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    page = page_of(call, rows, 50)
    return {
        "maxResults": page["maxResults"],
        "startAt": page["startAt"],
        "total": page["total"],
        name: page["values"],
        "values": page["values"],
    }


def _on_screen(name: str) -> dict[str, Any]:
    return {
        "required": name == "summary",
        "schema": schema(name),
        "name": NAMES[name],
        "key": name,
        "fieldId": name,
        "hasDefaultValue": False,
        "operations": ["set"],
    }


async def configuration(_: Call) -> Response:
    """GET /configuration."""
    return respond(
        {"votingEnabled": True, "watchingEnabled": True, "unassignedIssuesAllowed": True, "subTasksEnabled": True}
    )


async def nothing(call: Call) -> Response:
    """Lists that are empty here: filters, boards, dashboards, link types, labels, components."""
    return respond(page_of(call, [], 50))


async def no_rows(_: Call) -> Response:
    """Flat lists that are empty here."""
    return respond([])


async def workflow_names(_: Call) -> Response:
    """GET /workflow: one workflow serves every type."""
    return respond([{"name": "Service desk workflow", "steps": len(TRANSITIONS), "default": True}])
