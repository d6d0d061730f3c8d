"""The on-call board as lines, in as much room as there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.slots import Piece
from helpdesk_tui.desk.roster.text import age_of, reach_words, who_words
from helpdesk_tui.domain.roster.duties import Span
from helpdesk_tui.domain.roster.lines import Line as Schedule
from helpdesk_tui.domain.roster.moments import handed_in, local, shown
from helpdesk_tui.screens.roster.draw import counted, item_line, loudest, problem_lines, ruler, span_words
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets.text import EMPTY, Line, Run, fitted, line, pad, run, shortened, spread

if TYPE_CHECKING:
    from helpdesk_tui.screens.roster.oncall import Board, OnCallScreen

DAYS = 14


def draw(screen: OnCallScreen, floor: Floor, board: Board, cells: int, height: int) -> list[Line]:
    """Everything, as lines of `cells` cells."""
    top = _top(screen, cells)
    foot = _foot(screen, board, cells, height)
    wide = cells >= 150
    strip = [] if wide else _strip(screen, board, cells)
    room = height - len(top) - len(strip) - len(foot)
    if not board.lines:
        words = " No on-call schedule is known: E makes one; or sync a platform, or roster.toml"
        return [*top, line(words, "warn"), *foot]
    rows = _rows(screen, len(board.lines), room // 2 - 2 if wide else room - 1)
    now = [_head(cells, wide=wide), *(_now(screen, floor, board, row, cells, wide=wide) for row in rows)]
    if wide:
        days = [ruler("14 DAYS", cells, screen.glyphs), _days(screen, board, cells)]
        now += [*days, *(_fortnight(screen, board, row, cells) for row in rows)]
    return [*top, *now, *strip, *foot]


def _rows(screen: OnCallScreen, count: int, room: int) -> range:
    """The schedules that are shown: the cursor's is among them."""
    room = max(1, room)
    if not screen.top_row <= screen.row < screen.top_row + room:
        screen.top_row = screen.row - room + 1 if screen.row >= screen.top_row else screen.row
    screen.top_row = max(0, min(screen.top_row, count - room))
    return range(screen.top_row, min(count, screen.top_row + room))


def _top(screen: OnCallScreen, cells: int) -> list[Line]:
    zone, now = screen.zone, local(screen.now(), screen.zone)
    loud = any(one.kind in ("gap", "empty") for one in screen.items)
    title = (
        run(" ON CALL ", "head"), run(f"{now:%a %d %b %Y %H:%M}", "strong"), run(f"  {zone}", "badge"),
        run(f"  {counted(screen.items, bare=screen.bare)}", "bad" if loud else "dim"),
    )  # fmt: skip
    out = [spread(title, (run(f"{screen.health(brief=cells < 100)} ", "dim"),), cells)]
    if loud_line := loudest(screen.items, zone, cells):
        out.append(loud_line)
    if screen.trouble:
        out.append(line(shortened(f" {screen.ages()[0]}", cells), "bad"))
    drafts = [one.after.name or "a new schedule" for one in screen.desk.rosters.drafts.values()]
    if drafts:
        words = f" changed and not kept yet: {', '.join(drafts)}; e (E) goes on with it"
        out.append(line(shortened(words, cells), "mark"))
    if screen.marked is not None:
        one = screen.marked
        words = f" marked: {one.word}, {one.line.name} {screen.span_left(one)}; x on another swaps them"
        out.append(line(words, "mark"))
    return out


def _columns(cells: int, *, wide: bool) -> tuple[int, int, int, int, int]:
    """Widths of schedule, who, phone, until, where it is kept."""
    if wide:
        return 32, 40, 20, 12, 10
    return (19, 20, 17, 10, 5) if cells < 100 else (28, 26, 18, 11, 8)


def _head(cells: int, *, wide: bool) -> Line:
    names = ("   SCHEDULE", "ON NOW", "REACH BY", "UNTIL", "KEPT BY" if wide else "BY")
    pads = [pad(name, many, "head") for name, many in zip(names, _columns(cells, wide=wide), strict=True)]
    rest = pad(f"{'HANDS OVER':<34}AGE" if wide else "AGE", max(0, cells - sum(_columns(cells, wide=wide))), "head")
    return fitted((*pads, rest), cells, "head")


def _now(screen: OnCallScreen, floor: Floor, board: Board, row: int, cells: int, *, wide: bool) -> Line:
    schedule, span, here = board.lines[row], board.now[row], row == screen.row
    name, who, phone, until, kept = _columns(cells, wide=wide)
    mark = run(f" {screen.glyphs.cursor} " if here else "   ", "key")
    words = who_words(span)
    reached = span.reached if span is not None else ()
    age = age_of(schedule, screen.now())
    more = (pad(_hands_over(screen, schedule) or "as the platform says", 33, "dim"), run(" ")) if wide else ()
    kept_by = (schedule.source or "team")[: kept - 1]
    return fitted((
        mark, pad(shortened(schedule.name, name - 4), name - 4, "strong" if here else ""), run(" "),
        pad(words, who - 1, _style(schedule, span, screen.now())), run(" "),
        pad(", ".join(reach_words(floor, one) for one in reached), phone - 1), run(" "),
        pad(shown(span.end, screen.zone, screen.now()) if span else "", until, "dim"),
        pad(kept_by, kept, "dim"), *more, run(age, "warn"),
    ), cells)  # fmt: skip


def _hands_over(screen: OnCallScreen, schedule: Schedule) -> str:
    return handed_in(schedule.hands_over, schedule.zone, screen.zone, screen.now())


def _style(schedule: Schedule, span: Span | None, now: int) -> str:
    """Nobody is only bad where somebody is needed."""
    if span is None or span.reached:
        return "" if span is not None else "warn"
    needed = any(need.start <= now < need.end for need in schedule.needed(now, now + 1))
    return "bad" if needed else "dim"


def _days(screen: OnCallScreen, board: Board, cells: int) -> Line:
    """The days above the cells of the fortnight."""
    name, each = 32, _each(cells)
    out: list[Run] = [pad("   SCHEDULE", name, "head")]
    for number in range(DAYS):
        day = board.axis.day(number)
        style = "strong" if number == screen.day else "head"
        out.append(pad(f"{day:%a %d}", each, style))
    return fitted(tuple(out), cells, "head")


def _each(cells: int) -> int:
    return (cells - 32) // DAYS


def _fortnight(screen: OnCallScreen, board: Board, row: int, cells: int) -> Line:
    """A schedule over 14 days, a cell a day."""
    here = row == screen.row
    mark = run(f" {screen.glyphs.cursor} " if here else "   ", "key")
    out: list[Run] = [mark, pad(shortened(board.lines[row].name, 28), 29, "strong" if here else "")]
    for number in range(DAYS):
        cursor = here and number == screen.day
        out += _cell(
            board.piece(row, number),
            _each(cells),
            screen.glyphs,
            cursor=cursor,
            marked=_marked(screen, board, row, number),
        )
    return fitted(tuple(out), cells)


def _marked(screen: OnCallScreen, board: Board, row: int, day: int) -> bool:
    one, piece = screen.marked, board.piece(row, day)
    if one is None or piece is None:
        return False
    return one.line.key == piece.line.key and one.start <= piece.start < one.end


def _cell(piece: Piece | None, cells: int, glyphs: Glyphs, *, cursor: bool, marked: bool) -> list[Run]:
    """One day: a name as far as it goes, with how it came to be."""
    if piece is None:
        return [pad("", cells)]
    style = "bad" if piece.lost else "badge" if piece.mark else "dim" if not piece.needed or not piece.known else ""
    sign = glyphs.pending if piece.mark == "^" else piece.mark
    if marked:
        sign, style = "+", "mark"
    room = max(1, cells - 2)
    word = "GAP!" if piece.word == "GAP" else piece.word
    text = pad(_brief(word, room), room, "tab-on" if cursor else style)
    return [text, run(sign or " ", style), run(" ")]


def _brief(name: str, cells: int) -> str:
    """A name in few cells: the first one and the beginning of the next."""
    if len(name) <= cells:
        return name
    first, _, last = name.partition(" ")
    if cells < 6 or not last or len(first) >= cells - 1:
        return name[:cells]
    return f"{first} {last[: cells - len(first) - 1]}"


def _strip(screen: OnCallScreen, board: Board, cells: int) -> list[Line]:
    """The 14 days of the schedule under the cursor, where there is room for one only."""
    if not board.lines:
        return []
    schedule = board.lines[screen.row]
    words = _hands_over(screen, schedule)
    named = "" if schedule.zone in words else f" {screen.zone}"
    over = f", hands over {words}{named}" if words else ""
    each = (cells - 2) // DAYS
    days: list[Run] = [run(" ")]
    names: list[Run] = [run(" ")]
    for number in range(DAYS):
        day, cursor = board.axis.day(number), number == screen.day
        days.append(pad(f"{day:%a}"[:2] + f"{day:%d}", each, "strong" if cursor else "dim"))
        names += _cell(
            board.piece(screen.row, number),
            each,
            screen.glyphs,
            cursor=cursor,
            marked=_marked(screen, board, screen.row, number),
        )
    return [
        ruler(f"14 DAYS of {schedule.name}{over}", cells, screen.glyphs),
        fitted(tuple(days), cells),
        fitted(tuple(names), cells),
    ]


def _under_cursor(screen: OnCallScreen, board: Board, cells: int) -> Line:
    """The shift under the cursor in words; of a problem, what is lost and how it is cured."""
    if screen.on_item and screen.item is not None:
        return item_line(screen.item, screen.zone, cells)
    piece = board.piece(screen.row, screen.day) if board.lines else None
    if piece is None:
        return EMPTY
    when = span_words(piece.start, piece.end, screen.zone)
    if not piece.known:
        who, why, style = "not known", "the platform was not asked so far ahead", "warn"
    elif not piece.duties:
        who, why, style = ("nobody", "is down for it", "bad") if piece.needed else ("nobody", "is needed then", "dim")
    else:
        who = ", ".join(piece.people)
        whys = [str(duty.empty) for duty in piece.duties if duty.empty]
        via = {"x": "by a swap", "*": "by an override", "^": "on its way to the platform"}.get(piece.mark, "")
        instead = next((f"instead of {duty.instead_of}" for duty in piece.duties if duty.instead_of), "")
        why = ", ".join(filter(None, [*whys, via, instead]))
        style = "bad" if piece.lost else "strong"
    return fitted((run(f" {piece.line.name}  {when}  "), run(who, style), run(f" {why}", "dim")), cells)


def _foot(screen: OnCallScreen, board: Board, cells: int, height: int) -> list[Line]:
    tables = 2 * len(board.lines) + 10 if cells >= 150 else len(board.lines) + 9
    many = max(5 if height < 34 else 8, height - tables)
    out = [_under_cursor(screen, board, cells)]
    if screen.panel:
        return [*out, ruler("", cells, screen.glyphs), *screen.panel]
    chosen = screen.chosen if screen.on_item else -1
    listed = problem_lines(screen.items, chosen, screen.zone, cells, many, screen.glyphs, bare=screen.bare)
    return [*out, ruler("PROBLEMS AND REQUESTS  n next", cells, screen.glyphs), *listed]
