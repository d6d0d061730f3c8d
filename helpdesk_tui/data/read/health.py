"""How the sources do, and what of theirs could not be read."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from helpdesk_tui.domain.rows import Quarantined, SourceHealth

_HEALTH = (
    "SELECT s.name, s.platform, s.label, s.badge, s.health, s.words, s.since, s.next_try, s.last_ok, s.data_at,"
    " s.failures, s.poll,"
    " coalesce((SELECT nullif(p.name, '') FROM person p WHERE p.source = s.name AND p.key = s.account), s.account),"
    " s.role, s.feed, s.skew, s.sees, s.cannot, s.phase, s.done, s.total,"
    " (SELECT count(*) FROM quarantine q WHERE q.source = s.name AND q.healed_at = 0) FROM source s"
    " ORDER BY s.place, s.rowid"
)
_FIELDS = SourceHealth._fields
_BAD = "SELECT source, feed, key, reason, raw, at FROM quarantine WHERE healed_at = 0 ORDER BY at DESC, id DESC LIMIT ?"


def health(connection: sqlite3.Connection) -> tuple[SourceHealth, ...]:
    """Every source in the order in which they are configured."""
    return tuple(_source(row) for row in connection.execute(_HEALTH))


def quarantine(connection: sqlite3.Connection, limit: int = 1000) -> list[Quarantined]:
    """The records that are still bad, newest first."""
    return [Quarantined(*row) for row in connection.execute(_BAD, (limit,))]


def _source(row: tuple[Any, ...]) -> SourceHealth:
    values = dict(zip(_FIELDS, row, strict=True))
    return SourceHealth(**values | {"sees": _list(values["sees"]), "cannot": _list(values["cannot"])})


def _list(text: str) -> tuple[str, ...]:
    found = json.loads(text or "[]")
    return tuple(map(str, found)) if isinstance(found, list) else ()
