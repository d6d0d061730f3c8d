"""The queue follows the cache: rows, the pill, counts and health, as the sync process writes them.

The network changes the cache, the cache changes the screen: nothing here knows of platforms. What arrives waits in the
pill until the user asks, unless nobody has touched the list yet. None of it may keep a key waiting: while keys come,
following waits, and questions about whole views are asked once a second at most.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Mapping, Sequence

from helpdesk_tui.domain.rows import Changes, Row, SourceHealth, ViewCount
from helpdesk_tui.domain.views import Query, Sort, View, all_views, query_of
from helpdesk_tui.errors import HelpdeskError, NewerStore
from helpdesk_tui.keymap import Command
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.queue.live import QueueLive

PULSE = 0.98
"""Seconds between two looks at the time."""
ASKED = 1.9
"""Seconds between two questions to the cache whether it was written, where nothing looks like it."""
GLANCE = 0.49
"""Seconds between two glances at the cache's files: one that was written is looked at at once."""
PRESSED = 0.1
"""Seconds after a key in which the cache is not followed: the next key is likely."""
OPENED = 0.2
"""Seconds for which a list that was just opened stands as it was a moment ago: no row moves while it is found."""
SHARE = 4
"""After a look nothing is looked at for so many times as long as it took."""
PATIENCE = 0.5
"""Seconds by which a look is put off for that at most."""
TOGETHER = 0.01
"""Seconds until every part of the screen that tells an age has been drawn: they are sent in one piece."""
WHOLE = 1.0
"""Seconds between two readings of the whole view."""
COUNT_SHARE = 10
"""Counting waits so many times as long as it took, and a second at least: it must not keep a processor busy."""
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


_MEANT = ("ticket.", "mark.", "yank.", "list.next", "list.previous", "list.top_p1", "app.command")
"""Commands that mean the ticket under the cursor, or put the cursor on one: from then on it stays there."""


class QueueFollow(QueueLive):
    """The queue with what the cache tells it."""

    _pressed = 0.0
    _took = 0.0
    _stirred = True
    _ask_after = 0.0
    _held_back = 0.0
    _whole_due = False
    _whole_after = 0.0

    def perform(self, command: Command, key: str = "") -> None:
        """Does what a command says, and leaves the processor to it."""
        self._pressed = time.monotonic()
        if command.id.startswith(_MEANT):
            self.touch()
        super().perform(command, key)

    async def live(self) -> None:
        """Follows the cache until the screen ends; what goes wrong is told once and tried again."""
        told = ""
        while True:
            await self._next_pulse()
            began, self._held_back = time.monotonic(), 0.0
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
            self._took = time.monotonic() - began - self._held_back

    async def _next_pulse(self) -> None:
        """Until the next look is due: now and then, at once where the cache was written, but not between keys."""
        due, late = time.monotonic() + PULSE, time.monotonic() + PULSE + PATIENCE
        stirred, rest = False, max(GLANCE, SHARE * self._took)
        while True:
            await asyncio.sleep(min(rest, PULSE))
            now, rest = time.monotonic(), GLANCE
            stirred = self.desk.stirred() or stirred
            if (stirred or now >= due) and (now >= self._pressed + PRESSED or now >= late):
                break
        self._stirred = stirred or now >= self._ask_after

    async def pulse(self) -> None:
        """One look: the time, whether the cache was written, and what is due because of it."""
        now = self.now()
        if now // 60 != self._minute:
            self._minute = now // 60
            # Tickets come to be at risk, or stalled, without anybody writing them.
            self._count_due = True
            await self._draw_minute(now)
        elif self.tickets.has_countdown(now):
            self.tickets.tick(now)
        if self._stirred:
            self._ask_after = time.monotonic() + ASKED
            if await self.desk.moved():
                await self.follow(unasked=True)
        if self._count_due and time.monotonic() > self._count_after:
            await self.count(unasked=True)
        if self._missed:
            await self._look_again()
        if self.awaited:
            await self._tell_answers()
        if (self._whole_due or self._stale) and time.monotonic() >= self._whole_after:
            await self._look_at_all()

    async def _draw_minute(self, now: int) -> None:
        """All that tells an age, sent in one piece."""
        with self.app.batch_update():
            self.tickets.tick(now)
            self.minute_passed()
            await asyncio.sleep(TOGETHER)
        # The end of a batch wakes the app, but no screen: what was held back would wait for the next key.
        for screen in self.app.screen_stack:
            screen.check_idle()

    async def _look_at_all(self) -> None:
        """Reads the whole view anew: shown where nobody touched the list, else told in the pill."""
        self._whole_after = time.monotonic() + WHOLE
        if not self._touched or not self.tickets.ids:
            self._whole_due = False
            await self.desk.warm(self.wanted)
            await self.reload(keep=self._touched)
            self.draw_bars()
        elif self._whole_due:
            self._whole_due = False
            taken = self._taken
            listing = await self.desk.warm(self.wanted)
            arrived, gone = await asyncio.to_thread(_differ, self.tickets.ids, listing.ids)
            if taken == self._taken:
                self._held = arrived
                self.tickets.supply({}, gone=gone)
                self.show_waiting()

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

    async def follow(self, *, unasked: bool = False) -> None:
        """Patches what the cache changed since the last look: rows, the pill, counts, health, the ticket shown."""
        ids, everything, patched = set[int](), False, False
        if unasked:
            await self._between_keys()
        async with self._following:
            while not patched:
                changes = await self.desk.changes(self._rev)
                ids |= changes.ids | changes.removed
                everything = everything or changes.everything
                patched = await self._patch(changes)
            self._rev = changes.rev
        self.show_waiting()
        self._count_due = self._count_due or everything or bool(ids)
        await self._show_health(unasked=unasked)
        current = self.tickets.current
        if everything or (current is not None and current in ids):
            await self.show_detail()
        self.desk_app.cache_changed(ids, everything=everything)

    async def _between_keys(self) -> None:
        """Waits a moment after a key, for the next may come: nothing else is drawn into a key's answer."""
        began = time.monotonic()
        while True:
            now = time.monotonic()
            left = min(began + PATIENCE, self._pressed + PRESSED) - now
            if left <= 0:
                self._held_back += now - began
                return
            await asyncio.sleep(left)

    async def _patch(self, changes: Changes) -> bool:
        """Brings the list that is shown up to these changes; False where another was taken meanwhile."""
        ids, removed, taken = changes.ids, changes.removed, self._taken
        if not (changes.everything or ids or removed):
            return True
        here = await self.desk.members(self.wanted, ids) if ids else frozenset()
        shown = [ident for ident in self.tickets.visible_ids() if changes.everything or ident in ids]
        rows = await self.desk.rows(shown) if shown else {}
        if taken != self._taken:
            return False
        if changes.everything:
            self._whole_due = True
            self.tickets.forget(list(self.tickets.rows))
            self.tickets.supply(rows, gone=[ident for ident in shown if ident not in rows])
            return True
        known = self._known()
        self._moved.update(ident for ident in here & known if self._out_of_place(ident, rows))
        self.tickets.forget(ids)
        self.tickets.gone.difference_update(here)
        self.tickets.supply(rows, gone=((ids - here) | removed) & known)
        self._held = (self._held | (here - known)) - removed - (ids - here)
        if (self._held or self._moved) and (not self._touched or not self.tickets.ids):
            self._stale = True
        return True

    def _out_of_place(self, ident: int, rows: dict[int, Row]) -> bool:
        """Whether a row that is shown would now stand elsewhere, as far as its own field of the order tells."""
        old, new, name = self.tickets.rows.get(ident), rows.get(ident), _SORT_FIELDS.get(self.view.sort)
        return bool(old and new and name and getattr(old, name) != getattr(new, name))

    def _known(self) -> set[int]:
        if self._members is None:
            self._members = set(self.tickets.ids)
        return self._members

    async def _show_health(self, *, unasked: bool) -> None:
        """How the sources do, where that has changed."""
        health = await self.desk.health()
        if health != self.status.sources:
            if unasked:
                await self._between_keys()
            self.status = self.status._replace(sources=health)
            self.tickets.explain("" if self.tickets.ids else self.empty_words())
            self.draw_bars()

    async def count(self, *, unasked: bool = False) -> None:
        """Counts of the views, health of the sources, and the P1 nearest to its breach."""
        began, self._count_due = time.monotonic(), False
        health = await self.desk.health()
        views = self.counted_views()
        self.counts.update(told(views, await self.desk.counts(views), health))
        p1 = (await self.desk.warm(_TOP_P1)).ids
        rows = await self.desk.rows(p1[:1]) if p1 else {}
        row = rows.get(p1[0]) if p1 else None
        since, due = (row.created_at, row.due_at) if row else (0, 0)
        took = time.monotonic() - began
        if unasked:
            await self._between_keys()
        self.status = self.status._replace(sources=health, p1_since=since, p1_due=due)
        self.tickets.explain("" if self.tickets.ids else self.empty_words())
        self.draw_bars()
        await self.tell_notices()
        self._count_after = time.monotonic() + max(1.0, COUNT_SHARE * took)

    def show_waiting(self) -> None:
        """The pill says what waits."""
        status = self.status._replace(arrived=len(self._held), moved=len(self._moved))
        if status != self.status:
            self.status = status
            self.draw_bars()

    async def tell_notices(self) -> None:
        """Shows what the sync process left for the user, such as that a store was mended, and no line twice."""
        if (await self.desk.view_state("notice")).get("lines") and (
            lines := await self.desk.intend(lambda intents: intents.take_notices())
        ):
            self.say_long("; ".join(lines))

    def say_long(self, text: str) -> None:
        """A text that must be readable whole."""

    def newer_version(self) -> None:
        """Another process has moved the cache to a newer version: this one can only begin anew."""
        self.status = self.status._replace(notice="a newer version is running: restart")
        self.draw_bars()
        restart = Choice("y", "restart", self.desk_app.begin_anew)
        self.ask("A newer version has taken over. Restart now?", [restart, Choice("n", "later", lambda: None)])

    # Opening a view

    async def open_list(self) -> None:
        """Shows the list that is wanted now, as it was a moment ago if that is at hand, and then as it is."""
        query, asked = self.wanted, self.number()
        if await self.show_listing(query, asked, await self.desk.recent(query), keep=False):
            self.work(self._catch_up(query, asked, time.monotonic()), "catch-up")

    async def _catch_up(self, query: Query, shown: int, since: float) -> None:
        """Brings a list that was just opened up to now; once a key was pressed in it, what is new waits in the pill."""
        await asyncio.sleep(OPENED)
        listing, asked = await self.desk.warm(query), self.number()
        if self._taken == shown and self._pressed <= since:
            await self.show_listing(query, asked, listing, keep=False)
        await self.follow(unasked=True)

    async def read_ahead(self, views: Sequence[View]) -> None:
        """Reads whole views that may be opened next, one after the other, while nobody waits for anything."""
        for view in views:
            await self.desk.warm(query_of(self._own_views.get(view.name, view)))


def told(
    views: Sequence[View], counts: Mapping[str, ViewCount], sources: Sequence[SourceHealth]
) -> dict[str, ViewCount]:
    """The figures that can be told: none before the first tickets come, and unsure ones while a first pull goes on.

    What stands still is known for sure only when the history has been read.
    """
    phases = {source.phase for source in sources}
    begun, young, reading = phases & {"open", "history", "live"}, phases & {"reference", "open"}, "history" in phases
    found = {}
    for view in views:
        count = counts.get(view.name)
        if count is not None and (begun or count.n):
            late = reading and any(word in view.filter for word in ("is:stalled", "idle:"))
            found[view.name] = count._replace(sure=not (young or late))
    return found


def _differ(old: array[int], new: array[int]) -> tuple[set[int], set[int]]:
    """What arrived and what is gone."""
    before, after = set(old), set(new)
    return after - before, before - after
