"""What a change asks for, as the body of one update of a ticket. Pure; raises Refused for what Zendesk cannot be asked.

One update holds one comment. Tags are written as the whole list, which is safe because every update is: the platform
takes it only for the very version that the list was read from.
"""

from __future__ import annotations

from typing import Any

from helpdesk_tui.adapters.base import Seen
from helpdesk_tui.adapters.zendesk import values
from helpdesk_tui.adapters.zendesk.mapping import PRIORITIES
from helpdesk_tui.adapters.zendesk.setup import Setup
from helpdesk_tui.domain.changes import Change, items
from helpdesk_tui.errors import Refused

Body = dict[str, Any]
MARK = "helpdesk_tui"
"""The key in an audit's metadata under which the change's id stands."""
WORDS = {level: word for word, level in PRIORITIES.items()}
OURS = frozenset(
    {"owner", "group", "state", "status", "priority", "priority_name", "title", "note", "reply", "tags"}
    | {"tags+", "tags-", "link", "link_kind"}
)
_STATES = frozenset({"new", "open", "pending", "hold", "solved"})
NO_CLOSING = "Zendesk closes tickets by itself some days after they are solved, for good; ask for solved"


def body_of(change: Change, seen: Seen, setup: Setup) -> Body:
    """The object under `ticket`, without what links it to others."""
    body: Body = {"safe_update": True, "updated_stamp": seen.stamp, "metadata": {MARK: change.id}}
    body |= _people(change, seen) | _status(change, setup) | _priority(change)
    if "title" in change.desired:
        body["subject"] = change.desired["title"]
    if "note" in change.desired and "reply" in change.desired:
        raise Refused("Zendesk takes a note or a reply at a time, not both at once")
    for name in ("note", "reply"):
        if change.desired.get(name):
            body["comment"] = {"body": change.desired[name], "public": name == "reply"}
    if "tags+" in change.desired or "tags-" in change.desired:
        body["tags"] = tags_after(change, seen)
    custom = []
    for name in (name for name in change.desired if name not in OURS):
        key, value = values.write(name, change.desired[name], setup)
        if name in values.PLAIN:
            body[key] = value
        else:
            custom.append({"id": int(key), "value": value})
    return body | ({"custom_fields": custom} if custom else {})


def tags_after(change: Change, seen: Seen) -> list[str]:
    """The ticket's tags with those to be added and without those to go."""
    add, drop = items(change.desired.get("tags+", "")), items(change.desired.get("tags-", ""))
    if "tags" not in seen.fields:
        raise Refused("this account may not read the ticket's tags, and would lose those that are there")
    for tag in add:
        if len(tag.split()) != 1:
            raise Refused(f"a tag in Zendesk has no blanks: “{'_'.join(tag.split())}”?")
    gone = {tag.casefold() for tag in drop}
    kept = [tag for tag in items(seen.fields["tags"]) if tag.casefold() not in gone]
    here = {tag.casefold() for tag in kept}
    return kept + [tag for tag in dict.fromkeys(add) if tag.casefold() not in here]


def _people(change: Change, seen: Seen) -> Body:
    """Owner and group. The group goes along with an owner, or the platform might move the ticket to one of theirs."""
    body: Body = {}
    if "group" in change.desired:
        body["group_id"] = _number("group", change.desired["group"])
    if "owner" in change.desired:
        body["assignee_id"] = _number("agent", change.desired["owner"])
        if body["assignee_id"] is not None and "group_id" not in body and seen.fields.get("group"):
            body["group_id"] = _number("group", seen.fields["group"])
    return body


def _number(what: str, value: str) -> int | None:
    if not value:
        return None
    if not value.isdecimal() or len(value) > 18:
        raise Refused(f"there is no {what} “{value}”")
    return int(value)


def _status(change: Change, setup: Setup) -> Body:
    """A custom status goes alone: one with a category beside it that is not its own would be refused."""
    if "status" in change.desired:
        label = change.desired["status"]
        found = setup.status(label)
        if found is not None:
            return {"custom_status_id": found.id}
        return {"status": _category(label.strip().casefold().replace("on-hold", "hold"), label)}
    if "state" in change.desired:
        return {"status": _category(change.desired["state"], change.desired["state"])}
    return {}


def _category(word: str, label: str) -> str:
    if word == "closed":
        raise Refused(NO_CLOSING)
    if word not in _STATES:
        raise Refused(f"this account has no status “{label}”")
    return word


def _priority(change: Change) -> Body:
    if "priority_name" in change.desired:
        word = change.desired["priority_name"].strip().lower()
    elif "priority" in change.desired:
        level = change.desired["priority"]
        word = WORDS.get(int(level), "") if level.isdecimal() and len(level) < 3 else ""
    else:
        return {}
    if word not in PRIORITIES:
        told = change.desired.get("priority_name") or change.desired.get("priority", "")
        raise Refused(f"Zendesk has no priority “{told}”; it has {', '.join(PRIORITIES)}")
    return {"priority": word}
