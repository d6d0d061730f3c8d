"""The painter: whatever frames follow each other, the terminal shows the last one, and the same again costs nothing."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from helpdesk_tui.widgets.painter import Painter
from helpdesk_tui.widgets.text import Palette, fitted, run

WIDE, HIGH = 24, 4
NAMES = (
    "none", "bold red", "color(252) on color(233)", "reverse", "bold color(252) on color(233)", "bright_red on blue",
    "color(252) on color(238)", "on color(233)", "bold", "bold reverse color(7)",
)  # fmt: skip
STYLES = [Style.parse(text) for text in NAMES]
piece = st.tuples(st.text(st.sampled_from("abc 漢é한"), min_size=1, max_size=9), st.integers(0, len(STYLES) - 1))
frame = st.lists(st.lists(piece, max_size=5), min_size=HIGH, max_size=HIGH)


def strips(rows: list[list[tuple[str, int]]]) -> list[Strip]:
    made = []
    for row in rows:
        content = fitted(tuple(run(text, str(style)) for text, style in row), WIDE, "0")
        made.append(Strip([Segment(text, STYLES[int(style)]) for text, style in content], WIDE))
    return made


def terminal() -> pyte.Screen:
    """A terminal as the driver leaves it: no line wraps."""
    screen = pyte.Screen(WIDE, HIGH)
    screen.reset_mode(pyte.modes.DECAWM >> 5, private=True)
    return screen


def shown(screen: pyte.Screen) -> list[list[tuple[str, str, str, bool, bool]]]:
    cells = [[screen.buffer[y][x] for x in range(WIDE)] for y in range(HIGH)]
    return [[(cell.data, cell.fg, cell.bg, cell.bold, cell.reverse) for cell in row] for row in cells]


def paint(painter: Painter, rows: list[Strip]) -> str:
    text = painter.paint(
        LayoutUpdate([[row] for row in rows], Region(0, 0, WIDE, HIGH)), (WIDE, HIGH), ColorSystem.EIGHT_BIT
    )
    assert text is not None
    return text


@settings(max_examples=150, deadline=None)
@given(st.lists(frame, min_size=1, max_size=4))
def test_the_terminal_shows_the_last_frame(frames: list[list[list[tuple[str, int]]]]) -> None:
    painter, screen = Painter(), terminal()
    stream = pyte.Stream(screen)
    for rows in frames:
        stream.feed(paint(painter, strips(rows)))
    fresh = terminal()
    pyte.Stream(fresh).feed(paint(Painter(), strips(frames[-1])))
    assert shown(screen) == shown(fresh)
    assert paint(painter, strips(frames[-1])) == ""


def test_one_changed_cell_costs_a_few_bytes() -> None:
    painter = Painter()
    rows = [[("abc abc abc", 2)] for _ in range(HIGH)]
    paint(painter, strips(rows))
    rows[2] = [("abc abX abc", 2)]
    assert len(paint(painter, strips(rows))) < 50


def test_a_column_of_minutes_costs_four_bytes_a_line() -> None:
    painter = Painter()
    paint(painter, strips([[("0:11 open", 0)]] * HIGH))
    assert paint(painter, strips([[("0:12 open", 0)]] * HIGH)) == "\x1b[1;4H2" + "\b\x1bD2" * (HIGH - 1)


def test_a_column_at_the_right_edge_costs_three() -> None:
    painter = Painter()
    rows, later = ([[("x" * (WIDE - 4) + age, 0)]] * HIGH for age in ("0:11", "0:12"))
    paint(painter, strips(rows))
    text = paint(painter, strips(later))
    assert text == f"\x1b[1;{WIDE}H2" + "\x1bD2" * (HIGH - 1)


def test_a_part_of_the_screen() -> None:
    painter, screen = Painter(), terminal()
    stream = pyte.Stream(screen)
    stream.feed(paint(painter, strips([[("x" * WIDE, 0)]] * HIGH)))
    chops: list[dict[int, Strip | None]] = [{0: None, 10: None} for _ in range(HIGH)]
    chops[1][10] = Strip([Segment("y" * 14, STYLES[1])], 14)
    update = ChopsUpdate(chops, [(1, 10, 24)], [[10, 24]] * HIGH)
    text = painter.paint(update, (WIDE, HIGH), ColorSystem.EIGHT_BIT)
    assert text
    stream.feed(text)
    assert screen.display[1] == "x" * 10 + "y" * 14
    assert screen.display[0] == "x" * WIDE


def test_after_forget_everything_is_sent_again() -> None:
    painter = Painter()
    rows = strips([[("abc", 1)]] * HIGH)
    first = paint(painter, rows)
    assert paint(painter, rows) == ""
    painter.forget()
    assert paint(painter, rows) == first


def test_what_is_not_known_is_left_to_textual() -> None:
    assert Painter().paint(CompositorUpdate(), (WIDE, HIGH), None) is None


@pytest.mark.parametrize("theme", ["dark", "light", "ansi", "mono"])
def test_a_strip_is_as_wide_as_it_should_be(theme: str) -> None:
    palette = Palette(theme, ascii_only=theme == "ansi")
    content = (run("漢字 title", "p1"), run("\x1b[2J", "late"), run("é" * 30))
    for cells in range(0, 40, 3):
        strip = palette.strip(content, cells, "cursor")
        assert sum(segment.cell_length for segment in strip) == cells
        assert strip.text.isprintable()
