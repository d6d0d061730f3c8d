"""The names a filter may use, as the cache knows them now."""

from __future__ import annotations

import sqlite3

from helpdesk_tui.domain.filters.names import Names

_LIMIT = 5000
_QUERIES = {
    "owner": "SELECT name FROM person WHERE works_tickets = 1 AND active = 1 AND name <> '' UNION"
    " SELECT p.name FROM ticket t JOIN person p ON p.source = t.source AND p.key = t.owner WHERE t.is_open = 1",
    "requester": "SELECT DISTINCT p.name FROM ticket t JOIN person p ON p.source = t.source AND p.key = t.requester"
    " WHERE t.is_open = 1 AND p.name <> ''",
    "group": "SELECT DISTINCT name FROM grp WHERE active = 1 AND name <> ''",
    "org": "SELECT DISTINCT name FROM organisation WHERE name <> ''",
    "source": "SELECT name FROM source UNION SELECT platform FROM source UNION SELECT badge FROM source"
    " UNION SELECT label FROM source",
    "kind": "SELECT DISTINCT kind FROM ticket WHERE is_open = 1 AND kind <> ''",
    "category": "SELECT DISTINCT category FROM ticket WHERE is_open = 1 AND category <> ''",
    "status": "SELECT DISTINCT status FROM ticket WHERE is_open = 1 AND status <> ''",
}
_TAGS = "SELECT DISTINCT tags FROM ticket WHERE is_open = 1 AND tags <> ''"
_PROJECTS = (
    "SELECT DISTINCT substr(number, 1, instr(number, '-') - 1) FROM ticket WHERE is_open = 1 AND number LIKE '%-%'"
)
_LOGINS = "SELECT login, email FROM person WHERE works_tickets = 1"


def names(connection: sqlite3.Connection) -> Names:
    """Names by key of the filter language, each key's in alphabetical order, at most `_LIMIT` of each."""
    found = {key: _column(connection, query) for key, query in _QUERIES.items()}
    found["key"] = _column(connection, _PROJECTS)
    tags = {tag for (text,) in connection.execute(_TAGS) for tag in text.split()}
    found["tag"] = tuple(sorted(tags)[:_LIMIT])
    hidden = {name for pair in connection.execute(_LOGINS) for name in pair if name}
    return Names(found, {"owner": frozenset(hidden)})


def _column(connection: sqlite3.Connection, query: str) -> tuple[str, ...]:
    found = {str(name) for (name,) in connection.execute(f"{query} LIMIT {_LIMIT}") if name}
    return tuple(sorted(found, key=str.casefold))
