"""Which tickets should be read in more depth next: those whose clock runs out first."""

from __future__ import annotations

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Sql

FIRST = "due_at = 0, due_at, priority = 0, priority, updated_at DESC"
"""Next breach first, then the most urgent, then the latest change."""
TOP_OF_QUEUE = 200
"""Conversations are read ahead for so many tickets of a source; others when somebody opens them."""


def open_events(sql: Sql, source: str, limit: int) -> list[tuple[str, int]]:
    """Open tickets that changed since their events were read, with the version they have now."""
    return [
        (row[0], row[1])
        for row in sql.all(
            f"SELECT key, version FROM {dialect.OPEN_OF_SOURCE} AND events_version < version ORDER BY {FIRST} LIMIT ?",
            (source, limit),
        )
    ]


def closed_events(sql: Sql, source: str, limit: int) -> list[tuple[str, int]]:
    """The same of closed tickets in scope, latest change first."""
    return [
        (row[0], row[1])
        for row in sql.all(
            "SELECT key, version FROM ticket WHERE source = ? AND is_open = 0 AND scope = 'in'"
            " AND events_version < version ORDER BY updated_at DESC LIMIT ?",
            (source, limit),
        )
    ]


def activity(sql: Sql, source: str, limit: int) -> list[str]:
    """Tickets at the top of the queue that changed since their conversation was read."""
    return [
        row[0]
        for row in sql.all(
            f"SELECT key FROM (SELECT key, version, activity_version FROM {dialect.OPEN_OF_SOURCE}"
            f" ORDER BY {FIRST} LIMIT {TOP_OF_QUEUE})"
            " WHERE activity_version < version LIMIT ?",
            (source, limit),
        )
    ]
