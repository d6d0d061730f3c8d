"""Which file systems WAL and locks are trusted on, and where the cache goes when they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpdesk_tui.data import files, mounts, stores
from helpdesk_tui.data.mounts import FileSystem, cache_directory, covering, parse_mount_command, parse_mountinfo
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.errors import StoreReadOnly
from helpdesk_tui.paths import find

MOUNTINFO = r"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /home rw,relatime shared:5 - nfs4 filer:/home rw,vers=4.2
31 22 0:27 / /home/kim/local\040disk rw shared:6 - xfs /dev/vdb1 rw
33 22 0:29 / /tmp rw - tmpfs tmpfs rw
34 22 0:30 / /mnt rw - ext4 /dev/vdc rw
35 34 0:31 / /mnt rw - fuse.sshfs kim@far:/ rw
a line that is none
"""

MOUNT = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)
//kim@filer/home on /Users/kim (remote) (smbfs, nodev, nosuid, mounted by kim)
"""


@pytest.mark.parametrize(
    ("path", "kind", "local"),
    [
        ("/var/tmp/x", "ext4", True),
        ("/home/kim/.cache", "nfs4", False),
        ("/home", "nfs4", False),
        ("/homely", "ext4", True),
        ("/home/kim/local disk/x", "xfs", True),
        ("/mnt/x", "fuse.sshfs", False),
        ("/tmp", "tmpfs", True),
    ],
)
def test_the_longest_mount_that_covers_a_path(path: str, kind: str, local: bool) -> None:
    found = covering(Path(path), parse_mountinfo(MOUNTINFO))
    assert (found.kind, found.local) == (kind, local)


def test_what_mount_prints_on_macos() -> None:
    found = parse_mount_command(MOUNT)
    assert [mount.kind for mount in found] == ["apfs", "apfs", "smbfs"]
    assert found[2].mount == "/Users/kim (remote)"


def test_what_cannot_be_told_is_not_trusted() -> None:
    assert not covering(Path("/x"), []).local


def test_this_machine_answers(tmp_path: Path) -> None:
    assert mounts.file_system(tmp_path).mount != ""


def test_a_local_cache_stays_where_it_is(tmp_path: Path) -> None:
    assert cache_directory(tmp_path, [FileSystem("ext4", "/")]) == (tmp_path, "")


def test_a_remote_cache_moves_to_this_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    monkeypatch.setattr(files, "make_own_directory", made.append)
    monkeypatch.delenv("HELPDESK_CACHE_DIR", raising=False)
    place, note = cache_directory(Path("/home/kim/.cache"), parse_mountinfo(MOUNTINFO))
    assert place.parent == Path(f"/var/tmp/helpdesk-tui-{os.getuid()}")
    assert made == [place.parent, place]
    assert "nfs4" in note
    assert str(place) in note
    monkeypatch.setenv("HELPDESK_CACHE_DIR", str(tmp_path))
    assert cache_directory(Path("/home/kim/.cache"), parse_mountinfo(MOUNTINFO)) == (tmp_path, "")


def test_homes_whose_disks_cannot_hold_a_cache_have_one_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "make_own_directory", lambda _directory: None)
    monkeypatch.delenv("HELPDESK_CACHE_DIR", raising=False)
    remote = [FileSystem("ext4", "/var"), FileSystem("nfs4", str(tmp_path))]

    def place(home: str) -> Path:
        return cache_directory(find(str(tmp_path / home)).cache_dir, remote)[0]

    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert place("a") != place("b")
    assert place("a") == place("a") == place("link")


def test_a_place_where_everybody_may_write_has_to_be_ours(tmp_path: Path) -> None:
    files.make_own_directory(tmp_path / "new")
    files.make_own_directory(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(tmp_path / "new")
    with pytest.raises(StoreReadOnly, match="somebody else"):
        files.make_own_directory(tmp_path / "link")


def test_a_store_that_moved_to_a_remote_home_gives_up_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "personal.db"
    stores.open_write(path, StoreKind.PERSONAL).close()
    assert path.read_bytes()[18:20] == b"\x02\x02"  # WAL, as the file itself says
    for module in ("helpdesk_tui.data.engine.file_system", "helpdesk_tui.data.stores.file_system"):
        monkeypatch.setattr(module, lambda _path: FileSystem("nfs4", "/"))
    store = stores.open_write(path, StoreKind.PERSONAL)
    with store.bare() as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
        assert raw.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()
    assert path.read_bytes()[18:20] == b"\x01\x01"
