"""The files of the stores as SQLite sees them: which store a file is, and how it is opened for reading.

Standard library only: this is what the screen process uses before its first frame.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from helpdesk_tui.errors import CorruptStore, DiskFull, ForeignStore, NewerStore, StoreBusy, StoreError, StoreReadOnly

MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID = slice(68, 72)


class StoreKind(StrEnum):
    """One of the three stores; the value is the name of its file without the suffix."""

    CACHE = "cache"
    PERSONAL = "personal"
    TEAM = "team"

    @property
    def precious(self) -> bool:
        """Whether it holds what nobody else has: such a store is backed up, restored and never dropped."""
        return self is not StoreKind.CACHE

    @property
    def application_id(self) -> int:
        """What `PRAGMA application_id` says in a file of this store ("HDQc", "HDQp", "HDQt")."""
        return int.from_bytes(b"HDQ" + self.value[:1].encode("ascii"), "big")


SCHEMA = {StoreKind.CACHE: 8, StoreKind.PERSONAL: 3, StoreKind.TEAM: 7}
"""The schema this version of the program speaks, as `PRAGMA user_version`: the number of migrations of each chain."""


class _Heads:
    """Reads the heads of files through descriptors that stay open.

    Closing any descriptor of a file drops all locks this process holds on it (POSIX), also those of SQLite's
    connections. Another process that closes the store would then believe that it is the last one, and delete the
    write-ahead log under us: what we write afterwards would be lost.
    """

    def __init__(self) -> None:
        self._open: dict[Path, tuple[int, int, int]] = {}
        self._thread = threading.Lock()

    def read(self, path: Path) -> bytes:
        """The first bytes of the file that stands there now. Raises OSError."""
        with self._thread:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                return _NO_FILE
            known = self._open.pop(path, None)
            if known is None or known[1:] != (status.st_dev, status.st_ino):
                if known is not None:
                    os.close(known[0])
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                status = os.fstat(descriptor)
                known = (descriptor, status.st_dev, status.st_ino)
            self._open[path] = known
            while len(self._open) > HEADS_KEPT:
                os.close(self._open.pop(next(iter(self._open)))[0])
            return os.pread(known[0], 100, 0)


_NO_FILE = b"no file"
"""Stands for the head of a folder, a pipe or a device: opening one could take for ever."""
_HEADS = _Heads()
HEADS_KEPT = 64
"""Descriptors kept open at most: the stores in use are few, and looked at again and again."""


class Condition(StrEnum):
    """What a look at a file's first bytes tells."""

    MISSING = "missing"
    EMPTY = "empty"
    """It has no bytes: a crash or a full disk left it so."""
    OURS = "ours"
    FOREIGN = "foreign"
    """A database of something else, or of another of our stores, or no database at all."""
    DAMAGED = "damaged"
    """The head of the file is not what any program writes."""


def recognise(path: Path, kind: StoreKind) -> Condition:
    """Look at the head of a file without opening it as a database.

    A file whose head is all zeros is damaged (that is what lost pages look like); other heads that are not SQLite's
    belong to somebody else and must not be touched. Raises OSError where the file cannot be read.
    """
    try:
        head = _HEADS.read(path)
    except FileNotFoundError:
        return Condition.MISSING
    if not head:
        return Condition.EMPTY
    if not head.startswith(MAGIC):
        ours = head[_APPLICATION_ID] == kind.application_id.to_bytes(4, "big")
        return Condition.DAMAGED if ours or not head.strip(b"\x00") else Condition.FOREIGN
    if len(head) < 100:
        return Condition.DAMAGED
    return Condition.OURS if int.from_bytes(head[_APPLICATION_ID], "big") == kind.application_id else Condition.FOREIGN


def uri(path: Path, mode: str) -> str:
    """The path as an SQLite URI with `mode` (ro, rw)."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def open_read(path: Path, kind: StoreKind, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open a store for reading only, as any process but its writer does.

    Raises ForeignStore, NewerStore, CorruptStore, StoreBusy, and StoreError where there is no such store yet or it is
    of an older version that its writer has still to migrate.
    """
    condition = recognise(path, kind)
    if condition is Condition.FOREIGN:
        raise ForeignStore(f"not a {kind} store of this program; move it away or choose another place", path=path)
    if condition is Condition.DAMAGED:
        raise CorruptStore("the file is damaged", path=path)
    if condition is not Condition.OURS:
        raise StoreError(f"there is no {kind} store yet", path=path)
    try:
        connection = sqlite3.connect(
            uri(path, "ro"), uri=True, isolation_level=None, timeout=5.0, check_same_thread=check_same_thread
        )
    except sqlite3.OperationalError as error:
        raise StoreError(f"cannot be opened: {error}", path=path) from error
    try:
        _prepare_reader(connection)
        check_version(connection.execute("PRAGMA user_version").fetchone()[0], kind, path, migrating=False)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise translate(error, path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare_reader(connection: sqlite3.Connection) -> None:
    for pragma in ("query_only=ON", "temp_store=MEMORY", "trusted_schema=OFF", "cell_size_check=ON"):
        connection.execute(f"PRAGMA {pragma}")


def check_version(found: int, kind: StoreKind, path: Path, *, migrating: bool) -> None:
    """Raise NewerStore for a schema this program does not know, StoreError for an older one unless it is to be
    migrated."""
    if found > SCHEMA[kind]:
        raise NewerStore(
            f"made by a newer version of helpdesk-tui (schema {found}, this one knows {SCHEMA[kind]})", path=path
        )
    if found < SCHEMA[kind] and not migrating:
        raise StoreError(
            f"of an older version (schema {found}); start `helpdesk-tui sync` once to bring it up", path=path
        )


_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_READ_FAULTS = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)


def translate(error: sqlite3.Error, path: Path) -> StoreError:
    """The typed error for what SQLite said. The driver's words are kept; they name tables and columns, never values."""
    extended: int = getattr(error, "sqlite_errorcode", 0) or 0
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptStore(f"the file is damaged ({error})", path=path)
    if code in _FULL and extended not in _READ_FAULTS:
        return DiskFull("no room to write; nothing of this change was kept", path=path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("another process holds it and did not let go in time", path=path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StoreReadOnly(f"cannot be written ({error})", path=path)
    return StoreError(str(error), path=path)
