"""Memory of the screen process after some work."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.processes import resident_mb
from benchmarks.report import Result
from benchmarks.stage import TICKET, WIDE, Stage, desk, floor, no_sync
from benchmarks.terminal import Terminal

MOST = 130


def memory(stage: Stage) -> Iterator[Result]:
    """Resident memory, shared pages included, once everything is loaded, and again after every view and 100 pages."""
    home = stage.home("memory")
    with no_sync(home), Terminal(desk(home), WIDE) as ours, Terminal(floor("empty"), WIDE) as empty:
        ours.wait_for(TICKET)
        empty.wait_for("FLOOR ready")
        ours.rest(stage.few(2, 4))
        fresh = resident_mb(ours.pid)
        for key in (*"654321", "G", "g", "g", *["pagedown"] * stage.few(3, 100), *"  ", "6", "/"):
            ours.press(key, 0.05)
        ours.type("printer is:closed")
        ours.type("enter")
        ours.calm(1.0)
        worked, bare = resident_mb(ours.pid), resident_mb(empty.pid)
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}"
    more = {"fresh": fresh, "floor is": "an empty Textual app"}
    yield Result("memory", at, "MB", worked, bare, f"<= {MOST}", worked <= MOST, worked / bare, more)
