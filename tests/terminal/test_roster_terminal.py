"""Product part 4g, key by key in a real terminal: a gap is covered, a swap approved, another made by hand."""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
SIZES = pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load("roster_world").build(tmp_path, int(time.time()))
    return tmp_path


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


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        found = connection.execute(sql).fetchall()
    connection.close()
    return found


@pytest.mark.terminal
@SIZES
def test_a_gap_is_covered_and_swaps_are_made(open_terminal: Any, home: Path, size: tuple[int, int]) -> None:
    terminal = open_terminal(size)
    terminal.until("SUMMARY|well done|no ticket|No ticket")
    terminal.quiet(1.2)
    keys = Counted(terminal)
    keys("go", "NET-PRI")
    keys("n", "nearest cure")
    keys("a", "SUGGESTED COVER FOR NET-PRI")
    terminal.until("1 (Brandt|Okafor|Sato)")
    keys("1", r"an override in jsm")
    terminal.until("the rotation itself is not")
    terminal.quiet(0.4)
    keys("y", "held 5 s, then sent to jsm")
    keys("n", "Lee <-> Lindqvist")
    keys("\r", "approve, both")
    terminal.quiet(0.4)
    keys("y", "Lee and Lindqvist: taken")
    assert keys.count == 9
    outbox = rows(home / "state" / "personal.db", "SELECT source, kind, state FROM change")
    assert [(source, kind) for source, kind, _ in outbox] == [("jsm", "override")]
    made = Counted(terminal)
    made("x", "marked")
    made("l")
    made("l")
    made("x", "PREVIEW")
    terminal.until("both shifts or none")
    terminal.quiet(0.4)
    made("y", "z takes it back")
    assert made.count == 5
    found = rows(home / "state" / "team.db", "SELECT state FROM oncall_swap ORDER BY id")
    assert found == [("taken",), ("taken",)]


@pytest.mark.terminal
@SIZES
def test_every_screen_of_the_roster_opens(open_terminal: Any, home: Path, size: tuple[int, int]) -> None:
    terminal = open_terminal(size)
    terminal.until("SUMMARY|well done|no ticket|No ticket")
    terminal.quiet(1.2)
    terminal.press("gs")
    terminal.until(r"SCHEDULE .*(UTC|Etc/UTC)")
    terminal.until(r"Brandt +0/12")
    terminal.press("gt")
    terminal.until("TECHNICIANS")
    terminal.until("1 joined to nobody")
    terminal.press("q")
    terminal.until("SCHEDULE")
