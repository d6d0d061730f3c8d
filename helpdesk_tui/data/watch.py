"""Whether a store was written or replaced since the last look, for microseconds a look."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from helpdesk_tui.data.files import StoreIdentity
from helpdesk_tui.data.sqlite import uri


class Watch:
    """Watches one store file, which need not be there yet. Used by one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: StoreIdentity | None = None
        self._connection: sqlite3.Connection | None = None
        self._version = -1

    def moved(self) -> bool:
        """Whether anything was committed, or another file stands there, since this was last asked; True at first."""
        identity = StoreIdentity.of(self._path)
        replaced = identity != self._identity
        if replaced or self._connection is None:
            self.close()
            self._identity = identity
            if identity is not None:
                self._open()
        version = self._read()
        changed = replaced or version != self._version
        self._version = version
        return changed

    def _open(self) -> None:
        with suppress(sqlite3.Error):
            self._connection = sqlite3.connect(
                uri(self._path, "ro"), uri=True, isolation_level=None, timeout=0.2, check_same_thread=False
            )

    def _read(self) -> int:
        if self._connection is None:
            return -1
        try:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            self.close()
            return -1

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
