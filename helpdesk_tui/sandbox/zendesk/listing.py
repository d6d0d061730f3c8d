"""Which tickets a list shows, in which order, without walking over a million of them.

Lists leave out deleted tickets, those that may not be read, and archived ones: closed 120 days ago or earlier. A
settled ticket closes within two weeks, so none made more than 148 days ago has to be looked at, except those that were
still alive when the account began to answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from helpdesk_tui.sandbox.model import Desk, Ticket
from helpdesk_tui.sandbox.zendesk.account import Account, Call
from helpdesk_tui.sandbox.zendesk.errors import forbidden, not_found
from helpdesk_tui.sandbox.zendesk.paging import Key, Rows

_ARCHIVE_AFTER = 120 * 86_400
_LOOKED_AT = 148 * 86_400
_COUNT_BY_HAND = 30_000


def readable(ticket: Ticket) -> bool:
    """Whether lists may show the ticket at all."""
    return not ticket.deleted and not ticket.forbidden


def one(account: Account, number: int) -> Ticket:
    """The ticket with this number. Raises Refusal: 404 for deleted or unknown, 403 for one that may not be read."""
    ticket = account.desk.get(number) if number > 0 else None
    if ticket is None or ticket.deleted:
        raise not_found()
    if ticket.forbidden:
        raise forbidden()
    return ticket


def first_since(desk: Desk, instant: int) -> int:
    """The ordinal of the first ticket created at `instant` or later; one more than the last where there is none."""
    low, high = 1, len(desk) + 1
    while low < high:
        middle = (low + high) // 2
        ticket = desk.get(middle)
        if ticket is None or ticket.created < instant:
            low = middle + 1
        else:
            high = middle
    return low


class Live:
    """The tickets of the lists at this instant."""

    def __init__(self, account: Account, *, since: int = 0) -> None:
        """`since` leaves out tickets not updated at or after that instant (seconds UTC)."""
        self.desk = account.desk
        self.archived = account.now - _ARCHIVE_AFTER
        self.limit = account.now - _LOOKED_AT
        self.first = first_since(self.desk, self.limit)
        self.since = since
        lately = (t for t in self.desk.by_update((account.started - 1, 0)) if t.state == "closed")
        old = {t.n: t for t in (*self.desk.unsettled(), *lately) if t.n < self.first and self.shows(t)}
        self.old = list(old.values())

    def shows(self, ticket: Ticket) -> bool:
        """Whether the list holds this ticket."""
        archived = ticket.state == "closed" and ticket.closed < self.archived
        return readable(ticket) and not archived and ticket.updated >= self.since

    def count(self) -> int:
        """How many there are; estimated where counting would mean to look at very many."""
        recent = len(self.desk) - self.first + 1
        if recent > _COUNT_BY_HAND:
            return recent + len(self.old)
        return len(self.old) + sum(self.shows(ticket) for ticket in self.desk.by_number(self.first - 1))

    def by_number(self, descending: bool) -> Rows[Ticket]:
        """In order of their numbers."""
        return Rows(lambda after, back: self._numbers(after, descending != back), lambda t: (t.n,), self.count)

    def by_update(self, descending: bool) -> Rows[Ticket]:
        """In order of their last change."""
        return Rows(
            lambda after, back: self._updates(after, descending != back), lambda t: (t.updated, t.n), self.count
        )

    def _numbers(self, after: Key, descending: bool) -> Iterator[Ticket]:
        start = after[0] if after else 0
        if descending:
            recent = self.desk.by_number(start, descending=True)
            yield from filter(self.shows, takewhile(lambda t: t.n >= self.first, recent))
            yield from sorted((t for t in self.old if not start or t.n < start), key=lambda t: -t.n)
            return
        yield from sorted((t for t in self.old if t.n > start), key=lambda t: t.n)
        yield from filter(self.shows, self.desk.by_number(max(start, self.first - 1)))

    def _updates(self, after: Key, descending: bool) -> Iterator[Ticket]:
        place = (after[0], after[1]) if len(after) == 2 else (0, 0)
        still = [t for t in self.old if t.updated < self.limit]
        if descending:
            recent = self.desk.by_update(place, descending=True)
            if place == (0, 0) or place[0] >= self.limit:
                yield from filter(self.shows, takewhile(lambda t: t.updated >= self.limit, recent))
            below = [t for t in still if place == (0, 0) or (t.updated, t.n) < place]
            yield from sorted(below, key=lambda t: (-t.updated, -t.n))
            return
        yield from sorted((t for t in still if (t.updated, t.n) > place), key=lambda t: (t.updated, t.n))
        floor = max(place, (self.limit, 0), (self.since - 1, 0) if self.since else (0, 0))
        yield from filter(self.shows, self.desk.by_update(floor))


def sorted_rows(call: Call) -> Rows[Ticket]:
    """The list that `sort` (cursor pages) or `sort_by` and `sort_order` (numbered pages) ask for, else by number."""
    live = Live(call.account, since=call.number("start_time", 0))
    sort = call.query.get("sort") or ""
    field = sort.lstrip("-") or call.query.get("sort_by") or "id"
    descending = sort.startswith("-") or (not sort and call.query.get("sort_order") == "desc")
    return live.by_update(descending) if field == "updated_at" else live.by_number(descending)
