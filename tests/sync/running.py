"""The program as processes of its own, on a home that a sandbox serves."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpdesk_tui.data import upkeep
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.paths import Paths

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which what a process should have done is given up."""

VOLATILE = {"id", "rev", "alike", "alike_count", "as_of", "seen_at", "activity_at", "scope_at", "updated_at"}
"""Columns that tell when and in which order something was read."""
KEPT = {"ticket": {"updated_at"}}


@dataclass(slots=True)
class Running:
    """Starts processes on one home and ends those that are left."""

    home: Path
    floor: Any = None
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def paths(self) -> Paths:
        """The folders of the home."""
        return Paths(self.home, self.home / "state", self.home / "cache", self.home)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a process is given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "XDG_"))}
        return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | dict(more or {})

    def start(self, *arguments: str, code: str = "", more: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start the program with these arguments, or `code` with the home as its argument."""
        program = ["-c", code, str(self.home)] if code else ["-m", "helpdesk_tui", "--home", str(self.home)]
        process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(more),
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the program to its end: exit code, output, errors."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, output, errors

    def kill(self, process: subprocess.Popen[str], how: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal and wait for the end; the exit code."""
        process.send_signal(how)
        process.communicate(timeout=PATIENCE)
        return process.returncode

    def end(self) -> None:
        """Kill what is left."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the cache; none where it is not there yet."""
        try:
            with closing(sqlite3.connect(f"file:{self.paths.cache_db}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchall()
        except sqlite3.DatabaseError:
            return []

    def rev(self) -> int:
        """The cache's revision."""
        found = self.ask("SELECT value FROM meta WHERE key = 'rev'")
        return int(found[0][0]) if found else 0

    def live(self) -> bool:
        """Whether every source is completely known."""
        found = self.ask("SELECT phase, health FROM source")
        return len(found) == 3 and all(row == ("live", "ok") for row in found)

    def sound(self) -> None:
        """Assert that every store is."""
        assert upkeep.check(self.paths.cache_db, StoreKind.CACHE) == []
        if self.paths.personal_db.exists():
            assert upkeep.check(self.paths.personal_db, StoreKind.PERSONAL) == []

    def everything(self) -> dict[str, list[str]]:
        """Every row of what platforms said, without what depends on when it was read."""
        found = {}
        with closing(sqlite3.connect(f"file:{self.paths.cache_db}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            for name in ("ticket", "happening", "clock", "person", "grp", "membership", "organisation"):
                left_out = VOLATILE - KEPT.get(name, set())
                rows = [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]
                found[name] = sorted(json.dumps({key: row[key] for key in row if key not in left_out}) for row in rows)
            bodies = "SELECT t.source, t.key, b.text FROM body b JOIN ticket t ON t.id = b.ticket"
            found["body"] = sorted(json.dumps(list(row)) for row in connection.execute(bodies))
        return found

    def log(self) -> str:
        """What the sync process logged."""
        path = self.paths.log_dir / "sync.log"
        return path.read_text() if path.exists() else ""


def until(condition: Callable[[], object], what: str = "", patience: float = PATIENCE) -> None:
    """Look again and again until a condition holds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"did not come about: {what or condition}"
        time.sleep(0.005)
