"""The service desk API: desks, queues, requests, their SLAs and comments."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from helpdesk_tui.sandbox.jira import history, problems, sla, writes
from helpdesk_tui.sandbox.jira.call import Call, empty, respond
from helpdesk_tui.sandbox.jira.catalog import BY_STATE, REQUEST_TYPES
from helpdesk_tui.sandbox.jira.identity import desk_id, entry_id, issue_id
from helpdesk_tui.sandbox.jira.issues import fields_json, is_request, issue_json, request_type
from helpdesk_tui.sandbox.jira.search import plan_of
from helpdesk_tui.sandbox.jira.users import person_json
from helpdesk_tui.sandbox.model import Ticket

_QUEUES = (
    (1, "All open", "resolution = Unresolved"),
    (2, "Unassigned issues", "assignee is EMPTY AND resolution = Unresolved"),
    (3, "Assigned to me", "assignee = currentUser() AND resolution = Unresolved"),
    (4, "Waiting on us", "statusCategory != Done AND status in (Open, \"In Progress\")"),
)  # fmt: skip
_COLUMNS = ["issuetype", "issuekey", "summary", "created", "reporter", "duedate"]
_LIMIT = 50


def paged(call: Call, rows: list[Any]) -> Response:
    """The page of the service desk API; the server lowers the limit to fifty."""
    start, limit = call.number("start", 0), min(max(call.number("limit", _LIMIT), 1), _LIMIT)
    shown = rows[start : start + limit]
    address = str(call.request.url).split("?")[0]
    links = {
        "base": f"{call.base}/rest/servicedeskapi",
        "context": "",
        "self": f"{address}?start={start}&limit={limit}",
    }
    last = start + limit >= len(rows)
    if not last:
        links["next"] = f"{address}?start={start + limit}&limit={limit}"
    if start:
        links["prev"] = f"{address}?start={max(0, start - limit)}&limit={limit}"
    return respond(
        {
            "_expands": [],
            "size": len(shown),
            "start": start,
            "limit": limit,
            "isLastPage": last,
            "_links": links,
            "values": shown,
        }
    )


async def info(call: Call) -> Response:
    """GET /info, open to everybody."""
    return respond(
        {
            "version": "5.12.14" if not call.cloud else "3.0.1",
            "platformVersion": "9.12.14" if not call.cloud else "1001.0.0",
            "buildDate": call.date(1_790_000_000),
            "buildChangeSet": "c6679417c550918e7c94a9eaaada133f15dc8ff0",
            "isLicensedForUse": True,
            "_links": {"self": f"{call.base}/rest/servicedeskapi/info"},
        }
    )


def _desk_json(call: Call, key: str) -> dict[str, Any]:
    directory = call.site.directory
    did = desk_id(directory, key)
    return {
        "id": did,
        "projectId": directory.project_id(key),
        "projectName": directory.project_name(key),
        "projectKey": key,
        "projectTypeKey": "service_desk",
        "_links": {"self": f"{call.base}/rest/servicedeskapi/servicedesk/{did}"},
    }


async def desks(call: Call) -> Response:
    """GET /servicedesk."""
    return paged(call, [_desk_json(call, key) for key in call.site.directory.desks()])


def _desk(call: Call) -> str:
    name = call.request.path_params["desk"]
    directory = call.site.directory
    for key in directory.desks():
        if name in (desk_id(directory, key), directory.project_id(key), key):
            return key
    raise problems.desk(404, f"The Service Desk with ID {name} does not exist.", "sd.error.servicedesk.not.found")


async def one_desk(call: Call) -> Response:
    """GET /servicedesk/{id}."""
    return respond(_desk_json(call, _desk(call)))


def _queue_json(call: Call, key: str, row: tuple[int, str, str]) -> dict[str, Any]:
    did = desk_id(call.site.directory, key)
    qid = f"{did}{row[0]}"
    shape: dict[str, Any] = {
        "id": qid,
        "name": row[1],
        "jql": f'project = {key} AND {row[2]} ORDER BY "Time to resolution" ASC',
        "fields": _COLUMNS,
        "_links": {"self": f"{call.base}/rest/servicedeskapi/servicedesk/{did}/queue/{qid}"},
    }
    if call.flag("includeCount"):
        shape["issueCount"] = len(_rows(call, str(shape["jql"])))
    return shape


def _rows(call: Call, jql: str) -> list[Ticket]:
    found = call.site.index.matches(plan_of(call, jql))
    newest = (call.site.desk.get(ticket.n) for ticket in found)
    return [ticket for ticket in newest if ticket is not None and call.may_see(ticket)]


async def queues(call: Call) -> Response:
    """GET /servicedesk/{id}/queue: for agents."""
    call.agents_only()
    key = _desk(call)
    return paged(call, [_queue_json(call, key, row) for row in _QUEUES])


def _queue(call: Call) -> dict[str, Any]:
    key = _desk(call)
    for row in _QUEUES:
        shape = _queue_json(call, key, row)
        if shape["id"] == call.request.path_params["queue"]:
            return shape
    raise problems.desk(404, "The Queue does not exist or you do not have permission to view it.", "sd.queue.not.found")


async def one_queue(call: Call) -> Response:
    """GET /servicedesk/{id}/queue/{queueId}."""
    call.agents_only()
    return respond(_queue(call))


async def queue_issues(call: Call) -> Response:
    """GET /servicedesk/{id}/queue/{queueId}/issue: the queue's own columns and no others."""
    call.agents_only()
    names = [name for name in _COLUMNS if name != "issuekey"]
    old = _as_v2(call)
    return paged(call, [issue_json(old, ticket, names) for ticket in _rows(call, str(_queue(call)["jql"]))])


def _as_v2(call: Call) -> Call:
    return Call(call.site, call.request, call.base, "2", call.cloud, call.person, call.role)


async def request_types(call: Call) -> Response:
    """GET /servicedesk/{id}/requesttype and /requesttype."""
    keys = [_desk(call)] if "desk" in call.request.path_params else call.site.directory.desks()
    rows = []
    for key in keys:
        did = desk_id(call.site.directory, key)
        for rid, name in REQUEST_TYPES.values():
            rows.append(
                {
                    "id": rid,
                    "name": name,
                    "description": "",
                    "issueTypeId": "10010",
                    "serviceDeskId": did,
                    "portalId": did,
                    "groupIds": [did],
                }
            )
    return paged(call, rows)


def _request(call: Call) -> Ticket:
    name = call.request.path_params["issue"]
    try:
        ticket = call.issue(name)
    except problems.Problem:
        ticket = None
    hidden = call.hidden(name) if ticket is None else None
    if hidden is not None and is_request(call, hidden):
        raise problems.desk(403, "You do not have permission to view this request.", "sd.request.permission.error")
    if ticket is None or not is_request(call, ticket):
        raise problems.desk(
            404, "The request does not exist or you do not have permission to view it.", "sd.request.not.found"
        )
    return ticket


def _request_json(call: Call, ticket: Ticket) -> dict[str, Any]:
    kind = request_type(call, ticket) or {}
    fields = fields_json(_as_v2(call), ticket, ("summary", "description"))
    person = call.site.world.people.get(ticket.requester)
    shape: dict[str, Any] = {
        "_expands": ["participant", "status", "sla", "requestType", "serviceDesk", "attachment", "action", "comment"],
        "issueId": issue_id(ticket.n),
        "issueKey": call.site.directory.key(ticket),
        "summary": fields["summary"],
        "requestTypeId": kind["requestType"]["id"],
        "serviceDeskId": kind["requestType"]["serviceDeskId"],
        "createdDate": call.date(ticket.created),
        "reporter": person_json(call, person) if person else None,
        "requestFieldValues": [
            {"fieldId": name, "label": name.capitalize(), "value": value} for name, value in fields.items()
        ],
        "currentStatus": kind["currentStatus"],
        "_links": kind["_links"],
    }
    if "sla" in call.text("expand"):
        rows = sla.metrics(call, ticket)
        shape["sla"] = {
            "_expands": [],
            "size": len(rows),
            "start": 0,
            "limit": _LIMIT,
            "isLastPage": True,
            "values": rows,
        }
    return shape


async def requests(call: Call) -> Response:
    """GET /request: only what the caller asked for."""
    mine = [t for t in call.site.desk.by_number(descending=True) if t.requester == call.person.uid and call.may_see(t)]
    if call.text("requestStatus") == "OPEN_REQUESTS":
        mine = [ticket for ticket in mine if ticket.state not in history.DONE]
    return paged(call, [_request_json(call, ticket) for ticket in mine if is_request(call, ticket)])


async def request(call: Call) -> Response:
    """GET /request/{id}."""
    return respond(_request_json(call, _request(call)))


async def request_status(call: Call) -> Response:
    """GET /request/{id}/status: newest first."""
    ticket = _request(call)
    moments = [("new", ticket.created)] + [
        (event.new, event.at) for event in ticket.events if event.kind in history.MOVES
    ]
    known = [(status, at) for name, at in reversed(moments) for status in BY_STATE.values() if status.state == name]
    return paged(
        call, [{"status": s.name, "statusCategory": s.category.upper(), "statusDate": call.date(at)} for s, at in known]
    )


async def request_sla(call: Call) -> Response:
    """GET /request/{id}/sla: for agents."""
    call.agents_only()
    return paged(call, sla.metrics(call, _request(call)))


async def request_one_sla(call: Call) -> Response:
    """GET /request/{id}/sla/{metricId}."""
    call.agents_only()
    for shape in sla.metrics(call, _request(call)):
        if shape["id"] == call.request.path_params["metric"]:
            return respond(shape)
    raise problems.desk(404, "The SLA metric does not exist.", "sd.sla.not.found")


def _comment(call: Call, ticket: Ticket, place: int) -> dict[str, Any]:
    event = ticket.events[place]
    person = call.site.world.people.get(event.actor)
    cid = entry_id(ticket.n, place)
    return {
        "_expands": ["attachment", "renderedBody"],
        "id": str(cid),
        "body": event.text,
        "public": event.kind != "note",
        "author": person_json(call, person) if person else None,
        "created": call.date(event.at),
        "_links": {"self": f"{call.base}/rest/servicedeskapi/request/{issue_id(ticket.n)}/comment/{cid}"},
    }


async def comments(call: Call) -> Response:
    """GET and POST /request/{id}/comment."""
    ticket = _request(call)
    if call.request.method == "POST":
        body = await call.mapping()
        if not isinstance(body.get("public"), bool) or not str(body.get("body") or "").strip():
            raise problems.desk(400, "The comment needs a body and must be public or internal.")
        place = writes.speak(call, ticket, str(body["body"]), internal=not body["public"])
        return respond(_comment(call, call.issue(issue_id(ticket.n)), place), 201)
    shown = [
        p
        for p in history.places(call, ticket)
        if call.flag("internal" if ticket.events[p].kind == "note" else "public", True)
    ]
    return paged(call, [_comment(call, ticket, place) for place in shown])


async def one_comment(call: Call) -> Response:
    """GET /request/{id}/comment/{commentId}."""
    ticket = _request(call)
    found, place = call.entry(call.request.path_params["comment"])
    if found.n != ticket.n or place not in history.places(call, ticket):
        raise problems.desk(404, "The comment does not exist.", "sd.comment.not.found")
    return respond(_comment(call, ticket, place))


async def participants(call: Call) -> Response:
    """GET /request/{id}/participant: nobody takes part but the reporter."""
    _request(call)
    return paged(call, [])


async def transitions(call: Call) -> Response:
    """GET and POST /request/{id}/transition: what the customer may do, which is to close what was solved."""
    ticket = _request(call)
    rows = [{"id": "61", "name": "Close"}] if ticket.state == "solved" else []
    if call.request.method == "GET":
        return paged(call, rows)
    body = await call.mapping()
    if not any(row["id"] == str(body.get("id")) for row in rows):
        raise problems.desk(400, "The transition is not valid for this request.", "sd.transition.invalid")
    call.site.desk.change(ticket.n, call.person.uid, state="closed")
    return empty()


async def organisations(call: Call) -> Response:
    """GET /organization and /servicedesk/{id}/organization."""
    if call.role == "requester":
        person = call.person.organisation
        rows = [org for org in call.site.world.organisations.values() if org.oid == person]
    else:
        rows = sorted(call.site.world.organisations.values(), key=lambda org: org.oid)
    return paged(call, [_organisation(call, org.oid, org.name) for org in rows])


def _organisation(call: Call, oid: int, name: str) -> dict[str, Any]:
    link = f"{call.base}/rest/servicedeskapi/organization/{oid}"
    return {"id": str(oid), "name": name, "scimManaged": False, "_links": {"self": link}}


async def organisation(call: Call) -> Response:
    """GET /organization/{id}."""
    oid = call.request.path_params["organisation"]
    for org in call.site.world.organisations.values():
        if str(org.oid) == oid:
            return respond(_organisation(call, org.oid, org.name))
    raise problems.desk(404, "The organization does not exist.", "sd.organization.not.found")


async def organisation_users(call: Call) -> Response:
    """GET /organization/{id}/user: for agents."""
    call.agents_only()
    oid = call.request.path_params["organisation"]
    people = sorted(call.site.world.people.values(), key=lambda person: person.uid)
    return paged(call, [person_json(call, p) for p in people if str(p.organisation) == oid and p.role == "requester"])


async def customers(call: Call) -> Response:
    """GET /servicedesk/{id}/customer: an experimental operation."""
    call.agents_only()
    _desk(call)
    if call.request.headers.get("x-experimentalapi") != "opt-in":
        raise problems.desk(412, "The request needs the header X-ExperimentalApi: opt-in.", "sd.experimental.api")
    query = call.text("query").lower()
    people = sorted(call.site.world.people.values(), key=lambda person: person.uid)
    return paged(
        call, [person_json(call, p) for p in people if p.role == "requester" and query in f"{p.name} {p.email}".lower()]
    )
