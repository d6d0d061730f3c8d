"""Help: every line of it can be read whole at every width, and everything that works on a screen is in it."""

from __future__ import annotations

import pytest

from helpdesk_tui import keymap
from helpdesk_tui.keymap.words import words_at
from helpdesk_tui.screens.help import LEGENDS, help_lines
from helpdesk_tui.widgets.text import width


@pytest.mark.parametrize("cells", [60, 80, 200])
@pytest.mark.parametrize("where", [where for where in keymap.EVERYWHERE if where != keymap.HELP])
def test_no_line_of_help_is_cut(where: str, cells: int) -> None:
    made = keymap.build()
    lines = help_lines(made, where, cells)
    assert max(map(width, lines)) <= cells
    whole = " ".join(" ".join(piece.text for piece in content) for content in lines).split()
    text = " ".join(whole)
    for command in made.here(where):
        assert command.help in text
    for word in words_at(where):
        assert f":{word.name} " in text
        assert word.hint[1:] in text
    for _, meaning in LEGENDS.get(where, ("", ()))[1]:
        assert meaning in text
