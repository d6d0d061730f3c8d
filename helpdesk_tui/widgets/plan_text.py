"""A plan as lines: what happens to each ticket, who covers which duty, what it comes to. Values in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from helpdesk_tui.domain.counted import agrees
from helpdesk_tui.domain.planning.cover import Cover, Duty
from helpdesk_tui.domain.planning.plan import Totals
from helpdesk_tui.domain.planning.values import Row
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.columns import short_name
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, line, pad, paragraph, run

_FIXED = 3 + 3 + 7 + 2 + 12 + 6
"""Cells of marks, place, DUE, P, KEY and LOAD, with the blanks between."""


class Widths(NamedTuple):
    """Cells of the columns that take what there is."""

    summary: int
    to: int
    why: int


class State(NamedTuple):
    """What became of a line that was written: its mark, words for the WHY column, a style."""

    mark: str
    words: str
    style: str = ""


def widths(cells: int) -> Widths:
    """The columns of a terminal of so many cells."""
    rest = cells - _FIXED - 3
    to = min(16, max(8, rest // 6))
    summary = (rest - to) // 2
    return Widths(summary, to, rest - to - summary)


def heading(cells: int) -> Line:
    """The names of the columns."""
    wide = widths(cells)
    parts = (
        pad("", 3), pad("#", 2, right=True), pad(" ", 1), pad("DUE", 6, right=True), pad(" P", 2), pad(" KEY", 12),
        pad(" SUMMARY", wide.summary + 1), pad(" TO", wide.to + 1), pad(" WHY", wide.why + 1),
        pad("LOAD", 6, right=True),
    )  # fmt: skip
    return fitted(parts, cells, "head")


def row_line(
    place: int, row: Row, now: int, cells: int, glyphs: Glyphs, *, here: bool, state: State | None, told: bool
) -> Line:
    """One ticket of the plan; `told` marks a text for the customer that goes with it."""
    wide, case = widths(cells), row.item.case
    number = f"{row.item.badge}-{row.item.number}" if row.item.number.isdigit() else row.item.number
    mark, style = (state.mark, state.style) if state else (glyphs.conflict, "warn") if row.needs_you else (" ", "")
    due = times.left(case.due_at, now) if case.due_at else "wait" if row.item.waits else "-"
    late = "late" if case.due_at and case.due_at < now else "soon" if 0 < case.due_at - now < 7_200 else ""
    to = short_name(row.name) if row.moves else "?" if row.choice.lost and not row.choice.settled else "keep"
    why = state.words if state and state.words else f"{'PUBLIC text; ' if told else ''}{row.why}"
    quiet = "" if row.moves or row.needs_you else "dim"
    out: Line = (
        run(glyphs.cursor if here else " ", "key"),
        run(mark, style),
        run(" "),
        pad(str(place), 2, "dim", right=True),
        pad(due, 7, late or quiet, right=True),
        pad(f" {row.item.priority or '-'}", 2, f"p{row.item.priority}" if row.item.priority == 1 else quiet),
        pad(f" {number}", 12, quiet),
        pad(f" {row.item.title}", wide.summary + 1, quiet),
        pad(f" {to}", wide.to + 1, "strong" if row.moves else "warn" if row.needs_you else "dim"),
        pad(f" {why}", wide.why + 1, (state.style if state else "warn" if row.marks else "dim")),
        pad(row.load, 6, quiet, right=True),
    )
    return fitted(_under_cursor(out) if here else out, cells, "cursor" if here else "")


def _under_cursor(content: Line) -> Line:
    return tuple(piece._replace(style=piece.style or "strong") for piece in content)


def cover_line(cover: Cover, cells: int, glyphs: Glyphs, *, here: bool) -> Line:
    """A duty with who could do it, or who does."""
    kind = "ON CALL" if cover.duty is Duty.ON_CALL else "VISIT  "
    mark = run(glyphs.conflict, "warn") if cover.needs_you else run(" ")
    head: Line = (run(glyphs.cursor if here else " ", "key"), mark, run(f" {kind} ", "head"), run(f"{cover.text}  "))
    if cover.to:
        note = next((one.note for one in cover.options if one.person == cover.to), "")
        written = run(" written", "good") if cover.done else run("")
        tail: Line = (run(f"-> {short_name(cover.name)}", "strong"), run(f" ({note})" if note else "", "dim"), written)
    elif cover.settled:
        tail = (run("-> nobody, as you said", "warn"),)
    else:
        able = [one for one in cover.options if one.can][:3]
        tail = tuple(
            piece
            for place, one in enumerate(able, 1)
            for piece in (
                run(f" {place} ", "key"),
                run(short_name(one.name)),
                run(f" ({one.note}) " if one.note else " ", "warn" if "!!" in one.note else "dim"),
            )
        ) or (run("nobody can", "bad"),)
    return fitted((*head, *tail), cells, "cursor" if here else "")


def reasoned(cover: Cover, cells: int) -> list[Line]:
    """Everybody who could cover a duty: what it means for them, what speaks for it and against it."""
    out, place = [], 0
    for one in cover.options:
        place += one.can
        digit = f" {place} " if one.can else " - "
        out.append(fitted((run(digit, "key"), run(one.name, "strong"), run(f"  {one.figures or one.note}")), cells))
        for word, reasons, style in (("for", one.pro, "good"), ("against", one.against, "warn")):
            if reasons:
                out += paragraph(f"{word}: {reasons}", cells - 5, style, indent="     ")
        if not (one.pro or one.against or one.note):
            out.append(line("     nothing speaks for it or against it", "dim"))
        out.append(EMPTY)
    return out or [line(" Nobody is known who could.", "warn")]


def totals_line(totals: Totals, counts: str, seconds: int, cells: int) -> Line:
    """What it comes to: writes by platform, how long they take, what stays, what asks."""
    writes = f" {counts} to write, ~{seconds} s" if counts else " nothing to write"
    parts: list[Line] = [
        (run(writes, "strong"),),
        (run(f"   {agrees(totals.moves, 'moves', 'move')}, {agrees(totals.stays, 'stays', 'stay')}", "dim"),),
    ]
    if totals.needs_you:
        parts.append((run(f"   {agrees(totals.needs_you, 'needs', 'need')} you", "warn"),))
    return fitted(tuple(piece for part in parts for piece in part), cells)


def explained(title: str, terms: Sequence[tuple[str, float, float | None, str]], cells: int) -> list[Line]:
    """The score of somebody, a line a term: its bar, its points of how many, and what it rests on."""
    out = [line(title, "strong")]
    for name, weight, value, words in terms:
        shown = "  ? " if value is None else f"{value * weight * 100:4.1f}"
        bar = "?" * 10 if value is None else "#" * round(value * 10) + "." * (10 - round(value * 10))
        content = (
            pad(f"  {name}", 14),
            run(f"[{bar}] ", "key"),
            run(f"{shown} of {weight * 100:4.1f}  "),
            run(words, "dim"),
        )
        out.append(fitted(content, cells))
    return out


def results(states: Iterable[State]) -> str:
    """How the writes stand, in a few words: `9 saved, 1 refused`."""
    count: dict[str, int] = {}
    for state in states:
        word = state.words.partition(":")[0]
        count[word] = count.get(word, 0) + 1
    return ", ".join(f"{number} {word}" for word, number in count.items())
