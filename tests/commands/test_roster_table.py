"""What the command line says of rosters: tables on a narrow terminal, and what doctor says of files not read yet."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from helpdesk_tui.commands import rosters

from .conftest import Command

ROWS = [
    ("Business Applications Primary", "Isaiah Thompson-Reyes (isaiah.thompsonreyes)", "+49 40 5550 6068", "Mon 07:00"),
    ("Network on call", "Una Hughes", "+49 40 5550 0660", "Mon 07:00"),
]


@pytest.mark.parametrize(("cells", "whole"), [(80, False), (160, True)])
def test_long_names_give_way_to_what_stands_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cells: int, whole: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((cells, 24)))
    rosters.table(("schedule", "on call", "reach", "until"), ROWS, names=2)
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= cells for line in lines)
    assert [line[-27:] for line in lines[1:]] == [f"{row[2]}  {row[3]}" for row in ROWS]
    assert (ROWS[0][1] in lines[1]) is whole
    assert "Una Hughes " in lines[2]


def test_doctor_asks_for_no_file_that_is_there(home: Path, command: Command) -> None:
    def told() -> list[str]:
        found = json.loads(command(home, "doctor", "--offline", "--json").out)
        return [one["words"] for one in found if one["what"] in ("technicians", "rosters")]

    assert told() == ["none are known"]
    (home / "technicians.toml").write_text('[[technician]]\nname = "Dana Kim"\nemail = "dana@example.com"\n')
    assert told() == ["technicians.toml changed and will be read by the next command about rosters"]
