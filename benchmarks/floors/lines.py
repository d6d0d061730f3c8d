"""A bare list on Textual's Line API over sqlite3: every id, rows by windows, the cursor line drawn anew. No more."""

from __future__ import annotations

import sqlite3
import sys

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

CURSOR, PLAIN = Style(reverse=True), Style()
STEPS = {"j": 1, "down": 1, "k": -1, "up": -1, "pagedown": 40, "pageup": -40, "space": 1}


class Rows(ScrollView, can_focus=True):
    """Ids in memory, rows fetched when they are drawn."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        found = self.connection.execute("SELECT id FROM ticket WHERE is_open = 1 ORDER BY due_at = 0, due_at, id")
        self.ids = [row[0] for row in found]
        self.rows: dict[int, str] = {}
        self.cursor = 0

    def on_mount(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.ids))

    def render_line(self, y: int) -> Strip:
        place = round(self.scroll_y) + y
        if place >= len(self.ids):
            return Strip.blank(self.size.width)
        if place not in self.rows:
            self._fetch(place)
        style = CURSOR if place == self.cursor else PLAIN
        width = self.size.width
        return Strip([Segment(self.rows[place][:width].ljust(width), style)], width)

    def _fetch(self, place: int) -> None:
        first = max(0, place - 100)
        for at, ident in enumerate(self.ids[first : place + 100], first):
            row = self.connection.execute(
                "SELECT priority, due_at, number, title, grp, owner FROM ticket WHERE id = ?", (ident,)
            )
            self.rows[at] = "  ".join(map(str, row.fetchone()))

    def on_key(self, event: events.Key) -> None:
        if event.key not in STEPS:
            return
        old, self.cursor = self.cursor, max(0, min(len(self.ids) - 1, self.cursor + STEPS[event.key]))
        top, height = round(self.scroll_y), self.size.height
        if not top <= self.cursor < top + height:
            self.scroll_to(y=max(0, self.cursor - height // 2), animate=False, force=True)
        else:
            self.refresh(*(Region(0, place - top, self.size.width, 1) for place in (old, self.cursor)))


class Lines(App[None]):
    """The list alone."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Rows(sys.argv[1])

    def on_mount(self) -> None:
        self.query_one(Rows).focus()


if __name__ == "__main__":
    Lines().run()
