"""The rows of a window of the list, by id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.rows import Row, unknown_account
from helpdesk_tui.domain.tickets import State

COLUMNS = (
    "t.id, t.source, t.key, t.number, coalesce(s.badge, ''), t.title, t.priority, t.state, t.status,"
    " coalesce(nullif(g.name, ''), t.grp), coalesce(w.name, ''), t.due_at, t.due_metric, t.paused,"
    " t.idle_since, t.idle_observed, t.state_since, t.state_since_observed, t.created_at, t.updated_at, t.bounces,"
    " t.reopens, t.alike_count, t.vip, t.is_open, t.scope, t.rev, t.owner"
)
"""What `row_of` reads, in its order."""

FROM = (
    "ticket t LEFT JOIN source s ON s.name = t.source LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp"
    " LEFT JOIN person w ON w.source = t.source AND w.key = t.owner"
)
"""The tables `COLUMNS` are of."""

_LETTERS = {metric.value: metric.letter for metric in Metric}
_STATES = {state.value: state for state in State}


def rows(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Row]:
    """The rows by id; an id that is not in the cache is missing."""
    found = connection.execute(
        f"SELECT {COLUMNS} FROM {FROM} WHERE t.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {row.id: row for row in map(row_of, found)}


def find(connection: sqlite3.Connection, text: str) -> list[Row]:
    """The tickets people call so: by number, by badge and number (ZD-91177), by identifier. Open ones first."""
    badge, _, rest = text.strip().partition("-")
    found = connection.execute(
        f"SELECT {COLUMNS} FROM {FROM} WHERE t.number = ? COLLATE NOCASE OR t.key = ?"
        " OR (t.number = ? COLLATE NOCASE AND s.badge = ? COLLATE NOCASE)"
        " ORDER BY t.scope <> 'in', t.is_open DESC, t.updated_at DESC, t.id LIMIT 20",
        (text.strip(), text.strip(), rest, badge),
    )
    return [row_of(row) for row in found]


def row_of(values: tuple[Any, ...]) -> Row:
    """A row from the values of `COLUMNS`."""
    (
        number, source, key, shown, badge, title, priority, state, status, group, owner, due, metric, paused, idle,
        idle_observed, since, since_observed, created, updated, bounces, reopens, alike, vip, is_open, scope, rev,
        account,
    ) = values  # fmt: skip
    return Row(
        number, source, key, shown, badge, title, priority, _STATES.get(state, State.OPEN), status, group,
        owner or unknown_account(account), due, _LETTERS.get(metric, "?") if metric else "", bool(paused), idle,
        bool(idle_observed), since, bool(since_observed), created, updated, bounces, reopens, alike, bool(vip),
        bool(is_open), scope, rev,
    )  # fmt: skip
