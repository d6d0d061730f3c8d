"""Marking all that is like a ticket: every open one, wherever it is listed; what of that is not in sight is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from helpdesk_tui.domain.rows import LIKES
from helpdesk_tui.paths import Paths


def make_alike(paths: Paths, count: int, *, source: str = "") -> list[int]:
    """So many open tickets that are like each other, by id."""
    with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
        where = "is_open = 1 AND source = ?" if source else "is_open = 1 AND ? = ''"
        ids = [one for (one,) in connection.execute(f"SELECT id FROM ticket WHERE {where} ORDER BY id", (source,))]
        connection.execute("UPDATE ticket SET alike = 0, alike_count = 0")
        values = [(ids[0], count - 1, one) for one in ids[:count]]
        connection.executemany("UPDATE ticket SET alike = ?, alike_count = ? WHERE id = ?", values)
    return ids[:count]


async def stand_on(desk: Any, ids: list[int]) -> None:
    """The cursor on one of these."""
    place = next(place for place, one in enumerate(desk.queue.tickets.ids) if one in ids)
    await desk.press("g", "g", *["j"] * place)


async def test_every_ticket_like_it_is_marked_however_many_they_are(open_desk: Any, paths: Paths) -> None:
    ids = make_alike(paths, LIKES + 5)
    async with open_desk() as desk:
        await desk.press("6")
        await stand_on(desk, ids)
        await desk.press("*")
        assert len(desk.queue.tickets.marks) == LIKES + 5
        assert f"{LIKES + 5} marked: open ones like " in desk.prompt


async def test_what_is_marked_outside_the_view_is_told(open_desk: Any, paths: Paths) -> None:
    ids = make_alike(paths, 3, source="sn")
    async with open_desk() as desk:
        await desk.press("6", "/")
        await desk.type("source:sn")
        await desk.press("enter")
        await stand_on(desk, ids)
        with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
            cluster, other = ids[0], "SELECT id FROM ticket WHERE is_open = 1 AND source <> 'sn' LIMIT 2"
            connection.execute(f"UPDATE ticket SET alike = {cluster}, alike_count = 4 WHERE id IN ({other})")
        await desk.press("*")
        assert "5 marked, 2 of them not in this view: open ones like " in desk.prompt


@pytest.mark.parametrize(("count", "told"), [(2, "2 marked: open ones like "), (0, "no open ticket is like this one")])
async def test_while_the_first_pull_goes_on_more_may_be_found(
    open_desk: Any, paths: Paths, count: int, told: str
) -> None:
    ids = make_alike(paths, count) if count else []
    with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
        connection.execute("UPDATE ticket SET alike = 0, alike_count = 0 WHERE ? = 0", (count,))
        connection.execute("UPDATE source SET phase = 'open' WHERE name = 'zd'")
    async with open_desk() as desk:
        await desk.press("6")
        if ids:
            await stand_on(desk, ids)
        await desk.press("*")
        assert told in desk.prompt
        assert "a first pull goes on, more may be found" in desk.prompt


async def test_the_page_names_some_and_counts_the_rest(open_desk: Any, paths: Paths) -> None:
    ids = make_alike(paths, LIKES + 5)
    async with open_desk((100, 60)) as desk:
        await desk.press("6")
        await stand_on(desk, ids)
        await desk.press("enter")
        assert "and 4 more; * in the list marks them all" in desk.text
