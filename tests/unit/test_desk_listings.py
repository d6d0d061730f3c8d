"""Views that were read are answered from memory while they hold, and not a moment longer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import seed_cache
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.desk.listings import SECONDS_OLD, Listings
from helpdesk_tui.domain.filters.language import parse
from helpdesk_tui.domain.rows import Listing
from helpdesk_tui.domain.views import Grouping, Query, Sort

NOW = 1_795_307_200


class Remembered:
    """A memory of views over a cache whose orderings are counted, at a time that can be set."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cache, self.now, self.read = CacheReader(path), NOW, 0
        self.listings = Listings(lambda: Moment(self.now))
        self.path = path
        monkeypatch.setattr(self.cache, "ids", self._counted(self.cache.ids))

    def _counted(self, ids: object) -> object:
        def counted(*given: object, **named: object) -> object:
            self.read += 1
            return ids(*given, **named)  # type: ignore[operator]

        return counted

    def ask(self, query: Query, *, recent: bool = False) -> Listing:
        return self.listings.ids(self.cache, query, parse(f"{query.filter} {query.typed}"), recent=recent)

    def write(self, statement: str) -> None:
        with sqlite3.connect(self.path) as connection:
            (rev,) = connection.execute("SELECT value + 1 FROM meta WHERE key = 'rev'").fetchone()
            connection.execute(statement, {"rev": rev})
            connection.execute("UPDATE meta SET value = ? WHERE key = 'rev'", (str(rev),))
        connection.close()


@pytest.fixture
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remembered]:
    path = tmp_path / "cache.db"
    seed_cache.seed(path, 60, 30, 1, NOW)
    made = Remembered(path, monkeypatch)
    yield made
    made.cache.close()


OPEN = Query("is:open")
CLOSE_ONE = "UPDATE ticket SET is_open = 0, rev = :rev WHERE id = (SELECT min(id) FROM ticket WHERE is_open = 1)"
CLOSE_ALL = "UPDATE ticket SET is_open = 0, rev = :rev WHERE is_open = 1"


def test_the_same_view_is_ordered_once(remembered: Remembered) -> None:
    assert len(remembered.ask(OPEN).ids) == 30
    assert remembered.ask(OPEN) is remembered.ask(OPEN)
    assert remembered.read == 1


def test_what_changed_is_put_in_without_ordering_again(remembered: Remembered) -> None:
    remembered.ask(OPEN)
    remembered.write(CLOSE_ONE)
    assert len(remembered.ask(OPEN).ids) == 29
    assert remembered.read == 1


@pytest.mark.parametrize(
    "query",
    [
        Query("is:open group:Network"),
        Query("is:open", "printer"),
        Query("is:open", sort=Sort.OWNER),
        Query("is:open", grouping=Grouping.STATE),
    ],
)
def test_a_view_that_hangs_on_more_than_its_rows_is_read_again(remembered: Remembered, query: Query) -> None:
    remembered.ask(query)
    remembered.write(CLOSE_ALL)
    assert not remembered.ask(query).ids
    assert remembered.read == 2


def test_a_view_that_time_changes_is_kept_a_few_seconds(remembered: Remembered) -> None:
    query = Query("is:open is:atrisk")
    remembered.ask(query)
    remembered.now += SECONDS_OLD
    remembered.ask(query)
    assert remembered.read == 1
    remembered.now += 1
    remembered.ask(query)
    remembered.ask(query)
    assert remembered.read == 2


def test_what_was_read_a_moment_ago_will_do_where_much_has_changed(remembered: Remembered) -> None:
    query = Query("is:open", sort=Sort.OWNER)
    before = remembered.ask(query)
    remembered.write(CLOSE_ALL)
    assert remembered.ask(query, recent=True) is before
    remembered.now += SECONDS_OLD + 1
    assert not remembered.ask(query, recent=True).ids


def test_another_cache_in_its_place_is_read(remembered: Remembered, tmp_path: Path) -> None:
    remembered.ask(OPEN)
    other = tmp_path / "other.db"
    seed_cache.seed(other, 60, 12, 2, NOW)
    other.replace(remembered.path)
    assert len(remembered.ask(OPEN).ids) == 12
