"""All SQL that only one database speaks. SQLite is the only one so far; statements use its `?` for parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

BEGIN_WRITE = "BEGIN IMMEDIATE"
"""Takes the write lock at once: a transaction that reads first and writes later would lose updates or fail half-way."""

SEARCH_TABLES = (
    "CREATE VIEW ticket_text AS SELECT t.id AS id, t.number AS number, t.title AS title, coalesce(b.text, '') AS body"
    " FROM ticket t LEFT JOIN body b ON b.ticket = t.id",
    "CREATE VIRTUAL TABLE ticket_fts USING fts5(number, title, body, content='ticket_text', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO ticket_fts(ticket_fts, rank) VALUES ('automerge', 0)",
    "INSERT INTO ticket_fts(ticket_fts, rank) VALUES ('crisismerge', 48)",
)
"""Full-text search over number, title and body. The index keeps no text of its own: it reads it from the view, so the
writer has to name the old text when it takes a row out (`SEARCH_DELETE`)."""

HAPPENING = (
    "CREATE VIEW happening AS SELECT source, ticket, ident, kind, at, actor, old, new, automatic, observed FROM event"
    " UNION ALL SELECT t.source, t.key, 'created', 'created', t.created_at, t.requester, '', '', 0, 0 FROM ticket t"
    " JOIN creation c ON c.ticket = t.id"
)
"""Every event: those with a row of their own, and creations of which the ticket's row tells everything."""

OPEN_TICKETS = "ticket INDEXED BY ix_ticket_open_aging"
"""Where a query asks for the open tickets of a source: left to itself SQLite walks all of its tickets."""
OPEN_OF_SOURCE = f"{OPEN_TICKETS} WHERE is_open = 1 AND source = ?"

SEARCH_INSERT = "INSERT INTO ticket_fts(rowid, number, title, body) VALUES (?, ?, ?, ?)"
SEARCH_DELETE = "INSERT INTO ticket_fts(ticket_fts, rowid, number, title, body) VALUES ('delete', ?, ?, ?, ?)"


def is_search_table(name: str) -> bool:
    """Whether a table or view belongs to the search index, which migrations are not to compare."""
    return name.startswith("ticket_fts") or name == "ticket_text"


def writer_pragmas(*, precious: bool, wal: bool) -> tuple[str, ...]:
    """What a connection for writing is told when it opens. `wal` is False where the file system does not bear it."""
    return (
        "PRAGMA busy_timeout=5000",
        f"PRAGMA journal_mode={'WAL' if wal else 'TRUNCATE'}",
        f"PRAGMA synchronous={'FULL' if precious or not wal else 'NORMAL'}",
        "PRAGMA foreign_keys=ON",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA cell_size_check=ON",
        "PRAGMA journal_size_limit=33554432",
        "PRAGMA wal_autocheckpoint=8000",
        "PRAGMA cache_size=-16000",
    )


def insert(table: str, columns: Sequence[str]) -> str:
    """A plain INSERT of these columns."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def upsert(table: str, columns: Sequence[str], key: Sequence[str], *, guard: str = "", keep: Iterable[str] = ()) -> str:
    """INSERT that overwrites the row with the same key, where `guard` holds; `keep` are columns never overwritten.

    In `guard` the present row is called by the table's name and the new one `excluded`.
    """
    fixed = {*key, *keep}
    changes = ", ".join(f"{column}=excluded.{column}" for column in columns if column not in fixed)
    action = f"DO UPDATE SET {changes}" if changes else "DO NOTHING"
    condition = f" WHERE {guard}" if guard and changes else ""
    return f"{insert(table, columns)} ON CONFLICT ({', '.join(key)}) {action}{condition}"


@cache
def several(statement: str, count: int) -> str:
    """The same INSERT (or `upsert`) for `count` rows at once, their values one after the other."""
    head, values, rest = statement.partition(" VALUES ")
    one, end, action = rest.partition(")")
    return f"{head}{values}{', '.join([one + end] * count)}{action}"


def one_of(column: str) -> str:
    """A condition that the column is one of the values of a JSON list, which is bound as one parameter."""
    return f"{column} IN (SELECT value FROM json_each(?))"


SEARCH_CHECK = "INSERT INTO ticket_fts(ticket_fts, rank) VALUES ('integrity-check', 1)"
"""Raises where the index and the text it was made from differ; changes nothing."""
SEARCH_EMPTY = "INSERT INTO ticket_fts(ticket_fts) VALUES ('delete-all')"

NEXT_REVISION = (
    "INSERT INTO meta(key, value) VALUES ('rev', '1')"
    " ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING CAST(value AS INTEGER)"
)
"""Takes the next revision of the cache and gives it."""

SEARCH_MERGE = "INSERT INTO ticket_fts(ticket_fts, rank) VALUES ('merge', 400)"
"""Brings pieces of the index together, a portion at a time; a pull leaves that for when there is time."""
