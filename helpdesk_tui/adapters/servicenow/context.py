"""What the parts of the adapter share, and the cursors they write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.servicenow.held import Held
from helpdesk_tui.adapters.servicenow.mapping import Mapper
from helpdesk_tui.adapters.servicenow.queries import Filter, Key, Order
from helpdesk_tui.adapters.servicenow.scope import Scope
from helpdesk_tui.adapters.servicenow.table import Tables
from helpdesk_tui.adapters.servicenow.wire import Raw, seconds, stamp

OVERLAP = 300
"""Seconds before the cursor at which each reading of a stream begins anew: rows may appear later than they are
stamped."""


@dataclass(frozen=True, slots=True)
class Context:
    """One source's connection, scope and way of reading rows."""

    source: str
    http: Http
    tables: Tables
    scope: Scope
    mapper: Mapper
    held: Held
    overlap: int = OVERLAP

    @property
    def classes(self) -> str:
        """The tables in scope as the right side of an IN."""
        return ",".join(self.scope.tables)


@dataclass(frozen=True, slots=True)
class Portion:
    """One page of a stream, and the cursor behind it."""

    rows: list[Raw]
    cursor: str
    last: bool
    total: int | None


def dump(state: dict[str, Any]) -> str:
    """A cursor as text."""
    return orjson.dumps(state).decode()


def load(cursor: str) -> dict[str, Any]:
    """A cursor's content; {} for the beginning, and for text that is none of ours."""
    try:
        state = orjson.loads(cursor) if cursor else {}
    except orjson.JSONDecodeError:
        return {}
    return state if isinstance(state, dict) else {}


def begin(at: int) -> str:
    """The cursor of a stream that begins at an instant (seconds UTC)."""
    return dump({"t": stamp(max(0, at)), "d": 1})


def resumed(state: dict[str, Any]) -> Key | None:
    """The place after which an unfinished scan goes on."""
    sys_id = state.get("i")
    return Key(str(state.get("t", "")), str(sys_id)) if sys_id else None


async def stream(
    context: Context, table: str, fields: Sequence[str], query: Filter, column: str, cursor: str
) -> AsyncIterator[Portion]:
    """What came since a cursor, by a column that only grows, from a little before it.

    The cursor is made of stamps the platform sent. It never goes beyond the platform's own present: one row with a
    stamp in the future would otherwise hide all that comes until then.
    """
    state = load(cursor)
    top = str(state.get("t", "")) or stamp(0)
    start = resumed(state) or Key(stamp(max(0, seconds(top) - context.overlap)), "")
    async for batch in context.tables.scan(table, fields, query, Order(column), start):
        if batch.key is not None and batch.rows:
            top = max(top, batch.key.stamp)
        if batch.last:
            after = dump({"t": min(top, stamp(context.http.server_now())), "d": 1})
        else:
            assert batch.key is not None
            after = dump({"t": batch.key.stamp, "i": batch.key.sys_id})
        yield Portion(batch.rows, after, batch.last, batch.total)
