"""Lists of tickets as commands print them: a table on a terminal, tab-separated text in a pipe, JSON for programs.

Outside text is made safe in the first two; JSON is pure ASCII with escapes, so it is whole and harmless at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from helpdesk_tui import clock, safe_text
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.spans import span, until


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cells: int
    """0 for whatever the line has left."""
    text: Callable[[Row, int], str]
    right: bool = False
    most: int = 0
    """Cells it takes where the summary has enough."""


def _due(row: Row, now: int) -> str:
    if row.due_at:
        return until(row.due_at, now)
    return "paused" if row.paused else "-"


def _since(at: int, now: int, observed: bool) -> str:
    """An age; one that was seen rather than told has at least that length."""
    return f"{span(now - at)}{'+' if observed else ''}" if at else "-"


def _named(row: Row) -> str:
    """A bare number with its platform, for where there is no column for that."""
    return f"{row.badge}-{row.number}" if row.number.isdigit() and row.badge else row.number


_PRIORITY = _Column("P", 1, lambda row, _: str(row.priority or "-"))
_DUE = _Column("DUE", 7, _due, right=True)
_CLOCK = _Column("CK", 2, lambda row, _: row.clock or "-")
_SUMMARY = _Column("SUMMARY", 0, lambda row, _: f"≈{row.alike_count} {row.title}" if row.alike_count else row.title)
_IDLE = _Column("IDLE", 6, lambda row, now: _since(row.idle_since, now, row.idle_observed), right=True)
_WIDE = (
    _PRIORITY,
    _DUE,
    _CLOCK,
    _Column("PLAT", 4, lambda row, _: row.badge),
    _Column("KEY", 11, lambda row, _: _named(row)),
    _SUMMARY,
    _Column("GROUP", 10, lambda row, _: row.group or "-", most=24),
    _Column("OWNER", 12, lambda row, _: row.owner or "-", most=22),
    _Column("STATE", 10, lambda row, _: row.status or row.state.value, most=16),
    _IDLE,
)
_NARROW = (
    _PRIORITY,
    _DUE,
    _CLOCK,
    _Column("KEY", 11, lambda row, _: _named(row)),
    _SUMMARY,
    _Column("GROUP", 8, lambda row, _: row.group or "-"),
    _Column("OWNER", 9, lambda row, _: row.owner or "-"),
    _IDLE,
)
_WIDE_FROM = 100
"""Cells from which on all columns are shown."""
_ENOUGH = 60
"""Cells of a summary from which on the other columns take what they need."""
_LEAST = 12
"""The fewest cells a summary is shown in."""


def table(rows: Iterable[Row], now: int, width: int) -> Iterator[str]:
    """A heading and a line a ticket, none of them wider than `width` cells (from 64 on)."""
    columns: tuple[_Column, ...] = _WIDE if width >= _WIDE_FROM else _NARROW
    rest = width - sum(column.cells + 1 for column in columns) + 1
    more = sum(max(0, column.most - column.cells) for column in columns)
    if rest - more >= _ENOUGH:
        columns = tuple(replace(column, cells=max(column.cells, column.most)) for column in columns)
        rest -= more
    rest = max(_LEAST, rest)
    yield _line(columns, [column.title for column in columns], rest)
    for row in rows:
        yield _line(columns, [safe_text.line(column.text(row, now)) for column in columns], rest)


def _line(columns: Sequence[_Column], cells: Sequence[str], rest: int) -> str:
    fitted = (
        safe_text.fit(text, column.cells or rest, right=column.right)
        for column, text in zip(columns, cells, strict=True)
    )
    return " ".join(fitted).rstrip()


def tabbed(rows: Iterable[Row], zone: tzinfo | None = None) -> Iterator[str]:
    """A line a ticket, no heading, fields between tabs, uncut: priority, due, clock, platform, number, summary, group,
    owner, state, status, idle since, source, key. Instants are ISO 8601 with the offset of `zone` (the host's); "" for
    none."""
    for row in rows:
        fields = (
            str(row.priority or ""), instant(row.due_at, zone), row.clock, row.badge, row.number, row.title, row.group,
            row.owner, row.state.value, row.status, instant(row.idle_since, zone), row.source, row.key,
        )  # fmt: skip
        yield "\t".join(safe_text.line(field) for field in fields)


def rows_json(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON list, an object a line; instants are ISO 8601 in UTC, null for none."""
    lead = "["
    for row in rows:
        yield f"{lead}{json.dumps(record(row))}"
        lead = ","
    yield "[]" if lead == "[" else "]"


def record(row: Row) -> dict[str, object]:
    """A row as JSON has it."""
    return {
        "source": row.source,
        "key": row.key,
        "number": row.number,
        "platform": row.badge,
        "title": row.title,
        "priority": row.priority or None,
        "state": row.state.value,
        "status": _unmarked(row, "status", row.status) or "",
        "open": row.is_open,
        "scope": row.scope,
        "group": _unmarked(row, "group", row.group),
        "owner": _unmarked(row, "owner", row.owner),
        "vip": row.vip,
        "due_at": utc(row.due_at),
        "clock": row.clock or None,
        "paused": row.paused,
        "idle_since": utc(row.idle_since),
        "idle_at_least": row.idle_observed,
        "state_since": utc(row.state_since),
        "state_at_least": row.state_observed,
        "created_at": utc(row.created_at),
        "updated_at": utc(row.updated_at),
        "bounces": row.bounces,
        "reopens": row.reopens,
        "alike_count": row.alike_count,
        "pending": list(row.pending),
        "trouble": row.trouble or None,
    }


def _unmarked(row: Row, name: str, value: str) -> str | None:
    """A value without the mark that says it is pending: for that, JSON has a list of its own."""
    return (value.removesuffix("^") if name in row.pending else value) or None


def utc(at: int) -> str | None:
    """Seconds as ISO 8601 in UTC; None for none."""
    return f"{clock.instant(at):%Y-%m-%dT%H:%M:%SZ}" if at else None


def instant(at: int, zone: tzinfo | None = None) -> str:
    """Seconds as ISO 8601 with the offset of a zone (None: the host's); "" for none."""
    return clock.instant(at).astimezone(zone).isoformat() if at else ""
