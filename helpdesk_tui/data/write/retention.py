"""Letting go: tickets closed long ago, descriptions and conversations closed for a while, and traces nobody needs any
more.

Each step is one small transaction, so that nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write import quarantine, search
from helpdesk_tui.data.write.sql import Revision, Row, Sql, json_list

DAY = 86_400
AT_ONCE = 200
BARRED_DAYS = 7
"""How long the bare row of a deleted or forbidden ticket stays, so that the queue can say why it is gone."""
HEALED_DAYS = 7
TOMBSTONES_KEPT = 50_000
HANGING = ("event", "clock", "activity", "choice", "drift")
"""The tables whose rows hang on a ticket, by `source` and `ticket`."""


@dataclass(frozen=True, slots=True)
class Retained:
    """How many tickets, and texts of tickets that stay, were let go of."""

    tickets: int = 0
    texts: int = 0


def expired(sql: Sql, history_days: int, now: int, own: Mapping[str, int]) -> list[Row]:
    """The next tickets to go, as (id, source, key): closed or out of scope and unchanged for longer than is kept.

    `own` has the days of the sources that do not keep theirs for `history_days`.
    """
    days = f"CASE source {'WHEN ? THEN ? ' * len(own)}ELSE ? END" if own else "?"
    values = (*chain.from_iterable(own.items()), history_days)
    return sql.all(
        "SELECT id, source, key FROM ticket WHERE is_open = 0 AND ("
        f" (scope IN ('in', 'left') AND max(updated_at, scope_at) < ? - {DAY} * {days})"
        f" OR (scope IN ('deleted', 'forbidden') AND scope_at < ? - {DAY} * min({BARRED_DAYS}, {days}))) LIMIT ?",
        (now, *values, now, *values, AT_ONCE),
    )


def remove(sql: Sql, rev: Revision, rows: list[Row]) -> None:
    """Delete these tickets (id, source, key) with all that hangs on them; each leaves a tombstone."""
    ids = [row[0] for row in rows]
    search.forget(sql, ids)
    number = rev.take()
    sql.many("INSERT OR IGNORE INTO tombstone(rev, ticket) VALUES (?, ?)", [(number, ticket) for ticket in ids])
    names = [row[1:] for row in rows]
    for table in HANGING:
        sql.many(f"DELETE FROM {table} WHERE source = ? AND ticket = ?", names)
    sql.run(f"DELETE FROM creation WHERE {dialect.one_of('ticket')}", (json_list(ids),))
    sql.run(f"DELETE FROM ticket WHERE {dialect.one_of('id')}", (json_list(ids),))


def drop_texts(sql: Sql, body_days: int, now: int) -> int:
    """Drop the descriptions and conversations of the next tickets closed for longer than texts are kept; how many
    tickets."""
    closed = f"t.is_open = 0 AND t.updated_at < {now - body_days * DAY:d}"
    rows = sql.all(
        f"SELECT t.id, t.source, t.key FROM body b JOIN ticket t ON t.id = b.ticket WHERE {closed} LIMIT {AT_ONCE}"
    )
    if len(rows) < AT_ONCE:
        rows += sql.all(
            "SELECT DISTINCT t.id, t.source, t.key FROM activity a"
            f" JOIN ticket t ON t.source = a.source AND t.key = a.ticket WHERE {closed} LIMIT {AT_ONCE - len(rows)}"
        )
    rows = list(set(rows))
    search.forget_bodies(sql, [row[0] for row in rows])
    forget_activity(sql, [row[1:] for row in rows])
    return len(rows)


def forget_activity(sql: Sql, names: Sequence[Row]) -> None:
    """Drop the conversations of tickets (source, key); they count as unread from now on."""
    sql.many("DELETE FROM activity WHERE source = ? AND ticket = ?", names)
    sql.many("UPDATE ticket SET activity_at = 0, activity_version = 0 WHERE source = ? AND key = ?", names)


def drop_traces(sql: Sql, now: int) -> None:
    """Drop what was in quarantine long enough, the oldest tombstones, and once a day what hangs on no ticket."""
    quarantine.forget(sql, now - HEALED_DAYS * DAY, now - quarantine.BAD_DAYS * DAY)
    oldest = sql.value("SELECT rev FROM tombstone ORDER BY rev DESC LIMIT 1 OFFSET ?", (TOMBSTONES_KEPT,))
    if oldest:
        sql.run("DELETE FROM tombstone WHERE rev <= ?", (oldest,))
        _note(sql, "tombstones_from", oldest)
    if now - int(sql.value("SELECT value FROM meta WHERE key = 'strays_at'")) < DAY:
        return
    _note(sql, "strays_at", now)
    for source in [str(row[0]) for row in sql.all("SELECT name FROM source WHERE phase = 'live'")]:
        for table in HANGING:
            sql.run(
                f"DELETE FROM {table} WHERE source = ? AND NOT EXISTS"
                f" (SELECT 1 FROM ticket t WHERE t.source = {table}.source AND t.key = {table}.ticket)",
                (source,),
            )


def _note(sql: Sql, key: str, value: int) -> None:
    sql.run(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, str(value)),
    )
