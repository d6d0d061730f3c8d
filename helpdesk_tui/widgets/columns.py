"""The columns of the ticket list as a table: heading, width, how a row reads in it, and which give way to room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.domain.views import WIDE_COLUMNS, Column
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.text import Line, Run, fitted, pad, run, shortened

KEY_WIDTH = 11
RISK = 2 * times.HOUR
"""A breach nearer than this is drawn as near."""


class Frame(NamedTuple):
    """What a row is drawn against: the present, the glyphs, and what the user did with it."""

    now: int
    glyphs: Glyphs
    cursor: bool = False
    marked: bool = False
    gone: bool = False
    """No longer in the view, kept where it was until the list is asked for anew."""


class Spec(NamedTuple):
    """One column: `width` 0 takes what is left, `gap` is the blank before it, and of the highest `order` goes first."""

    title: str
    width: int
    draw: Callable[[Row, Frame], tuple[str, str]]
    right: bool = False
    gap: int = 1
    order: int = 0
    names: bool = False
    """Whether what it shows are names that may begin alike."""


def _due(row: Row, frame: Frame) -> tuple[str, str]:
    if row.paused:
        return "paus", "paused"
    if not row.due_at or not row.is_open:
        return "", ""
    rest = row.due_at - frame.now
    style = "late" if rest < 0 else "soon" if rest < RISK else ""
    return times.left(row.due_at, frame.now), style


def _priority(row: Row, _frame: Frame) -> tuple[str, str]:
    return (str(row.priority), f"p{row.priority}") if 1 <= row.priority <= 5 else ("-", "dim")


def _key(row: Row, frame: Frame) -> tuple[str, str]:
    number = f"{row.badge}-{row.number}" if row.number.isdigit() else row.number
    if len(number) > KEY_WIDTH:
        # What tells two long numbers apart stands at their ends.
        number = f"{number[:6]}{frame.glyphs.cut}{number[-(KEY_WIDTH - 7) :]}"
    return number, "badge"


def _summary(row: Row, frame: Frame) -> tuple[str, str]:
    alike = f"{frame.glyphs.alike}{row.alike_count} " if row.alike_count else ""
    vip = "VIP " if row.vip else ""
    return vip + alike + row.title, "strong" if row.priority == 1 else ""


def _owner(row: Row, frame: Frame) -> tuple[str, str]:
    return (short_name(row.owner), "") if row.owner else (frame.glyphs.nobody, "dim")


def short_name(name: str) -> str:
    """The family name, as a desk calls its own: `Reyes` for `Ana Reyes` and for `Reyes, Ana`."""
    family, comma, _ = name.partition(",")
    return family.strip() if comma else (name.split() or [""])[-1]


def _idle(row: Row, frame: Frame) -> tuple[str, str]:
    return _since(row.idle_since, row.idle_observed, frame), "dim"


def _in_state(row: Row, frame: Frame) -> tuple[str, str]:
    return _since(row.state_since, row.state_observed, frame), "dim"


def _since(at: int, observed: bool, frame: Frame) -> str:
    if not at:
        return "-"
    return (frame.glyphs.least if observed else "") + times.span(frame.now - at)


def _state(row: Row, _frame: Frame) -> tuple[str, str]:
    if row.scope != "in":
        return row.scope, "gone"
    return row.status, {State.NEW: "", State.PENDING: "dim", State.HOLD: "dim"}.get(row.state, "")


def _bounces(row: Row, _frame: Frame) -> tuple[str, str]:
    if row.bounces <= 0:
        return "", ""
    return f"{row.bounces}x", "warn" if row.bounces >= 3 else "dim"


COLUMNS: Mapping[Column, Spec] = {
    Column.PRIORITY: Spec("P", 1, _priority),
    Column.DUE: Spec("DUE", 6, _due, right=True),
    Column.CLOCK: Spec("CK", 2, lambda row, _: (row.clock, "dim"), gap=1),
    Column.PLATFORM: Spec("PLAT", 4, lambda row, _: (row.badge, "badge"), order=3),
    Column.KEY: Spec("KEY", KEY_WIDTH, _key),
    Column.SUMMARY: Spec("SUMMARY", 0, _summary),
    Column.GROUP: Spec(
        "GROUP", 8, lambda row, frame: (row.group or frame.glyphs.nobody, "" if row.group else "dim"), names=True
    ),
    Column.OWNER: Spec("OWNER", 7, _owner),
    Column.STATE: Spec("STATE", 8, _state, order=2),
    Column.IDLE: Spec("IDLE", 6, _idle, right=True, gap=0),
    Column.IN_STATE: Spec("IN ST", 6, _in_state, right=True, order=4),
    Column.BOUNCES: Spec("BNC", 3, _bounces, right=True, order=5),
    Column.AGE: Spec("AGE", 5, lambda row, frame: (times.span(frame.now - row.created_at), "dim"), right=True, order=6),
    Column.UPDATED: Spec(
        "UPD", 5, lambda row, frame: (times.span(frame.now - row.updated_at), "dim"), right=True, order=6
    ),
}
"""Every column but the flags, which stand in the first three cells of each row."""

FLAGS = 3
SUMMARY_LEAST = 24


def _standing(row: Row, glyphs: Glyphs) -> Run:
    """How what is meant for a ticket stands: asked for, in need of a decision, on its way, a colleague's on its way."""
    if row.deciding:
        return run(glyphs.deciding, "mark")
    if row.trouble:
        return run(glyphs.conflict, "warn")
    if row.pending:
        return run(glyphs.pending, "mark")
    return run("@" if row.others else " ", "warn")


class Layout(NamedTuple):
    """Columns with the widths they have on a terminal of `width` cells."""

    width: int
    columns: tuple[tuple[Spec, int], ...]

    @classmethod
    def of(cls, width: int, wanted: Sequence[Column] = ()) -> Layout:
        """The wanted columns, those of the highest `order` left out until the summary has room; wide ones breathe."""
        names = [name for name in (wanted or WIDE_COLUMNS) if name in COLUMNS]
        specs = [COLUMNS[name] for name in names]
        while True:
            taken = FLAGS + sum(spec.width + spec.gap for spec in specs)
            worst = max((spec.order for spec in specs), default=0)
            if width - taken >= SUMMARY_LEAST or not worst:
                break
            specs.remove(next(spec for spec in reversed(specs) if spec.order == worst))
        room = max(4, width - taken)
        widths = {id(spec): spec.width or room for spec in specs}
        spare = room - 36
        for name, most in ((Column.STATE, 14), (Column.GROUP, 18), (Column.OWNER, 14)):
            spec = COLUMNS[name]
            if spec in specs and spare > 0:
                more = min(spare // 2, most - spec.width)
                widths[id(spec)] += more
                widths[id(COLUMNS[Column.SUMMARY])] -= more if COLUMNS[Column.SUMMARY] in specs else 0
                spare -= more
        return cls(width, tuple((spec, widths[id(spec)]) for spec in specs))

    def heading(self) -> Line:
        """The line above the list."""
        out: list[Run] = [pad("", FLAGS, "head")]
        for spec, cells in self.columns:
            out.append(pad("", spec.gap, "head"))
            out.append(pad(spec.title, cells, "head", right=spec.right))
        return fitted(tuple(out), self.width, "head")

    def line(self, row: Row, frame: Frame) -> Line:
        """One ticket."""
        glyphs = frame.glyphs
        out: list[Run] = [
            run(glyphs.cursor if frame.cursor else " ", "key"),
            run(glyphs.mark if frame.marked else " ", "mark"),
            _standing(row, glyphs),
        ]
        for spec, cells in self.columns:
            text, style = spec.draw(row, frame)
            text = shortened(text, cells) if spec.names else text
            out.append(pad("", spec.gap))
            out.append(pad(text, cells, "gone" if frame.gone else style, right=spec.right, cut=glyphs.cut))
        return fitted(tuple(out), self.width)

    def blank(self, frame: Frame) -> Line:
        """A ticket whose row is still being read."""
        return fitted((run(frame.glyphs.cursor if frame.cursor else " ", "key"), run("      ...", "faint")), self.width)


LEGEND = (
    "DUE wall time to the next breach   CK clock: F first response  N next reply  R resolve  W wait",
    "IDLE since anything from our side   IN ST in its state   BNC handed on   {alike}n like n open ones",
)


def legend(index: int, cells: int, glyphs: Glyphs) -> Line:
    """What the columns mean, in the room under a short list: a rule and two lines."""
    if index == 0:
        return (run(glyphs.dash * cells, "rule"),)
    return (run(" " + LEGEND[index - 1].format(alike=glyphs.alike), "faint"),) if index <= len(LEGEND) else ()


def row_base(frame: Frame) -> str:
    """The style a row is drawn on."""
    return "cursor" if frame.cursor else ""
