"""Everything that happened on the account as one stream in time, without an index over a million histories.

Short ways back are read from the tickets changed since. Long ways back are read in windows of fifteen days: a settled
ticket lives at most fourteen days, so its events lie in the window of its creation or the next one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Generic, TypeVar

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk.account import Account
from helpdesk_tui.sandbox.zendesk.listing import first_since

T = TypeVar("T")
Row = tuple[int, int, T]
"""(instant, identifier, what happened)"""

_WINDOW = 15 * 86_400
_SHORT = 3000
_LATEST = 1 << 60


class Stream(Generic[T]):
    """The rows of all tickets in order of (instant, identifier). The last full window is kept."""

    def __init__(self, account: Account, rows: Callable[[Ticket], Iterator[Row[T]]]) -> None:
        """`rows` gives what happened on one ticket."""
        self._account, self._rows = account, rows
        self._kept: tuple[int, list[Row[T]]] = (-1, [])

    def since(self, start: int, until: int, most: int) -> tuple[list[Row[T]], bool]:
        """At least `most` rows with start <= instant < until where there are that many, whole seconds only; and whether
        these were the last."""
        desk = self._account.desk
        if desk.updated_before(_LATEST) - desk.updated_before(start) <= _SHORT:
            tickets = desk.by_update((start - 1, _LATEST))
            return _cut(self._of(tickets, start, until), most)
        found: list[Row[T]] = []
        number = max(start, self._oldest()) // _WINDOW
        while number * _WINDOW < until and len(found) < most:
            window = self._window(number, until)
            found += window[bisect_left(window, start, key=lambda row: row[0]) :]
            number += 1
        some, whole = _cut([row for row in found if row[0] < until], most)
        return some, whole and number * _WINDOW >= until

    def _oldest(self) -> int:
        first = self._account.desk.get(1)
        return first.created if first else self._account.now

    def _of(self, tickets: Iterator[Ticket], start: int, until: int) -> list[Row[T]]:
        found = [row for ticket in tickets for row in self._rows(ticket) if start <= row[0] < until]
        return sorted(found, key=lambda row: row[:2])

    def _window(self, number: int, until: int) -> list[Row[T]]:
        if self._kept[0] == number:
            return self._kept[1]
        start, end = number * _WINDOW, (number + 1) * _WINDOW
        found = self._of(self._candidates(start, end), start, end)
        if end < until:
            self._kept = (number, found)
        return found

    def _candidates(self, start: int, end: int) -> Iterator[Ticket]:
        desk, early = self._account.desk, start - _WINDOW
        seen: set[int] = set()
        for ticket in takewhile(lambda t: t.created < end, desk.by_number(first_since(desk, early) - 1)):
            seen.add(ticket.n)
            yield ticket
        for ticket in desk.unsettled():
            if ticket.created < early:
                seen.add(ticket.n)
                yield ticket
        for ticket in desk.by_update((self._account.started - 1, 0)):
            if ticket.created < early and ticket.n not in seen:
                yield ticket


def _cut(rows: list[Row[T]], most: int) -> tuple[list[Row[T]], bool]:
    """The first `most` rows and whatever shares the second of the last one; and whether that was all."""
    if len(rows) <= most:
        return rows, True
    second = rows[most - 1][0]
    end = most
    while end < len(rows) and rows[end][0] == second:
        end += 1
    return rows[:end], end == len(rows)
