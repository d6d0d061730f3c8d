"""The queue's data: what the list asks for, reading it, and following the cache as sync changes it.

The network changes the cache, the cache changes the screen: nothing here knows of platforms. Every question goes to the
desk's reader thread; what arrives waits in the pill until the user asks, unless nobody has touched the list yet.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.rows import Listing, Row, SourceHealth, TicketDetail, ViewCount
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Query, Sort, View, all_views, query_of
from helpdesk_tui.errors import HelpdeskError, NewerStore
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.base import Choice, DeskScreen
from helpdesk_tui.widgets.bars import Status
from helpdesk_tui.widgets.text import Palette
from helpdesk_tui.widgets.ticket_list import TicketList

PULSE = 1 / 3
"""Seconds between two looks at whether the cache was written."""
WINDOW = 150
"""Rows read with a new list, around the cursor."""
ASK_AGAIN = 60
"""Seconds after which a ticket's conversation may be asked for again."""
COUNT_SHARE = 10
"""Counting waits so many times as long as it took, and a second at least: it must not keep the reader busy."""
_TOP_P1 = Query("is:open p:1", "", Sort.DUE)

_SORT_FIELDS = {
    Sort.DUE: "due_at",
    Sort.PRIORITY: "priority",
    Sort.IDLE: "idle_since",
    Sort.UPDATED: "updated_at",
    Sort.IN_STATE: "state_since",
    Sort.GROUP: "group",
    Sort.OWNER: "owner",
    Sort.STATE: "state",
    Sort.TITLE: "title",
    Sort.BOUNCES: "bounces",
    Sort.ALIKE: "alike_count",
}


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
    listing = reads.ids(query_of(view))
    return FirstLook(listing, reads.rows(listing.ids[:WINDOW]), reads.health(), reads.marks(), own, state)


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
        self._own_views: dict[str, View] = {}
        self._rev = 0
        self._listed: Query | None = None
        self._reading = asyncio.Lock()
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
        self._take(look.listing, look.rows, keep=False)
        ticket = look.state.get("ticket")
        if isinstance(ticket, int) and ticket in look.rows:
            self.tickets.go_to(ticket)

    async def reload(self, *, keep: bool, near: int | None = None) -> None:
        """Asks for the whole list anew; with `keep` the cursor stays on its ticket. Raises FilterError, StoreError.

        Never at once with `follow`: what that patches into one list would be missing from, or wrong in, the next.
        """
        query = self.wanted
        async with self._reading:
            listing = await self.desk.ids(query)
            ticket = near if near is not None else self.tickets.current if keep else None
            rows = await self.desk.rows(_around(listing.ids, ticket))
            if query != self.wanted:
                return
            self._take(listing, rows, keep=keep)
        if near is not None:
            self.tickets.go_to(near)

    def _take(self, listing: Listing, rows: dict[int, Row], *, keep: bool) -> None:
        self._rev = max(self._rev, listing.rev)
        self._members, self._stale, self._listed = None, False, self.wanted
        self._held.clear()
        self._moved.clear()
        self.tickets.explain("" if listing.ids else self.empty_words())
        self.tickets.load(listing, rows, keep=keep, columns=self.view.columns)
        self.show_waiting()

    def empty_words(self) -> str:
        """Why nothing is listed."""
        if not self.status.sources:
            return "Nothing is pulled yet; sync is starting. If this stays: helpdesk-tui doctor"
        if any(source.phase in ("reference", "open") and not source.last_ok for source in self.status.sources):
            return "The first pull is under way; tickets appear as they arrive."
        if self.typed:
            return "No ticket passes this filter. / and an empty line show all again."
        return "Nothing here: well done."

    async def on_ticket_list_wanted(self, message: TicketList.Wanted) -> None:
        """Reads rows that are about to be seen."""
        message.stop()
        self.work(self._supply(message.ids), "rows", exclusive=False)

    async def _supply(self, ids: Sequence[int]) -> None:
        rows = await self.desk.rows(ids)
        missing = [ident for ident in ids if ident not in rows]
        self.tickets.supply(rows, gone=missing)

    # Following

    async def live(self) -> None:
        """Follows the cache until the screen ends; what goes wrong is told once and tried again."""
        told = ""
        while True:
            await asyncio.sleep(PULSE)
            try:
                await self.pulse()
                told = ""
            except NewerStore:
                self.newer_version()
                return
            except HelpdeskError as error:
                if str(error) != told:
                    told = str(error)
                    self.failed(error)

    async def pulse(self) -> None:
        """One look: the time, whether the cache was written, and what is due because of it."""
        now = self.now()
        if now // 60 != self._minute:
            self._minute = now // 60
            self.tickets.tick(now)
            self.minute_passed()
        elif self.tickets.has_countdown(now):
            self.tickets.tick(now)
        if await self.desk.moved():
            await self.follow()
        if self._count_due and time.monotonic() > self._count_after:
            await self.count()
        if self._missed:
            await self._look_again()
        if self.awaited:
            await self._tell_answers()
        if self._stale and (not self._touched or not self.tickets.ids):
            await self.reload(keep=self._touched)
            self.draw_bars()

    async def _tell_answers(self) -> None:
        """Says what became of what the user asked the sync process for."""
        for request, went_well in list(self.awaited.items()):
            answer = await self.desk.answer(request)
            if answer is not None and answer.over:
                del self.awaited[request]
                done = answer.state == "done"
                self.say(went_well if done else answer.words, "good" if done else "bad")

    async def _look_again(self) -> None:
        """What the first look could not read, such as marks while their store was brought up to a new version."""
        try:
            own, marks = await self.desk.saved_views(), await self.desk.marks()
        except HelpdeskError:
            return
        self._missed, self._stale = False, True
        self.views, self.tickets.marks = all_views(own), set(marks)
        self.say("")

    async def follow(self) -> None:
        """Patches what the cache changed since the last look: rows, the pill, counts, health, the ticket shown."""
        async with self._reading:
            changes = await self.desk.changes(self._rev)
            self._rev = changes.rev
            if changes.everything:
                await self._patch_everything()
            elif changes.ids or changes.removed:
                await self._patch(changes.ids, changes.removed)
        self.show_waiting()
        self._count_due = True
        current = self.tickets.current
        if changes.everything or (current is not None and current in changes.ids):
            await self.show_detail()
        self.desk_app.cache_changed(changes.ids, everything=changes.everything)

    async def _patch_everything(self) -> None:
        self._stale = True
        await self._reread_visible()
        if self._touched and self.tickets.ids:
            listing = await self.desk.ids(self.wanted)
            self._held = set(listing.ids) - self._known()
            self.tickets.supply({}, gone=self._known() - set(listing.ids))

    async def _patch(self, ids: frozenset[int], removed: frozenset[int]) -> None:
        known = self._known()
        here = await self.desk.members(self.wanted, ids) if ids else frozenset()
        shown = [ident for ident in self.tickets.visible_ids() if ident in ids]
        rows = await self.desk.rows(shown) if shown else {}
        self._moved.update(ident for ident in here & known if self._out_of_place(ident, rows))
        self.tickets.forget(ids)
        self.tickets.gone.difference_update(here)
        self.tickets.supply(rows, gone=((ids - here) | removed) & known)
        self._held = (self._held | (here - known)) - removed - (ids - here)
        if (self._held or self._moved) and (not self._touched or not self.tickets.ids):
            self._stale = True

    def _out_of_place(self, ident: int, rows: dict[int, Row]) -> bool:
        """Whether a row that is shown would now stand elsewhere, as far as its own field of the order tells."""
        old, new, name = self.tickets.rows.get(ident), rows.get(ident), _SORT_FIELDS.get(self.view.sort)
        return bool(old and new and name and getattr(old, name) != getattr(new, name))

    async def _reread_visible(self) -> None:
        shown = self.tickets.visible_ids()
        self.tickets.forget(list(self.tickets.rows))
        await self._supply(shown)

    def _known(self) -> set[int]:
        if self._members is None:
            self._members = set(self.tickets.ids)
        return self._members

    async def count(self) -> None:
        """Counts of the views, health of the sources, and the P1 nearest to its breach."""
        began, self._count_due = time.monotonic(), False
        health = await self.desk.health()
        for view in self.counted_views():
            # One by one, so that rows about to be seen are not read after all of them.
            self.counts.update(await self.desk.counts([view]))
        p1 = (await self.desk.ids(_TOP_P1)).ids
        rows = await self.desk.rows(p1[:1]) if p1 else {}
        row = rows.get(p1[0]) if p1 else None
        since, due = (row.created_at, row.due_at) if row else (0, 0)
        self.status = self.status._replace(sources=health, p1_since=since, p1_due=due)
        self.tickets.explain("" if self.tickets.ids else self.empty_words())
        self.draw_bars()
        await self.tell_notices()
        ended = time.monotonic()
        self._count_after = ended + max(1.0, COUNT_SHARE * (ended - began))

    def show_waiting(self) -> None:
        """The pill says what waits."""
        status = self.status._replace(arrived=len(self._held), moved=len(self._moved))
        if status != self.status:
            self.status = status
            self.draw_bars()

    async def tell_notices(self) -> None:
        """Shows what the sync process left for the user, such as that a store was mended, and no line twice."""
        lines = (await self.desk.view_state("notice")).get("lines")
        if isinstance(lines, list) and lines:
            await self.desk.save_view_state("notice", {"lines": []})
            self.say_long("; ".join(map(str, lines)))

    def say_long(self, text: str) -> None:
        """A text that must be readable whole."""

    def touch(self) -> None:
        """From the first key on, nothing moves under the cursor any more."""
        self._touched = True

    def newer_version(self) -> None:
        """Another process has moved the cache to a newer version: this one can only begin anew."""
        self.status = self.status._replace(notice="a newer version is running: restart")
        self.draw_bars()
        restart = Choice("y", "restart", self.desk_app.begin_anew)
        self.ask("A newer version has taken over. Restart now?", [restart, Choice("n", "later", lambda: None)])

    # What the looks do

    def counted_views(self) -> Sequence[View]:
        """The views whose counts are shown."""
        return self.views

    def minute_passed(self) -> None:
        """Texts that tell an age have changed."""

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
