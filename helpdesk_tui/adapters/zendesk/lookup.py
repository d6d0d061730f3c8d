"""Single questions: tickets by number, what happened to one, what was written on it, and which are open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import replace

from pydantic import ValidationError

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.zendesk.api import AT_ONCE, NOT_THERE, WITH_CLOCKS, Api
from helpdesk_tui.adapters.zendesk.history import activity_of, events_of
from helpdesk_tui.adapters.zendesk.mapping import listed, state_of
from helpdesk_tui.adapters.zendesk.reader import Reader
from helpdesk_tui.adapters.zendesk.wire import AuditRow, CommentRow, TicketRow, UserRow, parse
from helpdesk_tui.domain.events import Event
from helpdesk_tui.domain.tickets import Departure, State, WayOut
from helpdesk_tui.errors import Refused

_CENSUS_PAGE = 1000
_FEED = "by id"


async def census(api: Api, reader: Reader, query: str) -> AsyncIterator[frozenset[str]]:
    """The keys of the open tickets in scope."""
    after = ""
    while True:
        found = await api.search(query, after, _CENSUS_PAGE)
        rows, _ = parse(TicketRow, found.rows, "census")
        open_rows = (row for row in rows if reader.way_out(row) is None and state_of(row, reader.words).is_open)
        yield frozenset(str(row.id) for row in open_rows)
        after = found.after
        if not after:
            return


async def fetch(api: Api, reader: Reader, keys: Collection[str]) -> Page:
    """Tickets by number. Closed ones and those out of scope are given with their way out; those that are not listed are
    asked for one by one, since only that says why."""
    wanted = {key: int(key) for key in dict.fromkeys(keys) if key.isdecimal() and len(key) < 16}
    now = api.server_now()
    page = Page(cursor="", last=True)
    departures = [Departure(reader.source, key, WayOut.DELETED, now) for key in keys if key not in wanted]
    numbers = list(wanted.values())
    for at in range(0, len(numbers), AT_ONCE):
        some = numbers[at : at + AT_ONCE]
        data = await api.show_many(some, WITH_CLOCKS)
        given = {row.id for row in parse(TicketRow, listed(data, "tickets"), _FEED)[0]}
        missing = [number for number in some if number not in given]
        alone = await asyncio.gather(*(_one(api, number) for number in missing))
        sound = [row for row in listed(data, "tickets") if isinstance(row, dict) and row.get("id") in given]
        rows = [*sound, *(row for row in alone if not isinstance(row, WayOut))]
        departures += [
            Departure(reader.source, str(number), way, now)
            for number, way in zip(missing, alone, strict=True)
            if isinstance(way, WayOut)
        ]
        page = _joined(page, _with_ways(reader, {**data, "tickets": rows}, now))
    return replace(page, departures=(*page.departures, *departures))


async def _one(api: Api, number: int) -> WayOut | object:
    """A ticket that was not among many: the ticket after all, or why not."""
    try:
        return (await api.get(f"tickets/{number}")).get("ticket")
    except Refused as error:
        if error.status == 404:
            return WayOut.DELETED
        if error.status == 403:
            return WayOut.FORBIDDEN
        raise


def _with_ways(reader: Reader, data: dict[str, object], now: int) -> Page:
    """The page with those out of scope among its tickets too, and the ways out of closed ones."""
    page = reader.tickets(data, _FEED, "", last=True)
    gone = {departure.key for departure in page.departures if departure.way is WayOut.LEFT_SCOPE}
    outside = []
    for raw in listed(data, "tickets"):
        try:
            row = TicketRow.model_validate(raw)
        except ValidationError:
            continue
        if str(row.id) in gone:
            outside.append(reader.ticket(row))
    tickets = (*page.tickets, *outside)
    closed = tuple(
        Departure(reader.source, ticket.key, WayOut.CLOSED, now)
        for ticket in page.tickets
        if ticket.state is State.CLOSED
    )
    return replace(page, tickets=tickets, departures=(*page.departures, *closed))


def _joined(one: Page, other: Page) -> Page:
    return replace(
        one,
        tickets=one.tickets + other.tickets,
        departures=one.departures + other.departures,
        clocks=one.clocks + other.clocks,
        clocks_whole=one.clocks_whole | other.clocks_whole,
        people=one.people + other.people,
        organisations=one.organisations + other.organisations,
        bad=one.bad + other.bad,
    )


async def events(api: Api, reader: Reader, key: str) -> tuple[list[Event], list[BadRecord]]:
    """The events of one ticket; none for one that is gone."""
    found: list[Event] = []
    bad: list[BadRecord] = []
    if not key.isdecimal():
        return found, bad
    try:
        async for rows in api.rows(f"tickets/{key}/audits", "audits"):
            audits, broken = parse(AuditRow, rows.rows, "events")
            bad += broken
            found += [event for audit in audits for event in events_of(audit, reader.source, reader.staff.holds)]
    except Refused as error:
        if error.status not in NOT_THERE:
            raise
    return found, bad


async def activity(api: Api, reader: Reader, key: str) -> Page:
    """The conversation of one ticket, oldest first; for one that is gone, its way out."""
    page = Page(cursor="", last=True)
    try:
        async for rows in api.rows(f"tickets/{key}/comments", "comments", {"include": "users"}):
            users, strange = parse(UserRow, listed(rows.data, "users"), "activity")
            reader.staff.learn(users)
            names = {user.id: user.name for user in users}
            good, bad = parse(CommentRow, rows.rows, "activity")
            entries = tuple(
                activity_of(
                    row, key, reader.source, names.get(row.author_id or 0, ""), reader.staff.holds(row.author_id or 0)
                )
                for row in good
            )
            page = replace(page, activity=page.activity + entries, bad=(*page.bad, *bad, *strange))
    except Refused as error:
        if error.status not in NOT_THERE:
            raise
        way = WayOut.DELETED if error.status == 404 else WayOut.FORBIDDEN
        return replace(page, departures=(Departure(reader.source, key, way, api.server_now()),))
    return replace(page, activity_whole=frozenset({key}))
