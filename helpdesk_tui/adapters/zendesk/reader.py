"""Answers full of tickets as pages of the contract: what is in scope, what left and how, and what came along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.zendesk.api import Answered
from helpdesk_tui.adapters.zendesk.mapping import (
    DELETED,
    Vocabulary,
    clocks_of,
    listed,
    organisation_of,
    person_of,
    ticket_of,
    works_tickets,
)
from helpdesk_tui.adapters.zendesk.scope import Scope
from helpdesk_tui.adapters.zendesk.targets import Targets
from helpdesk_tui.adapters.zendesk.wire import OrganisationRow, TicketRow, UserRow, parse
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.people import Organisation, Person
from helpdesk_tui.domain.tickets import Departure, Ticket, WayOut


class Staff:
    """The users on the desk's side, as far as they are known, with their names."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def learn(self, rows: Iterable[UserRow]) -> None:
        """Take over what lists and sideloads say of users."""
        for row in rows:
            if works_tickets(row):
                self._names[row.id] = row.name
            else:
                self._names.pop(row.id, None)

    def holds(self, user: int) -> bool:
        """Whether a user works tickets; the platform itself (below 1) does."""
        return user < 1 or user in self._names

    def name(self, user: int) -> str:
        """What somebody of the desk is called; "" for others."""
        return self._names.get(user, "")

    def ids(self) -> frozenset[int]:
        """Everybody known to work tickets."""
        return frozenset(self._names)


class Reader:
    """Turns answers into pages for one source."""

    def __init__(self, source: str, base: str, server_now: Callable[[], int]) -> None:
        """`base` is the address agents open, ending in a slash."""
        self.source, self._base, self._now = source, base, server_now
        self.words, self.scope, self.staff = Vocabulary(), Scope(), Staff()
        self.targets: Targets = {}

    def tickets(
        self, data: Answered, feed: str, cursor: str, *, last: bool, total: int | None = None, closed_only: bool = False
    ) -> Page:
        """The tickets of an answer. Those out of scope and deleted ones become departures; `closed_only` keeps neither
        them nor open ones."""
        rows, bad = parse(TicketRow, listed(data, "tickets"), feed)
        now = self._now()
        kept, departures = [], []
        for row in {row.id: row for row in rows}.values():
            way = self.way_out(row)
            if way is None:
                kept.append(row)
            elif not closed_only:
                departures.append(Departure(self.source, str(row.id), way, now))
        tickets = [(row, self.ticket(row)) for row in kept]
        if closed_only:
            tickets = [(row, ticket) for row, ticket in tickets if not ticket.state.is_open]
        clocks, whole, broken = self.clocks((row for row, _ in tickets), now, feed)
        people, organisations, strange = self.aside(data, feed)
        return Page(
            cursor=cursor,
            last=last,
            tickets=tuple(ticket for _, ticket in tickets),
            departures=tuple(departures),
            clocks=tuple(clocks),
            clocks_whole=whole,
            people=people,
            organisations=organisations,
            bad=(*bad, *broken, *strange),
            total=total,
        )

    def way_out(self, row: TicketRow) -> WayOut | None:
        """Why a ticket does not belong in the queue, closed ones aside; None for one that does."""
        if row.status == DELETED:
            return WayOut.DELETED
        return None if self.scope.holds(row) else WayOut.LEFT_SCOPE

    def ticket(self, row: TicketRow) -> Ticket:
        """One ticket."""
        return ticket_of(row, self.source, self._base, self.words)

    def clocks(
        self, rows: Iterable[TicketRow], now: int, feed: str
    ) -> tuple[list[Clock], frozenset[str], list[BadRecord]]:
        """The clocks of tickets they were sent along with, and which tickets these are."""
        found: list[Clock] = []
        whole: set[str] = set()
        bad: list[BadRecord] = []
        for row in rows:
            if row.slas is not None:
                clocks, broken = clocks_of(row, self.source, now, feed, self.targets)
                found += clocks
                bad += broken
                if not broken:
                    whole.add(str(row.id))
        return found, frozenset(whole), bad

    def aside(self, data: Answered, feed: str) -> tuple[tuple[Person, ...], tuple[Organisation, ...], list[BadRecord]]:
        """The people and organisations sent along."""
        users, bad = parse(UserRow, listed(data, "users"), feed)
        organisations, broken = parse(OrganisationRow, listed(data, "organizations"), feed)
        self.staff.learn(users)
        people = tuple(person_of(row, self.source) for row in users)
        return people, tuple(organisation_of(row, self.source) for row in organisations), [*bad, *broken]


def together(pages: Sequence[Page]) -> Page:
    """One page of several: what comes later replaces what came before."""
    tickets = {ticket.key: ticket for page in pages for ticket in page.tickets}
    clocks = {(clock.ticket, clock.ident): clock for page in pages for clock in page.clocks}
    people = {person.key: person for page in pages for person in page.people}
    organisations = {one.key: one for page in pages for one in page.organisations}
    return replace(
        pages[0],
        tickets=tuple(tickets.values()),
        departures=tuple({(d.key, d.way): d for page in pages for d in page.departures}.values()),
        clocks=tuple(clocks.values()),
        clocks_whole=frozenset().union(*(page.clocks_whole for page in pages)),
        people=tuple(people.values()),
        organisations=tuple(organisations.values()),
        bad=tuple(bad for page in pages for bad in page.bad),
    )


def mended(first: Page, second: Page) -> Page:
    """Two readings of the same page, of which the first held records that did not parse: damage on the way differs
    from one reading to the next, a record that is really odd is odd in both."""
    page = together((first, second))
    known = {ticket.key for ticket in page.tickets} | {departure.key for departure in page.departures}
    known |= {person.key for person in page.people} | {one.key for one in page.organisations}
    return replace(page, bad=tuple(bad for bad in second.bad if not bad.key or bad.key not in known))


async def sure(ask: Callable[[], Awaitable[Page]]) -> Page:
    """A page that is asked for a second time where records in it do not parse."""
    page = await ask()
    return mended(page, await ask()) if page.bad else page
