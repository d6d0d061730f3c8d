"""Kept answers: the tickets of a query in order of their last change, so that a page and a count cost no walk.

A view is built once, by a walk that lets other requests go on, and then follows the world by looking at what changed
since it last looked. It holds no tickets, only sixteen bytes for each.
"""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Sequence

from helpdesk_tui.sandbox.model import Desk, Ticket
from helpdesk_tui.sandbox.servicenow.ranges import Range

BITS = 24
MASK = (1 << BITS) - 1
_BREATH = 1000
_KEPT = 24
Holds = Callable[[Ticket], bool]


def place(ticket: Ticket) -> int:
    """Where a ticket stands in the order of (updated, ordinal)."""
    return ticket.updated << BITS | ticket.n


class View:
    """The tickets of one query, by last change and by ordinal."""

    def __init__(self, desk: Desk, holds: Holds, floor: int) -> None:
        """`holds` decides membership from the ticket alone; tickets that last changed before `floor` are left out."""
        self.floor = floor
        self._desk, self._holds = desk, holds
        self.places: array[int] = array("q")
        self.numbers: array[int] = array("q")
        self._where: array[int] = array("q")
        self._seen = -1
        self._lock = asyncio.Lock()

    async def follow(self, seen: int) -> None:
        """Bring the view up to date; `seen` is the instant before which nothing can change any more."""
        async with self._lock:
            if self._seen < 0:
                await self._build(seen)
            else:
                for ticket in self._desk.by_update((self._seen - 1, MASK)):
                    self._put(ticket)
                self._seen = seen

    async def _build(self, seen: int) -> None:
        self._where.extend([0] * (len(self._desk) + 1))
        for count, ticket in enumerate(self._desk.by_update((self.floor - 1, MASK) if self.floor else (0, 0)), 1):
            if self._holds(ticket):
                self._grow(ticket.n)
                if self._where[ticket.n]:
                    self._drop(ticket.n)
                self._where[ticket.n] = place(ticket)
                self.places.append(place(ticket))
            if not count % _BREATH:
                await asyncio.sleep(0)
        self.numbers = array("q", sorted(key & MASK for key in self.places))
        self._seen = seen

    def _grow(self, n: int) -> None:
        if n >= len(self._where):
            self._where.extend([0] * (n + 1 - len(self._where)))

    def _drop(self, n: int) -> None:
        del self.places[bisect_left(self.places, self._where[n])]
        self._where[n] = 0

    def _put(self, ticket: Ticket) -> None:
        n = ticket.n
        self._grow(n)
        old, new = self._where[n], place(ticket) if self._holds(ticket) else 0
        if old == new:
            return
        if old:
            self._drop(n)
        if new:
            insort(self.places, new)
            self._where[n] = new
            if not old:
                insort(self.numbers, n)
        else:
            del self.numbers[bisect_left(self.numbers, n)]

    def spans(self, ranges: Sequence[Range], *, by_number: bool = False) -> list[Range]:
        """The positions that ranges of places (or of ordinals) take in the view."""
        keys = self.numbers if by_number else self.places
        return [(bisect_left(keys, low), bisect_left(keys, high)) for low, high in ranges]


class Views:
    """The views of one instance, the least used forgotten first."""

    def __init__(self, desk: Desk) -> None:
        """All views are of this desk."""
        self._desk = desk
        self._views: OrderedDict[str, View] = OrderedDict()

    async def get(self, name: str, holds: Holds, floor: int, seen: int) -> View:
        """The view of that name, up to date and reaching back to `floor` at least."""
        view = self._views.get(name)
        if view is None or floor < view.floor:
            view = self._views[name] = View(self._desk, holds, floor)
            if len(self._views) > _KEPT:
                self._views.popitem(last=False)
        self._views.move_to_end(name)
        await view.follow(seen)
        return view
