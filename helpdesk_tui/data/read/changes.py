"""What the cache changed since a revision."""

from __future__ import annotations

import sqlite3

from helpdesk_tui.data.read.listing import revision
from helpdesk_tui.domain.rows import Changes

MANY = 2_000
"""More changed rows than this are not told one by one."""

_CHANGED = "SELECT id FROM ticket WHERE rev > ? LIMIT ?"
_REMOVED = "SELECT ticket FROM tombstone WHERE rev > ? LIMIT ?"
_NAMED = (
    "SELECT EXISTS (SELECT 1 FROM person WHERE rev > ? AND works_tickets = 1)"
    " OR EXISTS (SELECT 1 FROM grp WHERE rev > ?)"
)
_RENAMED = (
    "SELECT t.id FROM ticket t WHERE t.is_open = 1 AND ("
    "(t.source, t.owner) IN (SELECT source, key FROM person WHERE rev > ? AND works_tickets = 1)"
    " OR (t.source, t.grp) IN (SELECT source, key FROM grp WHERE rev > ?)) LIMIT ?"
)


def changes(connection: sqlite3.Connection, since: int) -> Changes:
    """Tickets written or removed after `since`, and the open ones whose owner or group is called otherwise now.

    Everything, where that is more than `MANY`, where removals of that time are no longer told, or where the revision is
    from another cache.
    """
    found = written(connection, since, MANY)
    if found.everything or found.rev == since or not _named_since(connection, since):
        return found
    renamed = {number for (number,) in connection.execute(_RENAMED, (since, since, MANY + 1))}
    if len(found.ids | renamed) + len(found.removed) > MANY:
        return Changes(found.rev, everything=True)
    return Changes(found.rev, found.ids | renamed, found.removed)


def written(connection: sqlite3.Connection, since: int, most: int) -> Changes:
    """Tickets written or removed after `since`; everything, where that is more than `most` or cannot be told."""
    now = revision(connection)
    if since == now:
        return Changes(now)
    if since > now or since < _told_from(connection):
        return Changes(now, everything=True)
    ids = {number for (number,) in connection.execute(_CHANGED, (since, most + 1))}
    removed = {number for (number,) in connection.execute(_REMOVED, (since, most + 1))}
    if len(ids) + len(removed) > most:
        return Changes(now, everything=True)
    # The number of a ticket that was removed may be another's by now.
    return Changes(now, frozenset(ids), frozenset(removed - ids))


def _named_since(connection: sqlite3.Connection, since: int) -> bool:
    """Whether anybody who works on tickets, or any group, was written after `since`."""
    (found,) = connection.execute(_NAMED, (since, since)).fetchone()
    return bool(found)


def _told_from(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT value FROM meta WHERE key = 'tombstones_from'").fetchone()
    return int(found[0]) if found else 0
