"""The feeds: where each begins, and how its pages are read.

*admin*: the cursor export tells every change, deletions included, but nothing of the last minute; a listing of what
changed most recently closes that gap. *agent*: that listing is all there is, read back to where it was read before.
Both read the open tickets from a search, each page looked up at once, so that neither the age of the search index nor
its missing sideloads matter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from helpdesk_tui.adapters.base import Feed, Page, Phase
from helpdesk_tui.adapters.zendesk import cursors
from helpdesk_tui.adapters.zendesk.api import ASIDE, AT_ONCE, WITH_CLOCKS, Answered, Api, Rows
from helpdesk_tui.adapters.zendesk.history import events_of
from helpdesk_tui.adapters.zendesk.mapping import listed
from helpdesk_tui.adapters.zendesk.reader import Reader, mended, sure, together
from helpdesk_tui.adapters.zendesk.wire import AuditRow, FoundRow, parse
from helpdesk_tui.clock import instant
from helpdesk_tui.errors import Garbled, Refused

UNSOLVED = "status<solved"
EXPORT_DELAY = 60
"""The export tells nothing younger than this, seconds."""
_MARGIN = 20
OVERLAP = 90
"""How far a listing is read beyond where it was read before, seconds."""
_CLOCKED = 250
"""Tickets a page of the export with clocks, which are large; without them a page has 1,000."""
_BARE = 1000
_FRESH_PAGES = 40
_FRESH_SIZE = 25
"""Few change within a minute, and a full page with clocks is megabytes."""

PEOPLE = Feed("people", Phase.REFERENCE, poll=600)
ORGANISATIONS = Feed("organisations", Phase.REFERENCE, poll=21_600)
OPEN = Feed("open", Phase.OPEN)
CHANGES = Feed("changes", Phase.CHANGES, poll=30)
LISTED = Feed("changes", Phase.CHANGES, poll=30, deep=7200)
EVENTS = Feed("events", Phase.EVENTS, poll=60)
HISTORY = Feed("history", Phase.HISTORY)


def start(feed: Feed, at: int) -> str:
    """The cursor with which a stream or the history begins."""
    return cursors.write(t=at) if feed.phase in (Phase.CHANGES, Phase.EVENTS, Phase.HISTORY, Phase.CLOCKS) else ""


async def searched(api: Api, reader: Reader, feed: Feed, cursor: str, query: str) -> AsyncIterator[Page]:
    """The tickets a query finds, as they are now. A search cursor lives for an hour: an outdated one begins anew."""
    place = cursors.read(cursor)
    after, total = cursors.text(place, "a"), cursors.number(place, "n") or await api.search_count(query)
    since = cursors.begun(place)
    history = feed.phase is Phase.HISTORY
    while True:
        try:
            found = await api.search(query, after, AT_ONCE)
        except Refused as error:
            if not after or error.status not in (400, 422):
                raise
            after = ""
            continue
        rows, bad = parse(FoundRow, found.rows, feed.name)
        if bad:
            again, bad = parse(FoundRow, (await api.search(query, after, AT_ONCE)).rows, feed.name)
            rows += again
        numbers = list(dict.fromkeys(row.id for row in rows))
        after = found.after
        here = cursors.write(a=after, n=total or 0, t=since) if after else cursor

        async def ask(some: list[int] = numbers, place: str = here, last: bool = not after) -> Page:
            include = ASIDE if history else WITH_CLOCKS
            data = await api.show_many(some, include) if some else {}
            return reader.tickets(data, feed.name, place, last=last, total=total, closed_only=history)

        page = await sure(ask)
        yield replace(page, bad=(*page.bad, *bad))
        if not after:
            return


async def exported(api: Api, reader: Reader, feed: Feed, cursor: str) -> AsyncIterator[Page]:
    """Everything that changed, from the cursor export; for CHANGES then what changed within the last minute."""
    changes = feed.phase is Phase.CHANGES
    place = cursors.read(cursor)
    after, begin = cursors.text(place, "c"), cursors.number(place, "t")
    while True:
        data = await _export_page(api, after, begin, changes)
        before, after = after, str(data.get("after_cursor") or after)
        ended = bool(data.get("end_of_stream"))
        cursor = cursors.write(c=after) if after else cursors.write(t=begin)
        last = ended and not changes
        page = reader.tickets(data, feed.name, cursor, last=last, closed_only=not changes)
        if page.bad:
            again = await _export_page(api, before, begin, changes)
            page = mended(page, reader.tickets(again, feed.name, cursor, last=last, closed_only=not changes))
        yield await _with_clocks(api, reader, feed, page, data) if changes else page
        if ended:
            break
        if after == before:
            raise Garbled("incremental/tickets/cursor: the platform's cursor does not move")
    if changes:
        horizon = api.earliest_now() - EXPORT_DELAY - _MARGIN
        async for page, _ in newest(api, reader, feed, horizon, cursor, most=_FRESH_PAGES, size=_FRESH_SIZE):
            yield page


async def _export_page(api: Api, after: str, begin: int, changes: bool) -> Answered:
    """A page of the export. A cursor the platform refuses is replaced by the instant it stands for."""
    oldest_allowed = api.earliest_now() - EXPORT_DELAY - _MARGIN
    size, include = (_CLOCKED, WITH_CLOCKS) if changes else (_BARE, ASIDE)
    try:
        return await api.export(after, min(begin, oldest_allowed), size, include)
    except Refused as error:
        instead = cursors.instant_in(after)
        if error.status not in (400, 404, 422) or not instead:
            raise
        return await api.export("", min(instead - 1, oldest_allowed), size, include)


async def _with_clocks(api: Api, reader: Reader, feed: Feed, page: Page, data: Answered) -> Page:
    """The page with clocks looked up where the export did not send them along."""
    if not api.clocks or any(isinstance(row, dict) and "slas" in row for row in listed(data, "tickets")):
        return page
    wanted = [int(ticket.key) for ticket in page.tickets if ticket.state.is_open]
    pages = [page]
    for at in range(0, len(wanted), AT_ONCE):
        looked = await api.show_many(wanted[at : at + AT_ONCE], WITH_CLOCKS)
        pages.append(reader.tickets(looked, feed.name, page.cursor, last=page.last))
    return together(pages)


async def newest(
    api: Api,
    reader: Reader,
    feed: Feed,
    back_to: int,
    cursor: str,
    after: str = "",
    *,
    most: int = 0,
    size: int = AT_ONCE,
) -> AsyncIterator[tuple[Page, str]]:
    """What changed most recently, newest first, back to an instant; each page with `cursor`, and with the listing's own
    cursor ("" at its end). At most `most` pages, 0 for all. Raises Garbled where the order is not the one asked for:
    the end would be taken for reached."""
    params = {"sort": "-updated_at", "include": api.sideloads(WITH_CLOCKS)}
    count = 0
    async for found in api.rows("tickets", "tickets", params, after, size):
        count += 1
        asked, after = after, found.after
        stamps, _ = parse(FoundRow, found.rows, feed.name)
        if len(stamps) > 1 and stamps[-1].updated_at > stamps[0].updated_at:
            raise Garbled("tickets: the platform ignored the order that was asked for")
        reached = any(row.updated_at < back_to for row in stamps)
        last = reached or not found.after or count == most
        page = reader.tickets(_younger(found, back_to), feed.name, cursor, last=last)
        if page.bad:
            again = await api.page("tickets", "tickets", params, asked, size)
            page = mended(page, reader.tickets(_younger(again, back_to), feed.name, cursor, last=last))
        yield page, "" if last else found.after
        if last:
            return


async def listed_changes(api: Api, reader: Reader, feed: Feed, cursor: str) -> AsyncIterator[Page]:
    """The agent's changes. Newest first, so the watermark moves only once a walk is complete; a walk that was left goes
    on from the page it had reached, and what changed meanwhile is seen by the next one."""
    place = cursors.read(cursor)
    mark, after = cursors.begun(place), cursors.text(place, "a")
    top = cursors.number(place, "m") or api.earliest_now()
    while True:
        try:
            async for page, further in newest(api, reader, feed, mark - OVERLAP, "", after):
                here = cursors.write(t=mark, m=top, a=further) if further else cursors.write(t=max(mark, top))
                yield replace(page, cursor=here)
                after = further
            return
        except Refused as error:
            if not after or error.status not in (400, 422):
                raise
            after, top = "", api.earliest_now()


async def streamed_events(api: Api, reader: Reader, feed: Feed, cursor: str) -> AsyncIterator[Page]:
    """What happened to tickets, from the export of events. It is paged by time: rows at a boundary come twice."""
    begin = cursors.number(cursors.read(cursor), "t")
    while True:
        youngest = api.earliest_now() - EXPORT_DELAY - _MARGIN
        if begin > youngest:
            yield Page(cursor=cursors.write(t=begin), last=True)
            return
        data = await api.ticket_events(begin)
        rows, bad = parse(AuditRow, listed(data, "ticket_events"), feed.name)
        if bad:
            again, bad = parse(AuditRow, listed(await api.ticket_events(begin), "ticket_events"), feed.name)
            rows += again
        found = {row.id: events_of(row, reader.source, reader.staff.holds) for row in rows}
        events = tuple(event for some in found.values() for event in some)
        end, ended = data.get("end_time"), bool(data.get("end_of_stream"))
        reached = end if isinstance(end, int) else begin
        if not ended and reached <= begin:
            reached = begin + 1  # more events in one second than a page holds: the rest of them cannot be had
        begin = max(begin, reached)
        yield Page(cursor=cursors.write(t=begin), last=ended, events=events, bad=tuple(bad))
        if ended:
            return


def closed_since(cursor: str) -> str:
    """The query for the history of an agent's source."""
    at = cursors.begun(cursors.read(cursor))
    return f"status>=solved updated>={instant(at).strftime('%Y-%m-%dT%H:%M:%SZ')}"


def _younger(found: Rows, limit: int) -> Answered:
    """The answer without tickets that changed last before an instant; nothing at all where none is left."""
    rows = [row for row in found.rows if not _older(row, limit)]
    return {**found.data, "tickets": rows} if rows else {}


def _older(row: object, limit: int) -> bool:
    """Whether a raw row changed last before an instant; one that does not parse is kept, to be reported."""
    good, _ = parse(FoundRow, [row], "")
    return bool(good) and good[0].updated_at < limit
