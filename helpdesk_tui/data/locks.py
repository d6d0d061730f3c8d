"""Locks between processes: `flock` on a file beside each store.

SQLite before 3.51.3 can corrupt a store in WAL mode when a checkpoint of one connection meets the commit of another,
so every write transaction, migration, checkpoint and the closing of a read-write connection holds this lock, over
SQLite's own.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk_tui.data import files
from helpdesk_tui.errors import StoreBusy, StoreReadOnly

PATIENCE = 10.0
"""Seconds to wait for another writer. Its transactions last milliseconds, a migration or a check some seconds."""

_UNSUPPORTED = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class FileLock:
    """An exclusive or shared lock on a file, held by one process at a time; not for threads of one process."""

    def __init__(self, path: Path) -> None:
        """Open the lock file, making it where needed. Raises StoreReadOnly."""
        self.path = path
        self._descriptor = files.open_private(path, os.O_RDWR)

    def try_take(self, *, shared: bool = False) -> bool:
        """Take it if nobody has it. Raises StoreReadOnly where this file system knows no such locks."""
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                raise StoreReadOnly(
                    "this file system gives no locks, so nothing can be written here", path=self.path
                ) from error
            if error.errno in (errno.EAGAIN, errno.EACCES, errno.EINTR):
                return False
            raise StoreReadOnly(f"cannot be locked ({error.strerror})", path=self.path) from error
        return True

    def release(self) -> None:
        """Let go."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    @contextmanager
    def held(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold it exclusively. Waits at most `patience` seconds, then raises StoreBusy."""
        deadline = time.monotonic() + patience
        pause = 0.0005
        while not self.try_take():
            if time.monotonic() > deadline:
                raise StoreBusy("another process holds it and did not let go in time", path=self.path)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        try:
            yield
        finally:
            self.release()

    def close(self) -> None:
        """Close the file, which lets go too."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def lock_path(store: Path) -> Path:
    """The lock file around write transactions of a store."""
    return store.with_name(store.name + ".lock")


def users_path(store: Path) -> Path:
    """The lock file that every process that has the store open for writing holds shared."""
    return store.with_name(store.name + ".open")


def probe(directory: Path) -> str:
    """Whether locks work in a directory: "" if so, else why not, as words for the user.

    Two descriptors of one file are set against each other: a file system that grants both does not lock.
    """
    path = directory / f".lock-probe-{os.getpid()}"
    try:
        first, second = FileLock(path), FileLock(path)
    except StoreReadOnly as error:
        return str(error)
    try:
        if not first.try_take():
            return f"{directory}: a lock nobody holds cannot be taken"
        return f"{directory}: this file system grants one lock twice" if second.try_take() else ""
    except StoreReadOnly as error:
        return str(error)
    finally:
        first.close()
        second.close()
        path.unlink(missing_ok=True)
