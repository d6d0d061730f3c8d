"""The SLA screen as lines: what breaches next and why it is stuck, and the panels about what stands still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.sla.aging import Blame, Depth, Due, Paused, Stalled, Stuck, Worker
from helpdesk_tui.domain.sla.policies import duration_text
from helpdesk_tui.domain.sla.stuck import lasting
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.aging_text import percent
from helpdesk_tui.widgets.columns import short_name
from helpdesk_tui.widgets.text import EMPTY, Line, Run, fitted, line, pad, run, shortened
from helpdesk_tui.widgets.ticket_text import shown_number

RISK = 2 * times.HOUR
WIDE = 140
"""Cells from which on the list shows summary, group and what the clock says."""
Chosen = tuple[int, int]
"""Where the cursor is in a panel: the row, and the figure of the row; the row is -1 where it is elsewhere."""
LEGEND = "F first response  N next reply  R resolve  W requester wait  U promised update or reminder"


def heading(cells: int) -> Line:
    """The line above the list."""
    if cells >= WIDE:
        head: Line = (
            pad("", 3, "head"), pad("DUE", 7, "head", right=True), pad("  CK", 5, "head"), pad(" P", 3, "head"),
            pad("PLAT", 5, "head"), pad("KEY", 12, "head"), pad("SUMMARY", _summary(cells) + 1, "head"),
            pad("GROUP", 12, "head"), pad("OWNER", 12, "head"), pad("STATE", 17, "head"), pad("FOR", 7, "head"),
            pad("WHY IT IS STUCK", _why(cells) + 1, "head"), pad("CLOCK SAYS", _says(cells), "head"),
        )  # fmt: skip
    else:
        head = (
            pad("", 1, "head"), pad("DUE", 7, "head", right=True), pad(" CK", 4, "head"), pad("P", 2, "head"),
            pad("KEY", 12, "head"), pad("OWNER", 9, "head"), pad("STATE (for)", 19 + _spare(cells), "head"),
            pad("WHY IT IS STUCK", max(1, cells - 54 - _spare(cells)), "head"),
        )  # fmt: skip
    return fitted(head, cells, "head")


def _summary(cells: int) -> int:
    return 28 + (cells - WIDE) // 5


def _why(cells: int) -> int:
    return max(20, (cells - 84 - _summary(cells)) * 55 // 100)


def _says(cells: int) -> int:
    return max(0, cells - 83 - _summary(cells) - _why(cells) - 2)


def _spare(cells: int) -> int:
    return min(10, max(0, (cells - 80) // 3))


def entry(stuck: Stuck, now: int, cells: int, glyphs: Glyphs, *, cursor: bool, left: str = "", old: str = "") -> Line:
    """One clock. `left` is business time instead of wall time, `old` the age of its data where that is behind."""
    due, row = stuck.due, stuck.due.row
    rest = due.due_at - now
    style = "late" if rest < 0 else "soon" if rest < RISK else ""
    time = left or times.left(due.due_at, now)
    owner = short_name(row.owner) if row.owner else glyphs.nobody
    reasons = "; ".join(stuck.why) or "being worked"
    words = "" if stuck.why else "dim"
    since = lasting(now - row.state_since) if row.state_since else "?"
    least, status = glyphs.least if row.state_observed else "", row.status
    if due.metric is Metric.PROMISE:  # what was promised when, not what became of the ticket meanwhile
        least, since = "", lasting(now - due.started_at)
        status = "promised" if due.ident.startswith("promise:") else due.name
    mark = run(glyphs.cursor if cursor else " ", "key")
    priority = pad(str(row.priority or "-"), 2, f"p{row.priority}" if 1 <= row.priority <= 5 else "dim")
    if cells >= WIDE:
        return fitted(
            (
                run(" "), mark, run(" "), pad(time, 7, style, right=True), pad(f"  {due.metric.letter}", 5, "key"),
                run(" "), priority, pad(row.badge, 5, "badge"), pad(_short(row, glyphs), 12, "badge", cut=glyphs.cut),
                pad(row.title, _summary(cells), "strong" if row.priority == 1 else "", cut=glyphs.cut), run(" "),
                pad(shortened(row.group, 11) if row.group else glyphs.nobody, 11, cut=glyphs.cut), run(" "),
                pad(owner, 11, "" if row.owner else "dim", cut=glyphs.cut), run(" "),
                pad(status, 16, cut=glyphs.cut), run(" "), pad(least + since, 7, "dim"),
                pad(reasons, _why(cells), words, cut=glyphs.cut), run(" "),
                pad(says(due, old), _says(cells), "dim", cut=glyphs.cut),
            ),
            cells,
        )  # fmt: skip
    if status == "promised":
        status, least, since = f"update promised {times.clock(due.due_at, now)}", "", ""
    state = _state(status, f"{least}{since}", 18 + _spare(cells), glyphs)
    return fitted(
        (
            mark, pad(time, 7, style, right=True), pad(f" {due.metric.letter}", 4, "key"), priority,
            pad(_short(row, glyphs), 12, "badge", cut=glyphs.cut),
            pad(owner, 8, "" if row.owner else "dim", cut=glyphs.cut), run(" "), *state, run(" "),
            pad(reasons, max(1, cells - 54 - _spare(cells)), words, cut=glyphs.cut),
        ),
        cells,
    )  # fmt: skip


def _short(row: Row, glyphs: Glyphs) -> str:
    number = shown_number(row)
    return number if len(number) <= 11 else f"{number[:6]}{glyphs.cut}{number[-4:]}"


def _state(status: str, since: str, cells: int, glyphs: Glyphs) -> Line:
    """The state and for how long; the time is kept whole."""
    if not since:
        return (pad(status, cells, cut=glyphs.cut),)
    room = cells - len(since) - 1
    return (pad(status, room, cut=glyphs.cut), run(" "), pad(since, len(since), "dim"))


def says(due: Due, old: str) -> str:
    """What a clock counts, in the words of whoever counts it, and how old that is."""
    if due.origin == "desk":
        return "kept here, not on the platform"
    target = f" {duration_text(due.target)}" if due.target else ""
    calendar = f" on {due.calendar}" if due.calendar else ", calendar not told"
    who = "ours: " if due.origin == "local" else f"{due.row.badge}: "
    return f"{who}{due.name}{target}{calendar}{f', {old} old' if old else ''}"


def empty(cells: int, *, ready: bool, any_open: bool = True) -> Line:
    """What stands where no clock is near its breach, and where there is no ticket at all."""
    if ready and not any_open:
        return fitted(line(" no open ticket is counted here", "dim"), cells)
    words = " no running clock breaches within 4 hours" if ready else " counting"
    return fitted(line(words, "good" if ready else "dim"), cells)


def paused_short(paused: Sequence[Paused], cells: int, chosen: int = -1) -> Line:
    """Paused clocks in one line, for a small screen, after what the letters of clocks mean; a figure may be chosen."""
    count, long = sum(one.count for one in paused), sum(one.long for one in paused)
    kinds = ", ".join(f"{one.words} {one.count}" for one in paused[:2])
    out = [run(" F response N reply R resolve U promised  ", "faint"), run("PAUSED ", "paused")]
    out.append(run(str(count), "tab-on" if chosen == 0 else "paused"))
    if long:
        out += [run(": ", "paused"), run(f"{long} > 5 days", "tab-on" if chosen == 1 else "paused")]
    if kinds and (cells >= 100 or not long):
        out.append(run(f"{';' if long else ':'} {kinds}", "paused"))
    return fitted(tuple(out), cells)


def stalled_panel(told: Sequence[Stalled], now: int, cells: int, chosen: Chosen) -> list[Line]:
    """What stands still on our side: a heading and a line a kind."""
    title = cells - 31
    out = [
        _head(("STALLED (nothing from our side)", title), ("n", 5), ("oldest", 8), ("  worst owner", 18), cells=cells)
    ]
    for place, one in enumerate(told):
        oldest = lasting(now - one.oldest) if one.oldest else ""
        worst = f"  {short_name(one.worst)} {one.worst_count}" if one.worst else ""
        out.append(
            fitted(
                (
                    pad(f" {one.stall.title}", title), *_figure(one.count, 5, chosen == (place, 0)),
                    pad(oldest, 8, "dim", right=True), pad(worst, 18, _on(chosen == (place, 1), "dim")),
                ),
                cells,
            )
        )  # fmt: skip
    return out


def paused_panel(depth: Depth, now: int, cells: int, chosen: Chosen, most: int) -> list[Line]:
    """Clocks that stand, by the platform's word for why, and those paused just before their breach."""
    title = cells - 29
    out = [_head(("PAUSED CLOCKS", title), ("n", 5), ("oldest", 8), ("  note", 16), cells=cells)]
    for place, one in enumerate(depth.paused[: most - 1]):
        oldest = lasting(now - one.oldest) if one.oldest else ""
        note = f"  {one.long} > 5 days" if one.long else ""
        out.append(
            fitted(
                (
                    pad(f" {one.words}", title), *_figure(one.count, 5, chosen == (place, 0)),
                    pad(oldest, 8, "dim", right=True), pad(note, 16, _on(chosen == (place, 1), "warn")),
                ),
                cells,
            )
        )  # fmt: skip
    place = min(len(depth.paused), most - 1)
    figures = _figure(depth.late, 5, chosen == (place, 0))
    out.append(fitted((pad(" paused in its last 15 min", title), *figures), cells))
    return out


def blame_panel(blames: Sequence[Blame], cells: int, chosen: Chosen, glyphs: Glyphs) -> list[Line]:
    """The tickets that missed a clock this week, by cause."""
    block, most = "#" if glyphs.ascii else "█", max((blame.count for blame in blames), default=1)
    room = max(4, cells - 40)
    out = [_head(("MISSED THIS WEEK, BY CAUSE (x sets it)", cells), cells=cells)]
    for place, blame in enumerate(blames):
        words = blame.cause.words if blame.cause else "not yet said"
        bar = block * max(1, blame.count * room // max(most, room))
        out.append(
            fitted(
                (
                    pad(f" {words}", 31, "" if blame.cause else "dim"),
                    run(f"{bar} "),
                    *_figure(blame.count, 0, chosen == (place, 0)),
                ),
                cells,
            )
        )
    return out if blames else [*out, fitted(line(" nothing was missed", "good"), cells)]


def worker_panel(workers: Sequence[Worker], cells: int, chosen: Chosen, glyphs: Glyphs, most: int) -> list[Line]:
    """Technicians: load, what has breached, is near and stalled, what was met."""
    bar_cells = max(8, cells - 68)
    out = [
        _head(
            ("TECHNICIAN", 18), ("open/cap", bar_cells + 9), ("breached", 10), ("<2h", 6), ("stalled", 9),
            ("7 d met", 10), cells=cells,
        )
    ]  # fmt: skip
    full = max((max(one.load, one.capacity) for one in workers), default=1) or 1
    for place, one in enumerate(workers[:most]):
        used = min(bar_cells, -(-one.load * bar_cells // full))
        room = min(bar_cells, -(-one.capacity * bar_cells // full)) if one.capacity else used
        marks = ("#", ".") if glyphs.ascii else ("█", "░")
        bar = (marks[0] * used + marks[1] * max(0, room - used)).ljust(bar_cells)
        load = f"{one.load}/{one.capacity}" if one.capacity else str(one.load)
        name = f"{short_name(one.name)}{' (absent)' if one.away else ''}"
        over = bool(one.capacity) and one.load > one.capacity
        week = percent(one.week.part)
        out.append(
            fitted(
                (
                    pad(f" {name}", 18, "warn" if one.away else ""), run(bar, "warn" if over else "dim"), run(" "),
                    run(" " * (8 - len(load))), run(load, _on(chosen == (place, 0), "warn" if over else "")),
                    *_figure(one.breached, 10, chosen == (place, 1), "late"),
                    *_figure(one.near, 6, chosen == (place, 2), "soon"),
                    *_figure(one.stalled, 9, chosen == (place, 3)),
                    run(" " * (10 - len(week))), run(week, _on(chosen == (place, 4), "dim")),
                ),
                cells,
            )
        )  # fmt: skip
    return out


def drift_panel(drifts: Mapping[str, int] | None, cells: int, chosen: Chosen) -> list[Line]:
    """Tickets with a clock of which the platform says something else than we, by what that comes from."""
    out = [_head(("TICKETS WITH A CLOCK THAT DIFFERS FROM OURS BY MORE THAN 60 S", cells), cells=cells)]
    found = [
        fitted((pad(f" {reason}", 20), *_figure(count, 5, chosen == (place, 0))), cells)
        for place, (reason, count) in enumerate((drifts or {}).items())
    ]
    note = " none: platforms and policies agree" if drifts is not None else " counting"
    return [*out, *(found or [fitted(line(note, "dim"), cells)])]


def _on(chosen: bool, style: str) -> str:
    return "tab-on" if chosen else style


def _figure(number: int, cells: int, chosen: bool, style: str = "strong") -> tuple[Run, ...]:
    text = str(number)
    gap = run(" " * max(0, cells - len(text)))
    return (gap, run(text, "tab-on" if chosen else style if number else "faint"))


def _head(*columns: tuple[str, int], cells: int) -> Line:
    first, *others = columns
    out = [pad(f" {first[0]}", first[1], "head")]
    out += [pad(title, size, "head", right=not title.startswith("  ")) for title, size in others]
    return fitted(tuple(out), cells, "head")


def beside(columns: Sequence[tuple[list[Line], int]], height: int) -> list[Line]:
    """Columns of lines of given widths next to each other, `height` lines in all."""
    out: list[Line] = []
    for place in range(height):
        row: list[Run] = []
        for lines, cells in columns:
            row += fitted(lines[place] if place < len(lines) else EMPTY, cells)
        out.append(tuple(row))
    return out
