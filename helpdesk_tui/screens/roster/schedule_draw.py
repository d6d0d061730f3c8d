"""The schedule as lines: grid, coverage, on call, problems, visits, in as much room as there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpdesk_tui.desk.roster.view import Cover, Period
from helpdesk_tui.domain.roster.grid import Axis
from helpdesk_tui.domain.roster.moments import local, shown
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.screens.roster.draw import beside, counted, item_line, loudest, problem_lines, ruler, span_words
from helpdesk_tui.widgets.roster_grid import Frame, GridRow, cells_line, haves, marks, needs, room
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, line, pad, run, shortened, spread

if TYPE_CHECKING:
    from helpdesk_tui.screens.roster.schedule import ScheduleScreen


@dataclass
class Place:
    """Where the cursor is, the first cell that is shown, and how many people were."""

    row: int = 0
    cell: int = 0
    first: int = 0
    shown: int = 0


def draw(screen: ScheduleScreen, cells: int, height: int) -> list[Line]:
    """Everything, as `height` lines of `cells` cells."""
    period = screen.period
    assert period is not None
    wide = cells >= 150
    top = _top(screen, period, cells)
    frame = _frame(screen, period.axis, cells)
    foot = _foot(screen, period, frame, cells, height - len(top), wide=wide)
    left = height - len(top) - len(foot)
    make = _maker(screen, period, frame, cells)
    rows = screen.body.draw(
        frame, len(screen.rows), make, (screen.place.row, screen.place.cell), screen.now(), left,
        vertical=screen.glyphs.vertical,
    )  # fmt: skip
    screen.place.shown = left - 2
    return [*top, *rows, *foot]


def _frame(screen: ScheduleScreen, axis: Axis, cells: int) -> Frame:
    """Where the cells begin; they are moved so that the cursor's is among them."""
    left = 18 if cells < 100 else 36 if cells >= 150 else 25
    shown = room(axis, cells - left - (12 if cells < 100 else 20))
    place = screen.place
    if not place.first <= place.cell < place.first + shown:
        place.first = place.cell - shown // 2
        if axis.days > 1:
            place.first -= place.first % axis.per_day
    place.first = max(0, min(place.first, axis.cells - shown))
    ruled = shown // axis.per_day if axis.days > 1 and axis.per_day > 1 else 0
    return Frame(axis, place.first, shown, left, cells - left - shown - ruled)


def _top(screen: ScheduleScreen, period: Period, cells: int) -> list[Line]:
    axis, zone = period.axis, screen.zone
    last = axis.day(axis.cells - 1)
    week = f"week {axis.first.isocalendar()[1]}  " if axis.days >= 7 else "day "
    span = f"{axis.first:%a %d %b %Y}" if axis.days == 1 else f"{axis.first:%a %d} - {last:%a %d %b}"
    step = f"{axis.step // 60} min" if axis.step < 3_600 else f"{axis.step // 3_600} h"
    moved = "".join(
        f"  clocks go {'forward' if by > 0 else 'back'} {day:%a %d}" for day, by in axis.changes
    )  # fmt: skip
    now = local(screen.now(), zone)
    title = (
        run(" SCHEDULE ", "head"), run(f"{week}{span}", "strong"), run(f"  {zone}", "badge"),
        run(moved, "warn"), run(f"  a cell {step}", "dim"),
    )  # fmt: skip
    right = (run(f"{now:%a %H:%M} ", "dim"),)
    troubles = counted(screen.items, bare=screen.bare)
    ages = "; ".join(screen.ages())
    loud = any(one.kind in ("gap", "empty") for one in screen.items)
    second: Line = (run(f" {troubles}", "bad" if loud else "dim"), run(f"  {ages}" if ages else "", "warn"))
    marked = screen.marked
    if marked is not None:
        words = f"marked: {marked.word}, {marked.line.name} {screen.span_left(marked)}"
        second = (*second, run(f"  {words}", "mark"))
    out = [spread(title, right, cells), spread(second, (run(f"{screen.health(brief=bool(ages))} ", "dim"),), cells)]
    if loud_line := loudest(screen.items, zone, cells):
        out[1:1] = [loud_line]
    return out


def _maker(screen: ScheduleScreen, period: Period, frame: Frame, cells: int) -> Callable[[int], GridRow]:
    def make(number: int) -> GridRow:
        name, one = screen.rows[number]
        if one is None:
            return GridRow(fitted((run(f" {name}", "head"),), cells, "head"))
        return _row(screen, period, one, frame, here=number == screen.place.row)

    return make


def _row(screen: ScheduleScreen, period: Period, one: Technician, frame: Frame, *, here: bool) -> GridRow:
    floor, wide = period.floor, frame.left >= 36
    mark = run(screen.glyphs.cursor if here else " ", "key")
    style = "strong" if here else ""
    name = frame.left - 8 - (8 if wide else 0)
    load = f"{floor.open_tickets(one.name)}/{one.capacity or '-'}"
    full = one.capacity and floor.open_tickets(one.name) >= one.capacity
    short = pad(shortened(one.name, name), name, style)
    left: Line = (mark, short, pad(load, 6, "warn" if full else "dim", right=True))
    if wide:
        hours = period.hours(one.name)
        left = (*left, pad(f"{round(hours / 3_600):d} h" if hours else "", 8, "dim", right=True))
    return GridRow((*left, run(" ")), marks(period.row(one.name)), _note(period, one, frame.right))


def _note(period: Period, one: Technician, cells: int) -> Line:
    """Skills, and what is out of the ordinary now."""
    stand = period.standing.get(one.name)
    skills = " ".join(sorted(one.levels, key=lambda name: -one.levels[name]))
    words, style = "", "dim"
    if stand is not None and stand.absent:
        words, style = "AWAY", "warn"
        if stand.absent_until:
            words = f"AWAY to {shown(stand.absent_until, period.axis.zone, period.now)}"
    elif stand is not None and stand.on_call:
        words, style = "ON CALL " + ", ".join(period.floor.label(key) for key in stand.on_call), "badge"
    elif one.lacks and "skill" in one.lacks:
        words = f"no {', '.join(one.lacks)}"
    if cells < 28:
        return (run(" "), pad(words or skills, max(0, cells - 1), style if words else "dim"))
    half = min(24, cells // 2)
    return (run(" "), pad(skills, half, "dim"), run(" "), pad(words, max(0, cells - half - 2), style))


def _foot(
    screen: ScheduleScreen, period: Period, frame: Frame, cells: int, height: int, *, wide: bool
) -> list[Line]:  # fmt: skip
    """Coverage, the cursor in words, and the list of problems; visits and requests where there is room."""
    tall = height >= 34
    covers = period.coverage
    many = min(len(covers), 5 if tall else 2 if any(one.short for one in covers) else 1)
    out = [ruler("NEED AND HAVE" if tall else "", cells, screen.glyphs)]
    for one in covers[:many]:
        out += _cover(one, frame, _short(one, screen, period), screen.glyphs.vertical)
    if len(covers) > many and not tall:
        rest = ", ".join(f"{one.label}{' short' if one.short else ''}" for one in covers[many:])
        out[0] = ruler(f"NEED AND HAVE, further: {rest}", cells, screen.glyphs)
    out.append(_under_cursor(screen, period, cells))
    out.append(ruler("PROBLEMS AND REQUESTS" if not screen.panel else "", cells, screen.glyphs))
    many = 10 if tall else 4
    chosen = screen.chosen if screen.on_item else -1
    if screen.panel:
        block = list(screen.panel)
        out += block[: max(many, min(len(block), height - len(out) - 5))]
    else:
        out += problem_lines(screen.items, chosen, screen.zone, cells, many, screen.glyphs, bare=screen.bare)
    if tall:
        out += _visits(screen, period, cells, wide=wide)
    return out


def _cover(one: Cover, frame: Frame, note: str, rule: str) -> list[Line]:
    width = frame.left - 7
    lines = []
    if one.asked:
        left = (run(" "), pad(shortened(one.label, width), width, "strong"), pad("need", 5, "dim"), run(" "))
        lines.append((*left, *cells_line(needs(one.levels), frame, -1, rule)))
    label = pad("" if one.asked else one.label, width, "strong")
    words = (run(" "), pad(note, max(0, frame.right - 1), "bad" if one.short else "dim"))
    lines.append(
        (run(" "), label, pad("have", 5, "dim"), run(" "), *cells_line(haves(one.levels), frame, -1, rule), *words)
    )
    return lines


def _short(one: Cover, screen: ScheduleScreen, period: Period) -> str:
    """Where somebody is missing first: by the problem itself, else by its cell."""
    axis = period.axis
    for item in sorted(screen.items, key=lambda item: item.start):
        found = item.problem.finding if item.problem else None
        mine = found is not None and found.pool == one.pool and (found.pool or found.skill == one.label)
        if mine and item.start < axis.end and item.end > axis.start:
            what = "GAP" if item.kind in ("gap", "empty", "unskilled") else "short"
            return f"{what} {local(max(item.start, axis.start), screen.zone):%a %H:%M}"
    for number, level in enumerate(one.levels):
        if level.short:
            return f"{'GAP' if not level.have else 'short'} {local(axis.edges[number], screen.zone):%a %H:%M}"
    return ""


def _under_cursor(screen: ScheduleScreen, period: Period, cells: int) -> Line:
    """What the cell under the cursor is, in words; of a problem, what is lost and how it is cured."""
    if screen.on_item and screen.item is not None:
        return item_line(screen.item, screen.zone, cells)
    name = screen.person_here()
    if not name:
        return EMPTY
    edges, number = period.axis.edges, screen.place.cell
    when = span_words(edges[number], edges[number + 1], screen.zone)
    what = ", ".join(period.about(name, number)) or "off"
    stand = period.standing.get(name)
    now = f"   now: {screen.here_words(stand)}" if stand else ""
    return fitted((run(f" {name}", "strong"), run(f"  {when} "), run(what, "badge"), run(now, "dim")), cells)


def _visits(screen: ScheduleScreen, period: Period, cells: int, *, wide: bool) -> list[Line]:
    """Visits and windows of the period, and who is on call now."""
    half = cells // 2 if wide else cells
    visits: list[Line] = [line(" VISITS, DEPLOYMENTS, MAINTENANCE WINDOWS", "head")]
    for one in period.visits[:5]:
        at = local(one.start, screen.zone)
        who = ", ".join(one.people) or "nobody is down for it"
        text = f" {at:%a %d %H:%M}  {one.title}{f', {one.place}' if one.place else ''} {one.number}  "
        visits.append((run(text), run(who, "badge" if one.people else "warn")))
    if len(visits) == 1:
        visits.append(line(" none in this period", "dim"))
    if not wide:
        return [ruler("", cells, screen.glyphs), *visits]
    calls: list[Line] = [line("ON CALL NOW", "head")]
    for schedule in period.floor.lines[:6]:
        held = [name for name, stand in period.standing.items() if schedule.key in stand.on_call]
        who = ", ".join(held) or "nobody"
        calls.append((pad(shortened(schedule.name, 28), 30), run(who, "badge" if held else "dim")))
    return [ruler("", cells, screen.glyphs), *beside(visits, calls, half, cells, screen.glyphs.vertical)]
