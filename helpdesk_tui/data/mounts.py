"""Which file system a path is on, and what may live there.

WAL needs memory shared by processes of one host, and locks that hold: only file systems known to give both count as
local. Everything else (NFS, SMB, FUSE, anything not heard of) is treated as remote.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from helpdesk_tui.data import files

LOCAL = frozenset(
    [
        "apfs",
        "bcachefs",
        "btrfs",
        "ext2",
        "ext3",
        "ext4",
        "f2fs",
        "hfs",
        "hfsplus",
        "jfs",
        "overlay",
        "ramfs",
        "reiserfs",
        "tmpfs",
        "ufs",
        "xfs",
        "zfs",
    ]
)


class FileSystem(NamedTuple):
    """The kind of file system a path is on ("" where it cannot be told) and where it is mounted."""

    kind: str
    mount: str

    @property
    def local(self) -> bool:
        """Whether WAL and locks can be trusted."""
        return self.kind in LOCAL


def _unescape(text: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def parse_mountinfo(text: str) -> list[FileSystem]:
    """The mounts that /proc/self/mountinfo lists, in its order: a later one covers an earlier one at the same place."""
    mounts = []
    for line in text.splitlines():
        before, found, after = line.partition(" - ")
        fields = before.split(" ")
        if found and len(fields) > 4 and after:
            mounts.append(FileSystem(after.split(" ")[0], _unescape(fields[4])))
    return mounts


def parse_mount_command(text: str) -> list[FileSystem]:
    """The mounts that `mount` prints on macOS: `/dev/disk3s1 on /System/Volumes/Data (apfs, local, …)`."""
    mounts = []
    for line in text.splitlines():
        where, found, options = line.rpartition(" (")
        _, on, mount = where.partition(" on ")
        if found and on:
            mounts.append(FileSystem(options.rstrip(")").split(",")[0].strip(), mount))
    return mounts


def covering(path: Path, mounts: list[FileSystem]) -> FileSystem:
    """The mount a resolved path lies on: the longest mount point that is the path or above it."""
    best = FileSystem("", "")
    for mount in mounts:
        inside = path == Path(mount.mount) or Path(mount.mount) in path.parents
        if inside and len(mount.mount) >= len(best.mount):
            best = mount
    return best


def _mounts() -> list[FileSystem]:
    try:
        if sys.platform == "darwin":
            listing = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True)
            return parse_mount_command(listing.stdout)
        return parse_mountinfo(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, subprocess.SubprocessError):
        return []


def file_system(path: Path, mounts: list[FileSystem] | None = None) -> FileSystem:
    """The file system that holds the path, or would hold it. `mounts` stands in for the machine's own in tests.

    Where the machine does not tell, macOS counts as local (its homes are) and anything else as remote.
    """
    known = _mounts() if mounts is None else mounts
    if not known and sys.platform == "darwin":
        return FileSystem("apfs", "/")
    return covering(Path(os.path.realpath(path)), known)


def cache_directory(preferred: Path, mounts: list[FileSystem] | None = None) -> tuple[Path, str]:
    """Where cache.db and locks go, and a line for the user where that is not the preferred place ("" otherwise).

    A preferred place on a remote file system is replaced by one on this host's disk, made for this user alone, with a
    folder for each home: two of them have different sources. Raises StoreReadOnly where somebody else made that
    directory first.
    """
    named = os.environ.get("HELPDESK_CACHE_DIR", "")
    if named:
        return Path(named), ""
    found = file_system(preferred, mounts)
    if found.local:
        return preferred, ""
    uid = os.getuid()
    choices = [Path("/var/lib/helpdesk-tui") / str(uid)] if Path(f"/var/lib/helpdesk-tui/{uid}").is_dir() else []
    for place in [*choices, Path("/var/tmp") / f"helpdesk-tui-{uid}"]:
        if file_system(place, mounts).local:
            own = place / _part_of(preferred)
            for directory in (place, own):
                files.make_own_directory(directory)
            return own, f"{preferred} is on {found.kind or 'an unknown file system'}; the cache is kept in {own}"
    return (
        preferred,
        f"{preferred} is on {found.kind or 'an unknown file system'}, and no local disk was found for the cache",
    )


def _part_of(preferred: Path) -> str:
    """A name that stands for the place a cache was meant for, the same whichever links lead there."""
    return hashlib.sha256(os.fsencode(os.path.realpath(preferred))).hexdigest()[:12]
