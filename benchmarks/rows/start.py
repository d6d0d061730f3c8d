"""From exec to the first queue on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.report import Result, median
from benchmarks.stage import TICKET, WIDE, Stage, desk, floor, no_sync
from benchmarks.terminal import Terminal

MOST = 1.6


def start(stage: Stage) -> Iterator[Result]:
    """Ours and the empty app by turns; the middle of many."""
    home = stage.home("start")
    ours, empty, lists = [], [], []
    with no_sync(home):
        for turn in range(stage.few(2, 12)):
            one = _shown(desk(home), TICKET)
            other = _shown(floor("empty"), "FLOOR ready")
            bare = _shown(floor("lines", str(home / "cache" / "cache.db")), TICKET)
            if turn:  # the first round fills the disk's caches
                ours.append(one)
                empty.append(other)
                lists.append(bare)
    ratio = median([a / b for a, b in zip(ours, empty, strict=True)])
    more = {"pairs": len(ours), "best": min(ours), "floor_best": min(empty), "bare_list": median(lists)}
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}"
    yield Result(
        "start", at, "s", median(ours), median(empty), f"<= {MOST} x an empty Textual app", ratio <= MOST, ratio, more
    )


def _shown(command: Sequence[str], pattern: str) -> float:
    with Terminal(command, WIDE) as terminal:
        return terminal.wait_for(pattern) - terminal.began
