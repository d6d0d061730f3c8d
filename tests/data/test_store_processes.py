"""Several processes at one store, processes killed in the middle, and disks without room."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.data import stores, upkeep
from helpdesk_tui.data.locks import FileLock, lock_path, probe
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.sql import Sql
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.errors import StoreBusy, StoreReadOnly

COUNT_UP = """
import sys
from pathlib import Path
from helpdesk_tui.data import stores
store = stores.open_write(Path(sys.argv[1]), stores.StoreKind.PERSONAL)
for _ in range(int(sys.argv[2])):
    with store.transaction() as connection:
        value = connection.exec_driver_sql("SELECT value FROM view_state WHERE name = 'n'").scalar()
        connection.exec_driver_sql("UPDATE view_state SET value = ? WHERE name = 'n'", (str(int(value) + 1),))
store.close()
"""

PULL = """
import sys
from pathlib import Path
from helpdesk_tui.data import stores
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.tickets import State, Ticket
writer = CacheWriter(stores.open_write(Path(sys.argv[1]), stores.StoreKind.CACHE))
assert not writer.notes, writer.notes
found = writer.cursor("desk", "open")
page = int(found.cursor) if found else 0
while True:
    page += 1
    keys = range((page - 1) * 50, page * 50)
    tickets = [Ticket("desk", str(k), f"D-{k}", "", f"t {k}", State.OPEN, "", 1, 1, 1, body="b" * 500) for k in keys]
    writer.commit_page("desk", "open", str(page), 0, tickets=tickets, now=page)
    print(page, flush=True)
"""

FILL = """
import resource, sys
from pathlib import Path
from helpdesk_tui.data import stores
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.errors import DiskFull
writer = CacheWriter(stores.open_write(Path(sys.argv[1]), stores.StoreKind.CACHE))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
def page(number):
    keys = range(number * 50, number * 50 + 50)
    tickets = [Ticket("desk", str(k), f"D-{k}", "", f"t {k}", State.OPEN, "", 1, 1, 1, body="b" * 500) for k in keys]
    writer.commit_page("desk", "open", str(number), 0, tickets=tickets, now=number)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
number = 0
while True:
    try:
        page(number)
    except DiskFull as error:
        assert "no room" in str(error)
        break
    number += 1
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert int(writer.cursor("desk", "open").cursor) == number - 1
page(number)
writer.close()
print(number + 1)
"""


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ticket(number: int, version: int = 1) -> Ticket:
    at = 10 + version
    title, body = f"title {number} {version}", f"body {version}"
    return Ticket("desk", str(number), f"D-{number}", "", title, State.OPEN, "", 10, at, version, body=body)


def test_four_processes_lose_no_update(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    store = stores.open_write(path, StoreKind.PERSONAL)
    with store.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO view_state(name, value) VALUES ('n', '0')")
    workers = [python(COUNT_UP, path, 40) for _ in range(4)]
    for worker in workers:
        assert worker.communicate(timeout=60)[1] == ""
    with store.transaction() as connection:
        assert connection.exec_driver_sql("SELECT value FROM view_state").scalar() == "160"
    store.close()
    assert upkeep.check(path, StoreKind.PERSONAL) == []


@pytest.mark.crash
def test_kill_dash_nine_loses_nothing_that_was_told(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    told = 0
    for _ in range(4):
        worker = python(PULL, path)
        assert worker.stdout is not None
        for _ in range(3):
            told = int(worker.stdout.readline())
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.communicate()
        assert upkeep.check(path, StoreKind.CACHE) == []
        connection = sqlite3.connect(path)
        pages = int(connection.execute("SELECT cursor FROM cursor").fetchone()[0])
        assert pages >= told
        assert connection.execute("SELECT count(*) FROM ticket").fetchone()[0] == pages * 50
        connection.close()


def test_a_full_disk_keeps_what_was_there_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    output, errors = python(FILL, path).communicate(timeout=60)
    assert errors == ""
    assert upkeep.check(path, StoreKind.CACHE) == []
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM ticket").fetchone()[0] == int(output) * 50
    connection.close()


class Pulled(Exception):
    """The plug."""


def contents(path: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT t.key, t.title, b.text, t.is_open FROM ticket t LEFT JOIN body b ON b.ticket = t.id ORDER BY t.key"
    ).fetchall()
    found = connection.execute("SELECT count(*) FROM ticket_fts WHERE ticket_fts MATCH 'title'").fetchall()
    connection.close()
    return [*rows, *found]


def failing_at(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the statement of this number fail, counted over everything the cache's writer says."""
    left = [number]

    def failing(name: str) -> Callable[..., Any]:
        real = getattr(Sql, name)

        def statement(self: Sql, *arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Pulled
            return real(self, *arguments, **more)

        return statement

    for name in ("all", "run", "many"):
        monkeypatch.setattr(Sql, name, failing(name))


def test_failing_at_any_statement_leaves_the_page_before_or_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cache.db"
    writer = CacheWriter(stores.open_write(path, StoreKind.CACHE))
    writer.commit_page("desk", "open", "0", 0, tickets=[ticket(1), ticket(2)], now=1)
    done = False
    point = 0
    while not done:
        point += 1
        version = point + 1
        page = [ticket(1, version), ticket(3, version)]
        before = contents(path)
        with monkeypatch.context() as patch:
            failing_at(point, patch)
            try:
                writer.commit_page("desk", "open", str(point), 0, tickets=page, now=point)
                done = True
            except Pulled:
                pass
        if not done:
            assert contents(path) == before
        writer.commit_page("desk", "open", str(point), 0, tickets=page, now=point)
        assert contents(path)[0] == ("1", f"title 1 {version}", f"body {version}", 1)
        assert upkeep.check(path, StoreKind.CACHE) == []
    writer.close()
    assert point > 8


def test_a_store_that_is_held_is_busy_and_free_again(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    store = stores.open_write(path, StoreKind.PERSONAL)
    other = FileLock(lock_path(path))
    assert other.try_take()
    with pytest.raises(StoreBusy, match="another process"), store.transaction(patience=0.02):
        pytest.fail("entered")
    other.release()
    with store.transaction(patience=0.02) as connection:
        assert not other.try_take()
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert other.try_take()
    other.close()
    store.close()


def test_a_writer_without_our_lock_is_met_too(tmp_path: Path) -> None:
    """Somebody's sqlite3 shell holds a transaction."""
    path = tmp_path / "personal.db"
    store = stores.open_write(path, StoreKind.PERSONAL)
    with store.bare() as raw:
        raw.execute("PRAGMA busy_timeout=10")
    shell = sqlite3.connect(path, isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy), store.transaction():
        pytest.fail("entered")
    shell.close()
    store.close()


def test_locks_work_here_and_a_directory_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    assert probe(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreReadOnly, match="is not a directory"):
        stores.open_write(blocked / "cache.db", StoreKind.CACHE)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_read_only_directory_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreReadOnly):
        stores.open_write(tmp_path / "cache.db", StoreKind.CACHE)
    tmp_path.chmod(0o700)


def test_a_lock_that_is_granted_twice_makes_the_store_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileLock, "try_take", lambda *_arguments, **_more: True)
    with pytest.raises(StoreReadOnly, match="grants one lock twice"):
        stores.open_write(tmp_path / "cache.db", StoreKind.CACHE)


def test_reading_a_store_loads_nothing_heavy(tmp_path: Path) -> None:
    stores.create(tmp_path / "cache.db", StoreKind.CACHE)
    code = (
        "import sys; from pathlib import Path; from helpdesk_tui.data import stores, watch;"
        "stores.open_read(Path(sys.argv[1]), stores.StoreKind.CACHE).close();"
        "print([m for m in ('sqlalchemy', 'sqlmodel', 'alembic', 'pydantic') if m in sys.modules])"
    )
    output, errors = python(code, tmp_path / "cache.db").communicate(timeout=30)
    assert (output.strip(), errors) == ("[]", "")


def test_writing_an_up_to_date_store_loads_no_alembic(tmp_path: Path) -> None:
    stores.create(tmp_path / "cache.db", StoreKind.CACHE)
    code = (
        "import sys; from pathlib import Path; from helpdesk_tui.data import stores;"
        "stores.open_write(Path(sys.argv[1]), stores.StoreKind.CACHE).close(); print('alembic' in sys.modules)"
    )
    output, errors = python(code, tmp_path / "cache.db").communicate(timeout=30)
    assert (output.strip(), errors) == ("False", "")
