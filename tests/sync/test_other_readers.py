"""Looking at a store's file must not take away the locks by which other processes know that it is in use.

POSIX drops every lock a process holds on a file as soon as that process closes any descriptor of it. SQLite's last
connection to close deletes the write-ahead log: without those locks another process believes that it is the last.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.sqlite import StoreKind, open_read, recognise
from helpdesk_tui.data.stores import newer_than_us
from helpdesk_tui.paths import Paths

CLOSE = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM meta'); c.close()"


def look(path: Path, how: str) -> None:
    if how == "recognise":
        recognise(path, StoreKind.CACHE)
    elif how == "reader":
        open_read(path, StoreKind.CACHE).close()
    else:
        newer_than_us(Paths(path.parent, path.parent, path.parent))


@pytest.mark.parametrize("how", ["recognise", "reader", "newer"])
def test_what_is_written_after_a_look_is_seen_by_others(tmp_path: Path, how: str) -> None:
    path = tmp_path / "cache.db"
    writer = stores.open_cache(Paths(tmp_path, tmp_path, tmp_path))
    writer.begin([], 1)
    for _ in range(3):
        look(path, how)
        subprocess.run([sys.executable, "-c", CLOSE, str(path)], check=True)
    assert path.with_name("cache.db-wal").exists(), "another process took the log away"
    writer.begin_cursor("desk", "open", "here", 2)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT cursor FROM cursor").fetchall() == [("here",)]
    writer.close()


def test_a_file_made_anew_is_looked_at_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    stores.create(path, StoreKind.CACHE)
    assert recognise(path, StoreKind.CACHE) is stores.Condition.OURS
    path.unlink()
    assert recognise(path, StoreKind.CACHE) is stores.Condition.MISSING
    path.write_bytes(b"")
    assert recognise(path, StoreKind.CACHE) is stores.Condition.EMPTY
    path.unlink()
    path.write_bytes(b"another program's words" * 10)
    assert recognise(path, StoreKind.CACHE) is stores.Condition.FOREIGN
