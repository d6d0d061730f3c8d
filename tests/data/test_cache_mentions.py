"""People whom tickets name page after page: looked up once, never out of date, and seen as far as a sweep is
concerned."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write import mentions
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.sql import Sql
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.errors import StoreError

Look = Callable[..., list[tuple[Any, ...]]]

TICKET = Ticket("desk", "1", "D-1", "incident", "VPN", State.OPEN, "Open", 100, 200, 200)
ANN = Person("desk", "ann", "Ann", email="ann@example.com")
ANNE = replace(ANN, name="Anne")
FULL = replace(ANN, name="Ann Full", version=7)
_turn = count(1)


def name(cache: CacheWriter, *people: Person, now: int) -> None:
    """A page of one new ticket that names these people."""
    number = next(_turn)
    cache.commit_page("desk", "open", tickets=[TICKET._replace(key=f"k{number}")], people=people, now=now)


def listed(cache: CacheWriter, *people: Person, now: int) -> None:
    """A page of a list of people."""
    cache.commit_page("desk", "reference", people=people, now=now)


def known(look: Look) -> list[tuple[Any, ...]]:
    return look("SELECT name, seen_at, active FROM person ORDER BY key")


def test_naming_somebody_again_writes_nothing_until_a_sweep_asks(cache: CacheWriter, look: Look) -> None:
    name(cache, ANN, now=1_000)
    rev = look("SELECT rev FROM person")
    name(cache, ANN, now=2_000)
    assert known(look) == [("Ann", 1_000, 1)]
    assert cache.sweep_reference("desk", {"people"}, 1_500).removed == {}
    assert known(look) == [("Ann", 2_000, 1)]
    assert look("SELECT rev FROM person") == rev


def test_who_was_not_named_since_goes_with_the_sweep(cache: CacheWriter, look: Look) -> None:
    name(cache, ANN, replace(ANN, key="bob", name="Bob"), now=1_000)
    name(cache, ANN, now=2_000)
    assert cache.sweep_reference("desk", {"people"}, 1_500).removed == {"people": 1}
    name(cache, ANN, replace(ANN, key="bob", name="Bob"), now=4_000)
    assert known(look) == [("Ann", 4_000, 1), ("Bob", 4_000, 1)]


@pytest.mark.parametrize("between", [ANNE, FULL])
def test_what_was_stored_meanwhile_is_not_forgotten(cache: CacheWriter, look: Look, between: Person) -> None:
    name(cache, ANN, now=1_000)
    listed(cache, between, now=2_000)
    name(cache, ANN, now=3_000)
    assert known(look) == [("Ann Full" if between is FULL else "Ann", 3_000, 1)]


def test_a_list_writes_down_at_once_whom_it_held(cache: CacheWriter, look: Look) -> None:
    name(cache, ANN, now=1_000)
    listed(cache, ANN, now=2_000)
    assert known(look) == [("Ann", 2_000, 1)]


def test_a_page_that_was_not_stored_is_not_remembered(cache: CacheWriter, look: Look) -> None:
    with pytest.raises(StoreError):
        cache.commit_page("desk", "open", tickets=[TICKET], people=[ANN], bad=[("k", None, "")], now=1_000)  # type: ignore[list-item]
    assert known(look) == []
    name(cache, ANN, now=2_000)
    assert known(look) == [("Ann", 2_000, 1)]


def test_a_cache_that_was_emptied_is_filled_anew(cache: CacheWriter, look: Look) -> None:
    name(cache, ANN, now=1_000)
    with cache.store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM person")
        connection.exec_driver_sql("INSERT INTO meta(key, value) VALUES ('purged', '9')")
    name(cache, ANN, now=2_000)
    assert known(look) == [("Ann", 2_000, 1)]


def test_a_source_that_was_forgotten_is_known_anew(cache: CacheWriter, look: Look) -> None:
    name(cache, ANN, now=1_000)
    cache.forget_source("desk")
    name(cache, ANN, now=2_000)
    assert known(look) == [("Ann", 2_000, 1)]


def test_so_many_are_remembered_and_no_more(cache: CacheWriter, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentions, "REMEMBERED", 1)
    name(cache, ANN, now=1_000)
    name(cache, replace(ANN, key="bob", name="Bob"), now=1_000)
    name(cache, ANN, replace(ANN, key="bob", name="Bob"), now=2_000)
    assert known(look) == [("Ann", 1_000, 1), ("Bob", 2_000, 1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 700), st.integers(1, 50))
def test_rows_put_at_once_are_the_rows_put_one_by_one(rows: int, different: int) -> None:
    statement = dialect.upsert("t", ("key", "a", "b"), ("key",), guard="excluded.a >= t.a", keep=("b",))
    given_rows = [(number % different, number * 7 % 11, f"({number})") for number in range(rows)]
    results = []
    for way in (Sql.put, Sql.many):
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE t (key INTEGER PRIMARY KEY, a, b)")
        way(Sql(connection), statement, given_rows)
        results.append(connection.execute("SELECT * FROM t ORDER BY key").fetchall())
        connection.close()
    assert results[0] == results[1]
