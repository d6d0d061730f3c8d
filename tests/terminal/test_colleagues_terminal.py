"""Two people on one host whose team shares its store: each sees which ticket the other has open, and writes to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpdesk_tui.data import stores

from .ptys import Terminal

pytestmark = pytest.mark.terminal

PROGRAM = """
import os, sys
from helpdesk_tui.theme import ScreenSettings, prepare_environment
prepare_environment()
from pathlib import Path
from helpdesk_tui import app
from helpdesk_tui.paths import Paths
home = Path(sys.argv[1])
team = home.parent / "team"
paths = Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache", home=home, team_dir=team)
sys.exit(app.run(ScreenSettings(), paths))
"""
Sit = Callable[[str], Terminal]


@pytest.fixture
def sit(tmp_path: Path, seeded_now: Path) -> Iterator[Sit]:
    """Somebody at a terminal of their own, by name."""
    folder = tmp_path / "team"
    folder.mkdir()
    folder.chmod(0o2770)
    stores.open_write(folder / "team.db", stores.StoreKind.TEAM).close()
    opened = []

    def at(name: str) -> Terminal:
        home = tmp_path / name
        (home / "cache").mkdir(parents=True, mode=0o700)
        shutil.copy(seeded_now, home / "cache" / "cache.db")
        terminal = Terminal(home, (80, 24), {"LOGNAME": name}, program=PROGRAM)
        opened.append(terminal)
        terminal.until(r"1 of \d+")
        return terminal

    yield at
    for terminal in opened:
        terminal.close()


def test_each_sees_what_the_other_has_open_until_they_leave_it(sit: Sit) -> None:
    ana, bo = sit("ana"), sit("bo")
    ana.press("\r")
    bo.until("@ ana has it open")
    bo.press("\r")
    ana.until("@ bo has it open")
    bo.press("c")
    ana.until("@ bo is writing a note")
    bo.press("\x1b")
    ana.press("q")
    ana.until(r"1 of \d+")
    bo.until(r"(?s)\A(?!.*@ ana)")
    ana.press("q")
    assert ana.ended() == 0
