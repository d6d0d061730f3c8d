"""Looking after the stores: check, backup, restore and purge, as the `db` command offers them."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from helpdesk_tui import clock
from helpdesk_tui.data import dialect, files
from helpdesk_tui.data.locks import FileLock, lock_path
from helpdesk_tui.data.sqlite import Condition, StoreKind, check_version, recognise, translate, uri
from helpdesk_tui.errors import CorruptStore, ForeignStore, StoreBusy, StoreError

BACKUPS_KEPT = 7
BACKUP_SECONDS = 86_400

_ORDER = (
    ("SELECT count(*) FROM body WHERE ticket NOT IN (SELECT id FROM ticket)", "descriptions without a ticket"),
    ("SELECT count(*) FROM ticket WHERE rev > (SELECT value FROM meta WHERE key = 'rev') + 0", "rows from the future"),
    (
        "SELECT count(*) FROM ticket WHERE is_open <> (scope = 'in' AND state NOT IN ('solved', 'closed'))",
        "tickets counted wrongly as open or not",
    ),
    (
        "SELECT abs((SELECT count(*) FROM ticket) - (SELECT count(*) FROM ticket_fts_docsize))",
        "tickets missing in the search index",
    ),
)


@contextmanager
def _raw(path: Path, patience: float = 5.0) -> Iterator[sqlite3.Connection]:
    """A bare connection for whoever holds the lock, closed at the end; errors come out as ours."""
    try:
        with closing(sqlite3.connect(uri(path, "rw"), uri=True, isolation_level=None, timeout=patience)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise translate(error, path) from error


def quick_check(path: Path) -> None:
    """Raise CorruptStore where SQLite finds the file damaged. The caller holds the lock, or the file is its own."""
    with _raw(path) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    if found != ["ok"]:
        raise CorruptStore(f"the file is damaged ({'; '.join(found)[:200]})", path=path)


def check(path: Path, kind: StoreKind) -> list[str]:
    """What is wrong with a store, one line each; [] when all is well. Reads the whole file, changes nothing.

    Raises StoreBusy where its writer does not let go, StoreError where there is no store.
    """
    condition = recognise(path, kind)
    if condition is Condition.MISSING:
        raise StoreError(f"there is no {kind} store yet", path=path)
    if condition is not Condition.OURS:
        return [f"{path}: {condition}"]
    lock = FileLock(lock_path(path))
    try:
        with lock.held():
            quick_check(path)
            with _raw(path) as connection:
                check_version(connection.execute("PRAGMA user_version").fetchone()[0], kind, path, migrating=False)
                faults = _faults(connection) if kind is StoreKind.CACHE else []
    except (StoreBusy, PermissionError):
        raise
    except StoreError as error:
        return [str(error)]
    finally:
        lock.close()
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 and not files.is_shared(path.parent):
        faults.append(f"others may read it (mode {mode:04o}); mend with: chmod 600 {path}")
    return [fault if fault.startswith(str(path)) else f"{path}: {fault}" for fault in faults]


def _faults(connection: sqlite3.Connection) -> list[str]:
    found = []
    for query, what in _ORDER:
        count = connection.execute(query).fetchone()[0]
        if count:
            found.append(f"{count} {what}")
    try:
        connection.execute(dialect.SEARCH_CHECK)
    except sqlite3.DatabaseError:
        found.append("the search index does not match the tickets; `helpdesk-tui db purge` has it made anew")
    return found


def backups(path: Path) -> list[Path]:
    """The backups of a store, newest first."""
    return sorted((path.parent / "backups").glob(f"{path.name}.*.bak"), reverse=True)


def backup(path: Path, kind: StoreKind, *, now: int | None = None) -> Path:
    """Copy a store while it is in use, check the copy, keep the newest seven. Returns the copy.

    Raises CorruptStore where the store or the copy is damaged (older copies are kept then), DiskFull.
    """
    stamp = datetime.fromtimestamp(clock.now() if now is None else now, UTC).strftime("%Y%m%dT%H%M%SZ")
    directory = path.parent / "backups"
    files.make_directory(directory, shared=files.is_shared(path.parent))
    target = directory / f"{path.name}.{stamp}.bak"
    _copy(path, target)
    if recognise(target, kind) is not Condition.OURS:
        raise ForeignStore(f"not a {kind} store", path=path)
    for old in backups(path)[BACKUPS_KEPT:]:
        old.unlink(missing_ok=True)
    return target


def backup_if_due(path: Path, kind: StoreKind, *, now: int | None = None) -> Path | None:
    """Back a store up unless that was done within a day. A full disk is no reason not to open it: None then, too.

    Raises CorruptStore where the store is damaged.
    """
    present = clock.now() if now is None else now
    newest = next(iter(backups(path)), None)
    if newest is not None and present - newest.stat().st_mtime < BACKUP_SECONDS:
        return None
    try:
        return backup(path, kind, now=present)
    except CorruptStore:
        raise
    except StoreError:
        return None


def _copy(source: Path, target: Path) -> None:
    """Copy a database in one piece, through a name of its own until it is known to be good."""
    fresh = target.with_name(f"{target.name}.new")
    files.remove(fresh)
    os.close(files.open_private(fresh, os.O_RDWR | os.O_EXCL))
    try:
        with _raw(fresh) as copy:
            with closing(sqlite3.connect(uri(source, "ro"), uri=True, timeout=5.0)) as original:
                original.backup(copy)
            copy.execute("PRAGMA journal_mode=TRUNCATE")
        quick_check(fresh)
        fresh.rename(target)
    finally:
        files.remove(fresh)


def newest_good(path: Path, kind: StoreKind) -> Path | None:
    """The newest backup that is whole and ours."""
    for candidate in backups(path):
        try:
            if recognise(candidate, kind) is Condition.OURS:
                quick_check(candidate)
                return candidate
        except (StoreError, OSError):
            continue
    return None


def restore(path: Path, kind: StoreKind, copy: Path) -> Path | None:
    """Put a backup in the place of a store; what stood there is kept beside it and its new name returned.

    Processes that have the store open notice by the file's identity. Raises ForeignStore, CorruptStore, NewerStore,
    StoreBusy.
    """
    if recognise(copy, kind) is not Condition.OURS:
        raise ForeignStore(f"not a backup of a {kind} store", path=copy)
    quick_check(copy)
    with _raw(copy) as connection:
        check_version(connection.execute("PRAGMA user_version").fetchone()[0], kind, copy, migrating=True)
    lock = FileLock(lock_path(path))
    try:
        with lock.held():
            return put_in_place(path, copy)
    finally:
        lock.close()


def put_in_place(path: Path, copy: Path) -> Path | None:
    """What `restore` does once the backup is known to be good, for whoever holds the lock."""
    ready = path.with_name(f"{path.name}.restored")
    _copy(copy, ready)
    aside = files.move_aside(path, "replaced") if path.exists() else None
    ready.rename(path)
    return aside


def purge(path: Path, *, patience: float = 5.0) -> None:
    """Empty the cache so that no text of it is left in its file or its WAL; damaged files set aside earlier go too.

    What readers have open stays valid and shows an empty cache. Raises StoreBusy where a reader does not
    let go within `patience` seconds.
    """
    for leftover in path.parent.glob(f"{path.name}.corrupt.*"):
        leftover.unlink(missing_ok=True)
    if recognise(path, StoreKind.CACHE) is not Condition.OURS:
        return
    lock = FileLock(lock_path(path))
    try:
        with lock.held(), _raw(path, patience) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            _empty(connection)
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if busy:
                raise StoreBusy("emptied, but a reader still holds its log; try again in a moment", path=path)
    finally:
        lock.close()


_KEPT = ("meta", "source", "alembic_version")
_FORGET_FINDINGS = (
    "UPDATE source SET health = 'starting', words = '', since = 0, next_try = 0, last_ok = 0, data_at = 0,"
    " failures = 0, account = '', role = '', feed = '', skew = 0, sees = '[]', cannot = '[]', phase = '',"
    " done = 0, total = 0"
)
"""Which sources are configured is not the platforms' word and stays; a sync process that runs on needs it."""


def _empty(connection: sqlite3.Connection) -> None:
    """Delete every row; the revision goes on, and says that whoever read before has to read everything anew."""
    names = [
        str(row[0])
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if not dialect.is_search_table(str(row[0])) and row[0] not in _KEPT
    ]
    connection.execute(dialect.BEGIN_WRITE)
    for name in names:
        connection.execute(f"DELETE FROM {name}")
    connection.execute(_FORGET_FINDINGS)
    connection.execute(dialect.SEARCH_EMPTY)
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'rev'")
    for key in ("tombstones_from", "purged"):
        connection.execute("INSERT OR REPLACE INTO meta SELECT ?, value FROM meta WHERE key = 'rev'", (key,))
    connection.execute("COMMIT")
