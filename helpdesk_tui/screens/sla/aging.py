"""The SLA screen: how every clock stands, what breaches next and why it is stuck. Every figure leads to its tickets."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.filters.language import parse
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.sla.aging import BANDS, GROUPINGS, Calendars, Depth, Due, Picture, Tally, band_filter, both
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Grouping, Sort, View
from helpdesk_tui.errors import FilterError
from helpdesk_tui.keymap import AGING, Keymap
from helpdesk_tui.screens.acts.acting import Meant
from helpdesk_tui.screens.acts.more import ActsMore
from helpdesk_tui.screens.base import NARROW, Choice
from helpdesk_tui.screens.carry import Carries
from helpdesk_tui.screens.plans.typed import PlanTyped
from helpdesk_tui.screens.sla.draw import WIDE, Place, Shown, board_cells, draw
from helpdesk_tui.screens.sla.moves import AgingMoves
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.aging_lines import GroundedLines
from helpdesk_tui.widgets.aging_text import FIRST, TITLES, past_figures
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import Palette

TICK = 1.0
"""Seconds between two looks at the time: what it changes on the screen is drawn, nothing else."""
SHARE = 10
"""Counting waits so many times as long as it took, and two seconds at least."""
LARGE, SLOWLY = 5_000, 170
"""With more open tickets than this, the passing of time alone has the board counted only every so many seconds: every
figure of it would change every minute. What breaches next follows the clock all the same."""
RECENT = 900
"""Seconds for which the figures counted last are shown until they are counted anew; the head says of when they are."""
DEEP, DEEP_SHARE = 60.0, 200
"""Seconds between two counts of what takes longer: so many, and so many times as long as one takes."""
_KEYS = {"g": Grouping.GROUP, "o": Grouping.OWNER, "c": Grouping.ORGANISATION, "p": Grouping.PRIORITY}
_KEYS |= {"f": Grouping.SOURCE, "y": Grouping.CATEGORY}
_NOTHING = Picture(0, (), Tally("ALL", ""), (), (), ())


class AgingScreen(PlanTyped, AgingMoves, ActsMore, Carries):
    """Follows the cache while it stands, and the clock by the minute; by the second only for clocks on the screen that
    breach within five minutes."""

    where = AGING

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.body = GroundedLines(palette, id="text")
        last = desk.clocks.last if desk.clocks_ready else None
        self.picture = last if last is not None and now() - last.at < RECENT else _NOTHING
        self.depth: Depth | None = None
        self.grouping = Grouping.GROUP
        self.typed = ""
        self.place = Place()
        self.shown = Shown()
        self.business = False
        self._ready = self.picture.at > 0
        self._placed = False
        self._dirty = True
        self._count_after = self._deep_after = 0.0
        self._minute = 0

    def compose(self) -> ComposeResult:
        """The figures and the keys."""
        yield self.body
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Counts, and follows."""
        self._keep(None)
        self.draw()
        self.work(self.load(), "load")
        self.set_interval(TICK, self._tick)

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self._dirty, self._deep_after = True, 0.0
        self.draw()

    def changed(self, ids: Collection[int], *, everything: bool) -> None:  # noqa: ARG002
        """The cache was written: counted anew in a moment."""
        self._dirty = True

    # Counting

    async def load(self) -> None:
        """Counts what is shown at once, then the rest. Raises FilterError, StoreError."""
        began, self._dirty = time.monotonic(), False
        typed, grouping, business = self.typed, self.grouping, self.business
        wide = self.app.size.width >= WIDE
        picture = await self.desk.ask_clocks(
            lambda clocks: clocks.picture(typed, grouping, hours=wide, business=business)
        )
        if (typed, grouping, business) != (self.typed, self.grouping, self.business):
            return
        kept = self._current()
        self.picture, self._ready = picture, True
        self._keep(kept)
        self.draw()
        if time.monotonic() >= self._deep_after:
            await self._load_depth(typed, grouping, business=business)
        took = time.monotonic() - began
        self._count_after = time.monotonic() + max(2.0, SHARE * took)

    async def _load_depth(self, typed: str, grouping: Grouping, *, business: bool) -> None:
        people, began = self.shown.panels, time.monotonic()
        depth = await self.desk.ask_clocks(
            lambda clocks: clocks.depth(typed, grouping, people=people, business=business)
        )
        if (typed, grouping, business) == (self.typed, self.grouping, self.business):
            self.depth, now = depth, time.monotonic()
            self._deep_after = now + max(DEEP, DEEP_SHARE * (now - began))
            self.draw()

    def _tick(self) -> None:
        now = self.now()
        if now // 60 != self._minute:
            self._minute = now // 60
            large = self.picture.total.total > LARGE and now - self.picture.at < SLOWLY
            self._dirty = self._dirty or not large
            self.draw()
        if self._dirty and time.monotonic() >= self._count_after:
            self.work(self.load(), "load")
        elif any(0 <= due.due_at - now < times.LAST_MINUTES for due in self.shown.dues):
            self.draw()

    def _current(self) -> Due | None:
        """The clock under the cursor of the list."""
        soon = self.picture.soon
        return soon[self.place.entry].due if self.place.entry < len(soon) else None

    def _keep(self, due: Due | None) -> None:
        """The cursor stays on its clock; at first it is on the next to breach, with the latest breached above it.

        A small screen shows too few for that: there it begins with the first row, what has breached, which comes first.
        """
        dues = [stuck.due for stuck in self.picture.soon]
        if not self._placed and dues:
            self._placed = True
            if self.app.size.width < NARROW:
                return
            first = next((at for at, each in enumerate(dues) if each.due_at >= self.picture.at), len(dues))
            self.place.entry = max(0, min(first, len(dues) - 1))
            self.place.entries_top = max(0, first - 4)
        elif due is not None:
            before = self.place.entry
            same = (at for at, each in enumerate(dues) if (each.row.id, each.ident) == (due.row.id, due.ident))
            self.place.entry = next(same, min(before, max(0, len(dues) - 1)))
            # The rows stay where they are on the screen when others leave the list above them.
            self.place.entries_top = max(0, self.place.entries_top + self.place.entry - before)

    # Drawing

    def draw(self) -> None:
        """Everything at the present size and instant."""
        size = self.app.size
        self.shown = draw(
            self.picture, self.depth, self.place, size.width, size.height - 3, self.glyphs, self.now(),
            grouping=self.grouping, typed=self.typed, ready=self._ready,
        )  # fmt: skip
        self.body.show_on(self.shown.lines, self.shown.grounds)

    # What is meant

    def carried_row(self) -> Row | None:
        """The ticket of the clock under the cursor."""
        due = self._current()
        return due.row if due else None

    def carried_id(self) -> int | None:
        """Its id."""
        row = self.carried_row()
        return row.id if row else None

    def meant(self) -> Meant:
        """The ticket under the cursor."""
        row = self.carried_row()
        return Meant((row.ref,), (row,)) if row else Meant((), ())

    async def reread(self, refs: Sequence[TicketRef]) -> None:  # noqa: ARG002
        """What was asked for is on its way."""
        await self.load()

    # What leads away

    def do_aging_open(self) -> None:
        """The ticket under the cursor, or the tickets behind the figure."""
        if self.place.part == "list":
            due = self._current()
            if due is not None:
                self.open_ticket(due.row.id)
            return
        title, filter_ = self._figure()
        if filter_:
            self.drill(title, filter_)
        else:
            self.say("there is nothing behind this figure")

    def _figure(self) -> tuple[str, str]:
        """What the figure under the cursor is called, and the filter that lists its tickets."""
        if self.place.part != "board":
            rows = self.shown.filters.get(self.place.part, ())
            figures = rows[self.place.row] if self.place.row < len(rows) else ()
            return figures[min(self.place.figure, len(figures) - 1)] if figures else ("", "")
        tallies = self.picture.rows
        row = tallies[self.place.board] if self.place.board < len(tallies) else self.picture.total
        label = row.label or f"no {TITLES[self.grouping].lower()}"
        if self.place.column >= FIRST:
            past = past_figures(board_cells(self.app.size.width))
            words, missed = past[min(self.place.column - FIRST, len(past) - 1)]
            return f"{label} {words}", both(missed, row.filter, self.typed)
        band = BANDS[self.place.column - 1] if self.place.column else None
        figure = f"{label} {band.title if band else 'open'}"
        risk = band_filter(band, business=self.picture.left is not None) if band else ""
        return figure, both("is:open", row.filter, risk, self.typed)

    def drill(self, title: str, filter_: str) -> None:
        """Opens the queue with just these tickets."""
        from helpdesk_tui.screens.queue.under import queue_under

        queue = queue_under(self.app)
        if queue is not None:
            # The queue does it: this screen's work ends with it.
            view = View("", f"sla {title}", f"SLA: {title}", filter_, Sort.DUE)
            queue.work(queue.open_view(view), "view")
            self.do_goto_queue()

    def open_ticket(self, ticket: int) -> None:
        """The whole ticket on a page of its own."""
        from helpdesk_tui.screens.ticket import TicketScreen

        self.app.push_screen(TicketScreen(self.desk, self.keymap, self.palette, ticket=ticket, now=self.now))

    def escape(self) -> None:
        """Back."""
        self.dismiss()

    # What is shown

    def do_aging_group(self) -> None:
        """Chooses what the board is divided by."""
        ways = [Choice(key, TITLES[way].lower(), lambda way=way: self._group(way)) for key, way in _KEYS.items()]  # type: ignore[misc]
        self.choose("group by", [*ways, Choice("=", "next", lambda: self._group(self._next_grouping()))])

    def _next_grouping(self) -> Grouping:
        return GROUPINGS[(GROUPINGS.index(self.grouping) + 1) % len(GROUPINGS)]

    def _group(self, grouping: Grouping) -> None:
        self.grouping, self.place.board, self.place.board_top = grouping, 0, 0
        self._deep_after, self.depth = 0.0, None
        self.work(self.load(), "load")

    async def do_aging_clock(self) -> None:
        """Time of each clock's own calendar, or wall time: for bands, hours and lists alike."""
        self.business, self._deep_after, self.depth = not self.business, 0.0, None
        await self.load()
        if self.business:
            told = self.picture.left or Calendars({}, 0, 0)
            others = told.of - told.known
            rest = f"; {counted(others, 'clock')} without a known calendar by wall time" if others else ""
            self.say(f"by the calendar of {told.known} of {counted(told.of, 'clock')} to come{rest}", "dim")

    def do_aging_filter(self) -> None:
        """Counts only what passes."""
        self.prompt.edit("aging", "/", self.typed)
        self.show_hints()

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """A filter, or what an act asks for."""
        if message.kind != "aging":
            return
        self.show_hints()
        self.say_filter(message.text.strip())

    def say_filter(self, rest: str) -> None:
        """Counts only what passes a filter; an empty one: all."""
        try:
            parse(rest)
        except FilterError as error:
            self.failed(error)
            return
        self.typed, self._deep_after, self.depth, self._placed = rest, 0.0, None, False
        self.place = Place()
        self.work(self.load(), "load")

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """No filter was given: what is counted stays."""
        if message.kind == "aging":
            self.show_hints()
