"""A whole platform into an empty cache, beside a bare loop over the same pages."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.report import Result, median
from benchmarks.rows.pulling import PULLED, pull_home, served, stored, sync_of
from benchmarks.stage import Stage, floor

LEAST = 0.5


def pull(stage: Stage) -> Iterator[Result]:
    """`sync --once` and the bare loop by turns, each a process from its start to its end."""
    ours, bare = [], []
    with served(stage) as url:
        for turn in range(stage.few(1, 3)):
            path = stage.root / f"bare-{turn}.db"
            bare.append(_took(floor("pull", url, str(path))))
            _complete(_count(path), stage)
            home = pull_home(stage, f"pull-{turn}", url, seeded=False)
            ours.append(_took(sync_of(home, "--once", "--source", PULLED)))
            _complete(stored(home), stage)
    ratio = median([b / a for a, b in zip(ours, bare, strict=True)])
    mine, its = (stage.tickets / median(times) for times in (ours, bare))
    more = {"seconds": median(ours), "floor_seconds": median(bare), "pairs": len(ours)}
    at = f"{stage.tickets:,} tickets, {stage.open:,} open, 500 a page"
    bound = f">= {LEAST} x httpx, orjson and executemany"
    yield Result("pull", at, "tickets/s", mine, its, bound, ratio >= LEAST, ratio, more)


def _took(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as bare:
        return int(bare.execute("SELECT count(*) FROM ticket").fetchone()[0])


def _complete(count: int, stage: Stage) -> None:
    if count != stage.tickets:
        raise RuntimeError(f"{count:,} of {stage.tickets:,} tickets were stored")
