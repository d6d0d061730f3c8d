"""Plans that were written and whose person is still away; and what became of their tickets since, from the cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from helpdesk_tui.domain.tickets import TicketRef

_OPEN = (
    "SELECT p.id, p.technician, p.person, p.made_at, p.absence, t.source, t.key, t.number, t.owner, t.taker,"
    " t.taker_name FROM plan p JOIN plan_ticket t ON t.plan = p.id WHERE p.closed_at = 0 ORDER BY p.made_at, t.number"
)
_WORKED = (
    "SELECT kind, max(at), actor FROM event WHERE source = ? AND ticket = ? AND at > ? AND automatic = 0"
    " AND kind IN ('public reply', 'note', 'status', 'priority', 'group')"
)
_SINCE = "SELECT last_customer_at FROM ticket WHERE source = ? AND key = ? AND is_open = 1"


class Handed(NamedTuple):
    """A ticket of a plan that is not closed: `owner` had it before, `taker` got it, "" where it stayed."""

    plan: int
    technician: int
    person: str
    made_at: int
    absence: str
    source: str
    key: str
    number: str
    owner: str
    taker: str
    taker_name: str

    @property
    def ref(self) -> TicketRef:
        """The ticket's name."""
        return TicketRef(self.source, self.key)


class Worked(NamedTuple):
    """What a person did to a ticket last: the kind of event, when, and the identifier of who did it."""

    kind: str
    at: int
    actor: str


def handed(connection: sqlite3.Connection) -> list[Handed]:
    """Every ticket of the plans that are not closed, the oldest plan first."""
    return [Handed(*row) for row in connection.execute(_OPEN)]


def worked(connection: sqlite3.Connection, since: Iterable[tuple[TicketRef, int]]) -> dict[TicketRef, Worked]:
    """The last thing that a person did to each ticket after an instant; who did nothing is missing."""
    found = {}
    for ticket, at in since:
        row = connection.execute(_WORKED, (*ticket, at)).fetchone()
        if row is not None and row[0] is not None:
            found[ticket] = Worked(*row)
    return found


def answered(connection: sqlite3.Connection, since: Iterable[tuple[TicketRef, int]]) -> list[TicketRef]:
    """Those whose customer has written after an instant."""
    rows = ((ticket, at, connection.execute(_SINCE, tuple(ticket)).fetchone()) for ticket, at in since)
    return [ticket for ticket, at, row in rows if row is not None and row[0] > at]
