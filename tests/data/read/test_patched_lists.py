"""A view that is brought up to now is the one that would be read."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable

import pytest

from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters.language import parse
from helpdesk_tui.domain.views import Sort

NOW = 1_795_307_200
MOMENT = Moment(NOW)
MANY = 200


def at(connection: sqlite3.Connection, rev: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('rev', ?)", (str(rev),))


def anything(rng: random.Random) -> dict[str, object]:
    return {
        "is_open": rng.choice((0, 1, 1, 1)),
        "priority": rng.randrange(6),
        "due_at": rng.choice((0, NOW + rng.randrange(-5, 5))),
        "idle_since": rng.choice((0, NOW - rng.randrange(9))),
        "updated_at": NOW - rng.randrange(30),
        "owner": rng.choice(("", "ada")),
        "vip": rng.randrange(2),
        "bounces": rng.randrange(4),
        "title": rng.choice("aBcDé"),
    }


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", [Sort.DUE, Sort.PRIORITY, Sort.IDLE, Sort.UPDATED, Sort.TITLE, Sort.BOUNCES])
@pytest.mark.parametrize("text", ["", "is:open", "is:open is:vip", "is:open p:1,2 !is:unassigned"])
def test_what_changed_is_put_into_its_place(
    reader: CacheReader, connection: sqlite3.Connection, add: Callable[..., int], text: str, sort: Sort, reverse: bool
) -> None:
    rng = random.Random(f"{text}{sort}{reverse}")
    at(connection, 1)
    ids = [add(rev=1, **anything(rng)) for _ in range(40)]
    filter_ = parse(text)
    listing = reader.ids(filter_, MOMENT, sort, reverse=reverse)
    for rev in range(2, 8):
        at(connection, rev)
        for ident in rng.sample(ids, rng.randrange(6)):
            columns = anything(rng)
            changes = ", ".join(f"{name} = ?" for name in columns)
            connection.execute(f"UPDATE ticket SET {changes}, rev = ? WHERE id = ?", (*columns.values(), rev, ident))
        ids += [add(rev=rev, key=f"k{rev}-{place}", **anything(rng)) for place in range(rng.randrange(4))]
        for ident in rng.sample(ids, rng.randrange(3)):
            ids.remove(ident)
            connection.execute("DELETE FROM ticket WHERE id = ?", (ident,))
            connection.execute("DELETE FROM body WHERE ticket = ?", (ident,))
            connection.execute("DELETE FROM ticket_fts WHERE rowid = ?", (ident,))
            connection.execute("INSERT INTO tombstone (rev, ticket) VALUES (?, ?)", (rev, ident))
        brought = reader.brought_up(filter_, MOMENT, sort, listing, MANY, reverse=reverse)
        assert brought == reader.ids(filter_, MOMENT, sort, reverse=reverse)
        listing = brought


def test_a_view_that_changed_too_much_is_not_brought_up(
    reader: CacheReader, connection: sqlite3.Connection, add: Callable[..., int]
) -> None:
    at(connection, 1)
    add(rev=1)
    listing = reader.ids(parse(""), MOMENT)
    at(connection, 2)
    for _ in range(3):
        add(rev=2)
    assert reader.brought_up(parse(""), MOMENT, Sort.DUE, listing, 2, reverse=False) is None
    assert reader.brought_up(parse(""), MOMENT, Sort.DUE, listing, 3, reverse=False) == reader.ids(parse(""), MOMENT)
