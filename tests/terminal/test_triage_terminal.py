"""Product part 4b, key by key in a real terminal: forty new tickets in 68 keys."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
PRODUCT, TICKETS = 68, 40
"""Keys that part 4b counts, and for how many tickets."""
PROGRAM = """
import sys
from helpdesk_tui.theme import ScreenSettings, prepare_environment
prepare_environment()
from pathlib import Path
from helpdesk_tui import app
from helpdesk_tui.config.macros import MacroConfig
from helpdesk_tui.paths import Paths
home = Path(sys.argv[1])
paths = Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache", home=home)
reset = MacroConfig("reset", "Password reset", reply="Use the reset link, {requester}.", status="solved")
visio = MacroConfig("visio", "Licence request", note="Ask procurement.", status="pending")
sys.exit(app.run(ScreenSettings(), paths, macros=[reset, visio]))
"""


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"triage_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    load("triage_world").build(tmp_path, load("plan_world"))
    ptys = load("ptys")
    setattr(ptys, "PROGRAM", PROGRAM)  # noqa: B010
    opened = ptys.Terminal(tmp_path, request.param)
    yield opened
    opened.close()


class Keys:
    """Keys that are sent and counted; after each the screen comes to rest."""

    def __init__(self, terminal: Any) -> None:
        self.terminal = terminal
        self.count = 0

    def __call__(self, keys: str, left: int | None = None) -> None:
        for key in keys:
            self.count += 1
            self.terminal.press(key, 0.3)
        if left is not None:
            self.terminal.until(rf"TRIAGE {left} left")


@pytest.mark.terminal
@pytest.mark.parametrize("terminal", [(80, 24)], indirect=True, ids=["80x24"])
def test_forty_new_tickets(terminal: Any, tmp_path: Path) -> None:
    terminal.until("VPN drops every")
    terminal.quiet(1.2)
    keys = Keys(terminal)
    keys("1", left=TICKETS)
    keys("*d1")
    terminal.until("y do it")
    terminal.quiet(0.5)  # a question takes no key of its first quarter of a second
    keys("y", left=29)
    keys("p2a1", left=28)
    keys("*M1")
    terminal.until("type 8 and Enter")
    terminal.quiet(0.5)
    keys("8\r", left=20)
    keys("*M2", left=18)
    singles(keys)
    assert keys.count == PRODUCT
    assert "decided in" in terminal.text
    check(tmp_path / "state" / "personal.db")


def singles(keys: Keys) -> None:
    """Eighteen assigns, five of them by the dot; six priorities, two moves, two opened and closed."""
    left = 18
    for place in range(18):
        keys("p2" if place < 6 else "")
        keys("m1" if place in (6, 7) else "")
        keys("\rq" if place in (8, 9) else "")
        left -= 1
        keys("." if place >= 13 else "a1", left)


def check(personal: Path) -> None:
    with sqlite3.connect(personal) as connection:
        found = connection.execute("SELECT key, desired FROM change WHERE state <> 'SUPERSEDED'").fetchall()
    connection.close()
    wanted = Counter(name for _, desired in found for name in json.loads(desired))
    assert wanted["link"] == 11
    assert wanted["reply"] == 8
    assert wanted["owner"] == 19
    assert wanted["priority"] == 7
    assert wanted["group"] == 2
    assert len({key for key, _ in found}) == TICKETS
