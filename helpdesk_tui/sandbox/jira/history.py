"""Changelog and comments, both made from a ticket's events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from helpdesk_tui.sandbox.jira import adf
from helpdesk_tui.sandbox.jira.call import Call
from helpdesk_tui.sandbox.jira.catalog import BY_STATE, CATEGORY_OPTIONS, F_CATEGORY, F_GROUP, PRIORITIES, RESOLUTIONS
from helpdesk_tui.sandbox.jira.identity import ISSUE_BASE, account_id, entry_id, group_uuid, is_customer
from helpdesk_tui.sandbox.jira.users import user
from helpdesk_tui.sandbox.model import Event, Ticket

SPOKEN = ("note", "reply", "message")
PUBLIC_PROPERTY = "sd.public.comment"
DONE = ("solved", "closed")
MOVES = ("status", "reopened")


def histories(call: Call, ticket: Ticket, fields: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The changelog of a ticket, oldest first; only items of `fields` where any are named."""
    found = []
    for place, event in enumerate(ticket.events):
        items = [item for item in _items(call, ticket, event) if not fields or item["fieldId"] in fields]
        if items:
            found.append(
                {
                    "id": str(entry_id(ticket.n, place)),
                    "author": user(call, event.actor),
                    "created": call.moment(event.at),
                    "items": items,
                }
            )
    return found


def _items(call: Call, ticket: Ticket, event: Event) -> Iterator[dict[str, Any]]:
    if event.kind in MOVES and event.old in BY_STATE and event.new in BY_STATE:
        yield from _status(event)
    elif event.kind == "group":
        old, new = _group(call, event.old), _group(call, event.new)
        yield _item("Assignment group", "custom", F_GROUP, old, new)
    elif event.kind == "owner":
        yield _item("assignee", "jira", "assignee", _person(call, event.old), _person(call, event.new))
    elif event.kind == "priority":
        yield _item("priority", "jira", "priority", _priority(event.old), _priority(event.new))
    elif event.kind == "tags":
        yield _item("labels", "jira", "labels", ("", event.old), ("", event.new))
    elif event.kind == "moved":
        yield from _moved(call, ticket, event)
    elif event.kind == "edited":
        yield from _edited(event)
    elif event.kind == "merged":
        yield _item("Link", "jira", "issuelinks", (None, None), (event.new, f"This issue duplicates {event.new}"))


def _edited(event: Event) -> Iterator[dict[str, Any]]:
    """A change of the title, the category, or the links."""
    if event.text == "summary":
        yield _item("summary", "jira", "summary", (None, event.old), (None, event.new))
    elif event.text == F_CATEGORY:
        ends: list[Pair] = [(CATEGORY_OPTIONS.get(name), name or None) for name in (event.old, event.new)]
        yield _item("Category", "custom", F_CATEGORY, *ends)
    elif event.text == "issuelinks":
        ends = [(text.rpartition(" ")[2] or None, text and f"This issue {text}") for text in (event.old, event.new)]
        yield _item("Link", "jira", "issuelinks", *ends)


def _status(event: Event) -> Iterator[dict[str, Any]]:
    old, new = (next(s for s in BY_STATE.values() if s.state == name) for name in (event.old, event.new))
    if (old.category == "done") != (new.category == "done"):
        done = RESOLUTIONS[0]
        before, after = ((None, None), done) if new.category == "done" else (done, (None, None))
        yield _item("resolution", "jira", "resolution", before, after)
    yield _item("status", "jira", "status", (old.sid, old.name), (new.sid, new.name))


def _moved(call: Call, ticket: Ticket, event: Event) -> Iterator[dict[str, Any]]:
    directory = call.site.directory
    if event.old not in directory.projects or event.new not in directory.projects:
        return
    ids = [(directory.project_id(key), directory.project_name(key)) for key in (event.old, event.new)]
    yield _item("project", "jira", "project", *ids)
    yield _item("Key", "jira", "issuekey", (None, f"{event.old}-{ticket.n}"), (None, f"{event.new}-{ticket.n}"))


Pair = tuple[str | None, str | None]


def _item(name: str, kind: str, fid: str, old: Pair, new: Pair) -> dict[str, Any]:
    return {
        "field": name,
        "fieldtype": kind,
        "fieldId": fid,
        "from": old[0],
        "fromString": old[1],
        "to": new[0],
        "toString": new[1],
    }


def _person(call: Call, uid: str) -> Pair:
    person = call.site.world.people.get(int(uid)) if uid.isdigit() else None
    if person is None:
        return None, None
    return account_id(
        person.uid, is_customer(person)
    ) if call.cloud else f"JIRAUSER{ISSUE_BASE + person.uid}", person.name


def _group(call: Call, gid: str) -> Pair:
    group = call.site.world.groups.get(int(gid)) if gid.isdigit() else None
    if group is None:
        return None, None
    return group_uuid(group.gid) if call.cloud else group.name, group.name


def _priority(number: str) -> Pair:
    row = PRIORITIES.get(int(number)) if number.isdigit() else None
    return (row[0], row[1]) if row else (None, None)


def places(call: Call, ticket: Ticket) -> list[int]:
    """Where a ticket's comments stand among its events; customers see the public ones."""
    hidden = ("note",) if call.role == "requester" else ()
    return [place for place, event in enumerate(ticket.events) if event.kind in SPOKEN and event.kind not in hidden]


def comment(call: Call, ticket: Ticket, place: int, expand: str = "") -> dict[str, Any]:
    """One comment of the platform API: a document in v3, text in v2; `jsdPublic` on Cloud only."""
    event = ticket.events[place]
    cid = entry_id(ticket.n, place)
    author = user(call, event.actor)
    shape: dict[str, Any] = {
        "self": call.api(f"issue/{ISSUE_BASE + ticket.n}/comment/{cid}"),
        "id": str(cid),
        "author": author,
        "body": words(call, event.text),
        "updateAuthor": author,
        "created": call.moment(event.at),
        "updated": call.moment(event.at),
    }
    if call.cloud:
        shape["jsdPublic"] = event.kind != "note"
    if "renderedBody" in expand:
        shape["renderedBody"] = adf.rendered(event.text)
    if "properties" in expand:
        shape["properties"] = [{"key": key, "value": value} for key, value in properties(ticket, place).items()]
    return shape


def words(call: Call, text: str) -> object:
    """Text in the dialect of the API version."""
    return adf.document(text) if call.version == "3" else text


def properties(ticket: Ticket, place: int) -> dict[str, Any]:
    """A comment's entity properties, the one that hides it from customers included."""
    prefix = f"comment.{place}."
    found = {
        key.removeprefix(prefix): orjson.loads(value) for key, value in ticket.marks.items() if key.startswith(prefix)
    }
    if ticket.events[place].kind == "note":
        found.setdefault(PUBLIC_PROPERTY, {"internal": True})
    return {key: value for key, value in found.items() if value is not None}
