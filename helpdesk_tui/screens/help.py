"""The keys that work on a screen: exactly those that are bound there, read from the keymap."""

from __future__ import annotations

from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.keymap import Command, Keymap, shown
from helpdesk_tui.keymap.words import words_at
from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.widgets import roster_grid
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, line, pad, paragraph, run, width

_SECTIONS = {
    "move": "MOVING",
    "list": "THE LIST",
    "view": "VIEWS",
    "filter": "VIEWS",
    "mark": "MARKS",
    "ticket": "TICKET",
    "yank": "COPYING (by the terminal: OSC 52)",
    "goto": "GOING",
    "pane": "GOING",
    "aging": "THE CLOCKS",
    "clock": "THE CLOCK",
    "outbox": "THE CHANGE",
    "sync": "PLATFORMS",
    "plan": "THE PLAN",
    "roster": "THE ROSTER",
    "rotation": "THE ROTATION",
    "form": "THE FORM",
    "technicians": "TECHNICIANS",
    "app": "THE DESK",
}


LEGEND = (
    ("DUE", "Wall time to the next breach of any clock; negative once past; paus: every clock stands."),
    ("CK", "Which clock: " + ", ".join(f"{metric.letter} {metric.value.replace('_', ' ')}" for metric in Metric) + "."),
    ("IDLE, IN ST", "Since anything from our side; in its state. > or ≥: at least, seen from outside."),
    ("BNC", "How often it was handed on."),
    ("* ✓   ~n ≈n", "Marked; n open tickets like it."),
    ("·   ^ ↑   !   @", "Asked for; on its way; needs your decision; a colleague is at it."),
)

MARKS = (
    ("GAP  name!", "Nobody is down for it; somebody is, but away, gone or without contact."),
    ("*  x  ^", "By an override; by a swap; on its way to the platform."),
)
_COMMON = ("MOVING", "GOING", "PLATFORMS", "THE DESK")
"""Sections that every screen has: after its own."""
_LAST = (
    "Keyboard dead after a paste over a slow link: paste again.",
    "Esc closes what is on top; it never takes marks or filters away.",
)
NAMES = 16
"""Cells of the column of keys."""
LEGENDS = {
    "list": ("THE COLUMNS", LEGEND),
    "schedule": ("THE MARKS", roster_grid.LEGEND),
    "oncall": ("THE MARKS", MARKS),
}
"""What is explained beneath the keys, by screen."""


def help_lines(keymap: Keymap, where: str, cells: int) -> list[Line]:
    """Every key of a screen with what it does, by section, its own first; then what marks mean, and the words after
    `:`."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for command in keymap.here(where):
        section = sections.setdefault(_SECTIONS.get(command.id.split(".")[0], "OTHER"), [])
        section.append((_keys(command), command.help))
    sections = dict(sorted(sections.items(), key=lambda section: section[0] in _COMMON))
    title, legend = LEGENDS.get(where, ("", ()))
    if legend:
        sections[title] = list(legend)
    words = words_at(where, read_only=keymap.read_only)
    sections["TYPED AFTER :"] = [(f":{word.name}", word.hint[:1].upper() + word.hint[1:] + ".") for word in words]
    out: list[Line] = []
    for title, told in sections.items():
        out += [EMPTY, line(title, "head")]
        for name, text in told:
            out += _entry(name, text, cells - 2)
    for text in _LAST:
        out += [EMPTY, *paragraph(text, cells - 2, "dim")]
    return [(run(" "), *content) for content in out[1:]]


def _keys(command: Command) -> str:
    if command.id == "filter.saved":
        return "f letter"
    return "1-9" if command.id == "view.slot" else "  ".join(map(shown, command.keys))


def _entry(name: str, text: str, cells: int) -> list[Line]:
    """A name and what it means, wrapped beside it; a name that is too long for its column has a line of its own."""
    rows = paragraph(text, cells - NAMES)
    if width((run(name),)) >= NAMES:
        return [(pad(name, cells, "key"),), *((run(" " * NAMES), *row) for row in rows)]
    names = [pad(name, NAMES, "key"), *(run(" " * NAMES) for _ in rows[1:])]
    return [(first, *row) for first, row in zip(names, rows, strict=True)]


class HelpScreen(PageScreen):
    """Help about the screen beneath."""

    where = "help"

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, about: str) -> None:
        super().__init__(desk, keymap, palette)
        self.about = about

    def on_resize(self) -> None:
        """Fits the lines to the width."""
        super().on_resize()
        cells = self.app.size.width
        self.title_line.show([line(" Keys that work here; q goes back", "head")])
        self.text.show(help_lines(self.keymap, self.about, cells))

    def own_hints(self, cells: int) -> Line:  # noqa: ARG002
        """How to leave."""
        return (run(" j k", "key"), run(" scroll  ", "dim"), run("q", "key"), run(" back", "dim"))
