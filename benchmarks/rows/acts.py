"""From the key that decides to the mark on the row, beside a cursor move."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.report import Result, median, share
from benchmarks.rows.keys import AFTER, GAP, _without_preview
from benchmarks.stage import TICKET, WIDE, Stage, desk, no_sync
from benchmarks.terminal import Terminal

MOST = 2.0


def act(stage: Stage) -> Iterator[Result]:
    """`.` on one ticket after the other, until the first byte of its mark; `j` in between, until its last."""
    home, count = stage.home("act"), stage.few(6, 100)
    marks, moves = [], []
    with no_sync(home), Terminal(desk(home), WIDE) as terminal:
        terminal.wait_for(TICKET)
        _without_preview(terminal)
        terminal.type("t")
        terminal.wait_for("tag .-x takes away")
        terminal.type("zz-bench\r")
        terminal.wait_for("takes it back")
        for _ in range(count):
            terminal.rest(AFTER)
            moves.append(terminal.press("j", GAP).last_ms)
            terminal.rest(AFTER)
            marks.append(terminal.press(".", GAP).first_ms)
    p95, move_p95 = share(marks, 0.95), share(moves, 0.95)
    ratio = p95 / move_p95
    more = {"p50": median(marks), "move_p50": median(moves), "acts": count}
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}, preview hidden"
    yield Result("act", at, "ms p95", p95, move_p95, f"<= {MOST} x a cursor move", ratio <= MOST, ratio, more)
