"""Only the cells of a line that differ are painted, and none of those that do is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.safe_text import width
from helpdesk_tui.widgets.lines import differing
from helpdesk_tui.widgets.text import Line, pad, run

RUNS = st.builds(run, st.sampled_from(["", "a", "4m09", "4m08", "日本", "net  "]), st.sampled_from(["", "late", "dim"]))
LINES = st.lists(RUNS, max_size=6).map(tuple)
CELLS = 24


def cells_of(content: Line) -> list[tuple[str, str]]:
    """What each cell shows; the second cell of a wide letter shows the letter, too."""
    found = [(letter, piece.style) for piece in content for letter in piece.text for _ in range(width(letter))]
    return (found + [(" ", "")] * CELLS)[:CELLS]


@given(LINES, LINES)
def test_what_is_painted_makes_the_new_line_of_the_old(old: Line, new: Line) -> None:
    start, end = differing(old, new, CELLS)
    before, after = cells_of(old), cells_of(new)
    assert before[:start] + after[start:end] + before[end:] == after


def test_a_countdown_costs_its_own_cells() -> None:
    old: Line = (run(">"), pad("4m09", 7, "soon", right=True), pad(" R", 4), run("INC0048213"))
    new: Line = (run(">"), pad("4m08", 7, "soon", right=True), pad(" R", 4), run("INC0048213"))
    assert differing(old, new, 80) == (1, 8)


def test_what_moves_the_rest_has_the_rest_painted() -> None:
    assert differing((run("a"), run("b")), (run("aa"), run("b")), 80) == (0, 80)
