"""A first pull of many tickets, for the rows that need one: the server of ready pages and homes that name it."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.stage import Stage, running, told

PULLED = "pulled"
"""The name of the source that is pulled."""


@contextmanager
def served(stage: Stage) -> Iterator[str]:
    """The address of a server of ready pages, in a process of its own."""
    size = ["--tickets", str(stage.tickets), "--open", str(stage.open)]
    # A platform is another machine: what it needs must not be taken from the ones that are measured.
    with running([sys.executable, "-m", "benchmarks.page_server", *size], nice=5) as server:
        yield str(told(server)["url"])


def pull_home(stage: Stage, name: str, url: str, *, seeded: bool) -> Path:
    """A home that pulls from `url`: with the filled cache of other sources, or with none."""
    source = (
        f'[sources.{PULLED}]\nplatform = "servicenow"\nurl = "{url}"\nusername = "bench@example.com"\n'
        'auth = "basic"\ntoken_file = "secret"\nscope = { tables = ["incident"] }\n'
    )
    return stage.home(name, extra=source) if seeded else stage.empty_home(name, source)


def sync_of(home: Path, *arguments: str) -> list[str]:
    """The command that runs the sync process."""
    return [sys.executable, "-m", "helpdesk_tui", "--home", str(home), "sync", *arguments]


def phase(home: Path) -> str:
    """How far the first pull is: "" before it began, open, history, live."""
    path = home / "cache" / "cache.db"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as cache:
            found = cache.execute("SELECT phase FROM source WHERE name = ?", (PULLED,)).fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(found[0]) if found else ""


def until_begun(home: Path, patience: float = 60.0) -> None:
    """Until the first pages are stored. Raises TimeoutError."""
    end = time.monotonic() + patience
    while not phase(home):
        if time.monotonic() > end:
            raise TimeoutError(f"the pull did not begin within {patience} s")
        time.sleep(0.1)


def stored(home: Path) -> int:
    """How many tickets of the pulled source the cache holds."""
    path = home / "cache" / "cache.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as cache:
        return int(cache.execute("SELECT count(*) FROM ticket WHERE source = ?", (PULLED,)).fetchone()[0])
