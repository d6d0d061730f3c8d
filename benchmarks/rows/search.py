"""From a filter or search words to the new list."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.report import Result, median, share
from benchmarks.stage import TICKET, WIDE, Stage, desk, no_sync, put_off
from benchmarks.terminal import Terminal
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters import language as filters
from helpdesk_tui.screens.queue.live import WINDOW

MOST_MS = 100.0
QUERIES = (
    "is:open owner:none group:network,apps p:1..2",
    "is:open due:<2h",
    "is:open idle:>4h !group:apps",
    "tag:vip",
    "updated:today",
    "printer",
    "certificate expired",
    '"shared mailbox"',
    "INC0048",
    "is:closed",
)
"""From one that holds few to all of them."""
TYPED = ("printer", "is:closed printer", "owner:none p:1..2", "group:network certificate")
_FLOOR = "SELECT id FROM ticket WHERE state = 'closed' ORDER BY due_at, priority, id"
"""What the slowest query comes to in the end."""


def search(stage: Stage) -> Iterator[Result]:
    """Each query several times through the screen's own reading, then the slowest typed on a screen."""
    home, times = stage.home("search"), stage.few(2, 9)
    # Not through the desk, which remembers what it has read.
    cache, moment = CacheReader(home / "cache" / "cache.db"), Moment(int(time.time()))
    took: dict[str, float] = {}
    found: dict[str, int] = {}
    every: list[float] = []
    try:
        for text in QUERIES:
            samples = []
            for _ in range(times):
                began = time.perf_counter()
                listing = cache.ids(filters.parse(text), moment)
                cache.rows(listing.ids[:WINDOW])
                samples.append((time.perf_counter() - began) * 1000)
            took[text], found[text] = median(samples), len(listing.ids)
            every += samples
    finally:
        cache.close()
    bare = _bare(home / "cache" / "cache.db", times)
    put_off(home / "cache" / "cache.db")
    worst = max(took.values())
    more = {"ms": took, "found": found, "p95": share(every, 0.95), "floor is": "is:closed by bare sqlite3"}
    bound = f"<= {MOST_MS:.0f}"
    yield Result("search", stage.size, "ms, slowest query", worst, bare, bound, worst <= MOST_MS, None, more)
    yield _typed(stage, home)


def _bare(path: Path, times: int) -> float:
    took = []
    with closing(sqlite3.connect(path)) as cache:
        for _ in range(times):
            began = time.perf_counter()
            cache.execute(_FLOOR).fetchall()
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _typed(stage: Stage, home: Path) -> Result:
    """From a whole line and Enter, sent at once, to the last byte of the new list."""
    took: dict[str, float] = {}
    with no_sync(home), Terminal(desk(home), WIDE) as terminal:
        terminal.wait_for(TICKET)
        # The preview would follow 0.12 s later and be taken for the end of the list.
        for key in (",", "6"):
            terminal.press(key, 0.3)
        terminal.calm(2.0)
        for text in TYPED:
            samples = []
            for _ in range(stage.few(1, 9)):
                terminal.press("/", 0.3)
                samples.append(terminal.press(f"{text}\r", 0.3).last_ms)
                terminal.press("/", 0.3)
                terminal.press("\x15\r", 0.3)
                terminal.calm(1.0)
            took[text] = median(samples)
    worst = max(took.values())
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}, line and Enter to last byte"
    return Result("search on screen", at, "ms", worst, None, f"<= {MOST_MS:.0f}", worst <= MOST_MS, None, {"ms": took})
