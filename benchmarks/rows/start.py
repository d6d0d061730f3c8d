"""From exec to the first queue on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.processes import cpu_seconds
from benchmarks.report import Result, median
from benchmarks.stage import TICKET, WIDE, Stage, desk, floor, no_sync
from benchmarks.terminal import Terminal

MOST = 1.6


class Shown(NamedTuple):
    """Seconds from exec until something was on the screen, and the processor time taken until then."""

    seconds: float
    cpu: float


def start(stage: Stage) -> Iterator[Result]:
    """Ours and the empty app by turns; the middle of many."""
    home = stage.home("start")
    ours: list[Shown] = []
    empty: list[Shown] = []
    lists: list[Shown] = []
    with no_sync(home):
        for turn in range(stage.few(2, 12)):
            one = _shown(desk(home), TICKET)
            other = _shown(floor("empty"), "FLOOR ready")
            bare = _shown(floor("lines", str(home / "cache" / "cache.db")), TICKET)
            if turn:  # the first round fills the disk's caches
                ours.append(one)
                empty.append(other)
                lists.append(bare)
    ratio = median([a.seconds / b.seconds for a, b in zip(ours, empty, strict=True)])
    mine, its, bare_list = (median([shown.seconds for shown in some]) for some in (ours, empty, lists))
    busy, its_busy = (median([shown.cpu for shown in some]) for some in (ours, empty))
    more = {
        "pairs": len(ours),
        "best": min(shown.seconds for shown in ours),
        "floor_best": min(shown.seconds for shown in empty),
        "bare_list": bare_list,
        "cpu_s": busy,
        "floor_cpu_s": its_busy,
    }
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}"
    yield Result("start", at, "s", mine, its, f"<= {MOST} x an empty Textual app", ratio <= MOST, ratio, more)


def _shown(command: Sequence[str], pattern: str) -> Shown:
    with Terminal(command, WIDE) as terminal:
        seconds = terminal.wait_for(pattern) - terminal.began
        return Shown(seconds, cpu_seconds(terminal.pid))
