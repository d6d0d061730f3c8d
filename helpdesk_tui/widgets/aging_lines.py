"""Lines of which some stand on a ground of their own: where the cursor is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.geometry import Region
from textual.strip import Strip

from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import EMPTY, Line


class GroundedLines(Lines):
    """`grounds` names the style each line is drawn on, by its place; others stand on the usual one."""

    grounds: Mapping[int, str] = {}

    def show_on(self, lines: Sequence[Line], grounds: Mapping[int, str]) -> None:
        """Shows these lines on these grounds; only those that differ are painted."""
        moved = {place for place in {*self.grounds, *grounds} if self.grounds.get(place) != grounds.get(place)}
        self.grounds = dict(grounds)
        self.show(lines, top=0)
        wide = self.size.width
        spans = [Region(0, place, wide, 1) for place in sorted(moved) if place < self.size.height]
        if spans:
            self.refresh(*spans)

    def render_line(self, y: int) -> Strip:
        """One line for Textual's line API."""
        content = self.lines[y] if y < len(self.lines) else EMPTY
        return self.palette.strip(content, self.size.width, self.grounds.get(y, self.base))
