"""A migrated cache to put tickets into by plain SQL, one ticket a line of the test that needs it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.stores import StoreKind

NOW = 1_795_307_200  # 2026-11-22 00:26:40 UTC


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty cache of the present schema, made once."""
    path = tmp_path_factory.mktemp("migrated") / "cache.db"
    stores.create(path, StoreKind.CACHE)
    return path


@pytest.fixture
def path(migrated: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "cache.db"
    shutil.copy(migrated, copy)
    return copy


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """The writer's side, as the sync process would have it open."""
    opened = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=OFF")
    sources = (
        ("sn", "servicenow", "Service desk", "SN"),
        ("jsm", "jira", "Jira", "JSM"),
        ("zd", "zendesk", "Zendesk", "ZD"),
    )
    for place, (name, platform, label, badge) in enumerate(sources, start=1):
        opened.execute(
            "INSERT INTO source (name, place, platform, label, badge, account, data_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, 2 * place - 1, platform, label, badge, f"me@{name}.example", NOW - 30),
        )
    yield opened
    opened.close()


@pytest.fixture
def insert(connection: sqlite3.Connection) -> Callable[..., int]:
    """Puts a row into a table and returns its id."""

    def insert_row(table: str, **values: object) -> int:
        marks = ", ".join("?" * len(values))
        done = connection.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})",
            tuple(json.dumps(value) if isinstance(value, list) else value for value in values.values()),
        )
        return int(done.lastrowid or 0)

    return insert_row


@pytest.fixture
def add(insert: Callable[..., int], connection: sqlite3.Connection) -> Callable[..., int]:
    """Puts an open ticket into the cache, with what the caller wants otherwise; `body` too. Returns its id."""

    def add_ticket(body: str = "", **values: object) -> int:
        count = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
        ticket: dict[str, object] = {
            "source": "sn",
            "key": f"k{count}",
            "number": f"INC{count:04}",
            "title": "a ticket",
            "state": "open",
            "created_at": NOW - 86_400,
            "updated_at": NOW - 3_600,
            "is_open": int(values.get("state") not in ("solved", "closed") and values.get("scope", "in") == "in"),
        } | values
        ident = insert("ticket", **ticket)
        insert("body", ticket=ident, text=body)
        insert("ticket_fts", rowid=ident, number=ticket["number"], title=ticket["title"], body=body)
        return ident

    return add_ticket


@pytest.fixture
def reader(path: Path) -> Iterator[CacheReader]:
    opened = CacheReader(path)
    yield opened
    opened.close()
