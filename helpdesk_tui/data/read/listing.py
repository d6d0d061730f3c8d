"""The ids of a view: all of them in order, or which of some are in it."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Collection
from itertools import groupby

from helpdesk_tui.data.read.conditions import Asked
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.order import order
from helpdesk_tui.data.read.sql import where
from helpdesk_tui.domain.filters.ast import Filter
from helpdesk_tui.domain.rows import Heading, Listing
from helpdesk_tui.domain.views import Grouping, Sort


def revision(connection: sqlite3.Connection) -> int:
    """The revision the cache is at."""
    found = connection.execute("SELECT value FROM meta WHERE key = 'rev'").fetchone()
    return int(found[0]) if found else 0


def ids(
    connection: sqlite3.Connection,
    filter_: Filter,
    moment: Moment,
    sort: Sort = Sort.DUE,
    *,
    reverse: bool = False,
    grouping: Grouping = Grouping.NONE,
) -> Listing:
    """Every id that passes, in order, and where the groups begin."""
    asked = where(filter_, Asked(connection, moment))
    by = order(sort, reverse=reverse, grouping=grouping)
    if not by.label:
        # One row with all of them: fetching ten thousand rows one by one would keep the screen from drawing meanwhile.
        # SQLite keeps the order of a subquery for an aggregate.
        listed = f"SELECT t.id AS id FROM ticket t {by.joins} WHERE {asked.sql} ORDER BY {by.by}"
        (text,) = connection.execute(f"SELECT json_group_array(id) FROM ({listed})", asked.params).fetchone()
        return Listing(array("q", json.loads(text)), revision(connection))
    rows = connection.execute(
        f"SELECT t.id, {by.label} FROM ticket t {by.joins} WHERE {asked.sql} ORDER BY {by.by}", asked.params
    )
    found = rows.fetchall()
    return Listing(
        array("q", [number for number, _ in found]),
        revision(connection),
        _headings([name or by.empty for _, name in found]),
    )


def _headings(labels: list[str]) -> tuple[Heading, ...]:
    headings, start = [], 0
    for label, run in groupby(labels):
        count = sum(1 for _ in run)
        headings.append(Heading(label, start, count))
        start += count
    return tuple(headings)


def members(connection: sqlite3.Connection, filter_: Filter, moment: Moment, some: Collection[int]) -> frozenset[int]:
    """Which of some ids pass."""
    asked = where(filter_, Asked(connection, moment))
    rows = connection.execute(
        f"SELECT t.id FROM ticket t WHERE t.id IN (SELECT value FROM json_each(?)) AND {asked.sql}",
        (json.dumps(list(some)), *asked.params),
    )
    return frozenset(number for (number,) in rows)
