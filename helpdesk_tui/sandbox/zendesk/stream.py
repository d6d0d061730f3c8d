"""Everything that happened on the account as one stream in time, without an index over a million histories.

Short ways back are read from the tickets changed since. Long ways back are read day by day: a settled ticket lives at
most fourteen days, so what happened on a day happened to tickets made on it or on the fifteen days before, or to those
that were alive when the account began to answer. What lies before that instant never changes and is kept for a while.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Generic, TypeVar

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk.account import Account
from helpdesk_tui.sandbox.zendesk.listing import first_since

T = TypeVar("T")
Row = tuple[int, int, T]
"""(instant, identifier, what happened)"""

_DAY = 86_400
_LIFE = 15
_KEPT = 24
_SHORT = 3000
_LATEST = 1 << 60


class Stream(Generic[T]):
    """The rows of all tickets in order of (instant, identifier)."""

    def __init__(self, account: Account, rows: Callable[[Ticket], Iterator[Row[T]]]) -> None:
        """`rows` gives what happened on one ticket."""
        self._account, self._rows = account, rows
        self._made: OrderedDict[int, list[Row[T]]] = OrderedDict()
        self._living: list[Row[T]] | None = None

    def since(self, start: int, until: int, most: int) -> tuple[list[Row[T]], bool]:
        """At least `most` rows with start <= instant < until where there are that many, whole seconds only; and whether
        these were the last."""
        desk = self._account.desk
        if desk.updated_before(_LATEST) - desk.updated_before(start) <= _SHORT:
            tickets = desk.by_update((start - 1, _LATEST))
            return _cut(self._of(tickets, start, until), most)
        found: list[Row[T]] = []
        day = max(start, self._oldest()) // _DAY
        while day * _DAY < until and len(found) <= most:
            found += _between(self._on(day), start, until)
            day += 1
        some, whole = _cut([row for row in found if row[0] < until], most)
        return some, whole and day * _DAY >= until

    def _oldest(self) -> int:
        first = self._account.desk.get(1)
        return first.created if first else self._account.now

    def _of(self, tickets: Iterator[Ticket], start: int, until: int) -> list[Row[T]]:
        found = [row for ticket in tickets for row in self._rows(ticket) if start <= row[0] < until]
        return sorted(found, key=lambda row: row[:2])

    def _on(self, day: int) -> list[Row[T]]:
        """What happened on a day, counted from the epoch in UTC."""
        start, end = day * _DAY, (day + 1) * _DAY
        if end > self._account.started:
            return self._of(self._alive(day), start, end)
        lists = [self._born(other) for other in range(day - _LIFE, day + 1)] + [self._began_alive()]
        found = {row[1]: row for rows in lists for row in _between(rows, start, end)}
        return sorted(found.values(), key=lambda row: row[:2])

    def _alive(self, day: int) -> Iterator[Ticket]:
        """The tickets something may have happened to on a day that is not over for good."""
        seen: set[int] = set()
        for ticket in (*self._made_on(day - _LIFE, day), *self._began()):
            if ticket.n not in seen:
                seen.add(ticket.n)
                yield ticket

    def _made_on(self, first: int, last: int) -> Iterator[Ticket]:
        desk = self._account.desk
        rows = desk.by_number(first_since(desk, first * _DAY) - 1)
        return takewhile(lambda ticket: ticket.created < (last + 1) * _DAY, rows)

    def _began(self) -> Iterator[Ticket]:
        """The tickets alive when the account began to answer, and those that live now."""
        desk = self._account.desk
        yield from desk.unsettled()
        yield from desk.by_update((self._account.started - 1, 0))

    def _born(self, day: int) -> list[Row[T]]:
        """All that happened to tickets made on a day, as far as it lies in the past for good."""
        rows = self._made.get(day)
        if rows is None:
            rows = self._made[day] = self._of(self._made_on(day, day), 0, self._account.started)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return rows

    def _began_alive(self) -> list[Row[T]]:
        if self._living is None:
            self._living = self._of(self._began(), 0, self._account.started)
        return self._living


def _instant(row: Row[T]) -> int:
    return row[0]


def _between(rows: list[Row[T]], start: int, end: int) -> list[Row[T]]:
    """The rows of a sorted list with start <= instant < end."""
    return rows[bisect_left(rows, start, key=_instant) : bisect_left(rows, end, key=_instant)]


def _cut(rows: list[Row[T]], most: int) -> tuple[list[Row[T]], bool]:
    """The first `most` rows and whatever shares the second of the last one; and whether that was all."""
    if len(rows) <= most:
        return rows, True
    second = rows[most - 1][0]
    end = most
    while end < len(rows) and rows[end][0] == second:
        end += 1
    return rows[:end], end == len(rows)
