"""What a ticket is made of, read from one row of a task table.

There are two readings, and they agree. `usual` takes rows as nearly all of them come: every column a value and what is
displayed for it, both text. The wire model takes all others, and has the words for those that are wrong. The first is
some ten times faster, which a first pull of a hundred thousand rows feels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from helpdesk_tui.adapters.servicenow.states import KINDS
from helpdesk_tui.adapters.servicenow.wire import Cell, Raw, TicketRow, count, flag, seconds, strict_cell, strict_value

TICKET_FIELDS = tuple(TicketRow.model_fields)
REQUESTERS = {
    "incident": ("caller_id", "opened_by"),
    "sc_req_item": ("requested_for", "request.requested_for", "opened_by"),
    "sc_task": ("request_item.requested_for", "request.requested_for", "opened_by"),
    "problem": ("opened_by",),
    "change_request": ("requested_by", "opened_by"),
}
"""Where each table names the customer, best first."""
_ANY_REQUESTER = ("caller_id", "requested_for", "opened_by")
_LINKS = ("parent", "parent_incident", "problem_id", "request_item", "request")
LABELLED = (
    *("state", "hold_reason", "priority", "assignment_group", "assigned_to", "company", "category", "contact_type"),
    *("sys_tags", *_LINKS),
)
"""The columns of which the label matters, or has to be one."""


class Who(NamedTuple):
    """The customer as a row tells of them. Where it tells no name, it is taken to tell nothing but the sys_id."""

    key: str = ""
    name: str = ""
    login: str = ""
    email: str = ""
    vip: bool = False


NOBODY = Who()


class Record(NamedTuple):
    """A row's columns as plain values: "" and 0 for what is empty or may not be read, instants in seconds UTC, counts
    -1 where the table keeps none. `…_label` is what users read. `table` is the row's own table where it is a known
    one."""

    sys_id: str
    updated: int
    changes: int
    table: str
    number: str
    title: str
    body: str
    state: str
    state_label: str
    active: bool | None
    hold_reason: str
    priority: str
    priority_label: str
    group: str
    group_label: str
    owner: str
    owner_label: str
    company: str
    company_label: str
    category_label: str
    channel: str
    tags: str
    opened: int
    created: int
    resolved: int
    closed: int
    bounced: int
    reopened: int
    linked: tuple[str, ...]
    who: Who


def requesters(table: str) -> tuple[str, ...]:
    """The columns in which a table names the customer."""
    return REQUESTERS.get(table, _ANY_REQUESTER)


@cache
def _walks(table: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """For each column that names the customer: itself, and where their name, login, e-mail and VIP flag come along."""
    return tuple((who, f"{who}.name", f"{who}.user_name", f"{who}.email", f"{who}.vip") for who in requesters(table))


@cache
def ticket_fields(table: str) -> tuple[str, ...]:
    """The columns to ask for; the customer's own are fetched along, so that no second request is needed."""
    return (*TICKET_FIELDS, *(name for names in _walks(table) for name in names))


def modelled(table: str, raw: Raw) -> Record:
    """A row of any shape, by the wire model. Raises pydantic's ValidationError, and ValueError for a column of the
    customer's that cannot be read."""
    row = TicketRow.model_validate(raw)
    table = row.sys_class_name if row.sys_class_name in KINDS else table
    return Record(
        row.sys_id,
        row.sys_updated_on,
        row.sys_mod_count,
        table,
        row.number,
        row.short_description,
        row.description,
        *row.state[:2],
        row.active,
        row.hold_reason.value,
        *row.priority[:2],
        *row.assignment_group[:2],
        *row.assigned_to[:2],
        *row.company[:2],
        row.category.label,
        row.contact_type.value,
        row.sys_tags.label,
        row.opened_at,
        row.sys_created_on,
        row.resolved_at,
        row.closed_at,
        row.reassignment_count,
        row.reopen_count,
        _linked(getattr(row, name) for name in _LINKS),
        _requester(table, raw),
    )


def _requester(table: str, raw: Raw) -> Who:
    for column, name, login, email, vip in _walks(table):
        who = strict_cell(raw.get(column))
        if who.value:
            known = strict_value(raw.get(name)) or _told(who)
            return _customer(who.value, known, *(strict_value(raw.get(part)) for part in (login, email, vip)))
    return NOBODY


def _customer(key: str, name: str, login: str, email: str, vip: str) -> Who:
    return Who(key, name, login, email, vip == "true") if name else Who(key)


def _linked(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The numbers of the tickets that columns link to."""
    return tuple(dict.fromkeys(label for label in map(_told, cells) if label))


def _told(cell: Cell) -> str:
    """What a reference displays; "" where that is nothing but itself."""
    return cell.label if cell.value and cell.label != cell.value else ""


# The rows of a page name few instants and small counts, each several times over.
_seconds = lru_cache(2048)(seconds)
_count = lru_cache(2048)(count)


class Usual:
    """Reads the rows of one table that have the usual form."""

    def __init__(self, table: str) -> None:
        columns = ticket_fields(table)
        self._table = table
        self._width = len(columns)
        self._columns = itemgetter(*columns)
        # Of the cells, by their places: found once by name, none has to be looked up in the row again.
        self._labelled = itemgetter(*map(columns.index, (*LABELLED, *requesters(table))))
        uncounted = ("reassignment_count", "reopen_count")
        self._blank = {name: _cell("-1" if name in uncounted else "") for name in columns}

    def read(self, raw: Raw) -> Record | None:
        """What a row says; None for one of another form, or that is wrong."""
        try:
            if len(raw) != self._width:
                raw = {**self._blank, **raw}  # columns that may not be read are left out
            cells = self._columns(raw)
            values = [cell["value"] for cell in cells]
            labels = [cell["display_value"] for cell in self._labelled(cells)]
            return self._record(_texts(values), _texts(labels))
        except (KeyError, TypeError, ValueError):
            return None

    def _record(self, values: list[str], labels: list[str]) -> Record | None:
        (
            sys_id, updated, changes, table, number, title, body, state, active, hold_reason, priority, group, owner,
            company, category, channel, tags, opened, created, resolved, closed, bounced, reopened, *links,
        ) = values[: len(TICKET_FIELDS)]  # fmt: skip
        (
            state_label, _, priority_label, group_label, owner_label, company_label, category_label, _, tags_label,
            *told,
        ) = labels  # fmt: skip
        if not sys_id or (table != self._table and table in KINDS):
            return None
        return Record(
            sys_id,
            _seconds(updated),
            _count(changes),
            self._table,
            number,
            title,
            body,
            state,
            state_label or state,
            flag(active),
            hold_reason,
            priority,
            priority_label or priority,
            group,
            group_label or group,
            owner,
            owner_label or owner,
            company,
            company_label or company,
            category_label or category,
            channel,
            tags_label or tags,
            _seconds(opened),
            _seconds(created),
            _seconds(resolved),
            _seconds(closed),
            _count(bounced),
            _count(reopened),
            _linked(map(Cell, links, told)) if any(links) else (),
            self._who(values, told[len(_LINKS) :]),
        )

    def _who(self, values: list[str], labels: list[str]) -> Who:
        at = len(TICKET_FIELDS)
        for label in labels:
            if values[at]:
                key, name, login, email, vip = values[at : at + 5]
                return _customer(key, name or (label if label != key else ""), login, email, vip)
            at += 5
        return NOBODY


def _cell(text: str) -> dict[str, str]:
    return {"value": text, "display_value": text}


def _texts(found: list[Any]) -> list[str]:
    """The same texts, with "" for None. Raises TypeError for anything else among them."""
    try:
        "".join(found)  # the quickest way to look at the type of each
    except TypeError:
        found = ["" if text is None else text for text in found]
        "".join(found)
    return found


@cache
def usual(table: str) -> Usual:
    """The reader of a table's rows in their usual form."""
    return Usual(table)


class Taken(dict[str, Any]):
    """A row that was read as it came: what scans and scopes look at of it, and `record`, what it says."""

    __slots__ = ("record",)
    record: Record


def _taken(raw: Raw, record: Record) -> Taken:
    try:
        # Column by column: as pairs, or through a constructor of our own, this takes three times as long.
        taken = Taken(
            sys_id=raw["sys_id"],
            sys_created_on=raw["sys_created_on"],
            sys_updated_on=raw["sys_updated_on"],
            assignment_group=raw["assignment_group"],
            state=raw["state"],
            active=raw["active"],
        )
    except KeyError:  # columns that may not be read are left out
        taken = Taken({name: raw[name] for name in _LOOKED_AT if name in raw})
    taken.record = record
    return taken


_LOOKED_AT = ("sys_id", "sys_created_on", "sys_updated_on", "assignment_group", "state", "active")


@cache
def taking(table: str) -> Callable[[Raw], Raw]:
    """Takes a table's rows as they come; those that have not their usual form stay as they are."""
    read = usual(table).read

    def take(raw: Raw) -> Raw:
        record = read(raw)
        return raw if record is None else _taken(raw, record)

    return take
