"""One change whole: what was seen, what is wanted, what the platform holds now, and what can be decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.outbox import words as outbox_words
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.outbox.screen import Deciding
from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, fitted, line, pad, paragraph, run

_WORDS = {
    "theirs": ("t", "take theirs"),
    "mine": ("m", "keep mine"),
    "both": ("b", "both: leave theirs, add a note of mine"),
    "retry": ("r", "send it again"),
    "edit": ("e", "edit its words"),
    "there": ("i", "I found it there: done"),
    "discard": ("x", "give it up"),
    "undo": ("z", "take it back"),
}


class ConflictScreen(Deciding, PageScreen):
    """A change of the outbox; a decision goes back to the list."""

    where = "conflict"

    def __init__(
        self,
        desk: Desk,
        keymap: Keymap,
        palette: Palette,
        *,
        change: Change,
        number: str,
        now: clock.Now = clock.now,
        then: Callable[[], Awaitable[None]],
    ) -> None:
        """`number` is what people call its ticket."""
        super().__init__(desk, keymap, palette, now=now)
        self._change = change
        self._number = number
        self._then = then

    def on_mount(self) -> None:
        """Reads the names in it."""
        self.work(self.load(), "load")

    async def load(self) -> None:
        """Shows it as it is now."""
        ident = self._change.id
        fresh: Change | None = await self.desk.ask(lambda _: self.desk.reads.change(ident))
        self._change = fresh or self._change
        self.text.show(await self.desk.ask(lambda _: self._lines()))
        change = self._change
        word = "CONFLICT" if change.state is ChangeState.CONFLICT else change.state.words.upper()
        wrote = f"you wrote at {self._at(change.created_at)} on data of {self._at(change.seen_at)}"
        self.title_line.show([line(f" {word} {self._number}   {wrote}", "head")])
        self.show_hints()

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.work(self.load(), "load")

    def change(self) -> Change | None:
        """This one."""
        return self._change

    def shown_number(self, change: Change) -> str:  # noqa: ARG002 - it shows the one
        """What people call its ticket."""
        return self._number

    async def decided(self) -> None:
        """Back to the list, which says what came of it."""
        await self._then()
        if self.is_current:  # the user may have gone back meanwhile
            self.dismiss()

    def say(self, text: str, style: str = "", *, tail: str = "") -> None:
        """Here, or on the list once this is closed."""
        if self.is_current:
            super().say(text, style, tail=tail)
        elif self.app.screen is not self and hasattr(self.app.screen, "say"):
            self.app.screen.say(text, style, tail=tail)

    def do_outbox_later(self) -> None:
        """Leaves it undecided."""
        self.dismiss()

    def _at(self, instant: int) -> str:
        return times.clock(instant, self.now())

    def _lines(self) -> list[Line]:
        change, cells = self._change, min(self.app.size.width, 120)
        out: list[Line] = []
        if change.overwrites:
            by = f", {change.theirs_by}" if change.theirs_by else ""
            held = f"now{by}" if change.theirs else "now (not looked at)"
            wide = max(12, (cells - 16) // 3)
            heads = (f"was ({self._at(change.seen_at)})", "yours", held)
            out.append((pad(" field", 15, "dim"), *(pad(text, wide, "dim") for text in heads)))
            for side in outbox_words.sides(change, self.named):
                differs = side.now not in (side.was, side.yours)
                style = "warn" if differs else ""
                out.append(
                    fitted(
                        (
                            pad(f" {side.field}", 15, "strong"),
                            pad(side.was, wide),
                            pad(side.yours, wide),
                            pad(side.now if change.theirs else "", wide, style),
                        ),
                        cells,
                    )
                )
        for name in ("note", "reply"):
            if text := change.desired.get(name):
                out += [EMPTY, line(f" {outbox_words.label(name)}", "to-customer" if name == "reply" else "to-desk")]
                out += paragraph(text, cells - 2, indent=" ")
        rest = [name for name in change.desired if name not in change.overwrites and name not in ("note", "reply")]
        for name in rest:
            words = outbox_words.value_words(change, name, change.desired[name], self.named)
            out.append((pad(f" {outbox_words.label(name)}", 15), run(words)))
        out += [EMPTY, (run(f" {change.state.words}", "strong"), run(f"  {change.words}" if change.words else ""))]
        told = [_WORDS[word] for word in outbox_words.ways(change)]
        out += [EMPTY, *((run(f" {key}", "key"), run(f" {words}")) for key, words in told)]
        if change.state is ChangeState.CONFLICT:
            out.append((run(" s", "key"), run(" later"), run("  theirs stands until you decide", "dim")))
        return out
