"""One ticket on a page of its own: everything the cache knows, following the cache while it is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.lookout import Attention
from helpdesk_tui.domain.rows import Row, TicketDetail
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Query, Sort
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.acts.acting import Meant
from helpdesk_tui.screens.acts.more import ActsMore
from helpdesk_tui.screens.carry import Carries
from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.screens.plans.typed import PlanTyped
from helpdesk_tui.widgets import ticket_text
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import Line, Palette, fitted, run


class TicketScreen(PlanTyped, ActsMore, PageScreen, Carries):
    """A ticket by the cache's id. What is done here is done to it, whatever is marked in the list."""

    where = "ticket"
    reading = True

    def __init__(
        self, desk: Desk, keymap: Keymap, palette: Palette, *, ticket: int, now: clock.Now = clock.now
    ) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.ticket = ticket
        self.detail: TicketDetail | None = None
        self._asked = False
        self._presence = ""
        """Where the owner stands: on shift until, on call, absent."""

    def on_mount(self) -> None:
        """Reads the ticket."""
        self.work(self.load(), "load")

    async def load(self) -> None:
        """Reads the ticket and shows it; asks for its conversation once where the cache has none or an old one."""
        self.detail = detail = await self.desk.detail(self.ticket)
        if detail is None:
            self.say("this ticket is gone from the cache", "warn")
            return
        if detail.activity_stale and not self._asked:
            self._asked = True
            self.draw()
            await self.desk.request_activity(detail.row.ref)
        self.draw()
        self.has_read()
        if detail.owner is not None:
            source, key = detail.row.source, detail.owner.key
            self._presence = await self.desk.rosters.ask(lambda roster: roster.owner_words(source, key))
            self.draw()

    def draw(self) -> None:
        """The page at the present size."""
        if self.detail is None:
            return
        cells, row = self.app.size.width, self.detail.row
        title: Line = (run(f" {ticket_text.shown_number(row)}{self._standing(row)}  ", "head"), run(row.title, "head"))
        self.title_line.show([fitted(title, cells, "head")])
        lines = ticket_text.whole(
            self.detail, self.now(), min(cells, 120), self.glyphs, asked=self._asked, presence=self._presence
        )
        self.text.show(lines)

    def _standing(self, row: Row) -> str:
        """How what is meant for it stands, as on its line of the list."""
        glyphs = self.glyphs
        mark = glyphs.deciding if row.deciding else glyphs.conflict if row.trouble else ""
        return f" {mark or (glyphs.pending if row.pending else '')}".rstrip()

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.draw()

    # What acts are about

    def meant(self) -> Meant:
        """The ticket of this page."""
        row = self.carried_row()
        return Meant((row.ref,), (row,)) if row else Meant((), ())

    def at_hand(self) -> Row | None:
        """The same."""
        return self.carried_row()

    def attention(self) -> Attention | None:
        """The ticket of this page, for colleagues to know: written to, or open."""
        row = self.carried_row()
        return super().attention() or (Attention(row.ref) if row else None)

    def show_deciding(self, refs: Sequence[TicketRef]) -> None:
        """The mark of what was asked for."""
        if self.detail is not None and self.detail.row.ref in refs:
            self.detail = replace(self.detail, row=self.detail.row._replace(deciding=True))
            self.draw()

    async def reread(self, refs: Sequence[TicketRef]) -> None:  # noqa: ARG002
        """The ticket as it is now."""
        await self.load()

    def changed(self, ids: Collection[int], *, everything: bool) -> None:
        """The cache was written."""
        if everything or self.ticket in ids:
            self.work(self.load(), "load")

    def carried_row(self) -> Row | None:
        """The ticket of this page."""
        return self.detail.row if self.detail else None

    def carried_id(self) -> int | None:
        """Its id."""
        return self.ticket

    # Commands

    def do_goto_ticket(self) -> None:
        """Another ticket by its number."""
        self.prompt.edit("number", "ticket ")

    async def do_list_top_p1(self) -> None:
        """The P1 that breaches next, on this page."""
        found = (await self.desk.ids(Query("is:open p:1", "", Sort.DUE))).ids
        if found:
            await self._show_other(found[0])
        else:
            self.say("there is no open P1", "good")

    async def do_sync_now(self) -> None:
        """Asks the platform for this ticket's conversation and for a pull."""
        if self.detail is not None:
            await self.desk.request_activity(self.detail.row.ref)
            await self.desk.request_sync(self.detail.row.source)
            self.say(f"asked {self.detail.row.badge} for this ticket")

    def escape(self) -> None:
        """Back to the queue: a page that only shows has nothing to lose."""
        self.dismiss()

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """Does what was typed."""
        message.stop()
        self.show_hints()
        text = message.text.strip()
        if message.kind == "number" and text:
            self.work(self._open(text), "open")

    async def open_number(self, text: str) -> None:
        """Another ticket by its number."""
        await self._open(text)

    async def _open(self, text: str) -> None:
        rows = await self.desk.find(text)
        if rows:
            await self._show_other(rows[0].id)
        else:
            self.say(f"the cache has no ticket {text}", "warn", tail="; / in the queue finds parts of it")

    async def _show_other(self, ticket: int) -> None:
        self.ticket, self._asked = ticket, False
        self.text.top = 0
        await self.load()
