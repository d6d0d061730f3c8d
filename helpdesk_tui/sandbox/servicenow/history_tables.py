"""Journal entries, field history and deletions, all read out of the tickets' events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.servicenow import ranges, states
from helpdesk_tui.sandbox.servicenow.event_log import Entry, Logs
from helpdesk_tui.sandbox.servicenow.fields import ADMINS, Field, Viewer, by_name, choice, constant, moment, text
from helpdesk_tui.sandbox.servicenow.identity import MAX_ORDINAL
from helpdesk_tui.sandbox.servicenow.listing import ListTable
from helpdesk_tui.sandbox.servicenow.prepare import Piece, Prepared
from helpdesk_tui.sandbox.servicenow.tables import Instance, Selection, Table, Wanted

_ELEMENTS = {"note": "work_notes", "reply": "comments", "message": "comments"}
_AUDITED = {
    "status": "state", "reopened": "state", "group": "assignment_group", "owner": "assigned_to", "priority": "priority",
}  # fmt: skip
_ORDERS = frozenset({"sys_created_on", "sys_id"})


class EventTable(Table):
    """A table with one row for each event of some kinds."""

    def __init__(
        self,
        name: str,
        label: str,
        fields: Mapping[str, Field],
        instance: Instance,
        kinds: frozenset[str],
        key: str,
    ) -> None:
        """`kinds` are the events that have a row; `key` is the column with the sys_id of their task."""
        super().__init__(name, label, fields, shown_by="sys_id")
        self._instance, self._kinds, self._key = instance, kinds, key
        self._desk = instance.world.desk("servicenow")
        self._logs = Logs(self._desk)

    def open_to(self, viewer: Viewer) -> bool:
        """History is for administrators, as it comes."""
        return viewer.role in ADMINS

    def visible(self, row: Entry, viewer: Viewer) -> bool:  # noqa: ARG002
        """History is as visible as its task."""
        return not row.ticket.forbidden

    def _within(self, entry: Entry) -> bool:
        """Whether an event has a row here."""
        return entry.event.kind in self._kinds

    def find(self, sys_id: str) -> Entry | None:
        """The row with this sys_id, by a walk over the tickets that changed since: nobody asks for these by name."""
        eid = self._instance.identity.ordinal(self.name, sys_id)
        for ticket in self._desk.by_update(descending=True) if eid else ():
            for event in ticket.events:
                if event.eid == eid:
                    entry = Entry(ticket, event)
                    return entry if self._within(entry) and not ticket.deleted else None
        return None

    async def select(self, wanted: Wanted) -> Selection:
        """Rows of named tasks by looking at those; others out of a kept log."""
        query = wanted.query
        if not query.pieces:
            return Selection([], 0)
        named = query.demanded(self._key)
        if named is not None:
            return self._cut(wanted, self._of_tasks(named))
        found = [self._placed(piece) for piece in query.pieces]
        rests = {piece.text(): piece for _, _, piece in found}
        plain = len(rests) == 1 and all(sort.path in _ORDERS for sort in query.sorts)
        pieces = tuple(rests.values()) if plain else query.pieces
        log = await self._logs.get(
            "^NQ".join(sorted(piece.text() for piece in pieces)),
            lambda entry: self._within(entry) and any(piece.holds(entry) for piece in pieces),
            ranges.floor(query, ("sys_created_on",)),
            self._instance.seen,
        )
        if not plain:
            return self._cut(wanted, self._read(log.at(position) for position in range(len(log))))
        spans = ranges.merged(log.between(times, ids) for times, ids, _ in found)
        descending = bool(query.sorts and query.sorts[0].descending)
        window = ranges.window(spans, wanted.offset, wanted.limit, descending=descending)
        return Selection(self._read(log.at(place) for place in window), sum(end - start for start, end in spans))

    def _placed(self, piece: Piece) -> tuple[ranges.Range, ranges.Range, Piece]:
        fields = set()
        times, ids = (
            ranges.instants(piece, "sys_created_on"),
            ranges.ordinals(piece, self._instance.identity, self.name),
        )
        if times is not None:
            fields.add("sys_created_on")
        if ids is not None:
            fields.add("sys_id")
        return times or (0, ranges.LATEST), ids or (0, MAX_ORDINAL), piece.without(frozenset(fields))

    def _of_tasks(self, sys_ids: Iterable[str]) -> list[Entry]:
        numbers = {self._instance.identity.ordinal("task", sys_id) for sys_id in sys_ids}
        tickets = (self._desk.get(n) for n in numbers if n)
        entries = (Entry(t, event) for t in tickets if t is not None and not t.deleted for event in t.events)
        return [entry for entry in entries if self._within(entry)]

    def _cut(self, wanted: Wanted, entries: list[Entry]) -> Selection:
        kept = [entry for entry in entries if wanted.query.holds(entry)]
        rows = wanted.query.sorted(kept, lambda entry: entry.event.eid)
        return Selection(rows[wanted.offset : wanted.offset + wanted.limit], len(rows))

    def _read(self, places: Iterable[tuple[int, int]]) -> list[Entry]:
        tickets: dict[int, Ticket | None] = {}
        rows = []
        for eid, n in places:
            if n not in tickets:
                tickets[n] = self._desk.get(n)
            ticket = tickets[n]
            event = next((event for event in ticket.events if event.eid == eid), None) if ticket else None
            if ticket is not None and event is not None:
                rows.append(Entry(ticket, event))
        return rows


def _common(instance: Instance, table: str) -> list[Field]:
    return [
        text("sys_id", lambda entry: instance.identity.sys_id(table, entry.event.eid)),
        moment("sys_created_on", lambda entry: entry.event.at),
        text("sys_created_by", lambda entry: instance.login(entry.event.actor)),
    ]


def journal(instance: Instance) -> EventTable:
    """`sys_journal_field`: the words of notes and comments."""
    fields = by_name(
        *_common(instance, "sys_journal_field"),
        text("name", lambda entry: states.TASK_TABLES[entry.ticket.kind]),
        text("element", lambda entry: _ELEMENTS.get(entry.event.kind, "")),
        text("element_id", lambda entry: instance.identity.sys_id("task", entry.ticket.n)),
        text("value", lambda entry: entry.event.text),
        constant("sys_tags"),
    )
    return EventTable("sys_journal_field", "Journal Entry", fields, instance, frozenset(_ELEMENTS), "element_id")


class AuditTable(EventTable):
    """`sys_audit`: what columns held before and after."""

    def _within(self, entry: Entry) -> bool:
        """Whether a column changed: where a reopening is told twice, as a change of state and as itself, once."""
        event, events = entry.event, entry.ticket.events
        if event.kind not in self._kinds or event.old == event.new:
            return False
        return event.kind != "reopened" or not any(
            other.kind == "status" and (other.at, other.new) == (event.at, event.new) for other in events
        )


def audit(instance: Instance) -> AuditTable:
    """`sys_audit`: changes of state, group, assignee and priority."""
    fields = by_name(
        *_common(instance, "sys_audit"),
        text("tablename", lambda entry: states.TASK_TABLES[entry.ticket.kind]),
        text("documentkey", lambda entry: instance.identity.sys_id("task", entry.ticket.n)),
        text("fieldname", lambda entry: _AUDITED.get(entry.event.kind, "")),
        text("oldvalue", lambda entry: _audited(instance, entry, entry.event.old)),
        text("newvalue", lambda entry: _audited(instance, entry, entry.event.new)),
        text("user", lambda entry: instance.login(entry.event.actor)),
        text("record_checkpoint", lambda entry: str(entry.ticket.events.index(entry.event))),
        constant("reason"),
    )
    return AuditTable("sys_audit", "Audit", fields, instance, frozenset(_AUDITED), "documentkey")


def _audited(instance: Instance, entry: Entry, value: str) -> str:
    """What a neutral value looks like in the platform's column."""
    kind = entry.event.kind
    if kind in {"status", "reopened"}:
        return states.number_of(entry.ticket.kind, value)
    if not value:
        return ""
    if kind == "group":
        return instance.group(int(value))
    return instance.user(int(value)) if kind == "owner" else value


def audit_delete(instance: Instance) -> ListTable:
    """`sys_audit_delete`: one row for every deleted record."""
    desk, identity = instance.world.desk("servicenow"), instance.identity

    def rows(query: Prepared) -> Iterable[Ticket]:
        since = ranges.floor(query, ("sys_created_on", "sys_updated_on"))
        return (ticket for ticket in desk.by_update((since - 1, 1 << 40) if since else (0, 0)) if ticket.deleted)

    def by_ordinal(n: int) -> Ticket | None:
        ticket = desk.get(n)
        return ticket if ticket is not None and ticket.deleted else None

    tables = {table: states.CLASS_LABELS[table] for table in states.KINDS}
    fields = by_name(
        text("sys_id", lambda ticket: identity.sys_id("sys_audit_delete", ticket.n)),
        choice("tablename", lambda ticket: states.TASK_TABLES[ticket.kind], tables),
        text("documentkey", lambda ticket: identity.sys_id("task", ticket.n)),
        text("display_value", states.number),
        moment("sys_created_on", lambda ticket: ticket.updated),
        moment("sys_updated_on", lambda ticket: ticket.updated),
        text("sys_created_by", lambda ticket: instance.login(ticket.events[-1].actor)),
        constant("payload"),
        constant("sys_mod_count", "0", "integer"),
    )
    return ListTable(
        "sys_audit_delete", "Audit Deleted Record", fields, identity=identity, rows=rows, by_ordinal=by_ordinal,
        shown_by="display_value", readers=ADMINS,
    )  # fmt: skip
