"""Macros of the settings: what they may be, and where they may stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk_tui import config
from helpdesk_tui.config.checks import MACROS as FILE
from helpdesk_tui.errors import ConfigError


def parsed(tmp_path: Path, text: str, beside: str = "") -> config.Config:
    if beside:
        (tmp_path / FILE).write_text(beside)
    return config.parse(text, tmp_path / "config.toml")


def test_macros_stand_in_the_settings_and_beside_them(tmp_path: Path) -> None:
    found = parsed(
        tmp_path,
        '[macros.password]\ntitle = "Password"\nreply = """Hello {requester},\nreset {number}."""\ntags = ["pw"]\n',
        '[visio]\nnote = "Licence ordered by {owner}"\nstatus = "pending"\npriority = 4\n',
    ).macros
    assert list(found) == ["password", "visio"]
    assert found["password"].does == "PUBLIC, +pw"
    assert (found["visio"].label, found["visio"].does) == ("visio", "note, pending, P4")


@pytest.mark.parametrize(
    ("text", "beside", "words"),
    [
        (
            '[macros.x]\nnote = "{nummer}"',
            "",
            r"config.toml: macros.x.note: there is no place \{nummer\}; did you mean",
        ),
        ('[macros.x]\nnote = "{number:>9}"', "", "macros.x.note: there is no place"),
        ('[macros.x]\nreply = "50 % {"', "", "written twice"),
        ('[macros.x]\ntitle = "X"', "", "macros.x: does nothing"),
        ("[macros.x]\npriority = 6", "", "at most 5"),
        ('[macros.x]\nnotes = "y"', "", "macros.x.notes: there is no such setting"),
        ('[macros.x]\nnote = "y"', '[x]\nnote = "z"', r"macros.toml: x: is in config.toml, too"),
        ("", "[x]\nnote = 3", "macros.toml: macros.x.note: must be text"),
        ("", "[x", "macros.toml: is not TOML"),
        ("", "x = " + "[" * 100_000, "macros.toml: is not TOML: brackets in brackets without end"),
        (
            "",
            '[macros.x]\nnote = "y"',
            r"macros.toml: macros.x: the tables of macros.toml are \[NAME\], without macros",
        ),
    ],
)
def test_refused(tmp_path: Path, text: str, beside: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parsed(tmp_path, text, beside)
