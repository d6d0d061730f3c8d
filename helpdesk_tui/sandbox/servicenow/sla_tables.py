"""SLA definitions and the clocks that run on tasks, in the platform's shape and with its habits.

The engine keeps `planned_end_time` right and has jobs refresh elapsed time and percentages seldom: every minute when
the breach is near, daily when it is far. So those figures are as old here as they are there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from helpdesk_tui.sandbox.model import Kind, SlaClock, Ticket
from helpdesk_tui.sandbox.servicenow import ranges, states
from helpdesk_tui.sandbox.servicenow.fields import (
    Field,
    Viewer,
    by_name,
    choice,
    constant,
    flag,
    moment,
    reference,
    span,
    text,
)
from helpdesk_tui.sandbox.servicenow.listing import ListTable
from helpdesk_tui.sandbox.servicenow.people_tables import system
from helpdesk_tui.sandbox.servicenow.prepare import Prepared
from helpdesk_tui.sandbox.servicenow.tables import Instance
from helpdesk_tui.sandbox.servicenow.times import DAY, spoken
from helpdesk_tui.sandbox.sla import TARGETS

_METRICS: tuple[tuple[str, str], ...] = (("first_response", "response"), ("resolution", "resolution"))
_STAGES = {"in_progress": "In progress", "paused": "Paused", "completed": "Completed", "cancelled": "Cancelled"}
_KEPT = 40_000
_FINAL = 1 << 60
_KINDS: tuple[Kind, ...] = ("incident", "request", "task", "problem")


@dataclass(frozen=True, slots=True)
class Definition:
    """One SLA definition: what is promised for a metric and a priority. `ordinal` counts from 1."""

    ordinal: int
    metric: str
    target: str
    priority: int
    seconds: int

    @property
    def name(self) -> str:
        """`Priority 1 resolution (4 Hours)`."""
        return f"Priority {self.priority} {self.target} ({spoken(self.seconds)})"


def definitions() -> list[Definition]:
    """Every definition, in the order of their ordinals."""
    found: list[Definition] = []
    for metric, target in _METRICS:
        for priority in (1, 2, 3, 4):
            seconds = next(targets[priority - 1] for name, targets in TARGETS.items() if name == metric)
            found.append(Definition(len(found) + 1, metric, target, priority, seconds))
    return found


@dataclass(frozen=True, slots=True)
class TaskSla:
    """One clock of one task as the engine stored it. Instants are seconds UTC; `planned` is the instant of breach."""

    ticket: Ticket
    definition: Definition
    clock: SlaClock
    planned: int
    breached: bool
    refreshed: int

    @property
    def stage(self) -> str:
        """Where the clock is."""
        if self.clock.ended is not None:
            return "completed"
        return "paused" if self.clock.paused_since is not None else "in_progress"

    @property
    def ordinal(self) -> int:
        """The number its sys_id is made of."""
        return self.ticket.n << 2 | (0 if self.clock.metric == "first_response" else 1)

    @property
    def wall(self) -> int:
        """Seconds of wall time since the start, as last refreshed."""
        return max((self.clock.ended or self.clock.paused_since or self.refreshed) - self.clock.started, 0)

    @property
    def percent(self) -> float:
        """Elapsed per cent of the calendar's time, as last refreshed; never just under a hundred."""
        share = round(self.clock.elapsed * 100 / self.clock.target, 2)
        return 100.0 if 99.99 <= share < 100 else share


def _pace(left: int) -> int:
    """Seconds between two refreshes for a clock with so many seconds of wall time left."""
    for limit, pace in ((0, DAY), (600, 60), (3600, 600), (DAY, 3600), (30 * DAY, DAY)):
        if left < limit:
            return pace
    return 5 * DAY


class SlaEngine:
    """Keeps the stored clocks of tasks, refreshing them no more often than the platform does."""

    def __init__(self, instance: Instance) -> None:
        """`instance` gives the desk and the clock."""
        self._of, self._desk = instance, instance.world.desk("servicenow")
        self.definitions = definitions()
        self._by_key = {(item.metric, item.priority): item for item in self.definitions}
        self._kept: OrderedDict[int, tuple[int, int, tuple[TaskSla, ...]]] = OrderedDict()

    def rows(self, ticket: Ticket) -> tuple[TaskSla, ...]:
        """The stored clocks of a ticket; none for a deleted one."""
        if ticket.deleted:
            return ()
        now = self._of.world.clock.now()
        kept = self._kept.get(ticket.n)
        if kept is None or kept[0] != ticket.revision or now >= kept[1]:
            rows = tuple(self._made(ticket, now))
            again = min((self._next(row, now) for row in rows), default=_FINAL)
            kept = self._kept[ticket.n] = (ticket.revision, again, rows)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept[2]

    def _made(self, ticket: Ticket, now: int) -> Iterator[TaskSla]:
        for clock in self._desk.clocks(ticket):
            definition = self._by_key.get((clock.metric, ticket.priority))
            if definition is not None:
                yield TaskSla(ticket, definition, clock, clock.due or self._planned(ticket, clock), clock.breached, now)

    def _planned(self, ticket: Ticket, clock: SlaClock) -> int:
        """The breach a paused clock was heading for: what it says without the events since the pause."""
        since = clock.paused_since or 0
        before = tuple(event for event in ticket.events if event.at < since)
        earlier = replace(ticket, events=before, state="open")
        return next((found.due or 0 for found in self._desk.clocks(earlier) if found.metric == clock.metric), 0)

    @staticmethod
    def _next(row: TaskSla, now: int) -> int:
        if row.stage != "in_progress":
            return _FINAL
        pace = now + _pace(row.planned - now)
        return min(pace, row.planned + 1) if row.planned > now else pace

    def candidates(self, query: Prepared) -> Iterable[TaskSla]:
        """Stored clocks that may satisfy a query: of named tasks, of unsettled ones, or of all that changed since."""
        return (row for ticket in self._tickets(query) for row in self.rows(ticket))

    def _tickets(self, query: Prepared) -> Iterable[Ticket]:
        if not query.pieces:
            return []
        named, numbered = query.demanded("task"), query.demanded("task.number")
        if named is not None or numbered is not None:
            numbers = {self._of.identity.ordinal("task", sys_id) for sys_id in named or ()}
            numbers |= {states.ordinal(text) for text in (numbered if named is None else None) or ()}
            return [ticket for n in numbers if (ticket := self._desk.get(n)) is not None]
        active, stages = query.demanded("active"), query.demanded("stage")
        if active == frozenset({"true"}) or (stages is not None and stages <= {"in_progress", "paused"}):
            return self._desk.unsettled()
        since = ranges.floor(query, ("sys_updated_on", "start_time", "end_time"))
        return self._since(since)

    def _since(self, since: int) -> Iterator[Ticket]:
        for ticket in self._desk.unsettled():
            if ticket.updated < since:
                yield ticket
        yield from self._desk.by_update((since - 1, 1 << 40) if since else (0, 0))

    def by_ordinal(self, ordinal: int) -> TaskSla | None:
        """The stored clock behind a sys_id."""
        ticket = self._desk.get(ordinal >> 2)
        return next((row for row in self.rows(ticket) if row.ordinal == ordinal), None) if ticket else None


def _changed(row: TaskSla) -> int:
    """When the engine last wrote the row for a reason: refreshing figures is none, a breach is."""
    passed = row.planned if row.breached and row.planned else 0
    return max(row.ticket.updated, passed if passed <= row.refreshed else 0)


class VisibleSla(ListTable):
    """Clocks are as visible as their tasks."""

    def visible(self, row: TaskSla, viewer: Viewer) -> bool:
        """Hidden with the task."""
        return not row.ticket.forbidden and (viewer.role != "requester" or row.ticket.requester == viewer.uid)


def task_sla(instance: Instance, engine: SlaEngine) -> ListTable:
    """The table of running and ended clocks."""
    identity = instance.identity
    common = system(lambda row: identity.sys_id("task_sla", row.ordinal), "task_sla")
    fields = by_name(
        *(field for field in common if field.name not in _OWN),
        moment("sys_created_on", lambda row: row.clock.started),
        moment("sys_updated_on", _changed),
        reference(
            "task", "task", lambda row: identity.sys_id("task", row.ticket.n), lambda row: states.number(row.ticket),
            follow=lambda row: row.ticket,
        ),
        reference(
            "sla", "contract_sla", lambda row: identity.sys_id("contract_sla", row.definition.ordinal),
            lambda row: row.definition.name, follow=lambda row: row.definition,
        ),
        choice("stage", lambda row: row.stage, _STAGES),
        flag("active", lambda row: row.clock.ended is None),
        flag("has_breached", lambda row: row.breached),
        moment("start_time", lambda row: row.clock.started),
        moment("end_time", lambda row: row.clock.ended or 0),
        moment("planned_end_time", lambda row: row.planned),
        moment("original_breach_time", lambda row: row.planned),
        moment("pause_time", lambda row: row.clock.paused_since or 0),
        span("pause_duration", lambda _row: 0),
        span("business_pause_duration", lambda _row: 0),
        span("duration", lambda row: row.wall),
        span("business_duration", lambda row: row.clock.elapsed),
        span("time_left", lambda row: max(row.planned - row.clock.started - row.wall, 0)),
        span("business_time_left", lambda row: max(row.clock.target - row.clock.elapsed, 0)),
        text("percentage", lambda row: f"{row.percent:g}"),
        text("business_percentage", lambda row: f"{row.percent:g}"),
        _schedule(instance),
        text("timezone", lambda row: "Europe/Paris" if row.clock.calendar == "office" else ""),
    )  # fmt: skip
    return VisibleSla(
        "task_sla",
        "Task SLA",
        fields,
        identity=identity,
        rows=engine.candidates,
        by_ordinal=engine.by_ordinal,
        shown_by="task",
    )


_OWN = frozenset({"sys_created_on", "sys_updated_on"})


def _schedule(instance: Instance) -> Field:
    def raw(row: TaskSla) -> str:
        return instance.identity.sys_id("cmn_schedule", 1) if row.clock.calendar == "office" else ""

    return reference(
        "schedule", "cmn_schedule", raw, lambda row: "8-18 weekdays" if row.clock.calendar == "office" else ""
    )


def contract_sla(instance: Instance, items: Sequence[Definition]) -> ListTable:
    """The table of definitions."""
    identity = instance.identity
    fields = by_name(
        *system(lambda row: identity.sys_id("contract_sla", row.ordinal), "contract_sla"),
        text("name", lambda row: row.name),
        constant("type", "SLA"),
        choice("target", lambda row: row.target, {"response": "Response", "resolution": "Resolution"}),
        constant("collection", "task"),
        flag("active", lambda _row: True),
        span("duration", lambda row: row.seconds),
        constant("duration_type"),
        constant("schedule_source", "sla_definition"),
        reference(
            "schedule", "cmn_schedule", lambda row: identity.sys_id("cmn_schedule", 1) if row.priority > 2 else "",
            lambda row: "8-18 weekdays" if row.priority > 2 else "",
        ),
        constant("timezone_source", "sla_timezone"),
        text("start_condition", lambda row: f"priority={row.priority}^active=true"),
        text("pause_condition", lambda row: "state=3" if row.target == "resolution" else ""),
        constant("stop_condition", "stateIN6,7,8"),
        flag("retroactive", lambda _row: True),
        flag("retroactive_pause", lambda _row: True),
    )  # fmt: skip
    return ListTable(
        "contract_sla", "SLA Definition", fields, identity=identity, rows=lambda _query: items,
        by_ordinal=lambda place: items[place - 1] if place <= len(items) else None,
    )  # fmt: skip


def cmn_schedule(instance: Instance) -> ListTable:
    """The one schedule SLAs refer to."""
    identity = instance.identity
    fields = by_name(
        *system(lambda row: identity.sys_id("cmn_schedule", row), "cmn_schedule"),
        constant("name", "8-18 weekdays"), constant("time_zone", "Europe/Paris"), constant("type"), constant("parent"),
        constant("document"), constant("document_key"), flag("is_legacy_schedule", lambda _row: False),
    )  # fmt: skip
    return ListTable(
        "cmn_schedule", "Schedule", fields, identity=identity, rows=lambda _query: [1],
        by_ordinal=lambda place: place if place == 1 else None,
    )  # fmt: skip
