"""Product part 4c, key by key in a real terminal: a technician is sick, fourteen tickets, one plan, 23 keys."""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
PRODUCT = 23
"""Keys that part 4c counts."""


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Counted:
    """Keys sent to a terminal, each counted as one."""

    def __init__(self, terminal: Any) -> None:
        self.terminal = terminal
        self.count = 0

    def __call__(self, keys: str, shows: str = "") -> None:
        self.count += len(keys)
        self.terminal.press(keys, 0.3)
        if shows:
            self.terminal.until(shows)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load("plan_world").build(tmp_path)
    return tmp_path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        found = connection.execute(sql).fetchall()
    connection.close()
    return found


@pytest.mark.terminal
@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])
def test_a_technician_is_sick(open_terminal: Any, home: Path, size: tuple[int, int]) -> None:
    terminal = open_terminal(size)
    terminal.until("well done")
    terminal.quiet(1.2)
    keys = Counted(terminal)
    for key in ":sick da":
        keys(key)
    keys("\r", r"PLAN  Dana K\. absent .*14 tickets, 2 duties")
    terminal.until(r"3 need you")
    keys("j", r"[>▸].  +2 .*INC0048140")
    keys("a", "INC0048140  to")
    keys("2", "NO SKILL")
    keys("jjjjj", r"[>▸].  +7 .*ZD-91021")
    keys("a", "91021  to")
    keys("1")
    terminal.until("1 needs you")
    keys("n", r"[>▸]. ON CALL")
    keys("a", "covered by")
    keys("2", r"ON CALL .*-> \w+")
    before = terminal.text
    keys("y", "12 written and 2 duties, held 5 s")
    assert keys.count == PRODUCT
    assert "ZD-90771" in before, "what waits is in the plan and stays"
    check(home)


def check(home: Path) -> None:
    """What the 23 keys came to in the stores."""
    changes = rows(home / "state" / "personal.db", "SELECT source, field, desired FROM change WHERE kind = 'ticket'")
    assert Counter(source for source, _, _ in changes) == {"sn": 6, "jsm": 3, "zd": 3}
    assert {field for _, field, _ in changes} == {"owner"}
    assert not any("dana" in desired for _, _, desired in changes)
    team = home / "state" / "team.db"
    assert len(rows(team, "SELECT 1 FROM plan_ticket")) == 14
    assert len(rows(team, "SELECT 1 FROM plan_ticket WHERE taker = '' AND owner = 'dana'")) == 2
    assert rows(team, "SELECT kind, end, source FROM absence") == [("away", 0, "")]
    assert rows(team, "SELECT count(*) FROM oncall_override WHERE kind = 'replace'") == [(1,)]


@pytest.mark.terminal
def test_taken_back_whole_and_left_without_a_trace_on_the_platforms(open_terminal: Any, home: Path) -> None:
    terminal = open_terminal()
    terminal.until("well done")
    terminal.quiet(1.2)
    keys = Counted(terminal)
    for key in ":sick da":
        keys(key)
    keys("\r", "PLAN  Dana")
    keys("y", "that need you stay as they are")
    terminal.quiet(0.4)
    keys("y", "10 written")
    keys("z", "10 taken back unsent")
    states = rows(home / "state" / "personal.db", "SELECT DISTINCT state FROM change")
    assert states == [("DISCARDED",)]
