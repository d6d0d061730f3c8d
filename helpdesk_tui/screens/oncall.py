"""The screen of the roster that oncall opens."""

from __future__ import annotations

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.keymap import ONCALL, Keymap
from helpdesk_tui.screens.roster_base import RosterScreen
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import Palette, line


class OnCallScreen(RosterScreen):
    """What is wrong with the roster, and the rest beneath."""

    where = ONCALL

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.body = Lines(palette, id="text")

    def compose(self) -> ComposeResult:
        """The text and the keys."""
        yield self.body
        yield from self.compose_bottom()

    def draw(self) -> None:
        """The problems."""
        self.body.show([line(f" {one.kind} {one.label}: {one.what}") for one in self.problems])
