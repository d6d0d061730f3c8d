"""Bytes sent to the terminal: an SSH link is the bus."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.report import Result, median, share
from benchmarks.stage import TICKET, WIDE, Stage, desk, floor, no_sync
from benchmarks.terminal import Terminal

MOST_A_KEY, MOST_A_CHANGE = 2_500, 1_000
ROWS_HELD, REPEAT = 200, 1 / 30
"""Rows moved over by holding a key, and the seconds between two repeats of a held key."""
SETTLED = 3.0
"""Seconds after a change within which everything that follows from it, counts included, has been drawn."""


def held(stage: Stage) -> Iterator[Result]:
    """j held for 200 rows, the preview shown; all that was sent until everything is at rest, per key."""
    home = stage.home("held")
    with no_sync(home):
        ours = _held(Terminal(desk(home), WIDE), TICKET)
        bare = _held(Terminal(floor("lines", str(home / "cache" / "cache.db")), WIDE), TICKET)
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}, 256 colours, preview on"
    yield Result(
        "bytes a key", at, "bytes", ours, bare, f"mean <= {MOST_A_KEY}", ours <= MOST_A_KEY, ours / bare,
        {"keys": ROWS_HELD, "floor is": "a bare Line-API list"},
    )  # fmt: skip


def _held(terminal: Terminal, ready: str) -> float:
    with terminal:
        terminal.wait_for(ready)
        terminal.calm(2.0)
        before = terminal.bytes
        for _ in range(ROWS_HELD):
            terminal.type("j")
            terminal.rest(REPEAT)
        terminal.calm(0.5)
        return (terminal.bytes - before) / ROWS_HELD


def change(stage: Stage) -> Iterator[Result]:
    """One visible ticket gets another title, as sync would write it."""
    home = stage.home("change")
    path = home / "cache" / "cache.db"
    ours: list[float] = []
    its: list[float] = []
    rng = random.Random(1)
    with no_sync(home), Terminal(desk(home), WIDE) as desk_, Terminal(floor("fifty"), WIDE) as fifty:
        desk_.wait_for(TICKET)
        fifty.wait_for("FLOOR-0010")
        desk_.press("j", 0.1)
        desk_.calm(2.0)
        for number in range(stage.few(1, 12)):
            wait_for_quiet_minute(desk_, SETTLED + 2)
            shown = re.findall(TICKET, desk_.text())
            before = desk_.bytes
            _retitle(path, rng.choice(shown), f"Changed on the other side {number}")
            desk_.wait_for(f"the other side {number}")
            desk_.rest(SETTLED)
            ours.append(desk_.bytes - before)
            its.append(fifty.press("c", 0.1).bytes)
    worst = max(ours)
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}, 256 colours"
    more = {"p50": median(ours), "p95": share(ours, 0.95), "samples": len(ours), "within_s": SETTLED}
    bound = f"<= {MOST_A_CHANGE}"
    yield Result("bytes a change", at, "bytes, most", worst, max(its), bound, worst <= MOST_A_CHANGE, None, more)


def wait_for_quiet_minute(terminal: Terminal, seconds: float) -> None:
    """Times are drawn anew when a minute begins; that is not what is measured in so many seconds."""
    left = 60 - time.time() % 60
    if left < seconds:
        terminal.rest(left + 1.5)


def _retitle(path: Path, number: str, title: str) -> None:
    """One transaction under the next revision."""
    with closing(sqlite3.connect(path)) as cache, cache:
        (rev,) = cache.execute("SELECT value + 1 FROM meta WHERE key = 'rev'").fetchone()
        cache.execute("UPDATE ticket SET title = ?, rev = ? WHERE number = ?", (title, rev, number))
        cache.execute("UPDATE meta SET value = ? WHERE key = 'rev'", (str(rev),))
