"""The desk on real stores: queries from one thread, intents from another, and nothing heavy before it is needed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import UTC
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.rows import Row, ViewCount
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Column, Grouping, Query, Sort, View, all_views
from helpdesk_tui.errors import FilterError
from helpdesk_tui.paths import Paths

NOW = 1_795_307_200


@pytest.fixture(scope="session")
def migrated_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "cache.db"
    stores.create(path, StoreKind.CACHE)
    return path


@pytest.fixture
def paths(tmp_path: Path, migrated_cache: Path) -> Paths:
    made = Paths(config_dir=tmp_path, state_dir=tmp_path / "state", cache_dir=tmp_path / "cache", home=tmp_path)
    made.cache_db.parent.mkdir()
    shutil.copy(migrated_cache, made.cache_db)
    with sqlite3.connect(made.cache_db) as connection:
        connection.execute(
            "INSERT INTO source (name, platform, badge, account) VALUES ('sn', 'servicenow', 'SN', 'me')"
        )
        connection.execute("INSERT INTO person (source, key, name, login) VALUES ('sn', 'p1', 'Ada Okafor', 'ada')")
        columns = "source, key, number, title, state, is_open, owner, due_at"
        connection.executemany(
            f"INSERT INTO ticket ({columns}) VALUES ('sn', ?, ?, ?, ?, ?, ?, ?)",
            [
                ("a", "INC1", "one", "open", 1, "p1", NOW + 60),
                ("b", "INC2", "two", "new", 1, "", NOW + 9_999),
                ("c", "INC3", "three", "closed", 0, "p1", 0),
            ],
        )
    connection.close()
    return made


@pytest.fixture
async def desk(paths: Paths) -> AsyncIterator[Desk]:
    opened = Desk.open(paths, now=lambda: NOW, zone=UTC, me={"sn": "ada"})
    yield opened
    opened.close()


async def test_a_view_from_ids_to_rows(desk: Desk) -> None:
    listing = await desk.ids(Query())
    rows = await desk.rows(listing.ids)
    assert [rows[ident].number for ident in listing.ids] == ["INC1", "INC2"]
    assert [row.owner for row in rows.values()] == ["Ada Okafor", ""]


@pytest.mark.parametrize(
    ("typed", "ids"), [("owner:me", [1]), ("owner:none", [2]), ("is:closed", [3]), ("!is:open", [3]), ("owner:xyz", [])]
)
async def test_what_is_typed_narrows_the_view(desk: Desk, typed: str, ids: list[int]) -> None:
    assert list((await desk.ids(Query(typed=typed))).ids) == ids


async def test_members_detail_find_health_and_moved(desk: Desk) -> None:
    assert await desk.members(Query(), [1, 3]) == {1}
    detail = await desk.detail(1)
    assert detail is not None
    assert detail.row.title == "one"
    assert await desk.detail(9) is None
    assert [row.id for row in await desk.find("inc2")] == [2]
    assert [source.badge for source in await desk.health()] == ["SN"]
    assert await desk.quarantine() == []
    assert await desk.moved()
    assert not await desk.moved()


async def test_counts_leave_out_what_does_not_parse(desk: Desk) -> None:
    views = (View("1", "all", "All", "is:open"), View("2", "broken", "Broken", "nokey:1"))
    assert await desk.counts(views) == {"all": ViewCount(2, 1)}


async def test_every_shipped_view_is_counted(desk: Desk) -> None:
    counts = await desk.counts(all_views())
    assert set(counts) == {view.name for view in all_views()}
    assert (counts["triage"].n, counts["all"].n, counts["history"].n, counts["mine"].n) == (1, 2, 3, 1)


async def test_misspelt_names_are_known_once_names_were_read(desk: Desk) -> None:
    assert desk.parse("source:xyz")
    assert desk.complete("source:s", 8) == []
    await desk.refresh_names()
    with pytest.raises(FilterError, match="no source is called xyz"):
        desk.parse("source:xyz")
    assert {way.insert for way in desk.complete("source:s", 8)} == {"servicenow", "sn", "SN"}
    with pytest.raises(FilterError):
        await desk.ids(Query(typed="due:x"))


def _pending(rows: Mapping[int, Row]) -> Mapping[int, Row]:
    return {ident: row._replace(owner=f"{row.owner}?") for ident, row in rows.items()}


async def test_overlays_show_over_rows_everywhere(paths: Paths) -> None:
    desk = Desk.open(paths, now=lambda: NOW, overlays=[_pending, _pending])
    assert (await desk.rows([1]))[1].owner == "Ada Okafor??"
    detail = await desk.detail(1)
    assert detail is not None
    assert detail.row.owner == "Ada Okafor??"
    assert (await desk.find("INC1"))[0].owner == "Ada Okafor??"
    desk.close()


async def test_marks_are_kept_and_taken_back(desk: Desk) -> None:
    one, two = TicketRef("sn", "a"), TicketRef("sn", "b")
    assert await desk.marks() == frozenset()
    await desk.mark([one, two])
    await desk.mark([one])
    assert await desk.marks() == {one, two}
    await desk.unmark([one])
    assert await desk.marks() == {two}
    await desk.unmark_all()
    assert await desk.marks() == frozenset()


async def test_a_saved_view_comes_back_as_it_went(desk: Desk) -> None:
    view = View(
        "8", "acme", "Client: Acme", "is:open org:acme", Sort.AGE, True, Grouping.OWNER, (Column.KEY, Column.AGE), True
    )
    await desk.save_view(view._replace(title="Before"))
    await desk.save_view(view)
    assert await desk.saved_views() == (view,)
    assert view in desk.reads.views()
    assert "mine" not in {shipped.name for shipped in desk.reads.views()}
    await desk.drop_view("acme")
    assert await desk.saved_views() == ()


async def test_a_saved_view_takes_the_place_of_one_of_the_settings(paths: Paths) -> None:
    given = (View("8", "acme", "Acme", "is:open org:acme", own=True), View("", "night", "Night", "is:open", own=True))
    desk = Desk.open(paths, now=lambda: NOW, views=given)
    try:
        assert await desk.saved_views() == given
        assert {view.name for view in desk.reads.views()} >= {"acme", "night"}
        assert "mine" not in {view.name for view in desk.reads.views()}
        saved = View("8", "ours", "Ours", "is:open", own=True)
        await desk.save_view(saved)
        assert await desk.saved_views() == (given[1], saved)
    finally:
        desk.close()


async def test_how_a_screen_was_left_is_kept(desk: Desk) -> None:
    assert await desk.view_state("queue") == {}
    await desk.save_view_state("queue", {"view": "all", "preview": True})
    assert await desk.view_state("queue") == {"view": "all", "preview": True}


async def test_requests_are_filed_and_answered(desk: Desk, paths: Paths) -> None:
    number = await desk.request_activity(TicketRef("sn", "a"))
    answer = await desk.answer(number)
    assert answer is not None
    assert (answer.kind, answer.state, answer.over) == ("activity", "asked", False)
    with sqlite3.connect(paths.personal_db) as sync:
        sync.execute(
            "UPDATE request SET state = 'failed', answer = 'no such ticket', done_at = ? WHERE id = ?", (NOW, number)
        )
    sync.close()
    answer = await desk.answer(number)
    assert answer is not None
    assert (answer.words, answer.done_at, answer.over) == ("no such ticket", NOW, True)
    assert await desk.answer(number + 1) is None
    assert await desk.request_sync() != number
    assert await desk.request_sync("sn") == await desk.request_sync("sn")
    await desk.request_signin("sn")
    with sqlite3.connect(paths.personal_db) as sync:
        assert sync.execute("SELECT kind, source, asked_by FROM request ORDER BY id").fetchall() == [
            ("activity", "sn", "screen"),
            ("sync", "", "screen"),
            ("sync", "sn", "screen"),
            ("signin", "sn", "screen"),
        ]
    sync.close()


async def test_neither_reads_nor_writes_touch_the_loop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    monkeypatch.setattr(desk.reads, "health", lambda: threads.append(threading.current_thread().name))
    monkeypatch.setattr(desk.intents, "unmark_all", lambda: threads.append(threading.current_thread().name))
    await desk.health()
    await desk.unmark_all()
    assert [name.rpartition("_")[0] for name in threads] == ["desk-aside", "desk-write"]


def test_without_stores_the_desk_is_empty_and_makes_none(tmp_path: Path) -> None:
    paths = Paths(config_dir=tmp_path, state_dir=tmp_path / "s", cache_dir=tmp_path / "c")
    desk = Desk.open(paths)
    assert len(desk.reads.ids(Query()).ids) == 0
    assert desk.reads.marks() == frozenset()
    assert desk.reads.saved_views() == ()
    assert desk.reads.counts(all_views())["all"] == ViewCount()
    desk.close()
    assert list(tmp_path.iterdir()) == []


_EARLY = """
import sys
from pathlib import Path
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.views import Query, all_views
from helpdesk_tui.paths import Paths
home = Path(sys.argv[1])
desk = Desk.open(Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache"))
ids = desk.reads.ids(Query(typed="one owner:ada")).ids
assert len(ids) == 1 and desk.reads.rows(ids) and desk.reads.counts(all_views()) and desk.reads.detail(ids[0])
desk.reads.marks(), desk.reads.saved_views(), desk.reads.health(), desk.reads.refresh_names()
heavy = {"sqlmodel", "sqlalchemy", "alembic", "httpx", "apscheduler", "structlog", "textual", "pydantic"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
desk.preload()
desk.close()
assert "sqlalchemy" in sys.modules
assert (home / "state" / "personal.db").exists()
"""


def test_reading_loads_none_of_the_writing_libraries(paths: Paths) -> None:
    with sqlite3.connect(paths.cache_db) as connection:
        connection.execute("INSERT INTO ticket_fts(ticket_fts) VALUES ('rebuild')")
    connection.close()
    home = paths.cache_dir.parent
    done = subprocess.run([sys.executable, "-c", _EARLY, str(home)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
