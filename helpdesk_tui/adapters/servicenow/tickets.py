"""The feeds of tickets: what is open, what changed, what was closed, and the census."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.adapters.servicenow.context import Context, dump, load, resumed, stream
from helpdesk_tui.adapters.servicenow.mapping import Read, records
from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, Filter, Order, every
from helpdesk_tui.adapters.servicenow.record import taking, ticket_fields
from helpdesk_tui.adapters.servicenow.wire import Raw, cell, stamp, value_of
from helpdesk_tui.domain.events import Event
from helpdesk_tui.domain.tickets import Departure, WayOut
from helpdesk_tui.errors import Garbled

NEWEST = Order("sys_created_on", descending=True)
CENSUS_PAGE = 2000
_CENSUS_FIELDS = ("sys_id", "state", "active", "hold_reason", "assignment_group")


def read(context: Context, feed: str, table: str, rows: Iterable[Raw], *, total: int | None = None) -> Page:
    """Rows of a ticket table as a page without cursor; what does not parse is in `bad`."""
    good, bad = records(table, rows, feed)
    into = Read()
    for row in good:
        context.mapper.ticket(row, into)
    return Page(
        cursor="",
        last=True,
        tickets=tuple(into.tickets),
        events=tuple(into.events),
        people=tuple(into.people.values()),
        groups=tuple(into.groups.values()),
        organisations=tuple(into.organisations.values()),
        bad=tuple(bad),
        total=total,
    )


def open_filter(context: Context, table: str) -> Filter:
    """What the platform itself can tell to be open."""
    ended = context.mapper.states.not_open(table)
    return (f"active=true^stateNOT IN{','.join(ended)}" if ended else "active=true",)


def _closed_filter(context: Context, table: str, since: str) -> Filter:
    ended = context.mapper.states.not_open(table)
    either = f"active=false^ORstateIN{','.join(ended)}" if ended else "active=false"
    return (f"sys_updated_on>={since}^{either}",)


async def open_pages(context: Context, feed: str, table: str, cursor: str) -> AsyncIterator[Page]:
    """Open tickets in scope, newest first. Ordered by creation, which never changes while we read."""
    ended = set(context.mapper.states.not_open(table))

    def asked_for(row: Raw) -> bool:
        return value_of(row.get("active")) != "false" and value_of(row.get("state")) not in ended

    async for page in _by_parts(context, feed, table, cursor, open_filter(context, table), asked_for):
        yield page


async def history_pages(context: Context, feed: str, table: str, cursor: str) -> AsyncIterator[Page]:
    """Tickets in scope that were closed since the cursor's instant, newest first."""
    since = str(load(cursor).get("f", "")) or stamp(0)

    def asked_for(row: Raw) -> bool:
        return value_of(row.get("sys_updated_on")) >= since

    async for page in _by_parts(context, feed, table, cursor, _closed_filter(context, table, since), asked_for):
        yield page


async def _by_parts(
    context: Context, feed: str, table: str, cursor: str, base: Filter, asked_for: Callable[[Raw], bool]
) -> AsyncIterator[Page]:
    """A scan over each part of the scope in turn. The cursor tells the part and the place in it."""
    state = load(cursor)
    parts, key = context.scope.parts(), resumed(state)
    kept = {name: state[name] for name in ("f",) if name in state}
    done = 0
    for index in range(min(int(state.get("p", 0)), len(parts) - 1), len(parts)):
        query = every(base, parts[index])
        async for batch in context.tables.scan(table, ticket_fields(table), query, NEWEST, key, each=taking(table)):
            _guard(context, table, batch.rows, asked_for)
            last = batch.last and index == len(parts) - 1
            place: dict[str, object] = {"p": index + 1} if batch.last else {"p": index}
            if not batch.last and batch.key is not None:
                place |= {"t": batch.key.stamp, "i": batch.key.sys_id}
            total = done + batch.total if batch.total is not None and len(parts) == 1 else None
            done += len(batch.rows)
            page = read(context, feed, table, batch.rows, total=total)
            context.held.note(ticket.key for ticket in page.tickets)
            yield _with(page, cursor=dump({**kept, **place}), last=last)
        key = None


def _guard(context: Context, table: str, rows: list[Raw], asked_for: Callable[[Raw], bool]) -> None:
    context.scope.guard(table, rows)
    for row in rows:
        try:
            fine = asked_for(row)
        except ValueError:
            continue  # a damaged row goes to quarantine
        if not fine:
            raise Garbled(f"{table}: the platform ignored a condition of the query: rows came that were not asked for")


async def changes_pages(
    context: Context, feed: str, table: str, cursor: str, past: Callable[[list[str]], Awaitable[tuple[Event, ...]]]
) -> AsyncIterator[Page]:
    """Whatever changed, in scope or not: what is outside is told as having left.

    `past` gives the events of tickets that came into a narrowed scope: the streams told of them when they were not
    ours.
    """
    async for portion in stream(context, table, ticket_fields(table), EVERYTHING, "sys_updated_on", cursor):
        inside, outside = await split(context, table, portion.rows)
        page = read(context, feed, table, inside, total=portion.total)
        fresh = context.held.note(ticket.key for ticket in page.tickets)
        if fresh:
            page = replace(page, events=page.events + await past(fresh))
        left = tuple(departure(context, row, WayOut.LEFT_SCOPE) for row in outside)
        yield _with(page, cursor=portion.cursor, last=portion.last, departures=left)


async def split(context: Context, table: str, rows: list[Raw]) -> tuple[list[Raw], list[Raw]]:
    """The rows in scope and the rows outside; those that cannot be judged count as inside and go to quarantine."""
    sound = [row for row in rows if _sound(row)]
    inside = await context.scope.inside(context.tables, table, sound)
    context.held.note((), (value_of(row.get("sys_id")) for row in sound if value_of(row.get("sys_id")) not in inside))
    kept = [row for row in rows if not _sound(row) or value_of(row.get("sys_id")) in inside]
    return kept, [row for row in sound if value_of(row.get("sys_id")) not in inside]


def _sound(row: Raw) -> bool:
    try:
        cell(row.get("assignment_group"))
        return bool(value_of(row.get("sys_id")))
    except ValueError:
        return False


def departure(context: Context, row: Raw, way: WayOut) -> Departure:
    """A row's way out, known since now by the platform's clock."""
    return Departure(context.source, value_of(row.get("sys_id")), way, context.http.server_now())


async def census_pages(context: Context, table: str) -> AsyncIterator[frozenset[str]]:
    """The sys_ids of open tickets in scope. What counts as open is decided as for tickets themselves."""
    meaning = context.mapper.meaning
    for part in context.scope.parts():
        query = every(open_filter(context, table), part)
        async for batch in context.tables.scan(
            table, _CENSUS_FIELDS, query, Order(), page_size=max(CENSUS_PAGE, context.tables.page_size)
        ):
            context.scope.guard(table, batch.rows)
            good, _ = records(table, batch.rows, "census")
            yield frozenset(
                row.sys_id
                for row in good
                if meaning(table, row.state, row.state_label, row.hold_reason, row.active).is_open
            )


def _with(page: Page, *, cursor: str, last: bool, departures: tuple[Departure, ...] = ()) -> Page:
    return replace(page, cursor=cursor, last=last, departures=departures)
