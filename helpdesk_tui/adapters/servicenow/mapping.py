"""Rows into values: tickets with the people, groups and organisations they name, and clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

import orjson
from pydantic import ValidationError

from helpdesk_tui.adapters.base import BadRecord
from helpdesk_tui.adapters.servicenow.states import KINDS, States
from helpdesk_tui.adapters.servicenow.wire import Cell, Raw, Row, SlaRow, TicketRow, strict_cell, strict_value, value_of
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.people import Group, Organisation, Person
from helpdesk_tui.domain.tickets import Ticket

R = TypeVar("R", bound=Row)

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
_CHANNELS = {
    "self-service": "portal",
    "self_service": "portal",
    "event": "monitoring",
    "monitoring": "monitoring",
    "virtual_agent": "chat",
}
_LINKS = ("parent", "parent_incident", "problem_id", "request_item", "request")


def requesters(table: str) -> tuple[str, ...]:
    """The columns in which a table names the customer."""
    return REQUESTERS.get(table, _ANY_REQUESTER)


@cache
def ticket_fields(table: str) -> tuple[str, ...]:
    """The columns to ask for; the customer's own are fetched along, so that no second request is needed."""
    return (*TICKET_FIELDS, *(name for names in _walks(table) for name in names))


@cache
def _walks(table: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """For each column that names the customer: itself, and where their name, login, e-mail and VIP flag come along."""
    return tuple((who, f"{who}.name", f"{who}.user_name", f"{who}.email", f"{who}.vip") for who in requesters(table))


def parse(model: type[R], rows: Iterable[Raw], feed: str) -> tuple[list[tuple[R, Raw]], list[BadRecord]]:
    """Each row on its own: those that are what they should be, beside their raw form, and those that are not."""
    good, bad = [], []
    for raw in rows:
        try:
            good.append((model.model_validate(raw), raw))
        except ValidationError as error:
            bad.append(bad_record(feed, raw, error))
    return good, bad


def bad_record(feed: str, raw: Raw, error: Exception) -> BadRecord:
    """A record for quarantine."""
    if isinstance(error, ValidationError):
        reason = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
    else:
        reason = str(error)
    try:
        key = value_of(raw.get("sys_id"))
    except ValueError:
        key = ""
    text = orjson.dumps(raw, default=str).decode("utf-8", "replace")
    return BadRecord(feed=feed, key=key, reason=reason[:300], raw=text[:10_000])


@dataclass(slots=True)
class Read:
    """What a page of tickets says. People, groups and organisations are by identifier, each once."""

    tickets: list[Ticket] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    """Ticket to the login of its requester."""


class Mapper:
    """Makes values of one source's rows."""

    def __init__(self, source: str, base: str, states: States) -> None:
        """`base` is the instance's address without a slash at its end."""
        self.source = source
        self.base = base
        self.states = states

    def ticket(self, table: str, row: TicketRow, raw: Raw, into: Read) -> Ticket:
        """Read one ticket into `into`. Raises ValueError for a person's column that cannot be read."""
        table = row.sys_class_name if row.sys_class_name in KINDS else table
        who, person = self._requester(table, raw)
        state = self.states.meaning(
            table, row.state.value, label=row.state.label, hold_reason=row.hold_reason.value, active=row.active
        )
        created = row.opened_at or row.sys_created_on
        priority = row.priority.value
        solved = row.resolved_at or (row.closed_at if not state.is_open else 0)
        ticket = Ticket(
            source=self.source,
            key=row.sys_id,
            number=row.number or row.sys_id,
            kind=KINDS.get(table, table),
            title=row.short_description,
            state=state,
            status=row.state.label,
            created_at=created,
            updated_at=row.sys_updated_on or created,
            version=row.version,
            priority=int(priority) if priority in ("1", "2", "3", "4", "5") else 0,
            priority_name=row.priority.label,
            group=row.assignment_group.value,
            owner=row.assigned_to.value,
            requester=who.value,
            organisation=row.company.value,
            category=row.category.label,
            tags=_tags(row.sys_tags),
            vip=bool(person and person.vip),
            url=f"{self.base}/nav_to.do?uri={table}.do%3Fsys_id%3D{row.sys_id}",
            body=row.description,
            solved_at=solved,
            closed_at=row.closed_at,
            reopened=row.reopen_count,
            bounced=row.reassignment_count,
            channel=_CHANNELS.get(row.contact_type.value, row.contact_type.value),
            linked=_linked(row),
        )
        self._note(ticket, row, person, into)
        return ticket

    def _note(self, ticket: Ticket, row: TicketRow, person: Person | None, into: Read) -> None:
        """Take along what the row says of others. What is said here has version 0: it never replaces a full record."""
        into.tickets.append(ticket)
        if ticket.created_at:
            into.events.append(
                Event(self.source, ticket.key, "created", EventKind.CREATED, ticket.created_at, ticket.requester)
            )
        if person is not None:
            into.people[person.key] = person
            into.logins[ticket.key] = person.login
        owner, group, company = row.assigned_to, row.assignment_group, row.company
        if owner.value not in into.people and owner.label != owner.value:
            into.people[owner.value] = Person(self.source, owner.value, owner.label, works_tickets=True)
        if group.value not in into.groups and group.label != group.value:
            into.groups[group.value] = Group(self.source, group.value, group.label)
        if company.value not in into.organisations and company.label != company.value:
            into.organisations[company.value] = Organisation(self.source, company.value, company.label)

    def _requester(self, table: str, raw: Raw) -> tuple[Cell, Person | None]:
        for column, name, login, email, vip in _walks(table):
            who = strict_cell(raw.get(column))
            if not who.value:
                continue
            known = strict_value(raw.get(name)) or (who.label if who.label != who.value else "")
            if not known:
                return who, None
            return who, Person(
                self.source,
                who.value,
                known,
                email=strict_value(raw.get(email)),
                login=strict_value(raw.get(login)),
                vip=strict_value(raw.get(vip)) == "true",
            )
        return Cell(), None

    def clock(self, row: SlaRow, as_of: int) -> Clock:
        """One SLA of one ticket."""
        stage = _STAGES.get(row.stage, Stage.RUNNING if row.active else Stage.MET)
        if stage is Stage.MET and row.has_breached:
            stage = Stage.BREACHED
        name = row.name.label or row.sla.label
        return Clock(
            source=self.source,
            ticket=row.task,
            ident=row.sys_id,
            metric=_metric(row.target, name),
            name=name,
            stage=stage,
            due_at=row.planned_end_time,
            as_of=as_of,
            started_at=row.start_time,
            stopped_at=row.end_time if stage not in (Stage.RUNNING, Stage.PAUSED) else 0,
            paused_at=row.pause_time if stage is Stage.PAUSED else 0,
            target=duration(row.length),
            calendar=row.schedule.label,
        )


_STAGES = {
    "in_progress": Stage.RUNNING,
    "paused": Stage.PAUSED,
    "completed": Stage.MET,
    "achieved": Stage.MET,
    "cancelled": Stage.CANCELLED,
    "canceled": Stage.CANCELLED,
}


def _metric(target: str, name: str) -> Metric:
    """By the definition's target; where it has none, by what it is called."""
    for text in (target.lower(), name.lower()):
        if "response" in text:
            return Metric.FIRST_RESPONSE
        if "resolution" in text or "resolve" in text:
            return Metric.RESOLUTION
    return Metric.OTHER


def duration(text: str) -> int:
    """A duration as ServiceNow stores it, a time counted from 1970, in seconds; 0 where it is none."""
    if text.isascii() and text.isdecimal():
        return int(text)
    try:
        return max(0, int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()))
    except ValueError:
        return 0


def _tags(column: Cell) -> tuple[str, ...]:
    return tuple(part.strip() for part in column.label.split(",") if part.strip())


def _linked(row: TicketRow) -> tuple[str, ...]:
    cells: Mapping[str, Cell] = {name: getattr(row, name) for name in _LINKS}
    shown = (one.label for one in cells.values() if one.value and one.label != one.value)
    return tuple(dict.fromkeys(shown))
