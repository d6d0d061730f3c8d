"""A store opened for writing: one connection, one transaction at a time, each under the lock between processes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from helpdesk_tui.data import dialect, files
from helpdesk_tui.data.files import StoreIdentity
from helpdesk_tui.data.locks import PATIENCE, FileLock, lock_path, users_path
from helpdesk_tui.data.mounts import file_system
from helpdesk_tui.data.sqlite import StoreKind, translate, uri
from helpdesk_tui.errors import StoreError


class Store:
    """A store this process may write. Made by `stores.open_write`. May be used by several threads, one at a time.

    `notes` has a line for the user for each thing that had to be mended while it was opened.
    """

    def __init__(self, path: Path, kind: StoreKind, *, notes: tuple[str, ...] = (), wal: bool | None = None) -> None:
        """Open an existing file that is known to be whole and of the present version. Raises StoreError."""
        self.path = path
        self.kind = kind
        self.notes = notes
        self._wal = file_system(path.parent).local if wal is None else wal
        self._thread = threading.RLock()
        self._lock = FileLock(lock_path(path))
        self._users = FileLock(users_path(path))
        self._users.try_take(shared=True)
        self._engine: Engine | None = None
        self.identity: StoreIdentity | None = None
        try:
            with self._thread, self._lock.held():
                self._open()
        except BaseException:
            self._lock.close()
            self._users.close()
            raise

    def _open(self) -> Engine:
        engine = connect(self.path, self.kind, wal=self._wal)
        self.identity = StoreIdentity.of(self.path)
        try:
            with translated(self.path), engine.connect():
                pass
        except BaseException:
            engine.dispose()
            raise
        self._engine = engine
        return engine

    def _current(self) -> Engine:
        """The engine, opened anew where another file stands at the path since (it was restored from a backup).

        Not so for the cache: whoever fills it has to begin anew, since what was read before is not in the other file.
        """
        if self._engine is not None and StoreIdentity.of(self.path) == self.identity:
            return self._engine
        if self._engine is not None:
            self._engine.dispose()
        if self.kind is StoreKind.CACHE or not self.path.exists():
            raise StoreError("the store is gone; open it again", path=self.path)
        return self._open()

    @contextmanager
    def transaction(self, patience: float = PATIENCE) -> Iterator[Connection]:
        """A write transaction, from BEGIN IMMEDIATE to COMMIT under the lock; rolled back when the block raises.

        Raises StoreBusy after `patience` seconds, DiskFull, CorruptStore, StoreReadOnly; nothing was kept then.
        """
        with self._thread, self._lock.held(patience), translated(self.path), self._current().begin() as connection:
            yield connection

    def checkpoint(self, *, truncate: bool = False) -> bool:
        """Bring the WAL into the main file, under the lock; with `truncate` the WAL file is emptied.

        Returns False where a reader kept part of it back; that is no error.
        """
        mode = "TRUNCATE" if truncate else "PASSIVE"
        with self._thread, self._lock.held(), translated(self.path), self._raw() as raw:
            busy, total, done = raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
            return not busy and total == done

    @contextmanager
    def bare(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection under the lock, outside any transaction, for VACUUM, PRAGMA and backup."""
        with self._thread, self._lock.held(), translated(self.path), self._raw() as raw:
            yield raw

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        proxy = self._current().raw_connection()
        try:
            driver = proxy.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            yield driver
        finally:
            proxy.close()

    def close(self) -> None:
        """Close it. The last to close brings the WAL in, so that too happens under the lock."""
        with self._thread:
            if self._engine is not None:
                with suppress(StoreError), self._lock.held():
                    self._engine.dispose()
                self._engine = None
            self._lock.close()
            self._users.close()


def connect(path: Path, kind: StoreKind, *, wal: bool) -> Engine:
    """An engine of one connection, for whoever holds the lock. Transactions begin with BEGIN IMMEDIATE."""

    def open_file() -> sqlite3.Connection:
        files.set_mode(path)
        connection = sqlite3.connect(
            uri(path, "rw"), uri=True, isolation_level=None, check_same_thread=False, timeout=5.0
        )
        try:
            for pragma in dialect.writer_pragmas(precious=kind.precious, wal=wal):
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite+pysqlite://", creator=open_file, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(dialect.BEGIN_WRITE)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the driver raises inside the block into errors of ours."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise translate(error.orig, path) from error
        raise
    except sqlite3.Error as error:
        raise translate(error, path) from error
