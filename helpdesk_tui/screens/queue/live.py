"""The queue's data: which view, which filter, which order, and reading it. `follow` keeps it up to date."""

from __future__ import annotations

import asyncio
import threading
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.rows import Listing, Row, SourceHealth, TicketDetail, ViewCount
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Query, View, all_views, query_of
from helpdesk_tui.errors import FilterError, HelpdeskError
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets import bars
from helpdesk_tui.widgets.bars import Status
from helpdesk_tui.widgets.text import Palette
from helpdesk_tui.widgets.ticket_list import TicketList

WINDOW = 100
"""Rows read with a new list, around the cursor."""
ASK_AGAIN = 60
"""Seconds after which a ticket's conversation may be asked for again."""


class FirstLook(NamedTuple):
    """What the first frame shows, read while the screen is being set up."""

    listing: Listing
    rows: dict[int, Row]
    health: tuple[SourceHealth, ...]
    marks: frozenset[TicketRef]
    own: tuple[View, ...]
    state: Mapping[str, object]


def first_look(desk: Desk) -> FirstLook:
    """Reads for the first frame; for any thread. Raises StoreError."""
    reads = desk.reads
    reads.moved()
    own = reads.saved_views()
    state = reads.view_state("queue")
    views = {view.name: view for view in all_views(own)}
    view = views.get(str(state.get("view", "")), next(iter(views.values())))
    typed, ticket = str(state.get("typed", "")), state.get("ticket")
    try:
        listing = reads.ids(query_of(view, typed))
    except FilterError:  # an older program may have known other words
        listing, state = reads.ids(query_of(view)), {**state, "typed": ""}
    rows = reads.rows(_around(listing.ids, ticket if isinstance(ticket, int) else None)[: 2 * WINDOW])
    return FirstLook(listing, rows, reads.health(), reads.marks(), own, state)


def ask_first(desk: Desk) -> Future[FirstLook]:
    """Begins the first look on a thread of its own, so that the screen is set up meanwhile."""
    answer: Future[FirstLook] = Future()

    def look() -> None:
        try:
            answer.set_result(first_look(desk))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=look, name="first-look", daemon=True).start()
    return answer


class QueueLive(DeskScreen):
    """The queue without its looks: which view, which filter, which order, and what the cache says now."""

    where = "list"

    def __init__(
        self,
        desk: Desk,
        keymap: Keymap,
        palette: Palette,
        *,
        now: clock.Now = clock.now,
        first: Future[FirstLook] | None = None,
        label: str = "",
    ) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.tickets = TicketList(palette, id="tickets")
        self.views: tuple[View, ...] = all_views()
        self.view: View = self.views[0]
        self.typed = ""
        self.counts: dict[str, ViewCount] = {}
        self.status = Status(label=label)
        self.detail: TicketDetail | None = None
        self.asked: dict[int, int] = {}
        """When each ticket's conversation was last asked for, by id."""
        self._first = first
        self.resumed = False
        """Whether the filter is that of a desk that was cut off."""
        self._own_views: dict[str, View] = {}
        self._rev = 0
        self._listed: Query | None = None
        self._following = asyncio.Lock()
        self._asked = self._taken = 0
        """Lists are numbered as they are asked for: which was asked for last, and which is shown."""
        self._held: set[int] = set()
        self._moved: set[int] = set()
        self._members: set[int] | None = None
        self._touched = False
        self._count_after = 0.0
        self._count_due = True
        self._minute = 0
        self._stale = False
        self._missed = False
        self.awaited: dict[int, str] = {}
        """Requests of the user that are not answered yet, and what to say once they went well."""

    # Asking

    @property
    def wanted(self) -> Query:
        """What the list asks for."""
        return query_of(self.view, self.typed)

    def take_first_look(self) -> None:
        """Puts into the list what was read while the screen was set up."""
        self.tickets.now = self.now()
        if self._first is None:
            return
        try:
            look = self._first.result()
        except HelpdeskError as error:
            self._missed = True
            self.failed(error)
            return
        self.views = all_views(look.own)
        self.view = next((view for view in self.views if view.name == look.state.get("view")), self.views[0])
        self.tickets.marks = set(look.marks)
        self.status = self.status._replace(sources=look.health)
        self.typed = str(look.state.get("typed", ""))
        self.resumed = bool(self.typed)
        self._take(look.listing, look.rows, keep=False)
        ticket = look.state.get("ticket")
        row = look.rows.get(ticket) if isinstance(ticket, int) else None
        if row is not None and look.state.get("key", row.key) == row.key:
            self.tickets.go_to(row.id)  # a cache made anew gives other numbers

    async def reload(self, *, keep: bool, near: int | None = None) -> None:
        """Asks for the whole list anew; with `keep` the cursor stays on its ticket. Raises FilterError, StoreError.

        What `follow` patched into the list before is patched into this one again, where it was read too early for that.
        """
        query, asked = self.wanted, self.number()
        if await self.show_listing(query, asked, await self.desk.ids(query), keep=keep, near=near):
            await self.follow()

    def number(self) -> int:
        """Of a list that is being asked for."""
        self._asked += 1
        return self._asked

    async def show_listing(
        self, query: Query, asked: int, listing: Listing, *, keep: bool, near: int | None = None
    ) -> bool:
        """Shows a list unless another is wanted by now; tells whether it is older than what was followed."""
        ticket = near if near is not None else self.tickets.current if keep else None
        rows = await self.desk.rows(_around(listing.ids, ticket))
        if query != self.wanted or asked < self._taken:
            return False
        self._taken, behind = asked, listing.rev < self._rev
        self._take(listing, rows, keep=keep)
        if near is not None:
            self.tickets.go_to(near)
        return behind

    def _take(self, listing: Listing, rows: dict[int, Row], *, keep: bool) -> None:
        self._rev = listing.rev
        self._members, self._stale, self._listed = None, False, self.wanted
        self._held.clear()
        self._moved.clear()
        self.tickets.explain("" if listing.ids else self.empty_words())
        self.tickets.load(listing, rows, keep=keep, columns=self.view.columns)
        self.show_waiting()

    def empty_words(self) -> str:
        """Why nothing is listed."""
        return bars.why_empty(self.status.sources, self.view.name, typed=bool(self.typed))

    async def on_ticket_list_wanted(self, message: TicketList.Wanted) -> None:
        """Reads rows that are about to be seen."""
        message.stop()
        self.work(self._supply(message.ids), "rows", exclusive=False)

    async def _supply(self, ids: Sequence[int]) -> None:
        rows = await self.desk.rows(ids)
        missing = [ident for ident in ids if ident not in rows]
        self.tickets.supply(rows, gone=missing)

    def touch(self) -> None:
        """From the first key on, nothing moves under the cursor any more."""
        self._touched = True

    # What the looks and the following do

    async def follow(self, *, unasked: bool = False) -> None:
        """Patches what the cache changed; with `unasked` not into a key's answer."""

    def show_waiting(self) -> None:
        """The pill says what waits."""

    def counted_views(self) -> Sequence[View]:
        """The views whose counts are shown."""
        return self.views

    def minute_passed(self) -> None:
        """Texts that tell an age have changed."""

    def set_team(self, there: str, hole: str) -> None:
        """Who is at the desk, and the loudest hole of the roster, for the status line."""
        self.status = self.status._replace(there=there, hole=hole)
        self.draw_bars()

    def draw_bars(self) -> None:
        """Tabs, status and rules read differently now."""

    async def show_detail(self) -> None:
        """Reads the ticket under the cursor and shows it."""


def _around(ids: array[int], ticket: int | None) -> Sequence[int]:
    """The window of a new list: around the ticket the cursor will be on, else the beginning."""
    try:
        at = ids.index(ticket) if ticket is not None else 0
    except ValueError:
        at = 0
    return ids[max(0, at - WINDOW) : at + WINDOW]
