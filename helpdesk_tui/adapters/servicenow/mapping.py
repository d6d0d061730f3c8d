"""Rows into values: tickets with the people, groups and organisations they name, and clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

import orjson
from pydantic import ValidationError

from helpdesk_tui.adapters.base import BadRecord
from helpdesk_tui.adapters.servicenow.record import Record, Taken, Who, modelled, usual
from helpdesk_tui.adapters.servicenow.states import KINDS, States
from helpdesk_tui.adapters.servicenow.wire import Raw, Row, SlaRow, value_of, version
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.people import Group, Organisation, Person
from helpdesk_tui.domain.tickets import State, Ticket

R = TypeVar("R", bound=Row)

REMEMBERED = 10_000
"""People, and other things that rows name again and again, that are kept for the next row."""

_CREATED = EventKind.CREATED
_PRIORITIES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_CHANNELS = {
    "self-service": "portal",
    "self_service": "portal",
    "event": "monitoring",
    "monitoring": "monitoring",
    "virtual_agent": "chat",
}


def parse(model: type[R], rows: Iterable[Raw], feed: str) -> tuple[list[tuple[R, Raw]], list[BadRecord]]:
    """Each row on its own: those that are what they should be, beside their raw form, and those that are not."""
    good, bad = [], []
    for raw in rows:
        try:
            good.append((model.model_validate(raw), raw))
        except ValidationError as error:
            bad.append(bad_record(feed, raw, error))
    return good, bad


def records(table: str, rows: Iterable[Raw], feed: str) -> tuple[list[Record], list[BadRecord]]:
    """Rows of a ticket table, each on its own, as `parse` does it."""
    reader = usual(table)
    good, bad = [], []
    for raw in rows:
        try:
            good.append(raw.record if type(raw) is Taken else reader.read(raw) or modelled(table, raw))
        except ValueError as error:
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


class Mapper:
    """Makes values of one source's rows."""

    def __init__(self, source: str, base: str, states: States) -> None:
        """`base` is the instance's address without a slash at its end."""
        self.source = source
        self.base = base
        self.states = states
        # The same few people and states, row after row: each is made once, and known again by whoever stores it.
        self._person = lru_cache(REMEMBERED)(self._customer)
        self.meaning = lru_cache(REMEMBERED)(self._state)

    def _customer(self, who: Who) -> Person:
        return Person(self.source, who.key, who.name, email=who.email, login=who.login, vip=who.vip)

    def _state(self, table: str, value: str, label: str, hold_reason: str, active: bool | None) -> State:
        return self.states.meaning(table, value, label=label, hold_reason=hold_reason, active=active)

    def ticket(self, row: Record, into: Read) -> Ticket:
        """Read one ticket into `into`, and take along what the row says of others. What is said here has version 0: it
        never replaces a full record."""
        # Unpacked at once, and given by position: name by name it takes three times as long, which a first pull feels.
        (
            sys_id, updated, changes, table, number, title, body, value, status, active, hold_reason, priority,
            priority_label, group, group_label, owner, owner_label, company, company_label, category, channel, tags,
            opened, created, resolved, closed, bounced, reopened, linked, who,
        ) = row  # fmt: skip
        state = self.meaning(table, value, status, hold_reason, active)
        created = opened or created
        ticket = Ticket(
            self.source, sys_id, number or sys_id, KINDS.get(table, table), title, state, status, created,
            updated or created, version(updated, changes), _PRIORITIES.get(priority, 0), priority_label, group, owner,
            who.key, company, category, _tags(tags) if tags else (), who.vip,
            f"{self.base}/nav_to.do?uri={table}.do%3Fsys_id%3D{sys_id}", body,
            resolved or (0 if state.is_open else closed), closed, reopened, bounced, _CHANNELS.get(channel, channel),
            linked,
        )  # fmt: skip
        into.tickets.append(ticket)
        if created:
            into.events.append(Event(self.source, sys_id, "created", _CREATED, created, who.key))
        if who.name:
            into.people[who.key] = self._person(who)
        if owner not in into.people and owner_label != owner:
            into.people[owner] = Person(self.source, owner, owner_label, works_tickets=True)
        if group not in into.groups and group_label != group:
            into.groups[group] = Group(self.source, group, group_label)
        if company not in into.organisations and company_label != company:
            into.organisations[company] = Organisation(self.source, company, company_label)
        return ticket

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


def _tags(label: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in label.split(",") if part.strip())
