"""Writes to the task tables, with what the platform does to them on the way: columns that are not for writing are left
out without a word, priority is calculated, rules act, and a data policy may refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpdesk_tui.sandbox.model import Kind, State, Ticket
from helpdesk_tui.sandbox.servicenow import states
from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.role_tables import is_read_only
from helpdesk_tui.sandbox.servicenow.tables import Instance
from helpdesk_tui.sandbox.servicenow.ticket_fields import solution
from helpdesk_tui.sandbox.servicenow.ticket_table import TicketTable
from helpdesk_tui.sandbox.servicenow.times import parse, parse_local, utc
from helpdesk_tui.sandbox.servicenow.wire import Refusal

_MARKED = frozenset({
    "description", "close_notes", "close_code", "contact_type", "due_date", "follow_up", "correlation_id",
    "correlation_display",
    "watch_list", "work_start", "category", "subcategory", "workaround", "cause_notes",
})  # fmt: skip
_REQUESTER_MAY = frozenset({"comments"})
_DONE = frozenset({"solved", "closed"})


def as_text(value: Any) -> str:
    """A JSON value as the platform stores it: an object becomes the text of a map, which fits no column."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={as_text(item)}" for key, item in value.items()) + "}"
    return value if isinstance(value, str) else str(value)


def policy(*fields: str) -> Refusal:
    """A data policy's refusal."""
    return Refusal(
        403, "Operation Failed",
        f"Operation against file 'incident' was aborted by Data Policy Exception: {', '.join(fields)} mandatory",
    )  # fmt: skip


def denied(verb: str) -> Refusal:
    """An access rule's refusal of a write."""
    return Refusal(403, "Operation Failed", f"ACL Exception {verb} Failed due to security constraints")


@dataclass(slots=True)
class Draft:
    """What a write comes to: arguments for the desk, None where nothing changes."""

    state: State | None = None
    group: int | None = None
    owner: int | None = None
    priority: int | None = None
    title: str | None = None
    requester: int | None = None
    note: str | None = None
    reply: str | None = None
    message: str | None = None
    marks: dict[str, str] = field(default_factory=dict)

    def changes(self) -> dict[str, Any]:
        """Arguments for `Desk.change`, without those that say nothing."""
        names = ("state", "group", "owner", "priority", "title", "note", "reply", "message")
        found = {name: value for name in names if (value := getattr(self, name)) is not None}
        return found | ({"marks": self.marks} if self.marks else {})


class Writer:
    """Applies writes to one instance."""

    def __init__(self, instance: Instance) -> None:
        """`instance` gives the desk, the people and the settings."""
        self._of, self._desk = instance, instance.world.desk("servicenow")

    def update(
        self, table: TicketTable, ticket: Ticket, data: Mapping[str, Any], viewer: Viewer, *, display: bool
    ) -> Ticket:
        """Change a ticket; the same ticket where nothing takes. Raises Refusal 403."""
        values = self._writable(table, data, viewer, display=display)
        if is_read_only(self._of, viewer.uid) or (viewer.role == "requester" and not values):
            raise denied("Update")
        draft = self._draft(ticket, values, viewer)
        return self._apply(ticket, draft, viewer)

    def _apply(self, ticket: Ticket, draft: Draft, viewer: Viewer) -> Ticket:
        changes = draft.changes()
        if not changes and draft.requester is None:
            return ticket
        changed = self._desk.change(ticket.n, viewer.uid, **changes)
        if draft.requester is not None:
            changed.requester = draft.requester
        return changed

    def create(self, table: TicketTable, data: Mapping[str, Any], viewer: Viewer, *, display: bool) -> Ticket:
        """Append a ticket with what the data says. Raises Refusal 403."""
        if is_read_only(self._of, viewer.uid) or (viewer.role == "requester" and table.kind != "incident"):
            raise denied("Insert")
        kind: Kind = table.kind or "task"
        values = self._writable(table, data, viewer, display=display, new=True)
        pair = (values.pop("impact", "3"), values.pop("urgency", "3"))
        pair = pair if pair in states.MATRIX else ("3", "3")
        group = self._of.world.served("servicenow")[0].gid
        requester = self._of.identity.ordinal("sys_user", values.get("caller_id", values.get("requested_for", "")))
        known = requester in self._of.world.people
        ticket = self._desk.create(
            viewer.uid, title=values.pop("short_description", ""), body=values.pop("description", ""), group=group,
            kind=kind,
            requester=requester if known else viewer.uid, priority=min(int(states.MATRIX[pair]), 4),
        )  # fmt: skip
        draft = self._draft(ticket, {"assignment_group": "", **values}, viewer)
        draft.marks |= {"impact": pair[0], "urgency": pair[1], "born": "1"}
        if "category" not in draft.marks and kind == "incident":
            draft.marks["category"] = "inquiry"
        for name in ("caller_id", "requested_for"):
            if name in table.fields and not known and viewer.role != "requester":
                draft.marks[f"raw:{name}"] = f"{viewer.uid}|{values.get(name, '')[:32]}"
        return self._apply(ticket, draft, viewer)

    def _writable(
        self, table: TicketTable, data: Mapping[str, Any], viewer: Viewer, *, display: bool, new: bool = False
    ) -> dict[str, str]:
        """The values that may be written, as text cut to their columns; the rest is dropped."""
        values: dict[str, str] = {}
        for name, value in data.items():
            column = table.fields.get(name)
            if column is None or not column.writable or viewer.role not in column.readers:
                continue
            if viewer.role == "requester" and not new and name not in _REQUESTER_MAY:
                continue
            stored = as_text(value)
            if display:
                stored = self._from_display(table, name, stored, viewer)
            if column.kind == "glide_date_time":
                instant = parse(stored)
                stored = utc(instant) if instant is not None else ""
            values[name] = stored[: column.length]
        return values

    def _from_display(self, table: TicketTable, name: str, value: str, viewer: Viewer) -> str:
        """A display value in raw form: names of people and groups, labels of choices, wall times of the zone."""
        column = table.fields[name]
        if column.kind == "glide_date_time":
            instant = parse_local(value, viewer.zone)
            return utc(instant) if instant is not None else ""
        if column.target == "sys_user":
            people = self._of.world.people.values()
            return next((self._of.user(person.uid) for person in people if value in {person.name, person.login}), value)
        if column.target == "sys_user_group":
            groups = self._of.world.groups.values()
            return next((self._of.group(group.gid) for group in groups if group.name == value), value)
        if name in {"state", "incident_state"} and table.kind:
            return _value_of(states.STATES[table.kind], value)
        lists = {"hold_reason": states.HOLD_REASONS, "impact": states.LEVELS, "urgency": states.LEVELS}
        return _value_of(lists.get(name, {}), value)

    def _draft(self, ticket: Ticket, values: dict[str, str], viewer: Viewer) -> Draft:
        draft = Draft()
        title = values.get("short_description")
        if title is not None and title != ticket.title:
            draft.title = title
        for name in _MARKED & values.keys():
            self._mark(draft, ticket, name, values[name])
        self._levels(draft, ticket, values)
        self._assign(draft, ticket, values)
        self._journal(draft, ticket, values, viewer)
        self._restate(draft, ticket, values)
        return draft

    @staticmethod
    def _mark(draft: Draft, ticket: Ticket, name: str, value: str) -> None:
        if name == "close_code" and value not in states.CLOSE_CODES:
            value = ""
        current = {"description": ticket.body, "category": ticket.category}.get(name, "")
        if name in {"close_code", "close_notes"}:
            current = solution(ticket)[name == "close_notes"]
        if ticket.marks.get(name, current) != value:
            draft.marks[name] = value

    @staticmethod
    def _levels(draft: Draft, ticket: Ticket, values: Mapping[str, str]) -> None:
        before = states.levels(ticket)
        after = (values.get("impact", before[0]), values.get("urgency", before[1]))
        if after != before and after in states.MATRIX:
            draft.marks |= {"impact": after[0], "urgency": after[1]}
            priority = min(int(states.MATRIX[after]), 4)
            draft.priority = priority if priority != ticket.priority else None

    def _assign(self, draft: Draft, ticket: Ticket, values: Mapping[str, str]) -> None:
        world, identity = self._of.world, self._of.identity
        if "assignment_group" in values:
            gid = identity.ordinal("sys_user_group", values["assignment_group"])
            self._refer(
                draft, ticket, "assignment_group", values["assignment_group"], ticket.group, gid in world.groups
            )
            if gid in world.groups and gid != ticket.group:
                draft.group = gid
        group = ticket.group if draft.group is None else draft.group
        if "assigned_to" in values:
            text = values["assigned_to"]
            uid = identity.ordinal("sys_user", text) if text else 0
            known = not text or uid in world.people
            if uid and self._of.settings.owner_must_be_member and group not in world.people[uid].groups:
                return
            self._refer(draft, ticket, "assigned_to", text, ticket.owner, known)
            draft.owner = uid if known and uid != ticket.owner else None
        elif draft.group is not None and ticket.owner and group not in world.people[ticket.owner].groups:
            draft.owner = 0
        for name in {"caller_id", "requested_for"} & values.keys():
            uid = identity.ordinal("sys_user", values[name])
            self._refer(draft, ticket, name, values[name], ticket.requester, uid in world.people)
            if uid in world.people and uid != ticket.requester:
                draft.requester = uid

    @staticmethod
    def _refer(draft: Draft, ticket: Ticket, name: str, text: str, meant: int, known: bool) -> None:
        """Keep text that names no record, as the platform does, or forget such text once a record is named."""
        kept = "" if known else f"{meant}|{text[:32]}"
        if ticket.marks.get(f"raw:{name}", "") != kept:
            draft.marks[f"raw:{name}"] = kept

    @staticmethod
    def _journal(draft: Draft, ticket: Ticket, values: Mapping[str, str], viewer: Viewer) -> None:
        draft.note = values.get("work_notes") or None
        words = values.get("comments") or None
        if viewer.uid == ticket.requester:
            draft.message = words
        else:
            draft.reply = words

    @staticmethod
    def _restate(draft: Draft, ticket: Ticket, values: Mapping[str, str]) -> None:
        asked = values.get("state", values.get("incident_state"))
        reason = values.get("hold_reason")
        meaning = states.NEUTRAL[ticket.kind]
        if asked not in meaning:
            asked = None
        if asked is None and draft.message and ticket.state == "pending":
            draft.state = "open"
            return
        native = states.state(ticket) if asked is None else asked
        held = ticket.kind == "incident" and native == "3"
        target: State = meaning[native] if asked is not None else ticket.state
        if held and (asked is not None or reason is not None):
            why = states.hold_reason(ticket) if reason is None else reason
            target = "pending" if why == "1" else "hold"
            if why != states.hold_reason(ticket) or ticket.state not in {"pending", "hold"}:
                draft.marks["hold_reason"] = why
            if target == "pending" != ticket.state and not values.get("comments"):
                raise policy("Additional comments")
        if ticket.kind == "incident" and target in _DONE and ticket.state not in _DONE and native != "8":
            code, notes = (draft.marks.get(name, ticket.marks.get(name, "")) for name in ("close_code", "close_notes"))
            if not (code and notes):
                raise policy(
                    *[label for label, have in (("Resolution code", code), ("Resolution notes", notes)) if not have]
                )
        if target != ticket.state:
            draft.state = target
        if asked is not None and asked != states.state(ticket):
            draft.marks["state"] = asked


def _value_of(labels: Mapping[str, str], label: str) -> str:
    return next((value for value, shown in labels.items() if shown.lower() == label.lower()), label)
