"""The SLA screen arranged for a size: which parts there is room for, and where each begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpdesk_tui.domain.sla.aging import HORIZON, Depth, Due, Paused, Picture, Stalled, both, narrowed
from helpdesk_tui.domain.views import Grouping
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import aging_list, aging_text, times
from helpdesk_tui.widgets.aging_list import Chosen
from helpdesk_tui.widgets.aging_text import Cell
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, run

PANELS = ("hours", "stalled", "paused", "causes", "people", "drifts", "needs", "ages")
"""Parts beside the board and the list, in the order in which the keys go through them."""
WIDE = 180
BOARD = 112
"""Cells of the board where the hours ahead stand beside it."""
_PANEL = 8
PEOPLE = 7
_REASONS = {"not told": "untold"}
"""What a class of drift is called in the filter language, where that is another word."""
Figures = tuple[tuple[tuple[str, str], ...], ...]
"""The figures of each row of a panel: what each is called, and the filter that lists its tickets."""


@dataclass(slots=True)
class Place:
    """Where the user is: in which part, and on which row of each."""

    part: str = "list"
    entry: int = 0
    entries_top: int = 0
    board: int = 0
    board_top: int = 0
    column: int = 1
    row: int = 0
    figure: int = 0

    def move(self, step: int, rows: int) -> None:
        """Moves within the part in use, which has so many rows."""
        last = max(0, rows - 1)
        if self.part == "list":
            self.entry = max(0, min(self.entry + step, last))
        elif self.part == "board":
            self.board = max(0, min(self.board + step, last))
        else:
            self.row = max(0, min(self.row + step, last))


@dataclass(frozen=True, slots=True)
class Shown:
    """What was drawn: the lines, the ground of those that have one, the clocks that are seen, how many rows the list
    has, whether there are panels, and what their figures lead to."""

    lines: tuple[Line, ...] = ()
    grounds: Mapping[int, str] = field(default_factory=dict)
    dues: tuple[Due, ...] = ()
    entries: int = 1
    panels: bool = False
    filters: Mapping[str, Figures] = field(default_factory=dict)


def draw(
    picture: Picture,
    depth: Depth | None,
    place: Place,
    cells: int,
    height: int,
    glyphs: Glyphs,
    now: int,
    *,
    grouping: Grouping,
    typed: str,
    ready: bool,
) -> Shown:
    """Everything for a body of that size."""
    wide = cells >= WIDE
    panels = wide and height >= 38
    people = panels and height >= 46
    board_height = min(len(picture.rows), 7 if wide else max(4, height // 4)) + 2
    if wide:
        board_height = max(board_height, 9)
    lines: list[Line] = [aging_text.head(picture, grouping, typed, cells, glyphs=glyphs)]
    lines.append(aging_text.ages(picture, cells, glyphs, place.figure if place.part == "ages" else -1))
    lines.append((run(("=" if cells < 100 else glyphs.horizontal) * cells, "rule"),))
    _scroll(place, board_height - 2, len(picture.rows))
    lines += _upper(picture, depth, place, cells, board_height, glyphs, grouping, wide=wide)
    below = (_PANEL + 1 if panels else 0) + (9 if people else 0) + (1 if wide else 3)
    room = max(1, height - len(lines) - 2 - below)
    grounds: dict[int, str] = {}
    dues = _list(lines, grounds, picture, place, cells, room, glyphs, now, ready=ready)
    filters: dict[str, Figures] = {"hours": tuple(_hour_figures(picture, typed))} if wide else {}
    if panels:
        lines += _panels(depth, place, cells, glyphs, now)
        filters |= panel_figures(depth, typed)
    if people:
        lines += _people(depth, place, cells, glyphs)
        filters |= people_figures(depth, typed, business=picture.left is not None)
    filters |= {"needs": (needs,)} if (needs := aging_text.needs(picture, typed)) else {}
    if not wide and depth is not None and depth.paused:
        filters["paused"] = (_all_paused(depth, typed),)
    late = aging_text.late_sources(picture)
    filters |= {"ages": (tuple(_age_figure(name, typed) for name in late),)} if late else {}
    lines += _foot(picture, depth, cells, glyphs, wide=wide, place=place)
    return Shown(tuple(lines[:height]), grounds, dues, room, panels, filters)


def _scroll(place: Place, room: int, rows: int) -> None:
    """The board shows the row the cursor is on; its last row, the sum, always stands below."""
    at = min(place.board, max(0, rows - 1))
    place.board_top = max(0, min(place.board_top, rows - room))
    if at < place.board_top:
        place.board_top = at
    elif at >= place.board_top + room:
        place.board_top = at - room + 1


def board_cells(cells: int) -> int:
    """The width of the board on a screen of that width."""
    return BOARD if cells >= WIDE else cells


def _upper(
    picture: Picture, depth: Depth | None, place: Place, cells: int, height: int, glyphs: Glyphs, grouping: Grouping, *,
    wide: bool,
) -> list[Line]:  # fmt: skip
    """The board, with the hours ahead beside it where there is room."""
    cell = Cell(place.board, place.column, place.part == "board")
    size = board_cells(cells)
    board = aging_text.board(
        picture.rows, picture.total, depth.past if depth else None, grouping, size, glyphs,
        top=place.board_top, height=height, cell=cell, old=aging_text.old_sources(picture),
    )  # fmt: skip
    if not wide:
        return board
    by_calendar = picture.left is not None
    hours = aging_text.hours(picture.hours, cells - BOARD - 3, glyphs, _chosen(place, "hours"), business=by_calendar)
    return aging_list.beside([(board, BOARD), ([EMPTY], 3), (hours, cells - BOARD - 3)], height)


def _list(
    lines: list[Line], grounds: dict[int, str], picture: Picture, place: Place, cells: int, room: int, glyphs: Glyphs,
    now: int, *, ready: bool,
) -> tuple[Due, ...]:  # fmt: skip
    """What breaches next, `room` rows of it, under a rule and a heading; the clocks that are seen."""
    soon, old = picture.soon, aging_text.old_sources(picture)
    top = max(0, min(place.entries_top, len(soon) - room))
    if place.entry < top:
        top = place.entry
    elif place.entry >= top + room:
        top = place.entry - room + 1
    place.entries_top = top
    seen = soon[top : top + room]
    count = f"{top + 1}-{top + len(seen)} of {_due_count(picture)}" if seen else "none"
    hours = HORIZON // times.HOUR
    lines.append(aging_text.rule("next to breach", f"{count} due in {hours} h", cells, glyphs.horizontal))
    lines.append(aging_list.heading(cells))
    for index, stuck in enumerate(seen, top):
        at_cursor = index == place.entry and place.part == "list"
        due = stuck.due
        left = _business(picture.left.seconds, due) if picture.left else ""
        age = old.get(due.row.source, "")
        if at_cursor:
            grounds[len(lines)] = "cursor"
        lines.append(aging_list.entry(stuck, now, cells, glyphs, cursor=at_cursor, left=left, old=age))
    if not seen:
        lines.append(aging_list.empty(cells, ready=ready, any_open=picture.total.total > 0))
    lines += [EMPTY] * (room - max(1, len(seen)))
    return tuple(stuck.due for stuck in seen)


def _due_count(picture: Picture) -> int:
    """Clocks listed; tickets that breached before the earliest of them are counted by the board only."""
    return max(len(picture.soon), sum(picture.total.bands[:4]))


def _business(business: Mapping[tuple[int, str], int], due: Due) -> str:
    left = business.get((due.row.id, due.ident))
    if left is None:
        return ""
    text = times.span(abs(left))
    return f"-{text}b" if left < 0 else f"{text}b"


def _panels(depth: Depth | None, place: Place, cells: int, glyphs: Glyphs, now: int) -> list[Line]:
    """What stands still, what is paused, and why clocks were missed."""
    third = cells // 3
    told = depth or Depth({})
    columns = [
        (aging_list.stalled_panel(told.stalled, now, third - 2, _chosen(place, "stalled")), third),
        (aging_list.paused_panel(told, now, third - 2, _chosen(place, "paused"), _PANEL - 1), third),
        (aging_list.blame_panel(told.blames, cells - 2 * third, _chosen(place, "causes"), glyphs), cells - 2 * third),
    ]
    return [(run(glyphs.horizontal * cells, "rule"),), *aging_list.beside(columns, _PANEL)]


def _people(depth: Depth | None, place: Place, cells: int, glyphs: Glyphs) -> list[Line]:
    """Technicians, and clocks that differ."""
    half = cells * 3 // 5
    told = depth or Depth({})
    columns = [
        (aging_list.worker_panel(told.workers, half - 3, _chosen(place, "people"), glyphs, PEOPLE), half),
        (aging_list.drift_panel(told.drifts, cells - half, _chosen(place, "drifts")), cells - half),
    ]
    return [(run(glyphs.horizontal * cells, "rule"),), *aging_list.beside(columns, 8)]


def _chosen(place: Place, part: str) -> Chosen:
    return (place.row, place.figure) if place.part == part else (-1, 0)


def _all_paused(depth: Depth, typed: str) -> tuple[tuple[str, str], ...]:
    """What the figures of the line of paused clocks lead to."""
    all_ = ("paused", both("is:open", "is:paused", typed))
    long = ("paused > 5 days", both("is:open", "is:paused", "instate:>=5d", typed))
    return (all_, long) if any(one.long for one in depth.paused) else (all_,)


def _age_figure(source: str, typed: str) -> tuple[str, str]:
    """What comes from a source that is behind."""
    return f"data of {source} is old", both("is:open", narrowed(Grouping.SOURCE, source), typed)


def _foot(picture: Picture, depth: Depth | None, cells: int, glyphs: Glyphs, *, wide: bool, place: Place) -> list[Line]:
    chosen, paused = (place.figure if place.part == part else -1 for part in ("needs", "paused"))
    out: list[Line] = []
    if not wide:
        out.append((run(glyphs.horizontal * cells, "rule"),))
        legend = fitted((run(f" {aging_list.LEGEND}", "faint"),), cells)
        out.append(aging_list.paused_short(depth.paused, cells, paused) if depth else legend)
    return [*out, aging_text.summary(picture, cells, chosen)]


def _hour_figures(picture: Picture, typed: str) -> Figures:
    """What each of the hours ahead leads to: seconds from now, for the filter language has no times of day."""
    found, business = [], picture.left is not None
    for hour in picture.hours:
        low, high = max(0, hour.start - picture.at), hour.start + times.HOUR - picture.at
        text = f"due:>={low}s due:<{high}s" if low else f"due:>0s due:<{high}s"
        name = f"due {times.clock(hour.start, hour.start)}"
        if business:
            text, name = f"due:>0s left:>={low}s left:<{high}s", f"due within {high // times.HOUR} business h"
        within = both("is:open", text, typed)
        notes = ((f"{name}: {words}", both(within, filter_)) for words, filter_ in aging_text.hour_notes(hour).items())
        found.append(((name, within), *notes))
    return tuple(found)


def panel_figures(depth: Depth | None, typed: str) -> dict[str, Figures]:
    """What the figures of the panels lead to."""
    if depth is None:
        return {"stalled": (), "paused": (), "causes": ()}
    return {
        "stalled": tuple(_stalled_figures(one, typed) for one in depth.stalled),
        "paused": (
            *(_paused_figures(one, typed) for one in depth.paused[: _PANEL - 2]),
            (("paused in its last 15 min", both("is:open", "is:paused-late", typed)),),
        ),
        "causes": tuple(
            ((f"missed: {one.cause.words if one.cause else 'not yet said'}", one.filter),) for one in depth.blames
        ),
    }


def _stalled_figures(one: Stalled, typed: str) -> tuple[tuple[str, str], ...]:
    figures = [(one.stall.title, both(one.stall.filter, typed))]
    if one.worst:
        theirs = narrowed(Grouping.OWNER, one.worst)
        figures.append((f"{one.worst}: {one.stall.title}", both(one.stall.filter, theirs, typed)))
    return tuple(figures)


def _paused_figures(one: Paused, typed: str) -> tuple[tuple[str, str], ...]:
    all_ = (f"paused: {one.words}", both("is:open", one.filter, typed))
    long = (f"paused > 5 days: {one.words}", both("is:open", one.filter, "instate:>=5d", typed))
    return (all_, long) if one.long else (all_,)


def people_figures(depth: Depth | None, typed: str, *, business: bool = False) -> dict[str, Figures]:
    """What the figures of technicians and of clocks that differ lead to."""
    if depth is None:
        return {"people": (), "drifts": ()}
    ways = (
        *(
            ("open", "is:open"),
            ("breached", "is:open is:breached"),
            ("<2h", f"is:open due:>0m {'left' if business else 'due'}:<2h"),
        ),
        *(("stalled", "is:open is:stalled"), ("missed in 7 d", "is:missed")),
    )
    return {
        "people": tuple(
            tuple((f"{one.name} {name}", both(*filter_.split(" "), one.filter, typed)) for name, filter_ in ways)
            for one in depth.workers[:PEOPLE]
        ),
        "drifts": tuple(
            ((f"differs by {reason}", both("is:open", f"drift:{_REASONS.get(reason, reason)}")),)
            for reason in depth.drifts or {}
        ),
    }
