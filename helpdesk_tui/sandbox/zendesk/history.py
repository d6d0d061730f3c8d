"""The company's events as audits, comments and export events.

Events of one actor at one instant make one audit. Rules (service accounts) show as `via.channel: "rule"`. A deletion
leaves no audit that anybody could still read.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk_tui.sandbox.model import Event, Ticket
from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Account, Json
from helpdesk_tui.sandbox.zendesk.text import html, stamp

_COMMENTS = {"note": False, "reply": True, "message": True, "merged": False}
_SYSTEM = {
    "client": "Sandbox",
    "ip_address": "192.0.2.1",
    "location": "Paris, FR",
    "latitude": 48.86,
    "longitude": 2.35,
}
_CHANNELS = ("web", "email", "api", "mobile", "email", "web", "chat")


Placed = tuple[int, Event]
"""An event and its place in the ticket's history, from 0."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one actor changed on one ticket at one instant."""

    ticket: Ticket
    events: tuple[Placed, ...]

    @property
    def at(self) -> int:
        """When, seconds UTC."""
        return self.events[0][1].at

    @property
    def actor(self) -> int:
        """Who, by the company's number."""
        return self.events[0][1].actor

    @property
    def ident(self) -> int:
        """The audit's identifier."""
        return ids.audit(self.ticket.n, self.events[0][0])


def placed(ticket: Ticket, start: int = 0) -> list[Placed]:
    """The events that leave an audit, from place `start` on: a reopening told twice counts once, deletions never."""
    found: list[Placed] = []
    before: Event | None = None
    for place, event in enumerate(ticket.events[start:], start):
        twice = before is not None and event.kind == "reopened" and (before.kind, before.new) == ("status", event.new)
        if event.kind != "deleted" and not twice:
            found.append((place, event))
        before = event
    return found


def updates(account: Account, ticket: Ticket) -> list[Update]:
    """The updates of a ticket, oldest first. Two writes of a client in one second stay two updates."""
    found: list[list[Placed]] = []
    for place, event in placed(ticket):
        last = found[-1][-1][1] if found else None
        apart = last is None or (last.at, last.actor) != (event.at, event.actor)
        if apart or (ticket.n, event.eid) in account.operations:
            found.append([])
        found[-1].append((place, event))
    return [Update(ticket, tuple(events)) for events in found]


def channel(ticket: Ticket) -> Json:
    """How the ticket came in; an open set of words."""
    word = ticket.marks.get("channel") or _CHANNELS[ticket.n % len(_CHANNELS)]
    return {"channel": word, "source": {"from": {}, "to": {}, "rel": None}}


def _via(account: Account, update: Update) -> Json:
    person = account.world.people.get(update.actor)
    if person is None or person.role == "service":
        rule = {"id": 6_130_852_600_026, "title": "Keep the queue tidy", "deleted": False, "revision_id": 1}
        return {"channel": "rule", "source": {"from": rule, "to": {}, "rel": "trigger"}}
    first = update.events[0][1].kind == "created"
    return channel(update.ticket) if first else {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}


def author(account: Account, uid: int) -> int:
    """The identifier of whoever acted: -1 is the platform itself."""
    person = account.world.people.get(uid)
    return -1 if person is None or person.role == "service" else ids.user(uid)


def comment(account: Account, update: Update, place: int, event: Event, text: str) -> Json:
    """A comment as audits and the comments list show it, without its instant."""
    return {
        "id": ids.audit_event(update.ticket.n, place, 0),
        "type": "Comment",
        "author_id": author(account, event.actor),
        "body": text,
        "html_body": html(text),
        "plain_body": text,
        "public": _COMMENTS.get(event.kind, True),
        "attachments": [],
        "audit_id": update.ident,
    }


def words(ticket: Ticket, event: Event) -> str | None:
    """What a comment event says, None where the event is no comment."""
    if event.kind == "created":
        return ticket.body or ticket.title
    if event.kind == "merged":
        return event.text or f"Request #{event.new} was closed and merged into this request."
    return event.text if event.kind in _COMMENTS else None


def changes(update: Update, event: Event) -> list[tuple[str, object, object]]:
    """(field, value, previous value) of the fields an event set; previous is None on creation."""
    if event.kind == "created":
        return _creation(update.ticket, event.new)
    if event.kind in ("status", "reopened"):
        return [("status", event.new or "open", event.old or "solved")]
    if event.kind in ("group", "moved"):
        return [("group_id", _number(event.new, ids.group), _number(event.old, ids.group))]
    if event.kind == "owner":
        return [("assignee_id", _number(event.new, ids.user), _number(event.old, ids.user))]
    if event.kind == "priority":
        return [("priority", _priority(event.new), _priority(event.old))]
    if event.kind == "edited":
        return [(event.text, event.new or None, event.old or None)]
    if event.kind == "tags":
        return [("tags", event.new.split(), event.old.split())]
    return []


def _creation(ticket: Ticket, group: str) -> list[tuple[str, object, object]]:
    first = {event.kind: event.old for event in reversed(ticket.events) if event.kind in ("owner", "priority")}
    owner = first.get("owner", str(ticket.owner or ""))
    priority = first.get("priority", str(ticket.priority))
    values: list[tuple[str, object]] = [
        ("subject", ticket.title),
        ("requester_id", str(ids.user(ticket.requester))),
        ("priority", _priority(priority)),
        ("type", statuses.TYPES[ticket.kind]),
        ("status", _first_status(ticket)),
        ("group_id", _number(group, ids.group)),
        ("assignee_id", _number(owner, ids.user)),
        ("brand_id", str(ids.BRAND)),
        ("ticket_form_id", str(ids.FORM)),
    ]
    return [(name, value, None) for name, value in values if value is not None or name in ("priority", "type")]


def _first_status(ticket: Ticket) -> str:
    moves = [event for event in ticket.events if event.kind in ("status", "reopened")]
    return moves[0].old or "new" if moves else ticket.state


def _number(text: str, make: object) -> object:
    return str(make(int(text))) if text.isdigit() and int(text) and callable(make) else None


def _priority(text: str) -> str | None:
    return statuses.PRIORITIES.get(int(text)) if text.isdigit() else text or None


def audit(account: Account, update: Update) -> Json:
    """An audit with its events, each change by field name."""
    lines: list[Json] = []
    for place, event in update.events:
        text = words(update.ticket, event)
        if text is not None:
            lines.append(comment(account, update, place, event, text))
        for line_number, (name, value, previous) in enumerate(changes(update, event), start=1):
            line: Json = {
                "id": ids.audit_event(update.ticket.n, place, line_number),
                "field_name": name,
                "value": value,
            }
            if event.kind == "created":
                lines.append(line | {"type": "Create"})
            else:
                lines.append(line | {"type": "Change", "previous_value": previous})
    custom = account.operations.get((update.ticket.n, update.events[0][1].eid), {})
    return {
        "id": update.ident,
        "ticket_id": update.ticket.n,
        "created_at": stamp(update.at),
        "author_id": author(account, update.actor),
        "metadata": {"system": _SYSTEM, "custom": custom},
        "events": lines,
        "via": _via(account, update),
    }


def comments(account: Account, ticket: Ticket) -> list[Json]:
    """The comments of a ticket, oldest first."""
    found = []
    for update in updates(account, ticket):
        for place, event in update.events:
            text = words(ticket, event)
            if text is not None:
                row = comment(account, update, place, event, text)
                row |= {"created_at": stamp(event.at), "via": _via(account, update)}
                found.append(row | {"metadata": {"system": _SYSTEM, "custom": {}}})
    return found


def export_event(account: Account, update: Update, *, with_comments: bool) -> Json:
    """An update as the incremental ticket events show it: the changed field is itself the key of the line."""
    source = _via(account, update)
    spoken = {"rule": "Rule", "email": "Mail", "api": "Web service"}.get(str(source["channel"]), "Web form")
    lines: list[Json] = []
    for place, event in update.events:
        base: Json = {"via": spoken, "via_reference_id": None}
        text = words(update.ticket, event)
        if text is not None and with_comments:
            whole = comment(account, update, place, event, text) | {
                "created_at": stamp(event.at),
                "event_type": "Comment",
            }
            lines.append(base | whole | {"via": source})
        elif text is not None:
            public = _COMMENTS.get(event.kind, True)
            said = {"id": ids.audit_event(update.ticket.n, place, 0), "comment_present": True, "comment_public": public}
            lines.append(base | said | {"event_type": "Comment"})
        for line_number, (name, value, previous) in enumerate(changes(update, event), start=1):
            line = base | {"id": ids.audit_event(update.ticket.n, place, line_number), name: value}
            kind = "Create" if event.kind == "created" else "Change"
            lines.append(line | {"event_type": kind} | ({"previous_value": previous} if kind == "Change" else {}))
    return {
        "id": update.ident,
        "ticket_id": update.ticket.n,
        "timestamp": update.at,
        "created_at": stamp(update.at),
        "updater_id": author(account, update.actor),
        "via": spoken,
        "system": _SYSTEM,
        "metadata": {},
        "event_type": "Audit",
        "child_events": lines,
    }
