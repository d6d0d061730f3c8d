"""The ticket list: every id of a view in order, and rows for a window of it, so that 100,000 tickets cost what 100 do.

Rows never move under the cursor: what arrives or should stand elsewhere waits until `load` is called again; a row that
changed is painted where it is. The cursor is a ticket, not a line.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from helpdesk_tui.domain.rows import Heading, Listing, Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Column
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.columns import Frame, Layout, legend, row_base
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, fitted, paragraph, run

BREACHED = -2
"""A countdown is followed so many seconds past its end, so that it is seen to be over."""
AHEAD = 100
"""So many rows before and after the visible ones are kept at hand."""
LEGEND_FROM = 100
"""From so many cells on, the room under a short list says what the columns mean."""
KEPT = 2_000
"""More rows than this are not kept; those far from the cursor are read again."""


class TicketList(ScrollView, can_focus=False):
    """Posts `Wanted` for rows it lacks, `Moved` when the cursor names another ticket. `supply` gives it rows."""

    class Wanted(Message):
        """Rows that are about to be seen and are not there."""

        def __init__(self, ids: Sequence[int]) -> None:
            super().__init__()
            self.ids = ids

    class Moved(Message):
        """The cursor is on another ticket; None on an empty list."""

        def __init__(self, ticket: int | None) -> None:
            super().__init__()
            self.ticket = ticket

    def __init__(self, palette: Palette, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.palette = palette
        self.now = 0
        self.marks: set[TicketRef] = set()
        self.gone: set[int] = set()
        self.rows: dict[int, Row] = {}
        self.ids: array[int] = array("q")
        self.columns: tuple[Column, ...] = ()
        self.message = ""
        """What an empty list says instead of tickets."""
        self._headings: tuple[Heading, ...] = ()
        self._starts: list[int] = []
        self._cursor = 0
        self._layout = Layout.of(80)
        self._painted: dict[int, Line] = {}
        """Lines as they were painted last, by their number in the whole list; of use while they are on the screen."""
        self._drawn: dict[tuple[int, bool, bool, bool], tuple[Row, Glyphs, Line]] = {}
        """Rows as they read at `now`: by ticket, whether the cursor is on it, whether it is marked, and gone."""
        self._asked: frozenset[int] = frozenset()

    # What is shown

    def explain(self, message: str) -> None:
        """What an empty list says instead of tickets."""
        if message != self.message:
            self.message = message
            if not self.ids:
                self.refresh()

    def load(self, listing: Listing, rows: Mapping[int, Row], *, keep: bool, columns: Sequence[Column] = ()) -> None:
        """Shows another listing. With `keep` the cursor stays on its ticket, and on its line of the screen."""
        before, offset = self.current, self._line_of(self._cursor) - round(self.scroll_y)
        self.ids = listing.ids
        self.rows = dict(rows)
        self.gone = set()
        self._headings, self._starts = listing.headings, [h.start + n for n, h in enumerate(listing.headings)]
        self.columns = tuple(columns)
        layout = Layout.of(self.size.width or 80, self.columns)
        if layout != self._layout:
            self._drawn.clear()
        self._layout = layout
        self._asked = frozenset()
        self._painted.clear()
        place = self._place_of(before) if keep and before is not None else None
        old = self._cursor if keep else 0
        self._cursor = place if place is not None else max(0, min(old, len(self.ids) - 1))
        self.virtual_size = Size(self.size.width, len(self.ids) + len(self._headings))
        self._scroll_to_line(max(0, self._line_of(self._cursor) - (offset if keep else self._line_of(0))))
        self._show_heading()
        self.refresh()
        self._want()
        if self.current != before or not keep:
            self.post_message(self.Moved(self.current))

    def supply(self, rows: Mapping[int, Row], gone: Iterable[int] = ()) -> None:
        """Rows that were read; `gone` no longer belong here and are drawn faint. Only lines that differ are painted."""
        if len(self._drawn) > KEPT:
            self._drawn.clear()
        if len(self._painted) > KEPT:
            top = round(self.scroll_y)
            shown = range(top, top + self.size.height)
            self._painted = {index: line for index, line in self._painted.items() if index in shown}
        if len(self.rows) > KEPT:
            near = set(self._window())
            self.rows = {ident: row for ident, row in self.rows.items() if ident in near}
        self.rows.update(rows)
        self.gone.update(gone)
        self._asked = frozenset()
        self.repaint_changed()

    def forget(self, ids: Iterable[int]) -> None:
        """Rows that have changed and are not on the screen: they are read again when they are."""
        shown = set(self.visible_ids())
        for ident in ids:
            if ident not in shown:
                self.rows.pop(ident, None)

    def tick(self, now: int) -> None:
        """The present moved on: by the minute everything reads differently, by the second only what counts down."""
        if now // times.MINUTE != self.now // times.MINUTE:
            self._drawn.clear()
        else:
            for ident in self._counting(now):
                self._undraw(ident)
        self.now = now
        self.repaint_changed()

    def has_countdown(self, now: int) -> bool:
        """Whether a visible ticket breaches within the last minutes, whose seconds are shown."""
        return bool(self._counting(now))

    def _counting(self, now: int) -> list[int]:
        """The visible tickets that breach within the last minutes, or have a moment ago."""
        rows = (self.rows.get(ident) for ident in self.visible_ids())
        return [row.id for row in rows if row and not row.paused and BREACHED <= row.due_at - now <= times.LAST_MINUTES]

    def repaint_changed(self) -> None:
        """Paints the visible lines whose text differs from what was painted."""
        top, wide = round(self.scroll_y), self.size.width
        changed = [
            Region(0, y, wide, 1)
            for y in range(self.size.height)
            if self._compose_line(top + y) != self._painted.get(top + y, EMPTY)
        ]
        if changed:
            self.refresh(*changed)

    @property
    def current(self) -> int | None:
        """The ticket under the cursor."""
        return self.ids[self._cursor] if self.ids else None

    @property
    def current_row(self) -> Row | None:
        """Its row, where it is at hand."""
        return self.rows.get(self.ids[self._cursor]) if self.ids else None

    @property
    def cursor(self) -> int:
        """The place of the cursor in `ids`."""
        return self._cursor

    @property
    def heading(self) -> Line:
        """The line that belongs above the list."""
        return self._layout.heading()

    def visible_ids(self) -> list[int]:
        """The tickets on the screen, from the top."""
        top = round(self.scroll_y)
        places = (self._place_at(top + y) for y in range(self.size.height))
        return [self.ids[place] for place in places if place is not None]

    # Moving

    def move(self, delta: int) -> None:
        """Moves the cursor by so many tickets."""
        self.go(self._cursor + delta)

    def page(self, pages: float) -> None:
        """Moves the cursor by so many screens."""
        self.move(int(pages * max(1, self.size.height)))

    def go(self, place: int) -> None:
        """Moves the cursor to a place in `ids`; at the edge the list scrolls by half a page, not by a line."""
        place = max(0, min(place, len(self.ids) - 1))
        if not self.ids or place == self._cursor:
            return
        old, self._cursor = self._cursor, place
        line, top, height = self._line_of(place), round(self.scroll_y), max(1, self.size.height)
        if self.size.height and not top <= line < top + height:  # without a size, the first one brings it into view
            near = -height < line - top < 2 * height
            half = height // 2
            if near:
                self._scroll_to_line(line - half if line >= top + height else line - (height - half) + 1)
            else:
                self._scroll_to_line(line - half)
        self._show_heading()
        self._refresh_places(old, place)
        self._want()
        self.post_message(self.Moved(self.current))

    def go_to(self, ticket: int) -> bool:
        """Moves the cursor to a ticket; False where the list does not hold it."""
        place = self._place_of(ticket)
        if place is None:
            return False
        self.go(place)
        return True

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor."""
        event.stop()
        place = self._place_at(round(self.scroll_y) + event.y)
        if place is not None:
            self.go(place)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(-3)

    def _show_heading(self) -> None:
        """A heading right above the cursor at the top of the screen is not left out."""
        line = self._line_of(self._cursor)
        if self._starts and line == round(self.scroll_y) and line - 1 in self._starts:
            self._scroll_to_line(line - 1)

    def _scroll_to_line(self, line: int) -> None:
        most = max(0, len(self.ids) + len(self._headings) - max(1, self.size.height))
        self.scroll_to(y=max(0, min(line, most)), animate=False, force=True)

    # Marks

    def mark(self, refs: Iterable[TicketRef], marked: bool = True) -> None:
        """Marks tickets or takes their marks away; only the lines that show it are painted."""
        if marked:
            self.marks.update(refs)
        else:
            self.marks.difference_update(refs)
        self.repaint_changed()

    # Drawing

    def repaint(self, palette: Palette) -> None:
        """Draws everything anew with another palette."""
        self.palette = palette
        self._redraw()
        self.refresh()

    def on_resize(self) -> None:
        """Columns and the place of the cursor follow the size."""
        self._layout = Layout.of(self.size.width, self.columns)
        self.virtual_size = Size(self.size.width, len(self.ids) + len(self._headings))
        line, top, height = self._line_of(self._cursor), round(self.scroll_y), self.size.height
        if height and not top <= line < top + height:
            self._scroll_to_line(line - height // 2)
        self._redraw()
        self._want()

    def _redraw(self) -> None:
        """Nothing that was drawn is to be used again."""
        self._painted.clear()
        self._drawn.clear()

    def _undraw(self, ident: int) -> None:
        for cursor, marked, gone in product((False, True), repeat=3):
            self._drawn.pop((ident, cursor, marked, gone), None)

    def render_line(self, y: int) -> Strip:
        """One line for Textual's line API."""
        index = round(self.scroll_y) + y
        content = self._painted[index] = self._compose_line(index)
        place = self._place_at(index)
        base = row_base(self._frame(place)) if place is not None else ""
        return self.palette.strip(content, self.size.width, base)

    def _compose_line(self, index: int) -> Line:
        place = self._place_at(index)
        if place is None:
            return self._other_line(index)
        ident = self.ids[place]
        row = self.rows.get(ident)
        frame = self._frame(place, row)
        if row is None:
            return self._layout.blank(frame)
        key = (ident, frame.cursor, frame.marked, frame.gone)
        kept = self._drawn.get(key)
        if kept is not None and kept[1] is frame.glyphs and (kept[0] is row or kept[0] == row):
            return kept[2]
        drawn = self._layout.line(row, frame)
        self._drawn[key] = (row, frame.glyphs, drawn)
        return drawn

    def _other_line(self, index: int) -> Line:
        """A heading, the words of an empty list, or nothing."""
        at = bisect_right(self._starts, index) - 1
        if at >= 0 and self._starts[at] == index:
            heading, dash = self._headings[at], self.palette.glyphs.dash
            label = (run(f" {dash}{dash} "), run(heading.label or self.palette.glyphs.nobody, "strong"))
            return fitted((*label, run(f" {heading.count}", "dim")), self._layout.width)
        if self.ids and self._layout.width >= LEGEND_FROM:
            return legend(index - len(self.ids) - len(self._headings), self._layout.width, self.palette.glyphs)
        if not self.ids and self.message:
            rows = paragraph(self.message, self._layout.width - 4, "dim", indent="    ")
            first = max(0, min(2, self.size.height - len(rows)))
            return rows[index - first] if first <= index < first + len(rows) else EMPTY
        return EMPTY

    def _frame(self, place: int, row: Row | None = None) -> Frame:
        marked = row is not None and row.ref in self.marks
        gone = self.ids[place] in self.gone
        return Frame(self.now, self.palette.glyphs, place == self._cursor, marked, gone)

    def _refresh_places(self, *places: int) -> None:
        top, wide = round(self.scroll_y), self.size.width
        lines = {self._line_of(place) - top for place in places}
        shown = [Region(0, y, wide, 1) for y in lines if 0 <= y < self.size.height]
        if shown:
            self.refresh(*shown)

    # Places and lines: a line is a heading or a ticket, a place is an index of `ids`

    def _line_of(self, place: int) -> int:
        return place + bisect_right([heading.start for heading in self._headings], place) if self._headings else place

    def _place_at(self, line: int) -> int | None:
        if self._starts:
            before = bisect_right(self._starts, line)
            if before and self._starts[before - 1] == line:
                return None
            line -= before
        return line if 0 <= line < len(self.ids) else None

    def _place_of(self, ticket: int | None) -> int | None:
        if ticket is None:
            return None
        try:
            return self.ids.index(ticket)
        except ValueError:
            return None

    def _window(self) -> Sequence[int]:
        top, height = round(self.scroll_y), self.size.height or 50
        first = max(0, min(top, self._cursor) - AHEAD)
        return self.ids[first : max(top + height, self._cursor) + AHEAD]

    def _want(self) -> None:
        """Asks for rows where one of the next two screens is missing, with a window around it: no page has to wait."""
        top, height = round(self.scroll_y), self.size.height or 50
        near = self.ids[max(0, top - 2 * height) : top + 3 * height]
        if any(ident not in self.rows and ident not in self._asked for ident in near):
            missing = [ident for ident in self._window() if ident not in self.rows]
            self._asked = frozenset(missing)
            self.post_message(self.Wanted(missing))
