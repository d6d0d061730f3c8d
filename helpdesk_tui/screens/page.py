"""A screen that is a title and a text to scroll: what ticket, help and sources have in common."""

from __future__ import annotations

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import Palette

_FAR = 10**9


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

    def do_move_down(self) -> None:
        """A line down."""
        self.text.scroll_lines(1)

    def do_move_up(self) -> None:
        """A line up."""
        self.text.scroll_lines(-1)

    def do_move_half_down(self) -> None:
        """Half a page down."""
        self.text.scroll_lines(self.text.size.height // 2)

    def do_move_half_up(self) -> None:
        """Half a page up."""
        self.text.scroll_lines(-(self.text.size.height // 2))

    def do_move_page_down(self) -> None:
        """A page down."""
        self.text.scroll_lines(self.text.size.height)

    def do_move_page_up(self) -> None:
        """A page up."""
        self.text.scroll_lines(-self.text.size.height)

    def do_move_top(self) -> None:
        """The beginning."""
        self.text.scroll_lines(-_FAR)

    def do_move_bottom(self) -> None:
        """The end."""
        self.text.scroll_lines(_FAR)

    def escape(self) -> None:
        """Back."""
        self.dismiss()
