"""What clients may change: transitions, assignee, fields, comments, new issues. Every write changes the company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from helpdesk_tui.sandbox.jira import adf, history, problems
from helpdesk_tui.sandbox.jira.call import Call, empty, respond, self_of
from helpdesk_tui.sandbox.jira.catalog import (
    CATEGORY_OPTIONS,
    F_CATEGORY,
    ISSUE_TYPES,
    ORDER,
    PRIORITIES,
    RESOLUTIONS,
    TRANSITION_NAMES,
    TRANSITIONS,
)
from helpdesk_tui.sandbox.jira.identity import issue_id
from helpdesk_tui.sandbox.jira.issues import issue_json
from helpdesk_tui.sandbox.model import Kind, State, Ticket

_OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


_CONFLICT = "The issue was changed by another user at the same time, and could not be updated. Please try again."


def _permitted(call: Call, ticket: Ticket, permission: str, act: str) -> None:
    if not call.may(permission, ticket):
        raise problems.collection(403, f"You do not have permission to {act} issues in this project.")


async def _alone(call: Call, ticket: Ticket) -> dict[str, Any]:
    """The body of a write, once nobody else's came in while it was read. Raises the 409 for who comes second."""
    before = ticket.revision
    body = await call.mapping()
    now = call.site.desk.get(ticket.n)
    if now is None or now.revision != before:
        raise problems.collection(409, _CONFLICT)
    return body


async def transition(call: Call) -> Response:
    """POST /issue/{idOrKey}/transitions: by number or by text, whichever a client sends."""
    ticket = call.issue(call.request.path_params["issue"])
    body = await _alone(call, ticket)
    _permitted(call, ticket, "TRANSITION_ISSUES", "transition")
    asked = body.get("transition")
    number = str(asked.get("id", "") if isinstance(asked, dict) else asked or "")
    states = [state for state in TRANSITIONS[ticket.state] if str(TRANSITION_NAMES[state][0]) == number]
    if not states:
        text = f"It seems that you have tried to perform an illegal workflow operation. Action {number} is invalid."
        raise problems.collection(400, text)
    marks = _resolution(body.get("fields") or {}, states[0])
    spoken = _spoken(call, body.get("update") or {})
    changed = call.site.desk.change(ticket.n, call.person.uid, state=states[0], marks=marks, **spoken)
    _note_odd(call, changed)
    return empty()


def _resolution(fields: Mapping[str, Any], state: State) -> dict[str, str] | None:
    for name in fields:
        if name != "resolution" or state not in history.DONE:
            raise problems.collection(400, errors={name: _OFF_SCREEN.format(name)})
    if state not in history.DONE:
        return {"resolution": "Done"}
    asked = fields.get("resolution")
    if not isinstance(asked, dict):
        return {"resolution": ""}
    known = {text: name for row in RESOLUTIONS for text, name in ((row[0], row[1]), (row[1], row[1]))}
    given = str(asked.get("id") or asked.get("name"))
    if given not in known:
        raise problems.collection(400, errors={"resolution": f"Resolution '{given}' is not valid"})
    return {"resolution": known[given]}


def _note_odd(call: Call, ticket: Ticket) -> None:
    """Remember a ticket that is done and yet unresolved: the open lists keep showing it."""
    odd = ticket.state in history.DONE and not ticket.marks.get("resolution", "Done")
    (call.site.index.odd.add if odd else call.site.index.odd.discard)(ticket.n)


def _spoken(call: Call, update: Mapping[str, Any]) -> dict[str, Any]:
    for step in update.get("comment") or []:
        body = step.get("add") or {}
        words = body_text(call, body.get("body"))
        return {"note" if is_internal(body) else "reply": words}
    return {}


def body_text(call: Call, value: object) -> str:
    """The words of a comment's or description's body. Raises the refusal with empty errorMessages."""
    if call.version == "3" and adf.valid(value) and adf.plain(value):
        return adf.plain(value)
    if call.version == "2" and isinstance(value, str) and value.strip():
        return value
    raise problems.collection(400, errors={"comment": "Comment body is not valid!"})


def is_internal(body: Mapping[str, Any]) -> bool:
    """Whether a new comment's properties hide it from the customer."""
    return any(
        row.get("key") == history.PUBLIC_PROPERTY and bool((row.get("value") or {}).get("internal"))
        for row in body.get("properties") or []
    )


async def assign(call: Call) -> Response:
    """PUT /issue/{idOrKey}/assignee."""
    ticket = call.issue(call.request.path_params["issue"])
    body = await call.mapping()
    _permitted(call, ticket, "ASSIGN_ISSUES", "assign")
    call.site.desk.change(ticket.n, call.person.uid, owner=assignee(call, body))
    return empty()


def assignee(call: Call, body: Mapping[str, Any] | None) -> int:
    """The person a client names, in the words of the platform it speaks to; 0 for nobody. Raises 400."""
    if body is None:
        return 0
    if call.cloud and "accountId" not in body:
        text = "'accountId' must be the only user identifying query parameter in GDPR strict mode."
        raise problems.collection(400, text)
    if not call.cloud and "name" not in body:
        raise problems.collection(400, errors={"assignee": "expected Object containing a 'name' property"})
    name = body["accountId" if call.cloud else "name"]
    if name in (None, "", "-1"):
        return 0
    person = call.site.directory.person(str(name))
    if person is None or person.role in ("requester", "service") or not person.active:
        raise problems.collection(400, errors={"assignee": f"User '{name}' cannot be assigned issues."})
    return person.uid


async def edit(call: Call) -> Response:
    """PUT /issue/{idOrKey}: 204, or the issue itself with returnIssue."""
    ticket = call.issue(call.request.path_params["issue"])
    body = await _alone(call, ticket)
    _permitted(call, ticket, "EDIT_ISSUES", "edit")
    if not call.flag("notifyUsers", True) and call.role != "admin":
        text = "To discard the user notification either admin or project admin permissions are required."
        raise problems.collection(403, text)
    fields, update = body.get("fields") or {}, body.get("update") or {}
    for name in set(fields) & set(update):
        raise problems.collection(400, errors={name: f"Field '{name}' cannot appear in both 'fields' and 'update'"})
    if ticket.state == "closed":
        raise problems.collection(400, errors={name: _OFF_SCREEN.format(name) for name in (*fields, *update)})
    changes = _changes(call, ticket, fields, update)
    category = _category(fields)
    if edits := _edits(ticket, changes, category):
        changes["edits"] = edits
    changed = call.site.desk.change(ticket.n, call.person.uid, **changes)
    if category is not None:
        changed.category = category
    if not call.flag("returnIssue"):
        return empty()
    return respond(issue_json(call, call.issue(issue_id(ticket.n)), ORDER, call.text("expand")))


def _category(fields: Mapping[str, Any]) -> str | None:
    """What the field Category is to be; None where it stays. Raises 400 for what is no option."""
    if F_CATEGORY not in fields:
        return None
    asked = fields[F_CATEGORY]
    if asked is None:
        return ""
    given = str(asked.get("value") or asked.get("id") or "") if isinstance(asked, dict) else str(asked)
    for name, oid in CATEGORY_OPTIONS.items():
        if given in (name, oid):
            return name
    raise problems.collection(400, errors={F_CATEGORY: f"Option value '{given}' is not valid"})


def _edits(ticket: Ticket, changes: Mapping[str, Any], category: str | None) -> dict[str, tuple[str, str]]:
    """The changes that no other event tells, for the changelog."""
    wanted = {"summary": (ticket.title, changes.get("title")), F_CATEGORY: (ticket.category, category)}
    return {name: (old, new) for name, (old, new) in wanted.items() if new is not None and new != old}


def _changes(call: Call, ticket: Ticket, fields: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _spoken(call, update)
    for name, value in fields.items():
        if name != F_CATEGORY:
            found |= _change(call, name, value)
    for name, steps in update.items():
        if name == "labels":
            found["tags"] = _labels(ticket.tags, steps)
        elif name != "comment":
            for step in steps:
                found |= _change(call, name, step.get("set"))
    return found


def _change(call: Call, name: str, value: Any) -> dict[str, Any]:
    if name == "summary" and isinstance(value, str) and value.strip():
        return {"title": value}
    if name == "priority" and isinstance(value, dict):
        known = {text: number for number, row in PRIORITIES.items() for text in row[:2]}
        number = known.get(str(value.get("id") or value.get("name")))
        if number is None:
            raise problems.collection(400, errors={"priority": "The priority selected is invalid."})
        return {"priority": number}
    if name == "labels" and isinstance(value, list):
        return {"tags": _labels((), [{"set": value}])}
    if name == "assignee":
        return {"owner": assignee(call, value)}
    if name == "customfield_10055":
        return {"group": _group(call, value)}
    if name == "resolution" and value is None:
        return {"marks": {"resolution": "Done"}}
    if name == "summary":
        raise problems.collection(400, errors={"summary": "You must specify a summary of the issue."})
    raise problems.collection(400, errors={name: _OFF_SCREEN.format(name)})


def _group(call: Call, value: Any) -> int:
    shape = value if isinstance(value, dict) else {"name": value}
    # Only Cloud knows groups by an identifier.
    name = str((call.cloud and shape.get("groupId")) or shape.get("name") or "")
    group = call.site.directory.group(name)
    if group is None:
        raise problems.collection(400, errors={"customfield_10055": f"Group named '{name}' does not exist."})
    return group.gid


def _labels(now: tuple[str, ...], steps: list[Mapping[str, Any]]) -> tuple[str, ...]:
    labels = list(now)
    for step in steps:
        for verb, value in step.items():
            values = value if isinstance(value, list) else [value]
            if any(not isinstance(text, str) or " " in text for text in values):
                raise problems.collection(
                    400, errors={"labels": f"The label '{value}' contains spaces which is invalid."}
                )
            if verb == "set":
                labels = list(values)
            elif verb == "add":
                labels += [text for text in values if text not in labels]
            elif verb == "remove":
                labels = [text for text in labels if text not in values]
    return tuple(labels)


async def add_comment(call: Call) -> Response:
    """POST /issue/{idOrKey}/comment: public unless a property says otherwise."""
    ticket = call.issue(call.request.path_params["issue"])
    body = await call.mapping()
    _permitted(call, ticket, "ADD_COMMENTS", "comment on")
    words = body_text(call, body.get("body"))
    place = speak(call, ticket, words, internal=is_internal(body))
    extra = {
        f"comment.{place}.{row['key']}": orjson.dumps(row.get("value")).decode()
        for row in body.get("properties") or []
        if row.get("key") not in (None, history.PUBLIC_PROPERTY)
    }
    if extra:
        call.site.desk.change(ticket.n, call.person.uid, marks=extra)
    return respond(history.comment(call, call.issue(issue_id(ticket.n)), place, call.text("expand")), 201)


def speak(call: Call, ticket: Ticket, words: str, *, internal: bool) -> int:
    """Write a note, a reply, or the customer's own message; answers its place among the events."""
    if call.role == "requester":
        changed = call.site.desk.change(ticket.n, call.person.uid, message=words)
    elif internal:
        changed = call.site.desk.change(ticket.n, call.person.uid, note=words)
    else:
        changed = call.site.desk.change(ticket.n, call.person.uid, reply=words)
    return max(history.places(call, changed))


async def create(call: Call) -> Response:
    """POST /issue."""
    body = await call.mapping()
    fields = body.get("fields") or {}
    asked = fields.get("project") or {}
    key = call.site.directory.project_key(str(asked.get("key") or asked.get("id") or ""))
    if not key or call.role == "requester":
        raise problems.collection(400, errors={"project": "valid project is required"})
    if not str(fields.get("summary") or "").strip():
        raise problems.collection(400, errors={"summary": "You must specify a summary of the issue."})
    told = fields.get("description")
    priority = _change(call, "priority", fields["priority"])["priority"] if fields.get("priority") else 3
    reporter = fields.get("reporter") or {}
    person = call.site.directory.person(str(reporter.get("accountId") or reporter.get("name") or "")) or call.person
    ticket = call.site.desk.create(
        call.person.uid,
        title=str(fields["summary"]),
        body=adf.plain(told) if call.version == "3" else str(told or ""),
        requester=person.uid,
        group=call.site.directory.projects[key].gid,
        priority=priority,
        kind=_kind(fields.get("issuetype") or {}),
    )
    later = {name: value for name, value in fields.items() if name in ("labels", "assignee") and value}
    if later:
        call.site.desk.change(ticket.n, call.person.uid, **_changes(call, ticket, later, {}))
    shape = {"id": issue_id(ticket.n), "key": call.site.directory.key(ticket), "self": self_of(call, ticket)}
    return respond(shape, 201)


def _kind(asked: Mapping[str, Any]) -> Kind:
    for kind, (tid, name) in ISSUE_TYPES.items():
        if str(asked.get("id")) == tid or str(asked.get("name", "")).lower() in (name.lower(), kind):
            return kind
    raise problems.collection(400, errors={"issuetype": "The issue type selected is invalid."})


async def delete(call: Call) -> Response:
    """DELETE /issue/{idOrKey}: administrators only."""
    ticket = call.issue(call.request.path_params["issue"])
    if call.role != "admin":
        raise problems.collection(403, "You do not have permission to delete issues in this project.")
    call.site.desk.delete(ticket.n, call.person.uid)
    return empty()
