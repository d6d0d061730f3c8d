"""The living tickets of one platform, in order of their last change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from helpdesk_tui.sandbox.model import Ticket

Key = tuple[int, int]


class Ledger:
    """Tickets held as objects, by ordinal and by (updated, n), with the unsettled ones apart.

    Iterators survive changes made while they are suspended: they find their place again and go on from the last key.
    """

    def __init__(self) -> None:
        """Starts empty."""
        self.tickets: dict[int, Ticket] = {}
        self._order: list[Key] = []
        self._numbers: list[int] = []
        self._keys: dict[int, Key] = {}
        self._open: list[int] = []
        self._open_at: dict[int, int] = {}
        self._changes = 0

    def fill(self, tickets: list[Ticket]) -> None:
        """Take over many tickets at once; the ledger must be empty."""
        self.tickets = {ticket.n: ticket for ticket in tickets}
        self._keys = {ticket.n: (ticket.updated, ticket.n) for ticket in tickets}
        self._order = sorted(self._keys.values())
        self._numbers = sorted(self.tickets)
        for ticket in tickets:
            self._sort_out(ticket)

    def put(self, ticket: Ticket) -> None:
        """Take over a new ticket, or note that one changed."""
        self._changes += 1
        n, key = ticket.n, (ticket.updated, ticket.n)
        old = self._keys.get(n)
        if old is None:
            insort(self._numbers, n)
        elif old != key:
            del self._order[bisect_left(self._order, old)]
        if old != key:
            insort(self._order, key)
            self._keys[n] = key
        self.tickets[n] = ticket
        self._sort_out(ticket)

    def _sort_out(self, ticket: Ticket) -> None:
        """Keep the list of unsettled tickets right, in constant time, its order without meaning."""
        n = ticket.n
        settled = ticket.deleted or ticket.state == "closed"
        if settled and n in self._open_at:
            place, last = self._open_at.pop(n), self._open.pop()
            if last != n:
                self._open[place] = last
                self._open_at[last] = place
        elif not settled and n not in self._open_at:
            self._open_at[n] = len(self._open)
            self._open.append(n)

    @property
    def unsettled(self) -> list[int]:
        """Ordinals of tickets neither closed nor deleted; not to be changed by the caller."""
        return self._open

    def latest(self, place: int) -> int:
        """The ordinal of the ticket changed last (0), last but one (1) …; IndexError past the first."""
        return self._order[-1 - place][1]

    def before(self, instant: int) -> int:
        """How many tickets have `updated < instant`."""
        return bisect_left(self._order, (instant, 0))

    def numbers_to(self, n: int) -> int:
        """How many ordinals up to and including n are held here."""
        return bisect_right(self._numbers, n)

    def walk(self, since: Key, *, descending: bool) -> Iterator[Key]:
        """Keys strictly after `since`, or strictly before it."""
        if descending:
            yield from self._walk_down(since)
        else:
            yield from self._walk_up(since)

    def _walk_up(self, since: Key) -> Iterator[Key]:
        place, seen = bisect_right(self._order, since), self._changes
        while True:
            if seen != self._changes:
                place, seen = bisect_right(self._order, since), self._changes
            if place >= len(self._order):
                return
            since = self._order[place]
            place += 1
            yield since

    def _walk_down(self, since: Key) -> Iterator[Key]:
        place, seen = bisect_left(self._order, since), self._changes
        while True:
            if seen != self._changes:
                place, seen = bisect_left(self._order, since), self._changes
            if place <= 0:
                return
            place -= 1
            since = self._order[place]
            yield since
