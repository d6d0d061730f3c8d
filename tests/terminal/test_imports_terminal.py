"""What the screen process loads before there is something to look at, and what it never loads, in a real terminal."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.terminal

HEAVY = ["sqlmodel", "sqlalchemy", "alembic", "httpx", "apscheduler", "structlog", "pydantic", "typer"]
FIRST_FRAME = {
    "": "app clock data desk domain errors keymap paths safe_text screens theme widgets",
    "data": "files locks mounts read sqlite stores",
    "data.read": """cache changes conditions counts health intents listing moment names order outbox patched personal
        reader resolve search sla_terms sql times window""",
    "desk": """around colleagues desk intents listings lookout outbox outbox.pending parts reads roster roster.rosters
        stores threads""",
    "domain": """change_states clocks counted events filters filters.ast filters.complete filters.docs filters.explain
        filters.grammar filters.keys filters.language filters.names filters.values rows sla sla.causes spans tickets
        views""",
    "keymap": "acts binding clocks commands model outbox plans presets roster",
    "screens": """acts acts.acting acts.asking acts.compose acts.confirm acts.memory acts.more acts.picker acts.picks
        acts.typed ahead base carry going moving plans plans.typed pressing queue queue.acts queue.follow queue.keys
        queue.live queue.screen queue.triage queue.typed sla sla.acts""",
    "widgets": "bars columns driver guard lines painter prompt terminal text ticket_list ticket_text timers times",
}
"""Our own modules that may be loaded before there is something to look at, by package: every one of them costs about
half a millisecond, and so does every dataclass in them, which is why values are tuples with names there. What only
acts, other screens or later looks need is imported where that begins; `screens.settling` loads what the first act
should not wait for."""
BEFORE_THAT = """__main__ commands commands.common commands.desk config config.checks config.reading config.settings
    presence secrets"""
"""The way there from the command line."""
PRELOADED = 2.0
"""Seconds after the first frame by which the libraries that write are being loaded."""
PROGRAM = """
import json, sys
from pathlib import Path
from helpdesk_tui.theme import ScreenSettings, prepare_environment
prepare_environment()
from helpdesk_tui import app
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.queue.screen import QueueScreen

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


def ours(modules: list[str]) -> list[str]:
    return [name.removeprefix("helpdesk_tui.") for name in modules if name.startswith("helpdesk_tui.")]


def may_be_loaded() -> set[str]:
    return {f"{at}.{name}".removeprefix(".") for at, names in FIRST_FRAME.items() for name in names.split()}


def test_the_way_to_the_screen_loads_no_more_than_that() -> None:
    code = "import sys, helpdesk_tui.__main__, helpdesk_tui.commands.desk; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    allowed = {*may_be_loaded(), *BEFORE_THAT.split()}
    assert [name for name in ours(done.stdout.split()) if name not in allowed] == []


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
    assert [name for name in ours(loaded["before"]) if name not in may_be_loaded()] == []
    assert [name for name in ("httpx", "apscheduler", "starlette") if name in loaded["after"]] == []
    assert "sqlalchemy" in loaded["after"]
