"""A screen that is a title and a text to scroll: what ticket, help and sources have in common."""

from __future__ import annotations

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import Palette


class PageScreen(DeskScreen):
    """`title_line` and `text` are there from the beginning; a subclass fills them."""

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.title_line = Lines(palette, id="title", base="head")
        self.text = Lines(palette, id="text")

    def compose(self) -> ComposeResult:
        """A title, the text, the keys."""
        yield self.title_line
        yield self.text
        yield from self.compose_bottom()

    def step(self, rows: int) -> None:
        """Scrolls the text."""
        self.text.scroll_lines(rows)

    def page_size(self) -> int:
        """Lines of the text."""
        return self.text.size.height

    def escape(self) -> None:
        """Back."""
        self.dismiss()
