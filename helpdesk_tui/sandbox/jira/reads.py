"""One issue and what hangs on it: its changelog, comments, transitions and the small lists clients ask for."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from helpdesk_tui.sandbox.jira import history, problems
from helpdesk_tui.sandbox.jira.call import Call, respond
from helpdesk_tui.sandbox.jira.catalog import (
    BY_STATE,
    CATEGORY_OPTIONS,
    F_CATEGORY,
    F_GROUP,
    ISSUE_TYPES,
    NAMES,
    PRIORITIES,
    RESOLUTIONS,
    TRANSITION_NAMES,
    TRANSITIONS,
    schema,
)
from helpdesk_tui.sandbox.jira.identity import entry_id, issue_id
from helpdesk_tui.sandbox.jira.issues import chosen, issue_json, issue_type, option_json, priority_json, status_json
from helpdesk_tui.sandbox.model import State, Ticket

BULK_ISSUES = 1000
BULK_FIELDS = 10


async def issue(call: Call) -> Response:
    """GET /issue/{idOrKey}; an old key answers with the new one."""
    ticket = call.issue(call.request.path_params["issue"])
    names = chosen([name for name in call.listed("fields") if name not in ("id", "key")], "*all")
    expand = call.text("expand")
    shape = issue_json(call, ticket, names, expand)
    if "editmeta" in expand:
        shape["editmeta"] = {"fields": editable(call, ticket)}
    if "transitions" in expand:
        shape["transitions"] = transitions_of(call, ticket, expand)
    if "operations" in expand:
        shape["operations"] = {"linkGroups": []}
    return respond(shape)


def editable(call: Call, ticket: Ticket) -> dict[str, Any]:
    """The screen for editing a ticket; empty for what is closed (its status is not editable) and without permission."""
    found: dict[str, Any] = {}
    if ticket.state == "closed" or not call.may("EDIT_ISSUES", ticket):
        return found
    for name in ("summary", "labels", "priority", "assignee", "issuetype", F_GROUP, F_CATEGORY):
        required = name in ("summary", "issuetype")
        found[name] = {
            "required": required,
            "schema": schema(name),
            "name": NAMES[name],
            "key": name,
            "operations": ["set"],
        }
    found["labels"]["operations"] = ["add", "set", "remove"]
    found[F_CATEGORY]["allowedValues"] = [option_json(call, name) for name in CATEGORY_OPTIONS]
    found["priority"]["allowedValues"] = [priority_json(call, number) for number in PRIORITIES]
    found["issuetype"]["allowedValues"] = [issue_type(call, tid, name) for tid, name in ISSUE_TYPES.values()]
    return found


async def editmeta(call: Call) -> Response:
    """GET /issue/{idOrKey}/editmeta."""
    return respond({"fields": editable(call, call.issue(call.request.path_params["issue"]))})


async def changelog(call: Call) -> Response:
    """GET /issue/{idOrKey}/changelog: oldest first, at most a hundred a page."""
    whole = history.histories(call, call.issue(call.request.path_params["issue"]))
    start, count = call.number("startAt", 0), min(call.number("maxResults", 100), 100)
    last = start + count >= len(whole)
    path = str(call.request.url).split("?")[0]
    shape: dict[str, Any] = {
        "self": f"{path}?maxResults={count}&startAt={start}",
        "maxResults": count,
        "startAt": start,
        "total": len(whole),
        "isLast": last,
        "values": whole[start : start + count],
    }
    if not last:
        shape["nextPage"] = f"{path}?maxResults={count}&startAt={start + count}"
    return respond(shape)


async def changelog_bulk(call: Call) -> Response:
    """POST /changelog/bulkfetch: many issues at once, oldest change first over all, `created` in milliseconds."""
    if not call.cloud:
        raise problems.collection(404, "null for uri: " + call.request.url.path)
    body = await call.mapping()
    names, fields = body.get("issueIdsOrKeys"), body.get("fieldIds") or []
    if not isinstance(names, list) or not 1 <= len(names) <= BULK_ISSUES:
        raise problems.collection(400, errors={"issueIdsOrKeys": f"issueIdsOrKeys must have 1 to {BULK_ISSUES} items"})
    if len(fields) > BULK_FIELDS:
        raise problems.collection(400, errors={"fieldIds": f"fieldIds must have at most {BULK_FIELDS} items"})
    count = int(body.get("maxResults") or 1000)
    rows = _bulk_rows(
        call, sorted({t.n: t for name in names if (t := _seen(call, str(name)))}.items()), frozenset(fields)
    )
    start = (
        int(body["nextPageToken"])
        if str(body.get("nextPageToken") or "0").isdigit() and body.get("nextPageToken")
        else 0
    )
    grouped: dict[str, list[dict[str, Any]]] = {}
    for number, row in rows[start : start + count]:
        grouped.setdefault(number, []).append(row)
    shape: dict[str, Any] = {
        "issueChangeLogs": [{"issueId": number, "changeHistories": found} for number, found in grouped.items()]
    }
    if start + count < len(rows):
        shape["nextPageToken"] = str(start + count)
    return respond(shape)


def _seen(call: Call, name: str) -> Ticket | None:
    try:
        return call.issue(name)
    except problems.Problem:
        return None


def _bulk_rows(
    call: Call, tickets: list[tuple[int, Ticket]], fields: frozenset[str]
) -> list[tuple[str, dict[str, Any]]]:
    rows = []
    for n, ticket in tickets:
        at = {str(entry_id(n, place)): event.at * 1000 for place, event in enumerate(ticket.events)}
        for entry in history.histories(call, ticket, fields):
            rows.append((issue_id(n), entry | {"created": at[entry["id"]]}))
    rows.sort(key=lambda row: row[1]["created"])
    return rows


async def comments(call: Call) -> Response:
    """GET /issue/{idOrKey}/comment."""
    ticket = call.issue(call.request.path_params["issue"])
    start, count = call.number("startAt", 0), min(max(call.number("maxResults", 5000), 0), 5000)
    places = history.places(call, ticket)
    if call.text("orderBy").startswith("-"):
        places.reverse()
    rows = [history.comment(call, ticket, place, call.text("expand")) for place in places[start : start + count]]
    return respond({"startAt": start, "maxResults": count, "total": len(places), "comments": rows})


async def comment(call: Call) -> Response:
    """GET /issue/{idOrKey}/comment/{id}."""
    call.issue(call.request.path_params["issue"])
    ticket, place = call.entry(call.request.path_params["comment"])
    if place not in history.places(call, ticket):
        raise problems.collection(404, "Can not find a comment for the id.")
    return respond(history.comment(call, ticket, place, call.text("expand")))


async def comment_list(call: Call) -> Response:
    """POST /comment/list: comments by their identifiers."""
    body = await call.mapping()
    rows = []
    for cid in body.get("ids") or []:
        try:
            ticket, place = call.entry(str(cid))
        except problems.Problem:
            continue
        if place in history.places(call, ticket):
            rows.append(history.comment(call, ticket, place, call.text("expand")))
    return respond({"maxResults": 1000, "startAt": 0, "total": len(rows), "isLast": True, "values": rows})


async def comment_properties(call: Call) -> Response:
    """GET /comment/{id}/properties: the keys."""
    ticket, place = call.entry(call.request.path_params["comment"])
    cid = call.request.path_params["comment"]
    keys = [
        {"self": call.api(f"comment/{cid}/properties/{key}"), "key": key} for key in history.properties(ticket, place)
    ]
    return respond({"keys": keys})


async def comment_property(call: Call) -> Response:
    """GET and PUT /comment/{id}/properties/{key}."""
    ticket, place = call.entry(call.request.path_params["comment"])
    key = call.request.path_params["key"]
    found = history.properties(ticket, place)
    if call.request.method == "PUT":
        value = orjson.dumps(await call.body()).decode()
        call.site.desk.change(ticket.n, call.person.uid, marks={f"comment.{place}.{key}": value})
        return respond({}, 200 if key in found else 201)
    if key not in found:
        raise problems.collection(404, f"The property with key '{key}' does not exist.")
    return respond({"key": key, "value": found[key]})


def transitions_of(call: Call, ticket: Ticket, expand: str) -> list[dict[str, Any]]:
    """The transitions this account may take now; customers have none."""
    if not call.may("TRANSITION_ISSUES", ticket):
        return []
    rows = []
    for state in TRANSITIONS[ticket.state]:
        number, name = TRANSITION_NAMES[state]
        row: dict[str, Any] = {
            "id": str(number),
            "name": name,
            "to": status_json(call, BY_STATE[state]),
            "hasScreen": state in history.DONE,
            "isGlobal": False,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "isLooped": False,
        }
        if "transitions.fields" in expand:
            row["fields"] = _screen(call, state)
        rows.append(row)
    return rows


def _screen(call: Call, state: State) -> dict[str, Any]:
    if state not in history.DONE:
        return {}
    values = [{"self": call.api(f"resolution/{rid}"), "name": name, "id": rid} for rid, name in RESOLUTIONS]
    return {
        "resolution": {
            "required": True,
            "schema": {"type": "resolution", "system": "resolution"},
            "name": "Resolution",
            "key": "resolution",
            "operations": ["set"],
            "allowedValues": values,
        }
    }


async def transitions(call: Call) -> Response:
    """GET /issue/{idOrKey}/transitions."""
    ticket = call.issue(call.request.path_params["issue"])
    rows = transitions_of(call, ticket, call.text("expand"))
    wanted = call.text("transitionId")
    return respond({"expand": "transitions", "transitions": [row for row in rows if not wanted or row["id"] == wanted]})


async def watchers(call: Call) -> Response:
    """GET /issue/{idOrKey}/watchers."""
    call.issue(call.request.path_params["issue"])
    return respond({"self": str(call.request.url), "isWatching": False, "watchCount": 0, "watchers": []})


async def no_worklogs(call: Call) -> Response:
    """GET /issue/{idOrKey}/worklog."""
    call.issue(call.request.path_params["issue"])
    return respond({"startAt": 0, "maxResults": 5000, "total": 0, "worklogs": []})


async def no_links(call: Call) -> Response:
    """GET /issue/{idOrKey}/remotelink."""
    call.issue(call.request.path_params["issue"])
    return respond([])
