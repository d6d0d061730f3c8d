"""A desk on a small cache: a group of four over two platforms, and a team's store to write to."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.paths import Paths

NOW = 1_763_629_200  # Thursday 2025-11-20 09:00 UTC


class World:
    """A desk, its stores, and the clock it goes by."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.now = NOW
        self.desk = Desk.open(paths, now=lambda: self.now, zone=UTC)

    def execute(self, sql: str, *values: object) -> None:
        with sqlite3.connect(self.paths.cache_db) as connection:
            connection.execute(sql, values)
        connection.close()

    def team(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.paths.team_db) as connection:
            found = connection.execute(sql, values).fetchall()
        connection.close()
        return found

    def person(self, name: str, skills: str = "", sources: str = "sn zd", login: str = "") -> None:
        for source in sources.split():
            known = source, login or name, name, (login or name).lower(), f"{(login or name).lower()}@x.example"
            self.execute(
                "INSERT INTO person (source, key, name, login, email, works_tickets, skills)"
                " VALUES (?, ?, ?, ?, ?, 1, ?)",
                *known,
                json.dumps(skills.split()),
            )

    def ticket(self, number: str, owner: str = "Dana", due: int = 3_600, **values: object) -> None:
        known: dict[str, object] = {
            "source": "sn", "key": f"k{number}", "number": number, "title": f"ticket {number}", "state": "open",
            "is_open": 1, "owner": owner, "grp": "net", "priority": 3, "due_at": NOW + due if due else 0,
            "updated_at": NOW - 100,
        }  # fmt: skip
        known |= values
        marks = ", ".join("?" * len(known))
        self.execute(f"INSERT INTO ticket ({', '.join(known)}) VALUES ({marks})", *known.values())


@pytest.fixture(scope="session")
def empty_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("planning") / "cache.db"
    stores.create(path, StoreKind.CACHE)
    return path


@pytest.fixture
def make_world(tmp_path: Path, empty_cache: Path) -> Iterator[Callable[[], World]]:
    made: list[World] = []

    def make() -> World:
        paths = Paths(config_dir=tmp_path, state_dir=tmp_path / "state", cache_dir=tmp_path / "cache", home=tmp_path)
        paths.cache_db.parent.mkdir()
        shutil.copy(empty_cache, paths.cache_db)
        world = World(paths)
        made.append(world)
        for place, (name, platform, badge) in enumerate((("sn", "servicenow", "SN"), ("zd", "zendesk", "ZD"))):
            world.execute(
                "INSERT INTO source (name, place, platform, badge, account, data_at) VALUES (?, ?, ?, ?, 'me', ?)",
                name, place, platform, badge, NOW,
            )  # fmt: skip
            world.execute("INSERT INTO grp (source, key, name) VALUES (?, 'net', 'Network')", name)
        return world

    yield make
    for world in made:
        world.desk.close()


@pytest.fixture
def world(make_world: Callable[[], World]) -> World:
    found = make_world()
    found.person("Dana", "net vpn")
    found.person("Sato", "net vpn")
    found.person("Lee", "win")
    found.person("Haddad", "", "zd")
    return found
