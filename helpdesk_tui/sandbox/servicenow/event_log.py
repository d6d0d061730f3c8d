"""Every note and change of every ticket in order of time, kept as numbers so that a page of them is found at once."""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from helpdesk_tui.sandbox.model import Desk, Event, Ticket
from helpdesk_tui.sandbox.servicenow.ranges import Range

_BREATH = 500
_KEPT = 8
_LAST = 1 << 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with the ticket it happened to."""

    ticket: Ticket
    event: Event


Holds = Callable[[Entry], bool]


class EventLog:
    """The events of one query by identifier, which grows with time; those before `floor` (seconds UTC) are left out."""

    def __init__(self, desk: Desk, holds: Holds, floor: int) -> None:
        """`holds` decides membership from the entry alone."""
        self.floor = floor
        self._desk, self._holds = desk, holds
        self._ids: array[int] = array("q")
        self._times: array[int] = array("q")
        self._owners: array[int] = array("q")
        self._seen = -1
        self._lock = asyncio.Lock()

    async def follow(self, seen: int) -> None:
        """Bring the log up to date; `seen` is the instant before which nothing can change any more."""
        async with self._lock:
            if self._seen < 0:
                await self._build()
            else:
                for ticket in self._desk.by_update((self._seen - 1, _LAST)):
                    self._renew(ticket, self._seen)
            self._seen = seen

    def _entries(self, ticket: Ticket, since: int) -> Iterator[Event]:
        if not ticket.deleted:
            for event in ticket.events:
                if event.at >= since and self._holds(Entry(ticket, event)):
                    yield event

    async def _build(self) -> None:
        found: dict[int, tuple[int, int]] = {}
        tickets = self._desk.by_update((self.floor - 1, _LAST) if self.floor else (0, 0))
        for count, ticket in enumerate(tickets, 1):
            for event in self._entries(ticket, self.floor):
                found[event.eid] = (event.at, ticket.n)
            if not count % _BREATH:
                await asyncio.sleep(0)
        for eid in sorted(found):
            self._ids.append(eid)
            self._times.append(found[eid][0])
            self._owners.append(found[eid][1])

    def _renew(self, ticket: Ticket, since: int) -> None:
        if ticket.deleted:
            self._forget(ticket)
        for event in self._entries(ticket, max(since, self.floor)):
            place = bisect_left(self._ids, event.eid)
            if place == len(self._ids) or self._ids[place] != event.eid:
                self._ids.insert(place, event.eid)
                self._times.insert(place, event.at)
                self._owners.insert(place, ticket.n)

    def _forget(self, ticket: Ticket) -> None:
        for event in ticket.events:
            place = bisect_left(self._ids, event.eid)
            if place < len(self._ids) and self._ids[place] == event.eid:
                del self._ids[place], self._times[place], self._owners[place]

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._ids)

    def between(self, times: Range, ids: Range) -> Range:
        """The positions of entries whose instant and identifier lie in both ranges."""
        low = max(bisect_left(self._times, times[0]), bisect_left(self._ids, ids[0]))
        return low, max(low, min(bisect_left(self._times, times[1]), bisect_left(self._ids, ids[1])))

    def owner(self, eid: int) -> int:
        """The ordinal of an event's ticket, 0 where the log has no such event."""
        place = bisect_left(self._ids, eid)
        return self._owners[place] if place < len(self._ids) and self._ids[place] == eid else 0

    def at(self, position: int) -> tuple[int, int]:
        """Identifier and ticket of the entry at a position."""
        return self._ids[position], self._owners[position]


class Logs:
    """The logs of one table, the least used forgotten first."""

    def __init__(self, desk: Desk) -> None:
        """All logs are of this desk."""
        self._desk = desk
        self._logs: OrderedDict[str, EventLog] = OrderedDict()

    async def get(self, name: str, holds: Holds, floor: int, seen: int) -> EventLog:
        """The log of that name, up to date and reaching back to `floor` at least."""
        log = self._logs.get(name)
        if log is None or floor < log.floor:
            log = self._logs[name] = EventLog(self._desk, holds, floor)
            if len(self._logs) > _KEPT:
                self._logs.popitem(last=False)
        self._logs.move_to_end(name)
        await log.follow(seen)
        return log
