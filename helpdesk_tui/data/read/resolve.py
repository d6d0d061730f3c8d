"""Names as typed in a filter, found among the names the platforms use."""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache

from helpdesk_tui.domain.filters.names import begins_part, fold

_NAMED = {
    "person": "SELECT id, name, login, email, key FROM person",
    "grp": "SELECT id, name FROM grp",
    "organisation": "SELECT id, name FROM organisation",
    "source": "SELECT rowid, name, platform, badge, label FROM source",
}
_fold = lru_cache(maxsize=32_768)(fold)


def resolve(connection: sqlite3.Connection, table: str, typed: str) -> str:
    """The ids of the rows that go by this name, as a JSON list.

    Those whose name, login, address or identifier is just that, if there are any; else those of which a part of the
    name begins so.
    """
    want = fold(typed)
    exact: list[int] = []
    begun: list[int] = []
    for number, *names in connection.execute(_NAMED[table]):
        if any(_fold(name) == want for name in names):
            exact.append(number)
        elif want in _fold(names[0]) and begins_part(names[0], typed):
            begun.append(number)
    return json.dumps(exact or begun)


def badges(connection: sqlite3.Connection) -> frozenset[str]:
    """The badges of the sources in lower case: with a hyphen they may stand before a number (ZD-91177)."""
    return frozenset(badge.lower() for (badge,) in connection.execute("SELECT badge FROM source WHERE badge <> ''"))
