"""What a ticket's clocks can be asked and told on every screen with tickets: explain (x), promise and remind (w)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpdesk_tui.domain.counted import counted
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.base import Choice, DeskScreen
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.text import line
from helpdesk_tui.widgets.ticket_text import shown_number

if TYPE_CHECKING:
    from helpdesk_tui.domain.rows import Row
    from helpdesk_tui.widgets.prompt import Prompt

KIND = "when"
_WORDS = {"p": "promise an update by ", "a": "remind at ", "u": "remind unless updated by "}


class ClockActs(DeskScreen):
    """A screen that has tickets; `carried_row` is the one that is meant."""

    _about: tuple[str, Row] | None = None

    def carried_row(self) -> Row | None:
        """The ticket that is meant."""
        return None

    def carried_id(self) -> int | None:
        """Its id."""
        return None

    def do_ticket_explain(self) -> None:
        """Every clock of the ticket, line by line."""
        from helpdesk_tui.screens.sla.clock import ClockScreen

        ident = self.carried_id()
        if ident is None:
            self.say("there is no ticket here", "warn")
            return
        self.app.push_screen(ClockScreen(self.desk, self.keymap, self.palette, ticket=ident, now=self.now))

    def do_ticket_remind(self) -> None:
        """Asks what is to be promised or remembered."""
        row = self.carried_row()
        if row is None:
            self.say("there is no ticket here", "warn")
            return
        options = [
            Choice("p", "promised an update by ..", lambda: self._ask_when("p", row)),
            Choice("a", "remind at ..", lambda: self._ask_when("a", row)),
            Choice("u", "unless updated by ..", lambda: self._ask_when("u", row)),
            Choice("h", "at handover", lambda: self._remind_at_handover(row)),
            Choice("d", "reminders done", lambda: self._reminders_done(row)),
        ]
        self.choose(f"{shown_number(row)}: w", options)

    def _ask_when(self, kind: str, row: Row, typed: str = "", wrong: str = "") -> None:
        """Asks for a time; where one was typed that is none, it is there to be mended, and what is `wrong` above it."""
        from helpdesk_tui.domain.when import HELP

        self._about = (kind, row)
        self.prompt.edit(KIND, f"{shown_number(row)} {_WORDS[kind]}", typed)
        help_ = line(f" {HELP}", "dim")
        if wrong:
            self.hint(line(f" {wrong.partition(';')[0]}", "bad"), help_)
        elif kind == "p":
            self.hint(help_)
        else:
            self.hint(help_, line(" words after a comma are a note", "dim"))

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """The time that was typed."""
        if message.kind != KIND:
            return
        self.show_hints()
        if self._about is not None and message.text.strip():
            kind, row = self._about
            self.work(self._keep_when(kind, row, message.text), "remind")

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """No time after all: what was said of it goes, too."""
        if message.kind == KIND:
            self.show_hints()

    async def _keep_when(self, kind: str, row: Row, typed: str) -> None:
        from helpdesk_tui.domain.when import read_when

        when, _, note = typed.partition(",")
        try:
            at = read_when(when, self.now())
        except HelpdeskError as error:
            if self.typing or self.overlay is not None:
                self.failed(error)
            else:
                self._ask_when(kind, row, typed.strip(), str(error))
            return
        number, words = shown_number(row), note.strip()
        if kind == "p":
            await self.desk.change_clocks(lambda clocks: clocks.promise(row.ref, row.number, at))
            self.say(f"{number}: an update is promised by {times.clock(at, self.now())}; its clock is U", "good")
            return
        from helpdesk_tui.domain.sla.promises import ReminderKind

        how = ReminderKind.AT if kind == "a" else ReminderKind.UNLESS
        await self.desk.change_clocks(lambda clocks: clocks.remind(row.ref, row.number, how, at, words))
        unless = " unless somebody has updated it" if kind == "u" else ""
        self.say(f"{number}: reminds at {times.clock(at, self.now())}{unless}", "good")

    async def _remind_at_handover(self, row: Row) -> None:
        times_ = self.desk.handovers
        at = await self.desk.change_clocks(lambda clocks: clocks.remind_at_handover(row.ref, row.number, times_))
        number = shown_number(row)
        if at:
            self.say(f"{number}: reminds at the handover, {times.clock(at, self.now())}", "good")
        else:
            self.say(f"{number}: kept, but no handover is known: nobody is on shift, [sla] handover is not set", "warn")

    async def _reminders_done(self, row: Row) -> None:
        count = await self.desk.change_clocks(lambda clocks: clocks.settle_reminders(row.ref))
        self.say(
            f"{shown_number(row)}: {counted(count, 'reminder') if count else 'no reminders'} done",
            "good" if count else "dim",
        )
