"""The search index: it learns of a change some seconds late, and it never walks a million tickets where a few will do.

Two ways to answer a query. A *walk* follows the desk's own order (by update or by number) from a point in it and stops
when the page is full; its page token is the point. A *list* is made once, sorted, and read by place; its token is the
list's number and the place.
"""

from __future__ import annotations

import heapq
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from helpdesk_tui.sandbox.jira.catalog import BY_STATE
from helpdesk_tui.sandbox.jira.jql import JqlError, Sort
from helpdesk_tui.sandbox.jira.meaning import Known
from helpdesk_tui.sandbox.model import Desk, SandboxClock, Ticket

_FAR = 1 << 60
LISTS_KEPT = 16
SNAPSHOT_SECONDS = 20.0
COUNTED = 20_000
"""More than so many tickets are estimated rather than counted."""
_LIVING_ONLY = frozenset({"new", "open", "pending", "hold", "solved"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A query made ready: what it means, its order, and the numbers whose newest state must be used."""

    known: Known
    order: tuple[Sort, ...]
    fresh: frozenset[int] = frozenset()


@dataclass(slots=True)
class Index:
    """The index over one desk. `lag` is in the sandbox's seconds; `odd` are tickets settled without a resolution."""

    desk: Desk
    clock: SandboxClock
    lag: int = 3
    odd: set[int] = field(default_factory=set)
    _lists: OrderedDict[int, list[int]] = field(default_factory=OrderedDict)
    _made: int = 0
    _snapshots: OrderedDict[str, tuple[float, list[int]]] = field(default_factory=OrderedDict)

    def indexed(self, ticket: Ticket, fresh: frozenset[int] = frozenset()) -> Ticket | None:
        """The ticket as the index knows it; None while it is too new to be known at all."""
        edge = self.clock.now() - self.lag
        if ticket.updated <= edge or ticket.n in fresh:
            return ticket
        return as_of(ticket, edge)

    def walks(self, plan: Plan) -> str:
        """Which of the desk's orders serves a query: "updated", "number", or "" where a list must be made."""
        if plan.known.numbers is not None:
            return ""
        first = _canonical(plan.order[0].field) if plan.order else "number"
        if first == "updated":
            return "" if plan.known.updated[0] == -math.inf and plan.known.states <= _LIVING_ONLY else first
        if first == "number" and plan.known.states - _LIVING_ONLY and plan.known.updated[0] == -math.inf:
            return first
        return ""

    def walk(self, plan: Plan, after: tuple[int, int] | None) -> Iterator[tuple[Ticket, tuple[int, int]]]:
        """Matching tickets in order, each with the point after which the walk would go on."""
        for ticket in self._rows(plan, after):
            if plan.known.test(ticket):
                yield ticket, (ticket.updated, ticket.n)

    def _rows(self, plan: Plan, after: tuple[int, int] | None) -> Iterator[Ticket]:
        """The tickets a walk looks at."""
        down = plan.order[0].descending if plan.order else True
        by_update = self.walks(plan) == "updated"
        return self._by_update(plan, after, down) if by_update else self._by_number(plan, after, down)

    def estimate(self, plan: Plan, keep: Callable[[Ticket], bool]) -> int:
        """How many match: exactly where few are to be looked at, else from the share among the first COUNTED."""
        if not self.walks(plan):
            return sum(1 for ticket in self.matches(plan) if keep(ticket))
        hits = 0
        for seen, ticket in enumerate(self._rows(plan, None)):
            if seen >= COUNTED:
                return hits * self._span(plan) // seen
            hits += plan.known.test(ticket) and keep(ticket)
        return hits

    def _span(self, plan: Plan) -> int:
        """How many tickets a walk would look at."""
        lo, hi = plan.known.updated
        if self.walks(plan) != "updated":
            return len(self.desk)
        below = self.desk.updated_before(math.ceil(lo)) if lo > -math.inf else 0
        return (self.desk.updated_before(math.floor(hi) + 1) if hi < math.inf else len(self.desk)) - below

    def _by_update(self, plan: Plan, after: tuple[int, int] | None, down: bool) -> Iterator[Ticket]:
        lo, hi = plan.known.updated
        start = after or ((0, 0) if down else (math.ceil(max(0, lo)), 0))
        if down and after is None and hi < math.inf:
            start = (math.floor(hi) + 1, 0)
        sign = -1 if down else 1
        settled = self._settled(plan, self.desk.by_update(start, descending=down))
        late = [row for row in self._late(plan) if after is None or sign * _cmp(_point(row), after) > 0]
        late.sort(key=_point, reverse=down)
        for ticket in heapq.merge(settled, late, key=_point, reverse=down):
            if (ticket.updated > hi) if not down else (ticket.updated < lo):
                return
            if lo <= ticket.updated <= hi:
                yield ticket

    def _settled(self, plan: Plan, rows: Iterable[Ticket]) -> Iterator[Ticket]:
        edge = self.clock.now() - self.lag
        return (ticket for ticket in rows if ticket.updated <= edge or ticket.n in plan.fresh)

    def _late(self, plan: Plan) -> list[Ticket]:
        """The tickets changed within the lag, as they were before it."""
        edge = self.clock.now() - self.lag
        rows = (as_of(t, edge) for t in self.desk.by_update((edge, _FAR)) if t.n not in plan.fresh)
        return [row for row in rows if row is not None]

    def _by_number(self, plan: Plan, after: tuple[int, int] | None, down: bool) -> Iterator[Ticket]:
        lo, hi = plan.known.created
        if after is not None:
            start = after[1]
        elif down:
            start = 0 if hi == math.inf else self._first_after(hi)
        else:
            start = 0 if lo == -math.inf else self._first_after(lo - 1) - 1
        for raw in self.desk.by_number(start, descending=down):
            if (raw.created > hi) if not down else (raw.created < lo):
                return
            ticket = self.indexed(raw, plan.fresh)
            if ticket is not None:
                yield ticket

    def _first_after(self, instant: float) -> int:
        """The lowest number created after an instant (they are numbered in order of creation)."""
        low, high = 1, len(self.desk) + 1
        while low < high:
            middle = (low + high) // 2
            ticket = self.desk.get(middle)
            if ticket is not None and ticket.created > instant:
                high = middle
            else:
                low = middle + 1
        return low

    def matches(self, plan: Plan) -> list[Ticket]:
        """Every match in order, as the index knows it."""
        if self.walks(plan):
            return [ticket for ticket, _ in self.walk(plan, None)]
        found = [
            t
            for raw in self._candidates(plan)
            if (t := self.indexed(raw, plan.fresh)) is not None and plan.known.test(t)
        ]
        found.sort(key=lambda ticket: -ticket.n)
        for sort in reversed(plan.order):
            found.sort(key=self._sorter(sort), reverse=sort.descending)
        return found

    def _candidates(self, plan: Plan) -> Iterator[Ticket]:
        known = plan.known
        if known.numbers is not None:
            return (ticket for n in known.numbers if (ticket := self.desk.get(n)) is not None)
        if known.states <= _LIVING_ONLY:
            rows = {ticket.n: ticket for ticket in self.desk.unsettled()}
            edge = self.clock.now() - self.lag
            rows |= {ticket.n: ticket for ticket in self.desk.by_update((edge, _FAR))}
            rows |= {n: ticket for n in self.odd if (ticket := self.desk.get(n)) is not None}
            return iter(rows.values())
        if known.updated[0] > -math.inf:
            return self.desk.by_update((math.floor(max(1, known.updated[0])) - 1, _FAR))
        return self.desk.by_number()

    def _sorter(self, sort: Sort) -> Callable[[Ticket], Any]:
        name = _canonical(sort.field)
        if name in _SORTERS:
            return _SORTERS[name]
        metric = {"time to resolution": "resolution", "time to first response": "first_response"}.get(name, "")
        if not metric:
            raise JqlError(f"Field '{sort.field}' does not exist or this field cannot be viewed by anonymous users.")

        def due(ticket: Ticket) -> float:
            left = [c.target - c.elapsed for c in self.desk.clocks(ticket) if c.metric == metric and c.ended is None]
            return min(left, default=math.inf)

        return due

    def snapshot(self, key: str, plan: Plan, keep: Callable[[Ticket], bool], *, again: bool) -> list[int]:
        """A made list kept for some seconds of the machine's time: a walk by offset need not make it for each page."""
        now = time.monotonic()
        kept = self._snapshots.pop(key, None)
        if again or kept is None or now - kept[0] > SNAPSHOT_SECONDS:
            kept = (now, [ticket.n for ticket in self.matches(plan) if keep(ticket)])
        self._snapshots[key] = kept
        while len(self._snapshots) > LISTS_KEPT:
            self._snapshots.popitem(last=False)
        return kept[1]

    def remember(self, numbers: list[int]) -> int:
        """Keep a made list for its further pages; the oldest is forgotten."""
        self._made += 1
        self._lists[self._made] = numbers
        while len(self._lists) > LISTS_KEPT:
            self._lists.popitem(last=False)
        return self._made

    def recall(self, ident: int) -> list[int] | None:
        """A list made before; None where it is no longer kept."""
        return self._lists.get(ident)


def _point(ticket: Ticket) -> tuple[int, int]:
    return ticket.updated, ticket.n


def _cmp(left: tuple[int, int], right: tuple[int, int]) -> int:
    return (left > right) - (left < right)


def _canonical(name: str) -> str:
    lowered = name.lower()
    if lowered in ("id", "key", "issuekey", "issue", "created", "createddate", "rank"):
        return "number"
    return "updated" if lowered == "updateddate" else lowered


_STATE_ORDER = {state: place for place, state in enumerate(BY_STATE)}
_SORTERS: dict[str, Callable[[Ticket], Any]] = {
    "number": lambda ticket: ticket.n,
    "updated": _point,
    "priority": lambda ticket: -ticket.priority,
    "status": lambda ticket: _STATE_ORDER[ticket.state],
    "statuscategory": lambda ticket: _STATE_ORDER[ticket.state],
    "assignee": lambda ticket: (ticket.owner == 0, ticket.owner),
    "reporter": lambda ticket: ticket.requester,
    "creator": lambda ticket: ticket.requester,
    "summary": lambda ticket: ticket.title.lower(),
    "issuetype": lambda ticket: ticket.kind,
    "type": lambda ticket: ticket.kind,
    "project": lambda ticket: ticket.group,
    "resolved": lambda ticket: ticket.solved or ticket.closed,
    "resolutiondate": lambda ticket: ticket.solved or ticket.closed,
    "resolution": lambda ticket: ticket.state in ("solved", "closed"),
    "duedate": lambda _: 0,
    "due": lambda _: 0,
    "labels": lambda ticket: ticket.tags,
}


def as_of(ticket: Ticket, edge: int) -> Ticket | None:
    """The ticket as it was at `edge`: later events are taken back. None where it did not exist yet."""
    if ticket.created > edge:
        return None
    old = replace(ticket)
    kept = ticket.created
    for event in reversed(ticket.events):
        if event.at <= edge:
            kept = event.at
            break
        if event.kind in ("status", "reopened") and event.old in BY_STATE:
            old.state = event.old
        elif event.kind == "group" and event.old.isdigit():
            old.group = int(event.old)
        elif event.kind == "owner":
            old.owner = int(event.old) if event.old.isdigit() else 0
        elif event.kind == "priority" and event.old.isdigit():
            old.priority = int(event.old)
        elif event.kind == "deleted":
            old.deleted = False
        elif event.kind == "moved":
            old.moved_to = event.old
    old.updated = max(kept, ticket.created)
    return old
