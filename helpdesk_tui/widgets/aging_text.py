"""The SLA screen as lines: its head, the board, the hours ahead, and the line that sums it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.domain.counted import agrees, counted
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.rows import SourceHealth
from helpdesk_tui.domain.sla.aging import BANDS, HOURS, Hour, Past, Picture, Tally, band_filter, both
from helpdesk_tui.domain.views import Grouping
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import bars, times
from helpdesk_tui.widgets.text import EMPTY, Line, Run, fitted, pad, run, shortened, spread, width

TITLES = {
    Grouping.GROUP: "GROUP",
    Grouping.OWNER: "TECHNICIAN",
    Grouping.ORGANISATION: "CLIENT",
    Grouping.PRIORITY: "PRIORITY",
    Grouping.SOURCE: "PLATFORM",
    Grouping.CATEGORY: "CATEGORY",
}
FIRST = 1 + len(BANDS)
"""Figures of a row of the board before those of the past: all open tickets, and each band."""
WIDE = 108
"""Cells from which on the board tells today and thirty days, too."""
_WIDE_PAST = (("TODAY", 9, "today"), ("7 d", 8, "<7d"), ("30 d", 8, "<30d"))
_NARROW_PAST = (("7d MET", 8, "<7d"), ("TREND", 7, "7d..14d"))


def past_figures(cells: int) -> tuple[tuple[str, str], ...]:
    """The figures of the past on a board of that width: what each is called, and the filter behind what was missed."""
    words = {"today": "missed today", "<7d": "missed in 7 d", "<30d": "missed in 30 d"}
    words["7d..14d"] = "missed in the 7 d before"
    told = _WIDE_PAST if cells >= WIDE else _NARROW_PAST
    return tuple((words[within], f"missed:{within}") for _, _, within in told)


_STYLES = ("strong", "late", "soon", "", "", "dim", "paused", "dim")
_NARROW = (5, 9, 6, 5, 5, 7, 8, 8)
_WIDE = (6, 10, 7, 7, 7, 8, 8, 8)
_SPARKS = "▁▂▃▄▅▆▇█"
_ASCII_SPARKS = "12345678"
STALE = 120
"""Seconds after which figures from a source are said to be old, where it polls more often."""


class Cell(NamedTuple):
    """Where the cursor is on the board: a row (the last is the sum) and a column; `on` where the board has the keys."""

    row: int
    column: int
    on: bool


def head(picture: Picture, grouping: Grouping, typed: str, cells: int, *, glyphs: Glyphs) -> Line:
    """What is shown, by which clock, in which groups, and when."""
    clock = "WALL (b business)"
    if (told := picture.left) is not None:
        some = f", {told.of - told.known} of {told.of} by wall" if told.known < told.of else ""
        clock = f"BUSINESS{some} (b wall)"
    words = f" SLA AGING   clock: {clock}   by {TITLES[grouping]}{'' if typed else ' (= cycles)'}"
    if cells >= 160:
        others = f" {glyphs.sep} ".join(title.lower() for title in TITLES.values())
        words = f" SLA AGING   all platforms   clock: {clock}   grouped by {TITLES[grouping]} (= {others})"
    left = (run(words, "strong"), *((run(f"   /{typed}", "key"),) if typed else EMPTY))
    day = "" if typed and cells < 160 else times.day(picture.at)  # what narrows the figures is never left out for it
    now = f"{times.clock(picture.at, picture.at)} {day} " if picture.at else ""
    return spread(left, (run(now, "dim"),), cells)


def ages(picture: Picture, cells: int, glyphs: Glyphs, chosen: int = -1) -> Line:
    """How old the figures are: every source's health and, beside one that is behind, how many tickets come from it."""
    parts: list[Run] = [run(" ")]
    late = late_sources(picture)
    for place, source in enumerate(picture.sources):
        parts += [run(f" {glyphs.vertical} ", "rule")] if place else []
        parts += bars.health(source, picture.at, glyphs, wide=cells >= 160)
        if source.name in late:
            words = f"{picture.total.sources[source.name]} of {counted(picture.total.total, 'ticket')}"
            style = "tab-on" if late.index(source.name) == chosen else "warn"
            parts += [run(": ", "warn"), run(words if cells >= 120 else words.partition(" ticket")[0], style)]
    return fitted(tuple(parts), cells)


def late_sources(picture: Picture) -> list[str]:
    """The sources whose data is behind and from which some of the tickets come, in the order in which they are told."""
    told = old_sources(picture)
    return [one.name for one in picture.sources if one.name in told and picture.total.sources.get(one.name)]


def behind(source: SourceHealth, now: int) -> str:
    """The age of a source's data where it is older than it should be, "" where it is not."""
    age = now - source.data_at
    if not source.data_at or age <= max(STALE, 2 * source.poll):
        return ""
    return times.ago(age - age % times.MINUTE)


def old_sources(picture: Picture) -> dict[str, str]:
    """The age of each source that is behind, by name."""
    return {source.name: age for source in picture.sources if (age := behind(source, picture.at))}


def board(
    rows: Sequence[Tally],
    total: Tally,
    past: Mapping[str, Past] | None,
    grouping: Grouping,
    cells: int,
    glyphs: Glyphs,
    *,
    top: int,
    height: int,
    cell: Cell,
    old: Mapping[str, str],
) -> list[Line]:
    """A heading, as many rows as fit from `top` on, and the sum: `height` lines in all."""
    wide = cells >= WIDE
    out = [_heading(grouping, cells, wide)]
    room = height - 2
    shown = rows[top : top + room]
    for index, row in enumerate(shown, top):
        chosen = cell.column if cell.on and cell.row == index else -1
        label = row.label or glyphs.nobody
        mark = "*" if any(source in old for source in row.sources) else ""
        told = past.get(fold(row.label)) if past is not None else None
        out.append(_row(label + mark, row, told, cells, wide, chosen, glyphs, known=past is not None))
    out += [EMPTY] * (room - len(shown))
    chosen = cell.column if cell.on and cell.row == len(rows) else -1
    hidden = len(rows) - len(shown)
    label = f"ALL ({hidden} more)" if hidden and cells >= 100 else "ALL"
    told = past.get("*") if past is not None else None
    out.append(_row(label, total, told, cells, wide, chosen, glyphs, known=past is not None))
    return out


def _widths(wide: bool) -> tuple[int, ...]:
    return _WIDE if wide else _NARROW


def _heading(grouping: Grouping, cells: int, wide: bool) -> Line:
    label = cells - sum(_widths(wide)) - (_past_cells(wide))
    out = [pad(f" {TITLES[grouping]}", label, "head")]
    for title, size in zip(("OPEN", *(band.title for band in BANDS)), _widths(wide), strict=True):
        out.append(pad(title, size, "head", right=True))
    for title, size in _past_titles(wide):
        out.append(pad(title, size, "head", right=True))
    return fitted(tuple(out), cells, "head")


def _past_titles(wide: bool) -> tuple[tuple[str, int], ...]:
    titles = tuple((title, size) for title, size, _ in (_WIDE_PAST if wide else _NARROW_PAST))
    return (*titles, ("7d TREND", 11)) if wide else titles


def _past_cells(wide: bool) -> int:
    return sum(size for _, size in _past_titles(wide))


def _row(
    label: str, row: Tally, past: Past | None, cells: int, wide: bool, chosen: int, glyphs: Glyphs, *, known: bool
) -> Line:
    room = cells - sum(_widths(wide)) - _past_cells(wide)
    style = "strong" if label.startswith("ALL") else ""
    out = [run(" "), pad(shortened(label, room - 1), room - 1, style, cut=glyphs.cut)]
    figures = (row.total, *row.bands)
    for place, (figure, size, usual) in enumerate(zip(figures, _widths(wide), _STYLES, strict=True)):
        text = str(figure)
        out.append(run(" " * (size - len(text))))
        out.append(run(text, "tab-on" if place == chosen else usual if figure else "faint"))
    if not known:
        return fitted((*out, run("...", "faint")), cells)
    past = past or Past()
    trend = past.trend
    if wide:
        texts = [(percent(share.part), "") for share in (past.today, past.week, past.month)]
    else:
        shown = "-" if trend is None else f"{trend:+.1f}"
        texts = [(percent(past.week.part), ""), (shown, "warn" if trend is not None and trend < -2 else "dim")]
    for place, ((text, usual), (_, size)) in enumerate(zip(texts, _past_titles(wide), strict=False)):
        out += [run(" " * (size - len(text))), run(text, "tab-on" if chosen == FIRST + place else usual)]
    if wide:
        out.append(pad(spark(past, glyphs), 11, "dim", right=True))
    return fitted(tuple(out), cells)


def percent(part: float | None) -> str:
    """`94.8%`, `100%`; a dash where there is nothing to take a share of."""
    if part is None:
        return "-"
    return "100%" if part == 1 else f"{min(part * 100, 99.9):.1f}%"


def spark(past: Past, glyphs: Glyphs) -> str:
    """The last seven days, the oldest first: half met is the lowest mark, all the highest; a blank for no clock."""
    marks = _ASCII_SPARKS if glyphs.ascii else _SPARKS
    out = ""
    for day in past.days:
        part = day.part
        out += " " if part is None else marks[round(max(0.0, part - 0.5) * 2 * (len(marks) - 1))]
    return out


def hours(
    told: Sequence[Hour], cells: int, glyphs: Glyphs, chosen: tuple[int, int] = (-1, 0), *, business: bool = False
) -> list[Line]:
    """What breaches in each of the next hours as bars: a heading and a line an hour. Hours of business are counted from
    now, each clock's by its own calendar."""
    most = max((hour.count for hour in told), default=0)
    room = cells - 28
    each = max(1, -(-most // max(room, 1)))
    block = "#" if glyphs.ascii else "█"
    scale = f"each {block} = {counted(each, 'ticket')}"
    title = f"BREACHES DUE, NEXT {HOURS} {'BUSINESS ' if business else ''}HOURS ({scale})"
    out: list[Line] = [fitted((run(title, "head"),), cells, "head")]
    for place, hour in enumerate(told):
        name = f"{place + 1}h" if business else times.clock(hour.start, hour.start)[:2]
        bar = block * (-(-hour.count // each))
        notes = [
            run(f"  {text}", "tab-on" if chosen == (place, figure) else "dim")
            for figure, text in enumerate(hour_notes(hour), 1)
        ]
        style = "late" if place == 0 else "soon" if place < 3 else ""
        count = run(f"{hour.count}", "tab-on" if chosen == (place, 0) else "strong" if hour.count else "faint")
        out.append(fitted((run(f"{name} ", "dim"), run(bar, style), run(" "), count, *notes), cells))
    return out


def hour_notes(hour: Hour) -> Mapping[str, str]:
    """What is worth saying of an hour, each with the filter that lists its tickets."""
    said = {f"{hour.orphans} without an owner": "owner:none"} if hour.orphans else {}
    return said | ({f"{hour.urgent} P1/P2": "p:1..2"} if hour.urgent else {})


def summary(picture: Picture, cells: int, chosen: int = -1) -> Line:
    """What needs somebody now, in one line; a figure of it may be chosen."""
    total = picture.total
    breached, near = total.bands[0], total.bands[1]
    if not total.total and (why := bars.why_empty(picture.sources, "all", typed=False)):
        return fitted((run(f" {why}", "warn"),), cells)
    if not breached and not near:
        return fitted((run(" nothing breached, nothing within 30 min", "good"),), cells)
    usual = "late" if breached else "soon"
    texts = [(f"{breached} breached", usual), (f"{near} within 30 min", usual)]
    if total.orphans:
        whole = f"of the {breached + near}"
        texts.append((f"{agrees(total.orphans, f'{whole} has', f'{whole} have')} no owner", "strong"))
    out: list[Run] = []
    for place, (text, style) in enumerate(texts):
        out += [run(" " if not place else ", " if place == 1 else ". ", usual)]
        out += [run(text, "tab-on" if place == chosen else style)]
    return fitted((*out, run(".", usual)), cells)


def needs(picture: Picture, typed: str) -> tuple[tuple[str, str], ...]:
    """What the figures of that line are called, and the filters behind them."""
    if not (picture.total.bands[0] or picture.total.bands[1]):
        return ()
    soon = next(band_filter(band, business=picture.left is not None) for band in BANDS if band.name == "soon")
    told = (("breached", "is:open is:breached"), ("within 30 min", f"is:open {soon}"))
    lone = ("no owner, breached or within 30 min", "is:open owner:none due:<30m")
    if picture.left is not None:
        lone = ("no owner, breached or within 30 min", "is:open owner:none left:<30m")
    figures = (*told, lone) if picture.total.orphans else told
    return tuple((name, both(*filter_.split(" "), typed)) for name, filter_ in figures)


def rule(left: str, right: str, cells: int, dash: str) -> Line:
    """A rule with words at its ends."""
    start = (run(dash * 2, "rule"), run(f" {left} ", "dim")) if left else (run(dash * 2, "rule"),)
    end = (run(f" {right} ", "dim"), run(dash * 2, "rule")) if right else (run(dash * 2, "rule"),)
    return (*start, run(dash * max(0, cells - width(start) - width(end)), "rule"), *end)
