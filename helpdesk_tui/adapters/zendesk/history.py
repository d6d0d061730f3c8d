"""Audits and exported events as the domain's events, comments as activity.

Audits name a changed field in `field_name`; the export makes the field itself the key of the line. Lines carry the same
identifiers in both, so that an event read twice, from either, is the same event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from helpdesk_tui.adapters.zendesk.mapping import PRIORITIES
from helpdesk_tui.adapters.zendesk.wire import AuditRow, CommentRow
from helpdesk_tui.domain.events import Activity, ActivityKind, Event, EventKind
from helpdesk_tui.domain.tickets import State

IsStaff = Callable[[int], bool]
"""Whether a user is on the desk's side."""

_STATES = frozenset(state.value for state in State)
_OPEN = frozenset(state.value for state in State if state.is_open)
_FIELDS = {
    "group_id": EventKind.GROUP,
    "assignee_id": EventKind.OWNER,
    "priority": EventKind.PRIORITY,
    "status": EventKind.STATUS,
}


def events_of(audit: AuditRow, source: str, is_staff: IsStaff) -> list[Event]:
    """The events of one audit, in the order of its lines. The ticket's first comment is the request, not a message."""
    lines = [line for line in (*audit.events, *audit.child_events) if isinstance(line, Mapping)]
    creation = any(_kind(line) == "Create" for line in lines)
    found: list[Event] = []
    make = _maker(audit, source)
    if creation:
        found.append(make(f"{audit.id}", EventKind.CREATED, automatic=False))
    for place, line in enumerate(lines):
        ident = str(line.get("id") or f"{audit.id}.{place}")
        kind = _kind(line)
        if kind == "Change":
            for name, old, new in _changes(line):
                found.extend(_changed(make, ident, name, old, new, _automatic(audit, line)))
        elif kind in ("Comment", "VoiceComment") and not creation:
            found.append(make(ident, _spoken(line, audit, is_staff), automatic=_automatic(audit, line)))
    return found


def _kind(line: Mapping[str, Any]) -> object:
    return (
        line.get("type")
        if line.get("type") in ("Create", "Change", "Comment", "VoiceComment")
        else line.get("event_type")
    )


def _maker(audit: AuditRow, source: str) -> Callable[..., Event]:
    actor = str(audit.actor) if audit.actor > 0 else ""

    def make(ident: str, kind: EventKind, *, automatic: bool, old: str = "", new: str = "") -> Event:
        return Event(source, str(audit.ticket_id), ident, kind, audit.at, actor, old, new, automatic)

    return make


def _automatic(audit: AuditRow, line: Mapping[str, Any]) -> bool:
    """Whether a rule did it: the audit's or the line's own channel says so, or nobody is named."""
    return audit.actor < 0 or any(_is_rule(via) for via in (audit.via, line.get("via")))


def _is_rule(via: object) -> bool:
    channel = via.get("channel") if isinstance(via, Mapping) else via
    return isinstance(channel, str) and channel.lower() in ("rule", "automation", "trigger")


def _changes(line: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    """(field, old, new) of the fields that matter, from either form of a line."""
    if "field_name" in line:
        if line["field_name"] in _FIELDS:
            yield str(line["field_name"]), line.get("previous_value"), line.get("value")
        return
    for name in _FIELDS:
        if name in line:
            yield name, line.get("previous_value"), line[name]


def _changed(
    make: Callable[..., Event], ident: str, name: str, before: object, after: object, automatic: bool
) -> Iterator[Event]:
    kind, old, new = _FIELDS[name], _word(before), _word(after)
    if kind is EventKind.PRIORITY:
        old, new = (str(PRIORITIES.get(word, 0)) for word in (old, new))
    yield make(ident, kind, automatic=automatic, old=old, new=new)
    if kind is not EventKind.STATUS or not {old, new} <= _STATES:
        return
    if old in _OPEN and new not in _OPEN:
        yield make(f"{ident}:closed", EventKind.CLOSED, automatic=automatic, old=old, new=new)
    elif old not in _OPEN and new in _OPEN:
        yield make(f"{ident}:reopened", EventKind.REOPENED, automatic=automatic, old=old, new=new)


def _word(value: object) -> str:
    """A value of a field: identifiers come as numbers or as text, none as null, "" or 0."""
    return str(value) if isinstance(value, str | int) and str(value) not in ("0", "None") else ""


def _spoken(line: Mapping[str, Any], audit: AuditRow, is_staff: IsStaff) -> EventKind:
    public = line.get("public", line.get("comment_public", True))
    if public is False:
        return EventKind.NOTE
    author = line.get("author_id")
    staff = is_staff(author if isinstance(author, int) else audit.actor)
    return EventKind.PUBLIC_REPLY if staff else EventKind.CUSTOMER_MESSAGE


def activity_of(row: CommentRow, ticket: str, source: str, name: str, staff: bool) -> Activity:
    """A comment with its words, as plain text just as the platform gave them."""
    kind = ActivityKind.INTERNAL if not row.public else ActivityKind.PUBLIC if staff else ActivityKind.CUSTOMER
    author = str(row.author_id) if row.author_id and row.author_id > 0 else ""
    return Activity(source, ticket, str(row.id), kind, row.created_at, author, name, row.body or row.plain_body)
