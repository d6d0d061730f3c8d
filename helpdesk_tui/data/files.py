"""Files and directories of the stores: who may read them, which file is which, and moving a damaged one aside.

Modes do not depend on the umask. A team directory shared by a common group has mode 2770 and its files 0660;
everything else is for its owner alone.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from helpdesk_tui.errors import StoreReadOnly

OWNER_FILE, OWNER_DIRECTORY = 0o600, 0o700
GROUP_FILE, GROUP_DIRECTORY = 0o660, 0o2770
COMPANIONS = ("", "-wal", "-shm", "-journal")


class StoreIdentity(NamedTuple):
    """Which file stands at a path. A cache that was moved aside and made anew has another identity under the same
    name, for anybody who still has the old file open: its number is not given out again before they close it."""

    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> StoreIdentity | None:
        """The identity of the file that stands there now; None for none."""
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        return cls(status.st_dev, status.st_ino)


def is_shared(directory: Path) -> bool:
    """Whether a directory is meant for a group: it hands its group on (setgid) and the group may write."""
    try:
        mode = directory.stat().st_mode
    except FileNotFoundError:
        return False
    return bool(mode & stat.S_ISGID) and bool(mode & stat.S_IWGRP)


def make_directory(directory: Path, *, shared: bool = False) -> None:
    """Make a directory (and its parents) for its owner alone, or for its group where `shared`.

    An existing one of ours that others may enter is closed, except that a shared one is left as it was set up. Raises
    StoreReadOnly where it cannot be made or belongs to somebody else.
    """
    try:
        for ancestor in reversed(directory.parents):
            if not ancestor.exists():
                ancestor.mkdir(mode=OWNER_DIRECTORY, exist_ok=True)
                ancestor.chmod(OWNER_DIRECTORY)
        if not directory.exists():
            directory.mkdir(mode=OWNER_DIRECTORY, exist_ok=True)
            directory.chmod(GROUP_DIRECTORY if shared else OWNER_DIRECTORY)
    except OSError as error:
        raise StoreReadOnly(f"the directory cannot be made ({error.strerror})", path=directory) from error
    status = directory.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise StoreReadOnly("is not a directory", path=directory)
    if status.st_uid == os.getuid() and not is_shared(directory) and stat.S_IMODE(status.st_mode) & 0o077:
        with suppress(OSError):
            directory.chmod(OWNER_DIRECTORY)


def open_private(path: Path, flags: int) -> int:
    """Open or make a file with the mode its directory calls for, never following a link. Returns a descriptor.

    Raises StoreReadOnly.
    """
    wanted = GROUP_FILE if is_shared(path.parent) else OWNER_FILE
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, wanted)
    except OSError as error:
        raise StoreReadOnly(f"cannot be opened for writing ({error.strerror})", path=path) from error
    status = os.fstat(descriptor)
    if status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) != wanted:
        os.fchmod(descriptor, wanted)
    return descriptor


def set_mode(path: Path) -> None:
    """Give a file of ours the mode its directory calls for."""
    wanted = GROUP_FILE if is_shared(path.parent) else OWNER_FILE
    status = path.stat()
    if status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) != wanted:
        path.chmod(wanted)


def move_aside(path: Path, word: str = "corrupt") -> Path:
    """Rename a store with its companions to `<name>.corrupt.<time>`; returns the new name of the store itself."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.{word}.{stamp}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.{word}.{stamp}.{number}")
    for companion in COMPANIONS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(target.with_name(target.name + companion))
    return target


def remove(path: Path) -> None:
    """Delete a store file with its companions."""
    for companion in COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)


def make_own_directory(directory: Path) -> None:
    """Make a directory in a place where everybody may, and be sure that it is ours and no link. Raises
    StoreReadOnly."""
    try:
        os.mkdir(directory, OWNER_DIRECTORY)
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreReadOnly(f"the directory cannot be made ({error.strerror})", path=directory) from error
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise StoreReadOnly("belongs to somebody else; name another place in HELPDESK_CACHE_DIR", path=directory)
    directory.chmod(OWNER_DIRECTORY)
