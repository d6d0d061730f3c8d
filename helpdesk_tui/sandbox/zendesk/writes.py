"""Changing tickets by the platform's own rules for status, owner and group.

Every accepted write changes the company. Keys that are not known are dropped and only named in a header.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from helpdesk_tui.sandbox.model import State, Ticket
from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Account, Call, Json
from helpdesk_tui.sandbox.zendesk.edits import Edits, demand, edits_of
from helpdesk_tui.sandbox.zendesk.errors import forbidden, invalid_record, outdated
from helpdesk_tui.sandbox.zendesk.history import Update, placed
from helpdesk_tui.sandbox.zendesk.listing import one
from helpdesk_tui.sandbox.zendesk.text import stamp

_PERMITTED = {
    *(
        "id",
        "status",
        "custom_status_id",
        "assignee_id",
        "group_id",
        "priority",
        "tags",
        "subject",
        "comment",
        "metadata",
    ),
    *("safe_update", "updated_stamp", "external_id", "custom_fields", "fields", "additional_tags", "remove_tags"),
    *(
        "requester_id",
        "requester",
        "assignee_email",
        "type",
        "due_at",
        "collaborator_ids",
        "brand_id",
        "ticket_form_id",
        "problem_id",
    ),
}
_LEVELS = {name: level for level, name in statuses.PRIORITIES.items()}


@dataclass(slots=True)
class Change:
    """What a write comes to, in the company's terms; None leaves a value as it is."""

    state: State | None = None
    group: int | None = None
    owner: int | None = None
    priority: int | None = None
    tags: tuple[str, ...] | None = None
    title: str | None = None
    note: str | None = None
    reply: str | None = None
    message: str | None = None
    marks: dict[str, str] = field(default_factory=dict)
    edits: Edits = field(default_factory=Edits)


def warning(fields: Json) -> dict[str, str]:
    """The header that names keys which were dropped; nothing where none were."""
    dropped = sorted(key for key in fields if key not in _PERMITTED)
    if not dropped:
        return {}
    named = ", ".join(f'"{key}"' for key in dropped).encode("ascii", "replace").decode()
    return {"X-Zendesk-API-Warn": f"{{:allowed_parameters=>{{:ticket=>{{:unpermitted_keys=>[{named}]}}}}}}"}


def update(call: Call, number: int, fields: Json, *, bulk: bool = False) -> tuple[Ticket, Update | None]:
    """Apply one update and return the ticket as it now is, with what was changed. Raises Refusal."""
    account = call.account
    ticket = one(account, number)
    if "safe_update" in fields and fields.get("updated_stamp") != stamp(ticket.updated):
        raise outdated()
    if ticket.state == "closed":
        raise invalid_record("status", "Status: closed prevents ticket update", "ClosedTicket")
    _permitted(call, fields)
    fields = {key: value for key, value in fields.items() if key not in account.settings.undone}
    change = Change(edits=edits_of(account, ticket, fields))
    _owner_and_group(account, ticket, fields, change)
    _status(account, ticket, fields, change, call.caller.uid)
    _plain(ticket, fields, change, bulk)
    actor = _comment(call, ticket, fields, change)
    return commit(account, number, actor, change, fields.get("metadata"))


def commit(
    account: Account, number: int, actor: int, change: Change, metadata: object = None
) -> tuple[Ticket, Update | None]:
    """Write a change into the company."""
    before = account.desk.get(number)
    known = len(before.events) if before else 0
    ticket = account.desk.change(
        number,
        actor,
        state=change.state,
        group=change.group,
        owner=change.owner,
        priority=change.priority,
        tags=change.tags,
        title=change.title,
        note=change.note,
        reply=change.reply,
        message=change.message,
        marks={**change.edits.marks, **change.marks} or None,
        edits=change.edits.told,
    )
    ticket.kind = change.edits.kind or ticket.kind
    ticket.category = ticket.category if change.edits.category is None else change.edits.category
    fresh = placed(ticket, known)
    if not fresh:
        return ticket, None
    account.operations[number, fresh[0][1].eid] = metadata if isinstance(metadata, dict) else {}
    return ticket, Update(ticket, tuple(fresh))


def _permitted(call: Call, fields: Json) -> None:
    """Refuse (403) what the caller's role lacks."""
    if call.caller.role == "admin":
        return
    comment, lacks = fields.get("comment"), call.account.settings.agents_cannot
    public = isinstance(comment, dict) and comment.get("public", True) is not False
    tags = any(key in fields for key in ("tags", "additional_tags", "remove_tags"))
    if (public and "public_comments" in lacks) or (tags and "tags" in lacks):
        raise forbidden()


def _owner_and_group(account: Account, ticket: Ticket, fields: Json, change: Change) -> None:
    people = account.world.people
    group = ticket.group
    if "group_id" in fields:
        wanted = fields["group_id"]
        if not isinstance(wanted, int) or wanted not in account.group_ids():
            raise invalid_record("group", "Group: is invalid", "InvalidValue")
        group = ids.gid(wanted)
        change.group = group if group != ticket.group else None
    if "assignee_id" in fields or "assignee_email" in fields:
        owner = _assignee(account, fields)
        if owner and group not in people[owner].groups:
            served = [gid for gid in people[owner].groups if ids.group(gid) in account.group_ids()]
            if "group_id" in fields or not served:
                raise invalid_record("assignee", "Assignee: is not a member of the group", "InvalidValue")
            change.group = group = served[0]
        change.owner = owner if owner != ticket.owner else None
    elif change.group is not None and ticket.owner and group not in people[ticket.owner].groups:
        change.owner = 0


def _assignee(account: Account, fields: Json) -> int:
    wanted, email = fields.get("assignee_id"), fields.get("assignee_email")
    if wanted is None and not email:
        return 0
    for person in account.world.people.values():
        if ids.user(person.uid) == wanted or (email and person.email == email):
            if person.role != "requester" and person.active:
                return person.uid
            break
    raise invalid_record("assignee", "Assignee: is invalid", "InvalidValue")


def _status(account: Account, ticket: Ticket, fields: Json, change: Change, caller: int) -> None:
    wanted = fields.get("status")
    custom = fields.get("custom_status_id")
    if custom is not None:
        belongs = statuses.category(custom) if isinstance(custom, int) else None
        if belongs is None or (wanted is not None and wanted != belongs):
            raise invalid_record("custom_status_id", "Custom status: is invalid", "InvalidValue")
        wanted = belongs
        change.marks["custom_status_id"] = str(custom)
        change.edits.note("custom_status_id", str(statuses.custom_status(ticket)), str(custom))
    owner = ticket.owner if change.owner is None else change.owner
    if wanted is None:
        if ticket.state == "new" and owner:
            change.state = "open"
        return
    if wanted not in ("new", "open", "pending", "hold", "solved", "closed"):
        raise invalid_record("status", f"Status: {wanted} is not included in the list", "InvalidValue")
    if wanted == "new" and ticket.state != "new":
        raise invalid_record("status", "Status: cannot be changed back to new", "InvalidValue")
    if wanted in ("solved", "closed") and not owner:
        group = ticket.group if change.group is None else change.group
        if group not in account.world.people[caller].groups:
            raise invalid_record("base", "Assignee: is required when solving a ticket", "BlankValue")
        change.owner = caller
    if wanted in ("solved", "closed") and ticket.state not in ("solved", "closed"):
        demand(account, ticket, change.edits)
    if wanted != ticket.state and custom is None and wanted != "closed":
        change.marks["custom_status_id"] = str(statuses.usual(wanted))
    if wanted != ticket.state:
        change.state = "open" if wanted == "new" and owner else wanted


def _plain(ticket: Ticket, fields: Json, change: Change, bulk: bool) -> None:
    if "priority" in fields:
        level = _LEVELS.get(str(fields["priority"]))
        if level is None:
            raise invalid_record("priority", "Priority: is invalid", "InvalidValue")
        change.priority = level if level != ticket.priority else None
    if isinstance(fields.get("subject"), str) and fields["subject"] != ticket.title:
        change.title = str(fields["subject"])
    tags = _words(fields["tags"]) if "tags" in fields else list(ticket.tags)
    if bulk:
        removed = _words(fields.get("remove_tags"))
        tags = [tag for tag in tags if tag not in removed]
        tags += [tag for tag in _words(fields.get("additional_tags")) if tag not in tags]
    if tuple(tags) != ticket.tags:
        change.tags = tuple(tags)


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [str(part) for part in value] if isinstance(value, list) else []


def _comment(call: Call, ticket: Ticket, fields: Json, change: Change) -> int:
    """Put the comment into the change and return who acts."""
    comment = fields.get("comment")
    if not isinstance(comment, dict):
        return call.caller.uid
    text = str(comment.get("body") or comment.get("html_body") or "")
    author = ids.uid(comment["author_id"]) if isinstance(comment.get("author_id"), int) else call.caller.uid
    person = call.account.world.people.get(author)
    if person is None:
        raise invalid_record("comment", "Author: is invalid", "InvalidValue")
    if not text:
        return author
    if comment.get("public", True) is False:
        change.note = text
    elif person.role == "requester":
        change.message = text
        if ticket.state in ("pending", "hold", "solved") and change.state is None:
            change.state = "open"
    else:
        change.reply = text
    return author
