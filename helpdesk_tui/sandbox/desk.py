"""One platform's tickets: a settled past that costs no memory and a living present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from helpdesk_tui.sandbox.company import OUTSIDE
from helpdesk_tui.sandbox.compose import EventIds
from helpdesk_tui.sandbox.history import History
from helpdesk_tui.sandbox.ledger import Key, Ledger
from helpdesk_tui.sandbox.model import (
    Event,
    EventKind,
    Group,
    Kind,
    Platform,
    SandboxClock,
    SlaClock,
    State,
    Ticket,
)
from helpdesk_tui.sandbox.sla import SlaBook

MAJOR = "major-incident"
"""The tag of a disaster whose updates are promised by the clock."""
_END: Key = (1 << 60, 0)
_LIVING = ("new", "open", "pending", "hold")


class LiveDesk:
    """All tickets of one platform; implements `model.Desk` and the few powers that only life and tests have."""

    def __init__(
        self,
        platform: Platform,
        history: History,
        ids: EventIds,
        clock: SandboxClock,
        groups: Mapping[int, Group],
        sla: SlaBook,
    ) -> None:
        """`history` is the settled past; the living come into `ledger` with `populate`."""
        self.platform: Platform = platform
        self.ledger = Ledger()
        self.history, self._ids, self._clock, self._groups, self._sla = history, ids, clock, groups, sla
        self._last = history.count
        self._major: list[int] = []

    def populate(self, tickets: list[Ticket]) -> None:
        """Take over the living tickets of the start."""
        self.ledger.fill(tickets)
        self._last = max([self.history.count, *(ticket.n for ticket in tickets)])
        self._major = [ticket.n for ticket in tickets if MAJOR in ticket.tags]

    def __len__(self) -> int:
        """The highest ordinal in use."""
        return self._last

    def get(self, n: int) -> Ticket | None:
        """The ticket with ordinal n, or None where there never was one."""
        living = self.ledger.tickets.get(n)
        if living is not None:
            return living
        return self.history.ticket(n) if 0 < n <= self.history.count else None

    def by_update(self, since: Key = (0, 0), *, descending: bool = False) -> Iterator[Ticket]:
        """Tickets by (updated, n), strictly after `since`, or strictly before it when descending."""
        if descending and since == (0, 0):
            since = _END
        living = self.ledger.walk(since, descending=descending)
        past = self._past_down(since) if descending else self._past_up(since)
        return self._merge(living, past, descending=descending)

    def _merge(self, living: Iterator[Key], past: Iterator[Key], *, descending: bool) -> Iterator[Ticket]:
        tickets, recall = self.ledger.tickets, self.history.ticket
        own, old = next(living, None), next(past, None)
        while own is not None or old is not None:
            if old is None or (own is not None and (own > old if descending else own < old)):
                assert own is not None
                yield tickets[own[1]]
                own = next(living, None)
            else:
                if old[1] not in tickets:
                    yield recall(old[1])
                old = next(past, None)

    def _past_up(self, since: Key) -> Iterator[Key]:
        updated, history = self.history.updated, self.history
        n = history.before(since[0])
        while n < history.count:
            n += 1
            key = (updated(n), n)
            if key > since and n not in self.ledger.tickets:
                yield key

    def _past_down(self, since: Key) -> Iterator[Key]:
        updated, history = self.history.updated, self.history
        n = history.before(since[0] + 1)
        while n > 0:
            key = (updated(n), n)
            if key < since and n not in self.ledger.tickets:
                yield key
            n -= 1

    def by_number(self, after: int = 0, *, descending: bool = False) -> Iterator[Ticket]:
        """Tickets by ordinal, strictly after `after`, or strictly before it when descending and after > 0."""
        n = (after if after > 0 else self._last + 1) if descending else max(after, 0)
        while True:
            n += -1 if descending else 1
            if not 0 < n <= self._last:
                return
            ticket = self.get(n)
            if ticket is not None:
                yield ticket

    def unsettled(self) -> list[Ticket]:
        """Every ticket that is neither closed nor deleted."""
        tickets = self.ledger.tickets
        return [tickets[n] for n in self.ledger.unsettled]

    def updated_before(self, instant: int) -> int:
        """How many tickets have `updated < instant`."""
        past = self.history.before(instant)
        return past - self.ledger.numbers_to(past) + self.ledger.before(instant)

    def clocks(self, ticket: Ticket) -> list[SlaClock]:
        """The ticket's SLA clocks at the present instant."""
        return self._sla.clocks(ticket, self._clock.now())

    def event_ticket(self, eid: int) -> int:
        """The ordinal of the ticket an event identifier belongs to; it may name none that exists."""
        return self._ids.ticket(eid)

    def change(
        self,
        n: int,
        actor: int,
        *,
        state: State | None = None,
        group: int | None = None,
        owner: int | None = None,
        priority: int | None = None,
        tags: tuple[str, ...] | None = None,
        title: str | None = None,
        note: str | None = None,
        reply: str | None = None,
        message: str | None = None,
        marks: Mapping[str, str] | None = None,
        edits: Mapping[str, tuple[str, str]] | None = None,
        at: int | None = None,
    ) -> Ticket:
        """Apply one write at the present instant, or at `at`. Raises KeyError where there is no such ticket."""
        ticket, pen = self._open(n, actor, at)
        for kind, text in (("message", message), ("note", note), ("reply", reply)):
            if text is not None:
                pen.add(kind, text=text)  # type: ignore[arg-type]
        if group is not None and group != ticket.group:
            self._regroup(ticket, pen, group)
        if owner is not None and owner != ticket.owner:
            ticket.bounced += bool(ticket.owner and owner)
            pen.add("owner", str(ticket.owner or ""), str(owner or ""))
            ticket.owner = owner
        if priority is not None and priority != ticket.priority:
            pen.add("priority", str(ticket.priority), str(priority))
            ticket.priority = priority
        if tags is not None and tags != ticket.tags:
            pen.add("tags", " ".join(ticket.tags), " ".join(tags))
            ticket.tags = tags
        if title is not None:
            ticket.title = title
        if state is not None and state != ticket.state:
            self._restate(ticket, pen, state)
        for name, (old, new) in (edits or {}).items():
            pen.add("edited", old, new, name)
        if marks is not None:
            ticket.marks = {**ticket.marks, **marks}
        return self._close(ticket, pen)

    def create(
        self,
        actor: int,
        *,
        title: str,
        body: str,
        requester: int,
        group: int,
        priority: int,
        kind: Kind,
        category: str = "",
        tags: tuple[str, ...] = (),
        at: int | None = None,
    ) -> Ticket:
        """Append a new ticket at the present instant, or at `at`."""
        self._last += 1
        now = self._clock.now() if at is None else at
        first = Event(self._ids.number(now, self._last, 0), now, actor, "created", "", str(group))
        ticket = Ticket(
            self._last, self.platform, kind, title, body, requester, group, 0, priority, "new", now, now,
            category=category, tags=tags, events=(first,), in_scope=group < OUTSIDE,
        )  # fmt: skip
        self.ledger.put(ticket)
        return ticket

    def delete(self, n: int, actor: int, at: int | None = None) -> None:
        """Mark a ticket deleted. Raises KeyError where there is no such ticket."""
        ticket, pen = self._open(n, actor, at)
        ticket.deleted = True
        pen.add("deleted")
        self._close(ticket, pen)

    def forbid(self, n: int, *, forbidden: bool = True) -> None:
        """Let a ticket be readable no longer, or again. No trace is left. Raises KeyError where there is none."""
        ticket, _ = self._open(n, 0, None)
        ticket.forbidden = forbidden
        self.ledger.put(ticket)

    def merge(self, n: int, into: int, actor: int, at: int | None = None, text: str = "") -> None:
        """Close ticket n in favour of `into`. Raises KeyError where there is no such ticket."""
        ticket, pen = self._open(n, actor, at)
        pen.add("merged", "", str(into), text or f"Merged into {into}.")
        self._restate(ticket, pen, "closed")
        self._close(ticket, pen)

    def disasters(self) -> list[Ticket]:
        """Unsettled tickets tagged as major incidents."""
        return [self.ledger.tickets[n] for n in self._major if self.ledger.tickets[n].state != "closed"]

    def _open(self, n: int, actor: int, at: int | None) -> tuple[Ticket, _Pen]:
        ticket = self.get(n)
        if ticket is None:
            raise KeyError(n)
        instant = max(self._clock.now() if at is None else at, ticket.updated)
        return ticket, _Pen(self._ids, n, actor, instant, len(ticket.events))

    def _close(self, ticket: Ticket, pen: _Pen) -> Ticket:
        ticket.events = (*ticket.events, *pen.events)
        ticket.updated = pen.at
        ticket.revision += 1
        self.ledger.put(ticket)
        return ticket

    def _regroup(self, ticket: Ticket, pen: _Pen, group: int) -> None:
        ticket.bounced += bool(ticket.group and group)
        pen.add("group", str(ticket.group or ""), str(group or ""))
        before, after = self._groups[ticket.group], self._groups[group]
        ticket.group, ticket.in_scope = group, group < OUTSIDE
        if self.platform == "jira" and before.project != after.project:
            pen.add("moved", before.project, after.project)
            ticket.moved_to = after.project

    @staticmethod
    def _restate(ticket: Ticket, pen: _Pen, state: State) -> None:
        old, ticket.state = ticket.state, state
        reopened = state in _LIVING and old in ("solved", "closed")
        pen.add("reopened" if reopened else "status", old, state)
        if state in _LIVING:
            ticket.reopened += reopened
            ticket.solved = ticket.closed = 0
        else:
            ticket.solved = ticket.solved or pen.at
            ticket.closed = pen.at if state == "closed" else 0


class _Pen:
    """Writes the events of one change, all at one instant."""

    def __init__(self, ids: EventIds, n: int, actor: int, at: int, place: int) -> None:
        self.at, self.events = at, list[Event]()
        self._ids, self._n, self._actor, self._place = ids, n, actor, place

    def add(self, kind: EventKind, old: str = "", new: str = "", text: str = "") -> None:
        """Append one event."""
        eid = self._ids.number(self.at, self._n, self._place + len(self.events))
        self.events.append(Event(eid, self.at, self._actor, kind, old, new, text))
