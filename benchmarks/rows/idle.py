"""Nothing happens on any platform: what the screen sends, and what screen and sync cost."""

from __future__ import annotations

import re
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.processes import cpu_seconds
from benchmarks.report import Result, median
from benchmarks.rows.pulling import sync_of
from benchmarks.rows.sent import wait_for_quiet_minute
from benchmarks.stage import SMALL, TICKET, Stage, desk, floor, no_sync, running, told
from benchmarks.terminal import Terminal

MOST_BYTES, MOST_PERCENT = 300, 0.5
MOST_A_SECOND = 60
"""A cell or two, where they are, and their colour."""
CALM = "due:>15m"
"""What is listed while nothing happens."""
NUMBER = r"INC\d{7}|[A-Z]{2,}-\d+"
"""What a row shows of the sandbox's tickets."""
_BEHIND = "SELECT count(*) FROM ticket WHERE is_open = 1 AND activity_version < version"


def idle(stage: Stage) -> Iterator[Result]:
    """Sandbox with its clock stopped, resident sync with default polls, the desk and an empty app side by side."""
    home = stage.root / "idle"
    with ExitStack() as world:
        world.enter_context(sandbox(home, 120, "--paused"))
        _silence(home)
        sync = world.enter_context(running(sync_of(home), apart=True))
        pulled(home)
        _read_ahead(home, stage.few(0, 600))
        with Terminal(desk(home), SMALL) as ours, Terminal(floor("empty"), SMALL) as empty:
            ours.wait_for(NUMBER)
            # A ticket in its last five minutes shows seconds, which is no idling: none of those listed comes to that.
            for key in ("6", "/", *CALM, "enter"):
                ours.press(key, 0.1)
            ours.rest(stage.few(2, 15))
            empty.calm(0.5)
            seconds, minutes = stage.few(5, 60), stage.few(1, 5)
            spans = [_span(ours, empty, sync.pid, seconds) for _ in range(minutes)]
    mine, its, screen, bare, syncing = (median(values) for values in zip(*spans, strict=True))
    at = f"{SMALL[0]}x{SMALL[1]}, {minutes} x {seconds} s, three platforms, default polls, only {CALM}"
    unit, more = "bytes a minute, median", {"minutes": [span.bytes for span in spans]}
    yield Result("idle bytes", at, unit, mine, its, f"<= {MOST_BYTES}", mine <= MOST_BYTES, None, more)
    unit, bound, more = "% of a core, median", f"<= {MOST_PERCENT}", {"minutes": [span.screen for span in spans]}
    yield Result("idle screen", at, unit, screen, bare, bound, screen <= MOST_PERCENT, None, more)
    more = {"minutes": [span.sync for span in spans]}
    yield Result("idle sync", at, unit, syncing, None, bound, syncing <= MOST_PERCENT, None, more)


def countdown(stage: Stage) -> Iterator[Result]:
    """What a ticket costs whose seconds are shown: the first of the list breaches within minutes."""
    home, seconds = stage.home("countdown"), stage.few(3, 40)
    with no_sync(home), Terminal(desk(home), SMALL) as ours:
        ours.wait_for(TICKET)
        for key in ("6", "j"):  # once a key has moved in it, no row changes its place
            ours.press(key, 0.3)
        number = re.findall(TICKET, ours.text())[0]
        wait_for_quiet_minute(ours, seconds + 5)
        _breaches(home / "cache" / "cache.db", number, int(time.time()) + 200)
        ours.wait_for(rf"[23]m\d\d .*{number}")
        ours.rest(2.0)
        sent = ours.rest(seconds) / seconds
    at, bound = f"{SMALL[0]}x{SMALL[1]}, one visible ticket in its last five minutes", f"<= {MOST_A_SECOND}"
    yield Result("countdown", at, "bytes a second", sent, None, bound, sent <= MOST_A_SECOND)


def _breaches(path: Path, number: str, due: int) -> None:
    """Under the next revision, as sync would write it."""
    with closing(sqlite3.connect(path)) as cache, cache:
        (rev,) = cache.execute("SELECT value + 1 FROM meta WHERE key = 'rev'").fetchone()
        cache.execute("UPDATE ticket SET due_at = ?, rev = ? WHERE number = ?", (due, rev, number))
        cache.execute("UPDATE meta SET value = ? WHERE key = 'rev'", (str(rev),))


class Span(NamedTuple):
    """One span of idling: bytes a minute and percent of a core, ours and the empty app's."""

    bytes: float
    floor_bytes: float
    screen: float
    floor_screen: float
    sync: float


def _span(ours: Terminal, empty: Terminal, sync: int, seconds: int) -> Span:
    pids = (ours.pid, empty.pid, sync)
    before = [cpu_seconds(pid) for pid in pids]
    counted = (ours.bytes, empty.bytes)
    _both(ours, empty, seconds)
    mine, its = ((t.bytes - b) * 60 / seconds for t, b in zip((ours, empty), counted, strict=True))
    screen, bare, syncing = ((cpu_seconds(pid) - b) * 100 / seconds for pid, b in zip(pids, before, strict=True))
    return Span(mine, its, screen, bare, syncing)


@contextmanager
def sandbox(home: Path, tickets: int, *options: str) -> Iterator[dict[str, Any]]:
    """The three platforms imitated, with settings for them in `home`; what they told."""
    command = [sys.executable, "-m", "helpdesk_tui.sandbox", "--tickets", str(tickets), "--config-to", str(home)]
    with running([*command, *options]) as process:
        yield told(process)


def pulled(home: Path, patience: float = 300.0) -> None:
    """Until every source has been pulled whole."""
    _until(home, "SELECT count(*) = 0 OR sum(phase <> 'live') FROM source", patience)


def _silence(home: Path) -> None:
    """Let nothing be said of clocks that run out meanwhile: that is no idling either."""
    with (home / "config.toml").open("a") as config:
        config.write('\n[alarms]\nmute = ["all"]\n')


def _read_ahead(home: Path, patience: float) -> None:
    """Until the conversations at the top of the queue are read, or patience is over: that is no idling yet."""
    try:
        _until(home, _BEHIND, patience)
    except TimeoutError:
        if patience:
            raise


def _until(home: Path, left: str, patience: float) -> None:
    path, end = home / "cache" / "cache.db", time.monotonic() + patience
    while True:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as cache:
                if not cache.execute(left).fetchone()[0]:
                    return
        except sqlite3.OperationalError:
            pass  # not made yet
        if time.monotonic() > end:
            raise TimeoutError(f"still not done after {patience} s: {left}")
        time.sleep(0.2)


def _both(one: Terminal, other: Terminal, seconds: float) -> None:
    """Read two terminals for so long."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        one.rest(0.5)
        other.rest(0.0)
        other.read(0.0)
