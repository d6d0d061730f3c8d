"""A widget of lines that repaints only those that changed: bars, panes and pages are made of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from helpdesk_tui.widgets.text import EMPTY, Line, Palette, width


class Lines(Widget):
    """Shows lines from `top` on. What was shown before and is the same now costs nothing.

    `base` is the name of the style it is drawn on. The palette is shared and may be replaced by `repaint`.
    """

    def __init__(self, palette: Palette, *, base: str = "", id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.palette = palette
        self.base = base
        self.top = 0
        self._fixed: tuple[Line, ...] = ()
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown, beyond the edges too."""
        return self._lines

    def show(self, lines: Sequence[Line], *, top: int | None = None) -> None:
        """Shows these lines instead; only those that differ on the screen are painted."""
        before = self._visible()
        self._lines = tuple(lines)
        if top is not None:
            self.top = top
        self.top = max(0, min(self.top, len(self._lines) - 1))
        self._paint(before)

    def fix(self, lines: Sequence[Line]) -> None:
        """Shows these above, whatever is scrolled beneath."""
        before = self._visible()
        self._fixed = tuple(lines)
        self._paint(before)

    def scroll_lines(self, delta: int) -> bool:
        """Moves what is shown by so many lines, within the text; tells whether anything moved."""
        before, old = self._visible(), self.top
        self.top = max(0, min(self.top + delta, len(self._lines) + len(self._fixed) - self.size.height))
        self._paint(before)
        return self.top != old

    def repaint(self, palette: Palette) -> None:
        """Draws everything anew with another palette."""
        self.palette = palette
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line for Textual's line API."""
        if y < len(self._fixed):
            return self.palette.strip(self._fixed[y], self.size.width, self.base)
        index = self.top + y - len(self._fixed)
        content = self._lines[index] if index < len(self._lines) else EMPTY
        return self.palette.strip(content, self.size.width, self.base)

    def _visible(self) -> tuple[Line, ...]:
        height = self.size.height
        shown = (self._fixed + self._lines[self.top : self.top + height])[:height]
        return shown + (EMPTY,) * (height - len(shown))

    def _paint(self, before: tuple[Line, ...]) -> None:
        now = self._visible()
        if len(now) != len(before):
            self.refresh()
            return
        wide = self.size.width
        changed = [
            Region(start, y, min(end, wide) - start, 1)
            for y, (old, new) in enumerate(zip(before, now, strict=True))
            if old != new
            for start, end in [differing(old, new, wide)]
            if start < min(end, wide)
        ]
        if changed:
            self.refresh(*changed)


def differing(old: Line, new: Line, cells: int) -> tuple[int, int]:
    """The first cell in which two lines may differ, and the one after the last: a countdown that changes once a second
    costs its own few cells and not the whole row. Runs are compared, not letters."""
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        same += 1
    back = 0
    for one, other in zip(reversed(old[same:]), reversed(new[same:]), strict=False):
        if one != other:
            break
        back += 1
    middle = width(new[same : len(new) - back])
    start = width(new[:same])
    moved = middle != width(old[same : len(old) - back])
    return start, cells if moved else start + middle
