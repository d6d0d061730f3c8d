"""A cache on a real file, and looks into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter

Look = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheWriter]:
    """The writer of an empty cache with one source, `desk`."""
    writer = CacheWriter(stores.open_write(tmp_path / "cache.db", StoreKind.CACHE))
    writer.begin([{"name": "desk", "platform": "jira", "label": "Desk", "badge": "JSM", "poll": 30}], now=1_000)
    yield writer
    writer.close()


@pytest.fixture
def look(tmp_path: Path, cache: CacheWriter) -> Iterator[Look]:
    """Asks the cache as a reader does, from a connection of its own."""
    connection = stores.open_read(tmp_path / "cache.db", StoreKind.CACHE)

    def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
        return connection.execute(statement, values).fetchall()

    yield ask
    connection.close()
