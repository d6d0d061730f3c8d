"""The schedule: people and time as a grid, need and have beneath, then what is wrong and what waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.roster.periods import Periods, turned
from helpdesk_tui.desk.roster.shifts import desk_line
from helpdesk_tui.desk.roster.slots import Piece, at_instant
from helpdesk_tui.desk.roster.view import Item, Period
from helpdesk_tui.domain.roster.duties import Duty
from helpdesk_tui.domain.roster.grid import Axis, axis_around
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.suggest import Hole
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.keymap import SCHEDULE, Keymap
from helpdesk_tui.screens.base import NARROW, WIDE, Choice
from helpdesk_tui.screens.roster.away import Absences
from helpdesk_tui.screens.roster.schedule_draw import Place, draw
from helpdesk_tui.widgets.roster_grid import RosterGrid
from helpdesk_tui.widgets.text import Palette

ZOOMS = ((1, 900), (1, 1_800), (7, 7_200), (7, 14_400), (14, 28_800), (28, DAY))
"""Days and wall seconds of a cell."""
MOMENT = 0.06
"""Seconds before each period beside the one that is shown is reckoned: what was just drawn is written first."""
Row = tuple[str, Technician | None]
"""A title of a group, or somebody."""


class ScheduleScreen(Absences):
    """Follows the stores while it stands. The cursor is on a person and a cell."""

    where = SCHEDULE

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.body = RosterGrid(palette, id="text")
        self.period: Period | None = None
        self.rows: list[Row] = []
        self.place = Place()
        self.sort, self.group = "name", "team"
        self.zoom = -1
        self._periods = Periods()
        self.axis: Axis | None = None
        """The period that is wanted; `period` is the one that is shown."""
        self._at = 0

    def compose(self) -> ComposeResult:
        """The grid and the keys."""
        yield self.body
        yield from self.compose_bottom()

    async def built(self) -> None:
        """The same period of another floor."""
        if self.floor is None:
            return
        if self.zoom < 0:
            self.zoom = 2 if self.app.size.width >= WIDE else 1
        if self.axis is None:
            self.axis, self._at = axis_around(self.now(), self.zone, *ZOOMS[self.zoom]), self.now()
        elif self.axis.zone != self.zone:
            self.axis = axis_around(self.axis.start + DAY // 2, self.zone, *ZOOMS[self.zoom])
        await self._show()

    def _go(self, axis: Axis, at: int) -> None:
        """Wants another period, with the cursor at an instant; the last one wanted is shown, at once if it is ready."""
        self.axis, self._at = axis, at
        assert self.floor is not None
        period = self._periods.get(self.floor, axis, self.now())
        if self._periods.ready(period):
            self._turn_to(period, at)
            self.draw()
            self.work(self._look_ahead(axis), "show")
        else:
            self.work(self._show(), "show")

    async def _show(self) -> None:
        """Reckons the period off the loop, then those beside it."""
        floor, axis = self.floor, self.axis
        assert floor is not None
        assert axis is not None
        period = self._periods.get(floor, axis, self.now())
        await self._prepare(period)
        if axis is not self.axis:
            return
        self._turn_to(period, self._at)
        self.draw()
        self.work(self._look_ahead(axis), "ahead")

    async def _prepare(self, period: Period) -> None:
        await self.desk.rosters.ask(lambda _: self._periods.prepare(period))

    def _turn_to(self, period: Period, at: int) -> None:
        """Shows a period; the cursor stays on its person."""
        who, self.period = self.person_here(), period
        self._arrange(who)
        self.place.cell = period.axis.cell(at)

    async def _look_ahead(self, axis: Axis) -> None:
        """Reckons the periods beside one, once it has stood for a moment: the next key may ask for them."""
        for step in (1, -1):
            await asyncio.sleep(MOMENT)
            if self.floor is None or axis is not self.axis:
                return
            beside = self._periods.get(self.floor, turned(axis, step), self.now())
            if not self._periods.ready(beside):
                await self._prepare(beside)

    def _arrange(self, who: str) -> None:
        """The rows in their order; the cursor stays on its person."""
        assert self.period is not None
        self.rows = []
        for title, people in self.period.people(sort=self.sort, group=self.group):
            if title:
                self.rows.append((title, None))
            self.rows += [(one.name, one) for one in people]
        there = (number for number, (name, one) in enumerate(self.rows) if one is not None and name == who)
        first = next((number for number, (_, one) in enumerate(self.rows) if one is not None), 0)
        self.place.row = next(there, min(self.place.row, len(self.rows) - 1) if self.place.row else first)

    def draw(self) -> None:
        """Everything at the present size and instant."""
        if not self.is_mounted:
            return
        size = self.app.size
        if self.period is None:
            self.body.show(self.first_words(), top=0)
            return
        lines = draw(self, size.width, size.height - 3)
        self.body.show(lines, top=0)

    @property
    def panel_height(self) -> int:
        """Where the list of problems is."""
        return 12 if self.app.size.height >= 40 else 8

    # What is meant

    def person_here(self) -> str:
        """Whoever the cursor is on."""
        if 0 <= self.place.row < len(self.rows) and self.rows[self.place.row][1] is not None:
            return self.rows[self.place.row][0]
        return ""

    def instant(self) -> int:
        """The middle of the cell under the cursor; now where there is none."""
        if self.period is None:
            return self.now()
        edges = self.period.axis.edges
        return (edges[self.place.cell] + edges[self.place.cell + 1]) // 2

    def piece_here(self) -> Piece | None:
        """The shift on call of whoever is under the cursor, in its cell."""
        if self.period is None or self.floor is None:
            return None
        edges, name = self.period.axis.edges, self.person_here()
        opens, closes = edges[self.place.cell], edges[self.place.cell + 1]
        for start, end, key, _ in self.period.duties.get(name, ()):
            line = next((one for one in self.floor.lines if one.key == key), None)
            if start < closes and end > opens and line is not None:
                piece = at_instant(self.floor, line, max(start, opens))
                mine = sorted(piece.duties, key=lambda duty: duty.person != name)
                return replace(piece, duties=tuple(mine))
        return None

    def pieces_here(self) -> list[Piece]:
        """The shift on call under the cursor, and the one at the desk."""
        found, name = super().pieces_here(), self.person_here()
        span = self.period.shift_at(name, self.place.cell) if self.period is not None else None
        if span is not None and self.floor is not None:
            found.append(Piece(desk_line(self.floor), *span, (Duty(name),)))
        return found

    def desk_hole(self) -> Hole | None:
        """The shift under the cursor, else its cell: somebody is to be at the desk then."""
        if self.period is None:
            return None
        found = self.period.shift_at(self.person_here(), self.place.cell)
        edges = self.period.axis.edges
        span = found or (edges[self.place.cell], edges[self.place.cell + 1])
        return Hole(*span, DESK) if span[1] > span[0] else None

    async def do_yank_phone(self) -> None:
        """The phone of whoever is under the cursor."""
        self.copy_phone(self.person_here())

    def go_to(self, item: Item) -> None:
        """The period of a problem, and who it is about."""
        if self.axis is None or self.period is None:
            return
        people = item.problem.finding.people if item.problem and item.problem.finding else ()
        names = [item.swap.gives.person] if item.swap else list(people)
        there = (number for number, (name, _) in enumerate(self.rows) if name in names)
        self.place.row = next(there, self.place.row)
        if self.axis.start <= item.start < self.axis.end:
            self.place.cell, self._at = self.axis.cell(item.start), item.start
        else:
            self._go(axis_around(item.start, self.zone, *ZOOMS[self.zoom]), item.start)

    # Moving

    def step(self, rows: int = 0, cells: int = 0) -> None:
        """To another person, or another cell."""
        if self.period is None:
            return
        self.on_item, self.panel = False, ()
        people = [number for number, (_, one) in enumerate(self.rows) if one is not None]
        if rows and people:
            at = min(range(len(people)), key=lambda number: abs(people[number] - self.place.row))
            self.place.row = people[max(0, min(at + rows, len(people) - 1))]
        self.place.cell = max(0, min(self.place.cell + cells, self.period.axis.cells - 1))
        if self.period.axis == self.axis:  # else another period is on its way, with the cursor where it is wanted
            self._at = self.instant()
        self.draw()

    def page_size(self) -> int:
        """The people on the screen."""
        return self.place.shown

    def do_roster_left(self) -> None:
        """Earlier; before the first cell, the period before."""
        if self.period is not None and self.place.cell == 0:
            self._turn(-1, last=True)
        else:
            self.step(cells=-1)

    def do_roster_right(self) -> None:
        """Later; after the last cell, the next period."""
        if self.period is not None and self.place.cell == self.period.axis.cells - 1:
            self._turn(1, first=True)
        else:
            self.step(cells=1)

    def do_roster_period_back(self) -> None:
        """The period before."""
        self._turn(-1)

    def do_roster_period_on(self) -> None:
        """The next period."""
        self._turn(1)

    def _turn(self, step: int, *, first: bool = False, last: bool = False) -> None:
        if self.axis is None:
            return
        axis = turned(self.axis, step)
        cell = 0 if first else axis.cells - 1 if last else self.place.cell
        self.on_item = False
        self._go(axis, axis.edges[cell])

    def do_roster_now(self) -> None:
        """The period of now."""
        self.on_item = False
        self._go(axis_around(self.now(), self.zone, *ZOOMS[self.zoom]), self.now())

    def do_roster_zoom_in(self) -> None:
        """Less time in more detail, around the cursor."""
        self._zoom(-1)

    def do_roster_zoom_out(self) -> None:
        """More time at once, around the cursor."""
        self._zoom(1)

    def _zoom(self, step: int) -> None:
        there = self.zoom + step
        if not 0 <= there < len(ZOOMS):
            self.say("this is as far as it goes")
            return
        self.zoom = there
        self._go(axis_around(self._at, self.zone, *ZOOMS[there]), self._at)

    # Order

    def do_roster_sort(self) -> None:
        """Chooses the order of people."""
        keys = {"n": "name", "s": "start", "l": "load", "h": "hours"}
        self.choose("sort by", [Choice(key, way, partial(self._order, sort=way)) for key, way in keys.items()])

    def do_roster_group(self) -> None:
        """Chooses what people are grouped by."""
        keys = {"t": "team", "z": "zone", "n": "none"}
        self.choose("group by", [Choice(key, way, partial(self._order, group=way)) for key, way in keys.items()])

    def _order(self, *, sort: str = "", group: str = "") -> None:
        self.sort, self.group = sort or self.sort, group or self.group
        self._arrange(self.person_here())
        self.draw()

    @property
    def narrow(self) -> bool:
        """Whether there is room for the short form only."""
        return self.app.size.width < NARROW
