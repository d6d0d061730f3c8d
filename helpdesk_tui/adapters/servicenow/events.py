"""What happened to tickets, in bulk: journal entries for what was said, the audit for what was changed.

Both tables are closed to most accounts; the sign-in check finds out. Where the audit is closed, changes of state,
group, owner and priority have to be derived from successive looks; where the journal is, it is read from the tickets
themselves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.servicenow.authors import Authors
from helpdesk_tui.adapters.servicenow.context import Context, stream
from helpdesk_tui.adapters.servicenow.mapping import parse
from helpdesk_tui.adapters.servicenow.queries import portions
from helpdesk_tui.adapters.servicenow.states import KINDS
from helpdesk_tui.adapters.servicenow.wire import AuditRow, DeletedRow, JournalRow, Raw
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.tickets import Departure, State, WayOut

JOURNAL = "sys_journal_field"
AUDIT = "sys_audit"
DELETED = "sys_audit_delete"
JOURNAL_FIELDS = ("sys_id", "name", "element", "element_id", "sys_created_on", "sys_created_by")
AUDIT_FIELDS = ("sys_id", "tablename", "documentkey", "fieldname", "oldvalue", "newvalue", "user", "sys_created_on")
_CHANGES = {
    "state": EventKind.STATUS,
    "assignment_group": EventKind.GROUP,
    "assigned_to": EventKind.OWNER,
    "priority": EventKind.PRIORITY,
}
AUDITED = (*_CHANGES, "hold_reason")
"""The columns whose changes are asked for."""


async def journal_pages(context: Context, authors: Authors, feed: str, cursor: str) -> AsyncIterator[Page]:
    """Comments and work notes as events, without their words."""
    # Some instances file entries under the class, some under task.
    query = (f"elementINcomments,work_notes^nameIN{context.classes},task",)
    async for portion in stream(context, JOURNAL, JOURNAL_FIELDS, query, "sys_created_on", cursor):
        good, bad = parse(JournalRow, portion.rows, feed)
        ours = await context.held.only(context.tables, (row.element_id for row, _raw in good))
        events = await entries(context, authors, [row for row, _raw in good if row.element_id in ours])
        yield Page(cursor=portion.cursor, last=portion.last, events=events, bad=tuple(bad), total=portion.total)


async def entries(context: Context, authors: Authors, rows: Sequence[JournalRow]) -> tuple[Event, ...]:
    """Journal rows as events."""
    await authors.learn((row.sys_created_by, row.element_id) for row in rows if row.element == "comments")
    return tuple(said(context, authors, row) for row in rows)


def said(context: Context, authors: Authors, row: JournalRow) -> Event:
    """A journal entry as an event."""
    login = row.sys_created_by
    return Event(
        context.source,
        row.element_id,
        f"j{row.sys_id}",
        kind_of_entry(row.element, customer=authors.is_customer(login, row.element_id)),
        row.sys_created_on,
        actor=authors.person(login),
        automatic=authors.is_program(login),
    )


def kind_of_entry(element: str, *, customer: bool) -> EventKind:
    """Work notes are the desk's own; comments are seen by both sides and written by either."""
    if element == "work_notes":
        return EventKind.NOTE
    return EventKind.CUSTOMER_MESSAGE if customer else EventKind.PUBLIC_REPLY


async def audit_pages(context: Context, authors: Authors, feed: str, cursor: str) -> AsyncIterator[Page]:
    """Changes of state, group, owner and priority."""
    query = (f"tablenameIN{context.classes}^fieldnameIN{','.join(AUDITED)}",)
    async for portion in stream(context, AUDIT, AUDIT_FIELDS, query, "sys_created_on", cursor):
        events, bad = await changed(context, authors, feed, portion.rows)
        yield Page(cursor=portion.cursor, last=portion.last, events=events, bad=bad, total=portion.total)


async def changed(
    context: Context, authors: Authors, feed: str, rows: Sequence[Raw]
) -> tuple[tuple[Event, ...], tuple[BadRecord, ...]]:
    """Audit rows as events. Leaving the open states is CLOSED besides, coming back to them REOPENED."""
    good, bad = parse(AuditRow, rows, feed)
    ours = await context.held.only(context.tables, (row.documentkey for row, _raw in good))
    audits = [row for row, _raw in good if row.documentkey in ours]
    await authors.learn((row.user, row.documentkey) for row in audits)
    reasons = {(row.documentkey, row.sys_created_on): row for row in audits if row.fieldname == "hold_reason"}
    events: list[Event] = []
    for row in audits:
        kind = _CHANGES.get(row.fieldname)
        if kind is EventKind.STATUS:
            events += _state_changed(context, authors, row, reasons)
        elif kind is not None:
            events.append(_event(context, authors, row, kind, row.oldvalue, row.newvalue))
    return tuple(events), tuple(bad)


def _state_changed(
    context: Context, authors: Authors, row: AuditRow, reasons: Mapping[tuple[str, int], AuditRow]
) -> Iterable[Event]:
    reason = reasons.get((row.documentkey, row.sys_created_on))
    table = row.tablename if row.tablename in KINDS else "task"
    states = context.mapper.states
    old, new = (
        states.meaning(table, value, hold_reason=why) if value else None
        for value, why in (
            (row.oldvalue, reason.oldvalue if reason else ""),
            (row.newvalue, reason.newvalue if reason else ""),
        )
    )
    before, after = (state.value if state else "" for state in (old, new))
    if before != after:
        yield _event(context, authors, row, EventKind.STATUS, before, after)
    if old and new and old.is_open != new.is_open:
        kind = EventKind.REOPENED if new.is_open else EventKind.CLOSED
        yield _event(context, authors, row, kind, before, after, mark="r" if new.is_open else "c")


def _event(
    context: Context,
    authors: Authors,
    row: AuditRow,
    kind: EventKind,
    old: str | State,
    new: str | State,
    mark: str = "a",
) -> Event:
    return Event(
        context.source,
        row.documentkey,
        f"{mark}{row.sys_id}",
        kind,
        row.sys_created_on,
        actor=authors.person(row.user),
        old=str(old),
        new=str(new),
        automatic=authors.is_program(row.user),
    )


async def past_of(
    context: Context, authors: Authors, keys: Sequence[str], *, journal: bool, audit: bool
) -> tuple[Event, ...]:
    """All events of these tickets, as far as the two tables may be read."""
    events: tuple[Event, ...] = ()
    for some in portions(keys):
        ids = ",".join(some)
        if journal:
            query = (f"element_idIN{ids}^elementINcomments,work_notes",)
            rows = [row async for row in context.tables.all(JOURNAL, JOURNAL_FIELDS, query)]
            good, _ = parse(JournalRow, rows, "past")
            events += await entries(context, authors, [row for row, _raw in good if row.element_id in some])
        if audit:
            query = (f"documentkeyIN{ids}^fieldnameIN{','.join(AUDITED)}",)
            rows = [row async for row in context.tables.all(AUDIT, AUDIT_FIELDS, query)]
            events += (await changed(context, authors, "past", rows))[0]
    return events


async def deleted_pages(context: Context, feed: str, cursor: str) -> AsyncIterator[Page]:
    """Tickets that were deleted, where the platform keeps and shows a trace of that."""
    fields = ("sys_id", "documentkey", "tablename", "sys_created_on")
    query = (f"tablenameIN{context.classes}",)
    async for portion in stream(context, DELETED, fields, query, "sys_created_on", cursor):
        good, bad = parse(DeletedRow, portion.rows, feed)
        left = tuple(
            Departure(context.source, row.documentkey, WayOut.DELETED, row.sys_created_on)
            for row, _raw in good
            if row.documentkey and row.tablename in context.scope.tables
        )
        yield Page(cursor=portion.cursor, last=portion.last, departures=left, bad=tuple(bad), total=portion.total)
