"""What the cache changed since a revision."""

from __future__ import annotations

import sqlite3

from helpdesk_tui.data.read.listing import revision
from helpdesk_tui.domain.rows import Changes

MANY = 2_000
"""More changed rows than this are not told one by one."""

_CHANGED = "SELECT id FROM ticket WHERE rev > ? LIMIT ?"
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
    now = revision(connection)
    if since == now:
        return Changes(now)
    if since > now or since < _told_from(connection):
        return Changes(now, everything=True)
    ids = {number for (number,) in connection.execute(_CHANGED, (since, MANY + 1))}
    if len(ids) <= MANY:
        ids.update(number for (number,) in connection.execute(_RENAMED, (since, since, MANY + 1)))
    removed = {
        number
        for (number,) in connection.execute("SELECT ticket FROM tombstone WHERE rev > ? LIMIT ?", (since, MANY + 1))
    }
    if len(ids) + len(removed) > MANY:
        return Changes(now, everything=True)
    return Changes(now, frozenset(ids - removed), frozenset(removed))


def _told_from(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT value FROM meta WHERE key = 'tombstones_from'").fetchone()
    return int(found[0]) if found else 0
