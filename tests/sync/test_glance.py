"""One look at the stores for everybody: who rests is let go by a write, by nothing else, and after a while anyway."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from helpdesk_tui.sync import glance
from helpdesk_tui.sync.glance import Glance


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "cache.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE word (text TEXT)")
    return path


def write(path: Path, text: str = "x") -> None:
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("INSERT INTO word VALUES (?)", (text,))


async def test_a_write_ends_the_rest_of_everybody(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "LONGEST", 30.0)
    looks = Glance([store])
    one, other = asyncio.create_task(_rest(looks)), asyncio.create_task(_rest(looks))
    await asyncio.sleep(0)
    looks.look()
    await asyncio.sleep(0)
    assert not one.done()
    write(store)
    looks.look()
    assert all(await asyncio.wait_for(asyncio.gather(one, other), 5))


async def _rest(looks: Glance) -> bool:
    return await looks.rest()(0.01)


async def test_what_was_written_while_somebody_was_busy_ends_their_next_rest(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "LONGEST", 30.0)
    looks = Glance([store])
    rest = looks.rest()
    write(store)
    looks.look()
    assert await asyncio.wait_for(rest(0.01), 5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(rest(0.01), 0.02)


async def test_without_a_write_the_rest_ends_all_the_same_and_says_so(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "LONGEST", 0.01)
    assert not await Glance([store]).rest()(0.001)


def test_a_store_that_comes_to_be_or_is_replaced_has_stirred(tmp_path: Path, store: Path) -> None:
    looks = Glance([store, tmp_path / "team.db"])
    looks.look()
    assert looks.stirs == 0
    (tmp_path / "team.db").touch()
    looks.look()
    assert looks.stirs == 1
    store.replace(tmp_path / "aside.db")
    looks.look()
    assert looks.stirs == 2
