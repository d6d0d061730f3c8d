"""The grid of people and time: only lines that changed are painted anew, rows are made when they are seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from helpdesk_tui.domain.roster.grid import Axis, Level, Mark
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, Run, pad, run

STYLES = {
    Mark.OFF: "faint",
    Mark.SHIFT: "good",
    Mark.BREAK: "dim",
    Mark.CALL: "badge",
    Mark.BOTH: "badge",
    Mark.AWAY: "warn",
    Mark.LEAVE: "warn",
    Mark.TRAINING: "warn",
    Mark.VISIT: "vip",
    Mark.WINDOW: "vip",
    Mark.LOST: "bad",
}
LEGEND = (
    ("=  -", "On shift; a break."),
    ("O  #", "On call; on call and on shift."),
    ("X L T", "Away; on leave; in training."),
    ("V  M", "A visit; a maintenance window."),
    ("!", "On call, and nobody is reached: away, gone or no contact."),
    ("need/have", "How many are needed and are there, where a cell is worst; ! is nobody."),
)
"""What the marks mean."""


class GridRow(NamedTuple):
    """A row: what stands before and after its cells, and the cells as pairs of a sign and a style; a title has none."""

    left: Line
    cells: tuple[tuple[str, str], ...] = ()
    right: Line = EMPTY


class Frame(NamedTuple):
    """Where the cells are: their axis, the first that is shown, how many, and the cells before and after them."""

    axis: Axis
    first: int
    shown: int
    left: int
    right: int


def room(axis: Axis, cells: int) -> int:
    """How many cells of an axis fit into so many of the terminal, with a rule between days."""
    if not ruled(axis):
        return min(axis.cells, max(1, cells))
    whole = cells // (axis.per_day + 1)
    return min(axis.cells, max(axis.per_day, whole * axis.per_day))


def ruled(axis: Axis) -> bool:
    """Whether a rule stands between days."""
    return axis.days > 1 and axis.per_day > 1


class RosterGrid(Lines):
    """`compose_rows` draws a window of rows around the cursor; `make` makes one of them."""

    def __init__(self, palette: Palette, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(palette, id=id)
        self.top_row = 0

    def draw(
        self, frame: Frame, count: int, make: Callable[[int], GridRow], cursor: tuple[int, int], now: int,
        height: int, *, vertical: str = "|", focus: bool = True,
    ) -> list[Line]:  # fmt: skip
        """The head and as many rows as fit into `height` lines; the cursor's row is always among them."""
        rows = max(1, height - 2)
        row, cell = cursor
        if not self.top_row <= row < self.top_row + rows:
            self.top_row = row - rows + 1 if row >= self.top_row else row
        self.top_row = max(0, min(self.top_row, count - rows))
        lines = list(head(frame, now, vertical))
        for number in range(self.top_row, min(count, self.top_row + rows)):
            made = make(number)
            at = cell if number == row and focus else -1
            lines.append((*made.left, *cells_line(made.cells, frame, at, vertical), *made.right))
        return lines + [EMPTY] * (height - len(lines))


@lru_cache(1_024)
def cells_line(cells: tuple[tuple[str, str], ...], frame: Frame, cursor: int, vertical: str) -> Line:
    """The cells of a row that are shown; the one under the cursor stands out by reversal."""
    if not cells:
        return EMPTY
    out: list[tuple[str, str]] = []
    rule = ruled(frame.axis)
    for number in range(frame.first, min(frame.first + frame.shown, len(cells))):
        sign, style = cells[number]
        out.append((sign, "tab-on" if number == cursor else style))
        if rule and (number + 1) % frame.axis.per_day == 0:
            out.append((vertical, "rule"))
    return tuple(run("".join(sign for sign, _ in some), style) for style, some in groupby(out, key=lambda one: one[1]))


@lru_cache(1_024)
def marks(row: str) -> tuple[tuple[str, str], ...]:
    """Somebody's marks with their styles."""
    return tuple((sign, STYLES[Mark(sign)]) for sign in row)


def needs(levels: Sequence[Level]) -> tuple[tuple[str, str], ...]:
    """How many are needed, by cell."""
    return tuple((_digit(level.need) if level.need else ".", "dim" if level.need else "faint") for level in levels)


def haves(levels: Sequence[Level]) -> tuple[tuple[str, str], ...]:
    """How many are there, by cell; `!` where nobody is and somebody is needed."""
    return tuple((_have(level), "bad" if level.short else "" if level.need else "faint") for level in levels)


def _have(level: Level) -> str:
    return "!" if level.short and not level.have else _digit(level.have)


def _digit(number: int) -> str:
    return str(number) if number < 10 else "+"


def head(frame: Frame, now: int, vertical: str) -> tuple[Line, Line]:
    """The days and the hours; the present cell is told by a mark."""
    axis = frame.axis
    days: list[Run] = [run(" " * frame.left)]
    hours: list[Run] = [run(" " * frame.left)]
    present = axis.cell(now) if axis.start <= now < axis.end else -1
    number = frame.first
    while number < min(frame.first + frame.shown, axis.cells):
        upto = min((number // axis.per_day + 1) * axis.per_day, frame.first + frame.shown)
        day = axis.day(number)
        here = number <= present < upto
        days.append(pad(day_word(day, upto - number), upto - number, "strong" if here else "head", cut=""))
        hours += _hours(axis, number, upto, present)
        if ruled(axis):
            days.append(run(vertical, "rule"))
            hours.append(run(vertical, "rule"))
        number = upto
    return tuple(days), tuple(hours)


def day_word(day: date, cells: int) -> str:
    """A day in so many cells."""
    for words in (f"{day:%a %d %b}", f"{day:%a %d}", f"{day:%d}"):
        if len(words) <= cells:
            return words
    return f"{day:%d}"[-1:]


def _hours(axis: Axis, first: int, upto: int, present: int) -> list[Run]:
    every = max(2, 7_200 // axis.step)
    text = [" "] * (upto - first)
    for number in range(first, upto):
        inside = number % axis.per_day
        if axis.per_day >= 6 and inside % every == 0 and number + 1 < upto:
            hour = f"{inside * axis.step // 3_600:02d}"
            text[number - first], text[number + 1 - first] = hour[0], hour[1]
    at = present - first
    if not 0 <= at < len(text):
        return [run("".join(text), "dim")]
    sign = "v" if text[at] == " " else text[at]
    return [run("".join(text[:at]), "dim"), run(sign, "tab-on"), run("".join(text[at + 1 :]), "dim")]
