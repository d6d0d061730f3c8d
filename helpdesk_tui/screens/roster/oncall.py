"""The on-call board: who is on now and how to reach them, 14 days of every schedule, and where nobody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.slots import Piece, of_day, pieces
from helpdesk_tui.desk.roster.text import span_at
from helpdesk_tui.desk.roster.view import Item
from helpdesk_tui.domain.roster.duties import Span
from helpdesk_tui.domain.roster.grid import Axis, axis_around
from helpdesk_tui.domain.roster.lines import Line as Schedule
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.keymap import ONCALL, Keymap
from helpdesk_tui.screens.roster.away import Absences
from helpdesk_tui.screens.roster.oncall_draw import draw
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import Palette

DAYS = 14


@dataclass(frozen=True)
class Board:
    """Every schedule over the days of an axis, and who is on now."""

    axis: Axis
    lines: tuple[Schedule, ...]
    pieces: tuple[tuple[Piece, ...], ...]
    now: tuple[Span | None, ...]

    def piece(self, row: int, day: int) -> Piece | None:
        """What stands for a day of a schedule."""
        edges = self.axis.edges
        return of_day(self.pieces[row], (edges[day], edges[day + 1])) if row < len(self.pieces) else None


def board(floor: Floor, axis: Axis, now: int) -> Board:
    """Reckons a board."""
    found = tuple(tuple(pieces(floor, line, axis.start, axis.end)) for line in floor.lines)
    return Board(axis, floor.lines, found, tuple(span_at(floor, line, now) for line in floor.lines))


class OnCallScreen(Absences):
    """The cursor is on a schedule and a day."""

    where = ONCALL

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.body = Lines(palette, id="text")
        self.board: Board | None = None
        self.axis: Axis | None = None
        """The days that are wanted; the board may still show others."""
        self.row, self.day, self.top_row = 0, 0, 0
        self._elsewhere = False

    def compose(self) -> ComposeResult:
        """The board and the keys."""
        yield self.body
        yield from self.compose_bottom()

    async def built(self) -> None:
        """The same days of another floor; today is the first of them as long as nobody went elsewhere."""
        if self.floor is None:
            return
        today = axis_around(self.now(), self.zone, DAYS, DAY)
        self.axis = Axis(self.zone, self.axis.first, DAYS, DAY) if self.axis and self._elsewhere else today
        await self._show()

    def _go(self, axis: Axis) -> None:
        """Wants other days; the last ones wanted are shown."""
        self.axis = axis
        self.work(self._show(), "show")

    async def _show(self) -> None:
        floor, axis, now = self.floor, self.axis, self.now()
        assert floor is not None
        assert axis is not None
        made = await self.desk.rosters.ask(lambda _: board(floor, axis, now))
        if axis is self.axis:
            self.board = made
            self.row = max(0, min(self.row, len(made.lines) - 1))
            self.draw()

    def draw(self) -> None:
        """Everything at the present size and instant."""
        if not self.is_mounted:
            return
        size = self.app.size
        if self.board is None or self.floor is None:
            self.body.show(self.first_words(), top=0)
        else:
            self.body.show(draw(self, self.floor, self.board, size.width, size.height - 3), top=0)

    @property
    def panel_height(self) -> int:
        """Where the list of problems is."""
        return 14 if self.app.size.height >= 40 else 9

    # What is meant

    def piece_here(self) -> Piece | None:
        """The shift that stands for the day under the cursor."""
        return self.board.piece(self.row, self.day) if self.board is not None else None

    def person_here(self) -> str:
        """Whoever holds that shift."""
        piece = self.piece_here()
        return piece.people[0] if piece is not None and piece.people else ""

    def line_here(self) -> Schedule | None:
        """The schedule under the cursor."""
        return self.board.lines[self.row] if self.board is not None and self.board.lines else None

    async def do_yank_phone(self) -> None:
        """The phone of who is on now on this schedule."""
        span = self.board.now[self.row] if self.board is not None and self.board.now else None
        self.copy_phone(next(iter(span.reached or span.people), "") if span is not None else "")

    def go_to(self, item: Item) -> None:
        """The schedule and the day of a problem."""
        if self.axis is None or self.board is None:
            return
        if not self.axis.start <= item.start < self.axis.end:
            self._elsewhere = True
            self._go(axis_around(item.start, self.zone, DAYS, DAY))
        pool = item.swap.gives.schedule if item.swap else item.problem.pool if item.problem else ""
        there = (number for number, line in enumerate(self.board.lines) if line.key == pool)
        self.row = next(there, self.row)
        self.day = self.axis.cell(item.start)

    # Moving

    def step(self, rows: int = 0, days: int = 0) -> None:
        """To another schedule, or another day."""
        if self.board is None:
            return
        self.on_item, self.panel = False, ()
        self.row = max(0, min(self.row + rows, len(self.board.lines) - 1))
        self.day = max(0, min(self.day + days, DAYS - 1))
        self.draw()

    def page_size(self) -> int:
        """Schedules, each of which has several lines."""
        return 10

    def do_roster_left(self) -> None:
        """The day before; before the first, the days before."""
        if self.day == 0:
            self.day = 6
            self._turn(-7)
        else:
            self.step(days=-1)

    def do_roster_right(self) -> None:
        """The next day; after the last, the days after."""
        if self.day == DAYS - 1:
            self.day = 7
            self._turn(7)
        else:
            self.step(days=1)

    def do_roster_period_back(self) -> None:
        """A week back."""
        self._turn(-7)

    def do_roster_period_on(self) -> None:
        """A week on."""
        self._turn(7)

    def _turn(self, days: int) -> None:
        if self.axis is not None:
            self.on_item, self._elsewhere = False, True
            self._go(Axis(self.axis.zone, self.axis.first + timedelta(days=days), DAYS, DAY))

    def do_roster_now(self) -> None:
        """From today on."""
        self.on_item = self._elsewhere = False
        self.day = 0
        self.work(self.built(), "show")
