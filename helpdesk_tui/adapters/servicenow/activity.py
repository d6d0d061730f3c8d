"""What was written on tickets, from the journal table or, where that is closed, from the tickets' displayed
journals."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.adapters.servicenow.authors import Authors
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.events import (
    AUDIT,
    AUDIT_FIELDS,
    AUDITED,
    JOURNAL,
    JOURNAL_FIELDS,
    changed,
    kind_of_entry,
)
from helpdesk_tui.adapters.servicenow.journal_text import Entry, entries, learn
from helpdesk_tui.adapters.servicenow.mapping import parse
from helpdesk_tui.adapters.servicenow.queries import ID, one_of, portions
from helpdesk_tui.adapters.servicenow.record import requesters
from helpdesk_tui.adapters.servicenow.signin import Access
from helpdesk_tui.adapters.servicenow.wire import JournalRow, Raw, cell, value_of
from helpdesk_tui.domain.events import Activity, ActivityKind, Event, EventKind
from helpdesk_tui.errors import Refused

_KINDS = {
    EventKind.NOTE: ActivityKind.INTERNAL,
    EventKind.PUBLIC_REPLY: ActivityKind.PUBLIC,
    EventKind.CUSTOMER_MESSAGE: ActivityKind.CUSTOMER,
}
_ELEMENTS = ("comments", "work_notes")
_STAMPS = ("sys_updated_on", "sys_created_on", "opened_at")
Spoken = tuple[str, EventKind, Entry, str]
"""An entry's ident, its kind, itself, and its author's sys_id where that is known."""


async def of_ticket(context: Context, authors: Authors, access: Access, key: str) -> Page:
    """Everything written on one ticket, and with it what happened to it. Raises Refused where it is not shown."""
    if not ID.fullmatch(key):
        return Page(cursor="", last=True)
    if access.journal:
        page = await _from_journal(context, authors, key)
    else:
        shown = [ticket async for ticket in _displayed(context, access, [key])]
        if not shown:
            raise Refused("the platform does not show this ticket any more", status=404)
        spoken = [one for ticket in shown for one in _entries(*ticket)]
        page = Page(
            cursor="",
            last=True,
            activity=tuple(_activity(context, key, *one) for one in sorted(spoken, key=lambda one: one[2].at)),
            activity_whole=frozenset({key}),
            events=tuple(_event(context, key, *one) for one in spoken if one[2].at),
        )
    if not access.audit:
        return page
    query = (f"documentkey={key}^fieldnameIN{','.join(AUDITED)}",)
    rows = [
        row async for row in context.tables.all(AUDIT, AUDIT_FIELDS, query) if value_of(row.get("documentkey")) == key
    ]
    changes, bad = await changed(context, authors, "activity", rows)
    return Page(
        cursor="",
        last=True,
        activity=page.activity,
        activity_whole=page.activity_whole,
        events=page.events + changes,
        bad=page.bad + bad,
    )


async def events_of(context: Context, access: Access, keys: Collection[str]) -> Page:
    """What was said on these tickets, without the words, where the journal table is closed."""
    events: list[Event] = []
    async for table, row, texts in _displayed(context, access, [key for key in keys if ID.fullmatch(key)]):
        key = value_of(row.get("sys_id"))
        events += [_event(context, key, *one) for one in _entries(table, row, texts) if one[2].at]
    return Page(cursor="", last=True, events=tuple(events))


async def _from_journal(context: Context, authors: Authors, key: str) -> Page:
    query = (f"element_id={key}^elementIN{','.join(_ELEMENTS)}",)
    fields = (*JOURNAL_FIELDS, "value")
    rows = [row async for row in context.tables.all(JOURNAL, fields, query) if value_of(row.get("element_id")) == key]
    good, bad = parse(JournalRow, rows, "activity")
    found = sorted((row for row, _raw in good), key=lambda row: (row.sys_created_on, row.sys_id))
    await authors.learn((row.sys_created_by, key) for row in found)
    activity = tuple(
        Activity(
            context.source,
            key,
            f"j{row.sys_id}",
            _KINDS[kind_of_entry(row.element, customer=authors.is_customer(row.sys_created_by, key))],
            row.sys_created_on,
            author=authors.person(row.sys_created_by),
            author_name=authors.name(row.sys_created_by),
            text=row.value,
        )
        for row in found
    )
    return Page(cursor="", last=True, activity=activity, activity_whole=frozenset({key}), bad=tuple(bad))


Displayed = tuple[str, Raw, dict[str, list[Entry]]]


async def _displayed(context: Context, access: Access, keys: Collection[str]) -> AsyncIterator[Displayed]:
    """The journals of tickets as they display: table, row, and entries by column."""
    rest = list(keys)
    for table in context.scope.tables:
        people = requesters(table)
        fields = ("sys_id", *_ELEMENTS, *_STAMPS, "assigned_to", *people, *(f"{who}.name" for who in people))
        seen = set()
        for some in portions(rest):
            async for row in context.tables.all(table, fields, one_of("sys_id", some)):
                seen.add(value_of(row.get("sys_id")))
                shown = learn([cell(row.get(name)) for name in _STAMPS], _zone(access.zone))
                yield table, row, {name: entries(cell(row.get(name)).label, shown) for name in _ELEMENTS}
        rest = [key for key in rest if key not in seen]


def _entries(table: str, row: Raw, texts: dict[str, list[Entry]]) -> Iterator[Spoken]:
    """The entries of a ticket, oldest first, each with an identifier that stays the same."""
    customer = _customer(table, row)
    known = {customer[1]: customer[0], cell(row.get("assigned_to")).label: value_of(row.get("assigned_to"))}
    for element, found in texts.items():
        count: dict[str, int] = {}
        for entry in reversed(found):
            text = "\0".join((element, entry.shown_at, entry.who, entry.text))
            digest = hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
            count[digest] = count.get(digest, 0) + 1
            kind = kind_of_entry(element, customer=bool(entry.who) and entry.who == customer[1])
            yield f"t{digest}.{count[digest]}", kind, entry, known.get(entry.who, "")


def _customer(table: str, row: Raw) -> tuple[str, str]:
    """The customer's sys_id and name."""
    for column in requesters(table):
        who = cell(row.get(column))
        if who.value:
            return who.value, value_of(row.get(f"{column}.name")) or who.label
    return "", ""


def _event(context: Context, key: str, ident: str, kind: EventKind, entry: Entry, author: str) -> Event:
    return Event(context.source, key, ident, kind, entry.at, actor=author, automatic=entry.who == "System")


def _activity(context: Context, key: str, ident: str, kind: EventKind, entry: Entry, author: str) -> Activity:
    return Activity(context.source, key, ident, _KINDS[kind], entry.at, author, entry.who, entry.text)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
