"""A thin hand on the driver's connection for the paths that write thousands of rows: no objects in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection

from helpdesk_tui.data import dialect

Row = tuple[Any, ...]


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, inside the same transaction."""
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def json_list(values: Iterable[object]) -> str:
    """Values as a JSON list, for `dialect.one_of` and for columns that hold lists."""
    return orjson.dumps(list(values)).decode()


class Sql:
    """Statements with bound parameters inside one write transaction."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row of a query."""
        return self._connection.execute(statement, values).fetchall()

    def value(self, statement: str, values: Sequence[object] = (), default: Any = 0) -> Any:
        """The first column of the first row, or `default` where there is none."""
        row = self._connection.execute(statement, values).fetchone()
        return default if row is None else row[0]

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """One statement; how many rows it touched."""
        return self._connection.execute(statement, values).rowcount

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> int:
        """One statement for each row; how many rows it touched in all."""
        return self._connection.executemany(statement, rows).rowcount if rows else 0

    def put(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """One INSERT (or `dialect.upsert`) for each row, in their order.

        Many rows go into one step of SQLite's, which runs beside the interpreter: the thread that reads the next page
        gets on meanwhile, while after each row of `many` the two would wait for one another.
        """
        at, total = 0, len(rows)
        for count in _AT_ONCE:
            while total - at >= count:
                values = tuple(chain.from_iterable(rows[at : at + count]))
                self._connection.execute(dialect.several(statement, count), values)
                at += count
        self.many(statement, rows[at:])


_AT_ONCE = (500, 250, 50, 10)
"""Rows in one step. SQLite takes 32,766 values in one, our widest row has fewer than 60."""


class Revision:
    """The revision of one write transaction: taken from `meta` when first needed, so that writing nothing takes
    none."""

    __slots__ = ("_number", "_sql")

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self._number = 0

    @property
    def taken(self) -> int:
        """The revision if one was taken, else 0."""
        return self._number

    def take(self) -> int:
        """The revision to stamp on every row this transaction touches."""
        if not self._number:
            self._number = int(self._sql.value(dialect.NEXT_REVISION))
        return self._number
