"""What changed, and what becomes of a reader when the file beneath it does."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk_tui.data.read import changes
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters.language import parse
from helpdesk_tui.domain.rows import Changes
from helpdesk_tui.errors import CorruptStore, ForeignStore, NewerStore

MOMENT = Moment(1_795_307_200)
EVERY = parse("")


def at(connection: sqlite3.Connection, rev: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('rev', ?)", (str(rev),))


def test_changes_are_told_by_id(
    reader: CacheReader, connection: sqlite3.Connection, add: Callable[..., int], insert: Callable[..., int]
) -> None:
    at(connection, 7)
    old, new = add(rev=5), add(rev=6)
    insert("tombstone", rev=7, ticket=99)
    assert reader.changes(5) == Changes(7, frozenset({new}), frozenset({99}))
    assert reader.changes(4).ids == {old, new}
    assert reader.changes(7) == Changes(7)


def test_a_renamed_owner_or_group_changes_the_open_rows_that_show_it(
    reader: CacheReader, connection: sqlite3.Connection, add: Callable[..., int], insert: Callable[..., int]
) -> None:
    at(connection, 9)
    insert("person", source="sn", key="p1", works_tickets=1, rev=9)
    insert("grp", source="sn", key="g1", rev=9)
    shown = {add(owner="p1", rev=1), add(grp="g1", rev=1)}
    add(owner="p1", state="closed", rev=1)
    add(owner="p1", source="zd", rev=1)
    assert reader.changes(8).ids == shown


def test_too_much_is_everything(
    reader: CacheReader, connection: sqlite3.Connection, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(connection, 2)
    monkeypatch.setattr(changes, "MANY", 3)
    for _ in range(3):
        add(rev=2)
    assert len(reader.changes(1).ids) == 3
    add(rev=2)
    assert reader.changes(1) == Changes(2, everything=True)


def test_a_revision_of_another_cache_or_of_forgotten_removals_is_everything(
    reader: CacheReader, connection: sqlite3.Connection
) -> None:
    at(connection, 5)
    connection.execute("INSERT INTO meta (key, value) VALUES ('tombstones_from', '3')")
    assert reader.changes(6).everything
    assert reader.changes(2).everything
    assert not reader.changes(3).everything


def test_moved_tells_of_others_commits_once(
    reader: CacheReader, connection: sqlite3.Connection, add: Callable[..., int]
) -> None:
    assert reader.moved()
    assert not reader.moved()
    add()
    assert reader.moved()
    assert not reader.moved()


def test_a_missing_cache_is_an_empty_one_until_it_is_there(tmp_path: Path, migrated: Path) -> None:
    reader = CacheReader(tmp_path / "cache.db")
    assert len(reader.ids(EVERY, MOMENT).ids) == 0
    assert reader.changes(0) == Changes(0)
    assert reader.counts({"all": EVERY}, MOMENT)["all"].n == 0
    assert reader.moved()
    assert not reader.moved()
    (tmp_path / "cache.db").touch()
    assert reader.health() == ()
    shutil.copy(migrated, tmp_path / "cache.db")
    assert reader.moved()
    assert len(reader.ids(EVERY, MOMENT).ids) == 0
    reader.close()


def test_a_cache_made_anew_is_followed_and_told_as_everything(
    reader: CacheReader, path: Path, migrated: Path, connection: sqlite3.Connection, add: Callable[..., int]
) -> None:
    at(connection, 4)
    add()
    assert len(reader.ids(EVERY, MOMENT).ids) == 1
    reader.moved()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    os.replace(path, path.with_name("aside.db"))
    shutil.copy(migrated, path)
    assert reader.moved()
    assert len(reader.ids(EVERY, MOMENT).ids) == 0
    assert reader.changes(0).everything
    assert not reader.changes(0).everything


def test_it_reads_a_store_whose_writer_closed_it(path: Path, migrated: Path) -> None:
    """Then there is neither a WAL nor its index beside the file; with a reader open none may stay behind locked."""
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("INSERT INTO ticket (source, key) VALUES ('sn', 'k')")
    writer.close()
    reader = CacheReader(path)
    assert len(reader.ids(EVERY, MOMENT).ids) == 1
    again = sqlite3.connect(path, isolation_level=None)
    again.execute("INSERT INTO ticket (source, key) VALUES ('sn', 'l')")
    assert len(reader.ids(EVERY, MOMENT).ids) == 2
    again.close()
    reader.close()


def test_it_never_writes(path: Path, reader: CacheReader) -> None:
    with pytest.raises(Exception, match="readonly"):
        reader._reader.ask(lambda connection: connection.execute("DELETE FROM ticket"), None)


def test_a_question_is_answered_from_one_state(reader: CacheReader, add: Callable[..., int]) -> None:
    """What is written in between is not seen: ids and revision belong together."""
    add()

    def count_twice(connection: sqlite3.Connection) -> tuple[int, int]:
        first = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
        add()
        return first, connection.execute("SELECT count(*) FROM ticket").fetchone()[0]

    assert reader._reader.ask(count_twice, (0, 0)) == (1, 1)
    assert len(reader.ids(EVERY, MOMENT).ids) == 2


def test_other_files_are_refused_by_name(tmp_path: Path, path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(ForeignStore):
        CacheReader(foreign).health()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version=99")
    newer.close()
    with pytest.raises(NewerStore):
        CacheReader(path).health()


def test_a_damaged_file_is_told_as_such(path: Path, connection: sqlite3.Connection, add: Callable[..., int]) -> None:
    for _ in range(200):
        add(body="x" * 2000)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(CorruptStore):
        CacheReader(path).ids(EVERY, MOMENT)
