"""Tickets asked for by their sys_ids, each found or with its way out.

A record that may not be read looks exactly like one that is gone. But the platform counts before it applies its access
rules: what is counted and not shown is forbidden, what is not even counted was deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.adapters.servicenow.clocks import clocks_of
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.queries import ID, Filter, one_of, portions
from helpdesk_tui.adapters.servicenow.record import ticket_fields
from helpdesk_tui.adapters.servicenow.tickets import departure, read, split
from helpdesk_tui.adapters.servicenow.wire import Raw, value_of
from helpdesk_tui.domain.tickets import Departure, State, WayOut
from helpdesk_tui.errors import Garbled, Refused

BASE = "task"
"""The table all ticket tables extend."""


async def fetch(context: Context, keys: Collection[str], *, clocks: bool) -> Page:
    """These tickets now."""
    wanted = dict.fromkeys(keys)
    rest = [key for key in wanted if ID.fullmatch(key)]
    odd = tuple(Departure(context.source, key, WayOut.DELETED, _now(context)) for key in wanted if key not in set(rest))
    page = Page(cursor="", last=True, departures=odd)
    for table in context.scope.tables:
        found: list[Raw] = []
        for some in portions(rest):
            found += await _rows(context, table, some)
        inside, outside = await split(context, table, found)
        ours = read(context, "by id", table, [*inside, *outside])
        left = [departure(context, row, WayOut.LEFT_SCOPE) for row in outside]
        known = {departed.key for departed in left}
        left += [
            Departure(context.source, ticket.key, WayOut.CLOSED, _now(context))
            for ticket in ours.tickets
            if ticket.state is State.CLOSED and ticket.key not in known
        ]
        page = _joined(page, replace(ours, departures=tuple(left)))
        seen = {value_of(row.get("sys_id")) for row in found}
        rest = [key for key in rest if key not in seen]
    page = replace(page, departures=(*page.departures, *await _absent(context, rest)))
    if clocks and page.tickets:
        whole = frozenset(ticket.key for ticket in page.tickets)
        running, bad = await clocks_of(context, sorted(whole))
        page = replace(page, clocks=running, clocks_whole=whole, bad=(*page.bad, *bad))
    return page


async def _rows(context: Context, table: str, keys: Collection[str]) -> list[Raw]:
    asked = set(keys)
    rows = [row async for row in context.tables.all(table, ticket_fields(table), one_of("sys_id", keys))]
    for row in rows:
        if value_of(row.get("sys_id")) not in asked:
            raise Garbled(f"{table}: the platform ignored the condition on sys_id")
    return rows


async def _absent(context: Context, keys: Collection[str]) -> list[Departure]:
    """The ways out of tickets that none of the tables in scope showed."""
    ways: dict[str, WayOut] = {}
    for some in portions(keys):
        ways |= dict.fromkeys(await _elsewhere(context, some), WayOut.LEFT_SCOPE)
        hidden = [key for key in some if key not in ways]
        count = await _counted(context, one_of("sys_id", hidden)) if hidden else 0
        for key in hidden:
            alike = count in (0, len(hidden))
            there = count > 0 if alike else await _counted(context, one_of("sys_id", [key])) > 0
            ways[key] = WayOut.FORBIDDEN if there else WayOut.DELETED
    return [Departure(context.source, key, way, _now(context)) for key, way in ways.items()]


async def _elsewhere(context: Context, keys: Collection[str]) -> list[str]:
    """Those that are tasks of a kind we do not hold: a record may change its class."""
    asked, found = set(keys), []
    try:
        async for row in context.tables.all(BASE, ("sys_id", "sys_class_name"), one_of("sys_id", keys)):
            key = value_of(row.get("sys_id"))
            if key in asked and value_of(row.get("sys_class_name")) not in context.scope.tables:
                found.append(key)
    except Refused:
        pass
    return found


async def _counted(context: Context, query: Filter) -> int:
    """How many records there are, whether or not we may see them. A table that is closed to us hides what it holds."""
    for table in (BASE, *context.scope.tables):
        try:
            listed = await context.tables.rows(table, ("sys_id",), query, limit=1)
            total = listed.total if listed.total is not None else await context.tables.count(table, query)
        except Refused as error:
            if error.status == 403:
                return 1
            continue
        if total:
            return total
    return 0


def _joined(one: Page, two: Page) -> Page:
    return replace(
        one,
        tickets=one.tickets + two.tickets,
        departures=one.departures + two.departures,
        events=one.events + two.events,
        people=one.people + two.people,
        groups=tuple(dict.fromkeys(one.groups + two.groups)),
        organisations=tuple(dict.fromkeys(one.organisations + two.organisations)),
        bad=one.bad + two.bad,
    )


def _now(context: Context) -> int:
    return context.http.server_now()
