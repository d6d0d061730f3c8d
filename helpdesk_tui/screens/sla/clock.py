"""Every clock of one ticket explained so that anybody can add it up; and why one was missed, as the desk says."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk_tui import clock
from helpdesk_tui.desk.clocks.told import Explained, Told, explained
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.rows import TicketDetail
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.sla.explain import Part
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.keymap.model import CLOCK
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, fitted, pad, paragraph, run
from helpdesk_tui.widgets.ticket_text import shown_number

REFRESH = 60.0
"""Seconds between two looks: what is left changes, and the sums with it."""
_STYLES = {Part.DUE: "strong", Part.END: "strong", Part.NOTE: "warn", Part.LEFT: "strong", Part.PAUSE: "paused"}
_KEYS = {
    "n": Cause.NOBODY, "o": Cause.OWNER, "b": Cause.BOUNCED, "v": Cause.VENDOR, "c": Cause.CUSTOMER,
    "w": Cause.CLOCK, "s": Cause.OTHER,
}  # fmt: skip


class ClockScreen(PageScreen):
    """The clocks of a ticket, by the cache's id. Tab goes from one to the next; x says why one was missed."""

    where = CLOCK

    def __init__(
        self, desk: Desk, keymap: Keymap, palette: Palette, *, ticket: int, now: clock.Now = clock.now
    ) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.ticket = ticket
        self.told: Explained | None = None
        self.detail: TicketDetail | None = None
        self.at = 0

    def on_mount(self) -> None:
        """Reads the clocks, now and again."""
        self.work(self.load(), "load")
        self.set_interval(REFRESH, lambda: self.work(self.load(), "load"))

    async def load(self) -> None:
        """Reads the clocks and shows them."""
        ticket, now = self.ticket, self.now()
        self.told = await self.desk.ask_clocks(lambda clocks: explained(clocks, ticket, now))
        self.detail = await self.desk.detail(ticket)
        if self.told is None:
            self.say("this ticket is gone from the cache", "warn")
        self.draw()

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.draw()

    def changed(self, ids: Collection[int], *, everything: bool) -> None:
        """The cache was written."""
        if everything or self.ticket in ids:
            self.work(self.load(), "load")

    def draw(self) -> None:
        """The page at the present size."""
        told, cells = self.told, min(self.app.size.width, 140)
        if told is None:
            return
        row = self.detail.row if self.detail else None
        title = f" {shown_number(row)}  {row.title}" if row else f" {told.number}"
        self.title_line.show([fitted((run("CLOCKS ", "head"), run(title, "head")), self.app.size.width, "head")])
        lines: list[Line] = []
        starts: list[int] = []
        for place, each in enumerate(told.clocks):
            starts.append(len(lines))
            lines += self._clock(each, cells, at_hand=place == self.at)
        if told.none:
            lines += paragraph(f"No clock: {told.none}.", cells - 2, indent=" ")
        self.text.show(lines, top=starts[self.at] if self.at and self.at < len(starts) else None)

    def _clock(self, told: Told, cells: int, *, at_hand: bool) -> list[Line]:
        mark = self.glyphs.cursor if at_hand else " "
        clock_ = told.clock
        origin = {"remote": "by its platform", "local": "by the team's policies", "desk": "kept here"}[clock_.origin]
        head = (run(f"{mark} ", "key"), run(told.title, "strong"), run(f"  {clock_.stage.value}, {origin}", "dim"))
        out: list[Line] = [fitted(head, cells)]
        for each in told.lines:
            words = paragraph(each.words, cells - 13, _STYLES.get(each.part, ""))
            for place, piece in enumerate(words):
                lead = each.part.value if not place else ""
                out.append((pad("", 2), pad(lead, 10, "dim"), *piece))
        if told.missed:
            cause = told.cause.words if told.cause else "nobody has said; x sets it"
            out.append((pad("", 2), pad("cause", 10, "dim"), run(cause, "" if told.cause else "warn")))
        return [*out, EMPTY]

    # Commands

    def do_clock_next(self) -> None:
        """The next clock of the ticket."""
        count = len(self.told.clocks) if self.told else 0
        self.at = (self.at + 1) % count if count else 0
        self.draw()

    def do_clock_cause(self) -> None:
        """Asks why the clock at hand was missed; where it was not, the first that was."""
        missed = [each for each in self.told.clocks if each.missed] if self.told else []
        if not missed:
            self.say("no clock of this ticket was missed", "good")
            return
        at_hand = self.told.clocks[self.at] if self.told and self.at < len(self.told.clocks) else missed[0]
        told = at_hand if at_hand.missed else missed[0]
        ways = [Choice(key, cause.words, lambda cause=cause: self._say(told, cause)) for key, cause in _KEYS.items()]  # type: ignore[misc]
        self.choose(
            f"{told.clock.metric.letter} missed:", [*ways, Choice("x", "not said", lambda: self._say(told, None))]
        )

    async def _say(self, told: Told, cause: Cause | None) -> None:
        if self.told is None:
            return
        number, ref = self.told.number, TicketRef(told.clock.source, told.clock.ticket)
        await self.desk.change_clocks(lambda clocks: clocks.say_cause(ref, number, told.clock, cause))
        self.say(f"{number}: {cause.words if cause else 'no cause is said any more'}", "good")
        await self.load()

    async def do_sync_now(self) -> None:
        """Asks the ticket's platform now."""
        await self.desk.request_sync(self.detail.row.source if self.detail else "")
        self.say("asked for a pull")
