"""A read-only connection that survives what happens to the file beneath it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TypeVar

from helpdesk_tui.data.sqlite import Condition, StoreKind, open_read, recognise, translate

T = TypeVar("T")
_PAGES = -8192
"""Page cache in KiB (negative: that is how SQLite is told so)."""


class Reader:
    """Asks one store, one question at a time, each in a short read transaction of its own.

    The file may be missing (every question then has its default for an answer), may come into being, and may be moved
    aside and made anew: the connection follows the path, not the file. May be used from any thread.
    """

    def __init__(self, path: Path, kind: StoreKind) -> None:
        self.path = path
        self.replaced = False
        """Set when the file became another one; whoever acts on it clears it."""
        self._kind = kind
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._last: tuple[int, int] | None = None
        self._seen: tuple[tuple[int, int] | None, int] | None = None
        self._log = Path(f"{path}-wal")
        self._written: tuple[object, ...] = ()

    def ask(self, question: Callable[[sqlite3.Connection], T], default: T) -> T:
        """The answer, read from one state of the store; `default` while there is no store. Raises StoreError."""
        with self._lock, self._translated():
            connection = self._current()
            if connection is None:
                return default
            connection.execute("BEGIN")
            try:
                return question(connection)
            finally:
                connection.rollback()

    def moved(self) -> bool:
        """Whether another connection wrote to the store, or it was replaced, since this was last asked."""
        with self._lock, self._translated():
            connection = self._current()
            version = connection.execute("PRAGMA data_version").fetchone()[0] if connection else 0
            seen, self._seen = self._seen, (self._file, version)
            return seen != self._seen

    def stirred(self) -> bool:
        """Whether the files look otherwise than when this was last asked: reason to ask `moved`, and no proof.

        It costs two looks into a folder, waits for no lock, and may miss a write of the same instant as one it saw.
        """
        before, self._written = self._written, (*map(_look, (self.path, self._log)),)
        return before != self._written

    @property
    def file(self) -> tuple[int, int] | None:
        """The file that was read last: another one of the same path is another."""
        return self._last

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._drop()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What SQLite raises as an error of ours; the next question begins with a connection of its own."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._drop()
            raise translate(error, self.path) from error

    def _current(self) -> sqlite3.Connection | None:
        file = self._stat()
        if file != self._file:
            self._drop()
        if self._connection is None and file is not None and self._is_made():
            self._connection = open_read(self.path, self._kind, check_same_thread=False)
            self._connection.execute(f"PRAGMA cache_size={_PAGES}")
            self.replaced = self.replaced or self._last not in (None, file)
            self._file = self._last = file
        return self._connection

    def _stat(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _is_made(self) -> bool:
        """A file without bytes is one that its writer has still to fill."""
        return recognise(self.path, self._kind) not in (Condition.MISSING, Condition.EMPTY)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._file = None


def _look(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
