"""Clocks: the engine beside a day-by-day loop and a library; the SLA screen over a hundred thousand open tickets."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

from benchmarks import seed_cache, sla
from benchmarks.report import Result, median
from benchmarks.rows.sent import wait_for_quiet_minute
from benchmarks.stage import TICKET, WIDE, Stage, desk, no_sync, put_off
from benchmarks.terminal import Terminal
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.paths import find

MOST_MS, MOST_TIMES = 150.0, 2.0
_DRAWN = r"ALL(?: \(\d+ more\))? +[1-9]\d*  "
_QUEUE = "SUMMARY.*IDLE"


def engine(stage: Stage) -> Iterator[Result]:
    """Compiling, due instants, the tick, and the same by others."""
    yield from sla.rows(stage.few(2_000, 100_000), stage.few(1, 5))


def aging(stage: Stage) -> Iterator[Result]:
    """From `g a` to the board, the list and the hours; and what the screen sends while it stands."""
    home, count = stage.home("aging"), stage.few(2_000, 100_000)
    path = home / "cache" / "cache.db"
    path.unlink()
    fresh = stage.root / "aging.db"
    seed_cache.seed(fresh, count, count)
    put_off(fresh)
    shutil.move(fresh, path)
    path.chmod(0o600)
    yield _counted(stage, home, count)
    with no_sync(home), Terminal(desk(home), WIDE) as terminal:
        terminal.wait_for(TICKET)
        terminal.rest(stage.few(2, 6))
        took = []
        for _ in range(stage.few(2, 9)):
            terminal.press("g", 0.05, 0.1)
            began = time.perf_counter()
            terminal.press("a", 0.0, 0.2)
            took.append((terminal.wait_for(_DRAWN) - began) * 1000)
            terminal.rest(stage.few(2, 4))  # what takes longer is counted meanwhile
            terminal.press("q", 0.5)
            terminal.wait_for(_QUEUE)
            terminal.calm(1.0)
        at = f"{count:,} open tickets, {WIDE[0]}x{WIDE[1]}, key to the board"
        drawn = median(took)
        yield Result(
            "aging screen", at, "ms, median", drawn, None, f"<= {MOST_MS:.0f}", drawn <= MOST_MS, None, {"ms": took}
        )
        yield _standing(stage, terminal, count)


def _counted(stage: Stage, home: object, count: int) -> Result:
    """The figures alone, without a terminal."""
    opened = Desk.open(find(str(home)))
    try:
        took = []
        for _ in range(stage.few(2, 9)):
            began = time.perf_counter()
            opened.clocks.picture()
            took.append((time.perf_counter() - began) * 1000)
    finally:
        opened.close()
    at, best = f"{count:,} open tickets, board, next breaches and hours", median(took)
    return Result(
        "aging figures", at, "ms, median", best, None, f"<= {MOST_MS:.0f}", best <= MOST_MS, None, {"ms": took}
    )


def _standing(stage: Stage, terminal: Terminal, count: int) -> Result:
    """The SLA screen beside the queue, each as it opens, nothing happening on any platform."""
    seconds, sent = stage.few(3, 240), {}  # long enough for the board to be counted anew
    for name, before in (("queue", "6"), ("aging", "ga")):
        for key in before:
            terminal.press(key, 0.3)
        terminal.rest(stage.few(1, 8))
        wait_for_quiet_minute(terminal, 1)
        sent[name] = terminal.rest(seconds) * 60 / seconds
    ours, queue = sent["aging"], sent["queue"]
    at = f"{count:,} open tickets, {WIDE[0]}x{WIDE[1]}, standing, nothing due within the hour"
    ratio = ours / queue if queue else None
    ok = ours <= MOST_TIMES * queue
    return Result("aging bytes", at, "bytes a minute", ours, queue, f"<= {MOST_TIMES:.0f} x the queue's", ok, ratio)
