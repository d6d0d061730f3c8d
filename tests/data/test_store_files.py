"""Store files: made, recognised, mended, and readable by their owner alone."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpdesk_tui import clock
from helpdesk_tui.data import dialect, stores, upkeep
from helpdesk_tui.data.stores import Condition, StoreIdentity, StoreKind
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import CorruptStore, ForeignStore, NewerStore, StoreError, StoreReadOnly


@pytest.fixture(autouse=True, params=[0o000, 0o077], ids=["careless umask", "strict umask"])
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def marked(path: Path) -> list[tuple[str, str]]:
    connection = stores.open_read(path, StoreKind.PERSONAL)
    try:
        return connection.execute("SELECT source, key FROM mark ORDER BY key").fetchall()
    finally:
        connection.close()


def with_marks(path: Path, *keys: str) -> None:
    writer = PersonalWriter(stores.open_write(path, StoreKind.PERSONAL))
    writer.mark([TicketRef("desk", key) for key in keys], now=5)
    writer.close()


@pytest.mark.parametrize("kind", list(StoreKind))
def test_files_and_folders_are_for_their_owner_alone(tmp_path: Path, kind: StoreKind) -> None:
    path = tmp_path / "new" / "deeper" / f"{kind}.db"
    store = stores.open_write(path, kind)
    with store.transaction() as connection:
        connection.exec_driver_sql("PRAGMA user_version")
    assert mode(path.parent) == 0o700
    assert mode(path.parent.parent) == 0o700
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}
    assert {file.name for file in path.parent.iterdir()} >= {f"{kind}.db", f"{kind}.db.lock", f"{kind}.db-wal"}
    store.close()


def test_a_readable_file_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    stores.create(path, StoreKind.PERSONAL)
    path.chmod(0o644)
    stores.open_write(path, StoreKind.PERSONAL).close()
    assert mode(path) == 0o600


def test_a_team_directory_stays_shared(tmp_path: Path) -> None:
    directory = tmp_path / "team"
    directory.mkdir()
    directory.chmod(0o2770)
    store = stores.open_write(directory / "team.db", StoreKind.TEAM)
    assert mode(directory) == 0o2770
    assert {mode(file) for file in directory.iterdir()} == {0o660}
    store.close()


def test_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "cache.db.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreReadOnly, match=r"cache\.db\.lock"):
        stores.open_write(tmp_path / "cache.db", StoreKind.CACHE)


def somebodys_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()


def text_file(path: Path) -> None:
    path.write_text("Dear diary,\n" * 20)


def other_store_of_ours(path: Path) -> None:
    stores.create(path, StoreKind.TEAM)


FOREIGN: dict[str, Callable[[Path], None]] = {
    "somebody's database": somebodys_database,
    "a text file": text_file,
    "another store of ours": other_store_of_ours,
}


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
@pytest.mark.parametrize("kind", [StoreKind.CACHE, StoreKind.PERSONAL])
def test_what_is_no_file_is_told_without_opening_it(
    tmp_path: Path, make: Callable[[Path], None], kind: StoreKind
) -> None:
    path = tmp_path / "store.db"
    make(path)
    for attempt in (stores.open_write, stores.open_read):
        with pytest.raises(ForeignStore, match="move it away"):
            attempt(path, kind)


@pytest.mark.parametrize("what", list(FOREIGN))
@pytest.mark.parametrize("kind", [StoreKind.CACHE, StoreKind.PERSONAL])
def test_what_belongs_to_others_is_not_touched(tmp_path: Path, what: str, kind: StoreKind) -> None:
    path = tmp_path / "store.db"
    FOREIGN[what](path)
    before = path.read_bytes()
    assert stores.recognise(path, kind) is Condition.FOREIGN
    for attempt in (stores.open_write, stores.open_read):
        with pytest.raises(ForeignStore, match="not a"):
            attempt(path, kind)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", list(StoreKind))
def test_a_newer_store_is_left_alone(tmp_path: Path, kind: StoreKind) -> None:
    path = tmp_path / "store.db"
    stores.create(path, kind)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    for attempt in (stores.open_write, stores.open_read):
        with pytest.raises(NewerStore, match="newer version of helpdesk-tui"):
            attempt(path, kind)


def test_reading_before_anything_was_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no cache store yet"):
        stores.open_read(tmp_path / "cache.db", StoreKind.CACHE)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    stores.create(tmp_path / "cache.db", StoreKind.CACHE)
    connection = stores.open_read(tmp_path / "cache.db", StoreKind.CACHE)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO meta VALUES ('rev', '1')")
    connection.close()


def scribble(path: Path) -> None:
    """Overwrite everything after the first page: what a failing disk leaves."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def zero_head(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\x00" * 4096)


def truncate(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize(("damage", "aside"), [(scribble, True), (zero_head, True), (truncate, False)])
def test_a_damaged_cache_is_moved_aside_and_made_anew(
    tmp_path: Path, damage: Callable[[Path], None], aside: bool
) -> None:
    path = tmp_path / "cache.db"
    stores.create(path, StoreKind.CACHE)
    damage(path)
    was = StoreIdentity.of(path)
    held = path.open("rb")  # as a reader holds it: a file's number is not given out again while somebody does
    store = stores.open_write(path, StoreKind.CACHE, suspect=True)
    assert len(store.notes) == 1
    assert "will be pulled again" in store.notes[0]
    with store.transaction() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ticket").scalar() == 0
    store.close()
    assert bool(list(tmp_path.glob("cache.db.corrupt.*"))) is aside
    assert StoreIdentity.of(path) != was
    held.close()
    assert upkeep.check(path, StoreKind.CACHE) == []


def test_a_damaged_cache_is_found_without_being_suspected(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    stores.create(path, StoreKind.CACHE)
    scribble(path)
    (tmp_path / "cache.db-wal").write_bytes(b"left by a crash")
    store = stores.open_write(path, StoreKind.CACHE)
    assert store.notes
    store.close()


def test_only_one_damaged_cache_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for _ in range(3):
        stores.create(path, StoreKind.CACHE)
        zero_head(path)
        stores.open_write(path, StoreKind.CACHE).close()
    kept = [file for file in tmp_path.glob("cache.db.corrupt.*") if not file.name.endswith(("-wal", "-shm"))]
    assert len(kept) == 1


@pytest.mark.parametrize("damage", [scribble, zero_head, truncate])
def test_a_damaged_precious_store_comes_back_from_its_backup(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, "A-1")
    upkeep.backup(path, StoreKind.PERSONAL, now=1_000)
    with_marks(path, "A-2")
    damage(path)
    store = stores.open_write(path, StoreKind.PERSONAL, suspect=True)
    assert len(store.notes) == 1
    assert "restored from the backup" in store.notes[0]
    store.close()
    assert marked(path) == [("desk", "A-1")]


def test_without_a_backup_what_can_be_read_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, *(f"A-{number:04d}" for number in range(2000)))
    connection = sqlite3.connect(path)
    last = connection.execute("SELECT max(pageno) FROM dbstat WHERE name = 'mark' AND pagetype = 'leaf'").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((last - 1) * 4096)
        file.write(b"\xff" * 4096)
    store = stores.open_write(path, StoreKind.PERSONAL, suspect=True)
    store.close()
    assert "no backup" in store.notes[0]
    saved = next(tmp_path.glob("personal.db.corrupt.*.json"))
    assert mode(saved) == 0o600
    assert "A-0000" in saved.read_text()
    rescued = marked(path)
    assert 1000 < len(rescued) < 2000
    assert rescued[0] == ("desk", "A-0000")


def test_a_precious_store_is_never_dropped(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, "A-1")
    zero_head(path)
    remains = path.read_bytes()
    stores.open_write(path, StoreKind.PERSONAL).close()
    assert remains in [file.read_bytes() for file in tmp_path.glob("personal.db.corrupt.*")]


def test_an_open_writer_follows_a_replaced_file(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, "A-1")
    copy = upkeep.backup(path, StoreKind.PERSONAL, now=1_000)
    writer = PersonalWriter(stores.open_write(path, StoreKind.PERSONAL))
    writer.mark([TicketRef("desk", "A-2")], now=6)
    aside = upkeep.restore(path, StoreKind.PERSONAL, copy)
    writer.mark([TicketRef("desk", "A-3")], now=7)
    writer.close()
    assert marked(path) == [("desk", "A-1"), ("desk", "A-3")]
    assert aside is not None
    assert marked(aside) == [("desk", "A-1"), ("desk", "A-2")]


def test_backups_rotate_and_are_readable_stores(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, "A-1")
    for day in range(10):
        upkeep.backup(path, StoreKind.PERSONAL, now=day * 86_400)
    kept = upkeep.backups(path)
    assert [file.name for file in kept] == [f"personal.db.197001{day:02d}T000000Z.bak" for day in range(10, 3, -1)]
    assert {mode(file) for file in kept} == {0o600}
    assert marked(kept[0]) == [("desk", "A-1")]


def test_opening_a_precious_store_backs_it_up_once_a_day(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, "A-1")
    assert upkeep.backups(path) == []
    with_marks(path, "A-2")
    with_marks(path, "A-3")
    assert [marked(copy) for copy in upkeep.backups(path)] == [[("desk", "A-1")]]
    made = upkeep.backup_if_due(path, StoreKind.PERSONAL, now=clock.now() + 86_401)
    assert made is not None
    assert len(marked(made)) == 3


def test_a_damaged_store_does_not_push_out_good_backups(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    with_marks(path, "A-1")
    for day in range(7):
        upkeep.backup(path, StoreKind.PERSONAL, now=day * 86_400)
    before = upkeep.backups(path)
    scribble(path)
    with pytest.raises(CorruptStore):
        upkeep.backup(path, StoreKind.PERSONAL, now=20 * 86_400)
    assert upkeep.backups(path) == before


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    stores.create(path, StoreKind.CACHE)
    assert upkeep.check(path, StoreKind.CACHE) == []
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO body(ticket, text) VALUES (7, 'nobody')")
    connection.execute("INSERT INTO ticket(id, source, key, state, is_open) VALUES (1, 's', 'k', 'closed', 1)")
    connection.execute(dialect.SEARCH_INSERT, (1, "other", "words", ""))
    connection.commit()
    connection.close()
    path.chmod(0o640)
    found = "\n".join(upkeep.check(path, StoreKind.CACHE))
    for part in ("descriptions without a ticket", "counted wrongly", "search index", "others may read it"):
        assert part in found


def test_check_finds_damage(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    stores.create(path, StoreKind.CACHE)
    scribble(path)
    assert any("damaged" in line for line in upkeep.check(path, StoreKind.CACHE))
