"""What the screen process loads before there is something to look at, and what it never loads, in a real terminal."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.terminal

HEAVY = ["sqlmodel", "sqlalchemy", "alembic", "httpx", "apscheduler", "structlog", "pydantic", "typer"]
PRELOADED = 2.0
"""Seconds after the first frame by which the libraries that write are being loaded."""
PROGRAM = """
import json, sys
from pathlib import Path
from helpdesk_tui.theme import ScreenSettings, prepare_environment
prepare_environment()
from helpdesk_tui import app
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.queue import QueueScreen

home = Path(sys.argv[1])
loaded = {}
go_live = QueueScreen._go_live  # what comes right after the first frame

def shown(self):
    loaded["before"] = sorted(sys.modules)
    return go_live(self)

QueueScreen._go_live = shown
paths = Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache", home=home)
code = app.run(ScreenSettings(), paths)
loaded["after"] = sorted(sys.modules)
(home / "loaded.json").write_text(json.dumps(loaded))
sys.exit(code)
"""


def ptys() -> Any:
    path = Path(__file__).with_name("ptys.py")
    spec = importlib.util.spec_from_file_location("ptys_of_imports", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_heavy_is_loaded_before_the_first_frame_and_nothing_that_connects_ever(home: Path) -> None:
    module = ptys()
    module.PROGRAM = PROGRAM
    terminal = module.Terminal(home)
    try:
        terminal.until(r"1 of \d+")
        terminal.quiet(PRELOADED)
        terminal.press("q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
    loaded = json.loads((home / "loaded.json").read_text())
    assert [name for name in HEAVY if name in loaded["before"]] == []
    assert [name for name in ("httpx", "apscheduler", "starlette") if name in loaded["after"]] == []
    assert "sqlalchemy" in loaded["after"]
