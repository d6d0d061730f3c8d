"""The figures of the SLA screen that are shown at once, from the cache: a pass over an index of open tickets each."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import add
from typing import NamedTuple

from helpdesk_tui.data.read.clock_rows import METRICS
from helpdesk_tui.data.read.conditions import Asked, Condition
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.sql import only_open, where
from helpdesk_tui.data.read.window import rows
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.filters.ast import Filter
from helpdesk_tui.domain.filters.keys import STALLED_AFTER
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.sla.aging import BANDS, HORIZON, HOUR, HOURS, NEAR, SOON, Due, Hour, Tally, narrowed
from helpdesk_tui.domain.views import Grouping

COLUMN = {
    Grouping.GROUP: "t.grp",
    Grouping.OWNER: "t.owner",
    Grouping.PRIORITY: "t.priority",
    Grouping.SOURCE: "t.source",
    Grouping.ORGANISATION: "t.organisation",
    Grouping.CATEGORY: "t.category",
}
_TABLE = {Grouping.GROUP: "grp", Grouping.OWNER: "person", Grouping.ORGANISATION: "organisation"}
_SAME = (0,) * (len(BANDS) + 1)
_INDEX, _DUE_INDEX = "INDEXED BY ix_ticket_open_aging", "INDEXED BY ix_ticket_open_due_at"
BACK, AHEAD = 60, 140
"""How many breached clocks, the latest ones, and how many to come are listed."""


class Key(NamedTuple):
    """A value of what the board is divided by, on one source."""

    source: str
    value: str


def board(
    connection: sqlite3.Connection,
    typed: Filter,
    moment: Moment,
    grouping: Grouping,
    deltas: Mapping[Key, Sequence[int]] | None = None,
) -> list[Tally]:
    """The rows of the board, those with most at risk first; what is called the same on two sources is one row.

    What differs in case and accents only is called the same; the filter of the row has every spelling. `deltas` are
    what the bands differ by where it is not wall time that counts (see `aging_left`).
    """
    column, now = COLUMN[grouping], moment.now
    condition = of_open(typed, Asked(connection, moment))
    query = (
        f"SELECT t.source, {column}, count(*), {_sums(now)} FROM ticket t {by_index(typed)} WHERE {condition.sql}"
        f" GROUP BY t.source, {column}"
    )
    found = connection.execute(query, condition.params).fetchall()
    names = names_of(connection, grouping, [Key(source, str(value)) for source, value, *_ in found])
    merged: dict[str, Tally] = {}
    spelt: dict[str, set[str]] = defaultdict(set)
    for source, value, total, first, second, orphans, still in found:
        label = names.get(Key(source, str(value)), "" if value in ("", 0) else str(value))
        *more, lone = (deltas or {}).get(Key(source, str(value)), _SAME)
        bands = tuple(map(add, _unpacked(total, first, second), more))
        tally = Tally(label, "", total, bands, orphans + lone, still, {source: total})
        known = merged.get(fold(label))
        merged[fold(label)] = added(known, tally) if known else tally
        spelt[fold(label)].add(label)
    rows_ = [replace(tally, filter=narrowed(grouping, *sorted(spelt[name]))) for name, tally in merged.items()]
    return sorted(rows_, key=lambda row: (-row.risk, -row.bands[2], -row.total, fold(row.label)))


def added(first: Tally, second: Tally) -> Tally:
    """Two rows as one, called as the first."""
    sources = defaultdict(int, first.sources)
    for source, count in second.sources.items():
        sources[source] += count
    bands = tuple(one + other for one, other in zip(first.bands, second.bands, strict=True))
    return Tally(
        first.label, first.filter, first.total + second.total, bands, first.orphans + second.orphans,
        first.stalled + second.stalled, dict(sources),
    )  # fmt: skip


_ONE, _TWO = 1 << 20, 1 << 40
"""What a ticket counts in the second and in the third of three bands that share one sum: a pass for each would take
four times as long."""


def _sums(now: int) -> str:
    """The bands in two sums, the breached and soon ones without an owner, and those that are stalled. A test holds
    them against the filters of `BANDS`."""
    soon, near, today = now + SOON, now + NEAR, now + HORIZON
    return (
        f"sum(CASE WHEN t.due_at = 0 THEN 0 WHEN t.due_at <= {now} THEN 1 WHEN t.due_at < {soon} THEN {_ONE}"
        f" WHEN t.due_at < {near} THEN {_TWO} ELSE 0 END),"
        f" sum(CASE WHEN t.due_at = 0 THEN t.paused * {_TWO} WHEN t.due_at < {near} THEN 0"
        f" WHEN t.due_at < {today} THEN 1 ELSE {_ONE} END),"
        f" sum(CASE WHEN t.due_at >= {soon} OR t.due_at = 0 THEN 0 ELSE t.owner = '' END),"
        f" sum(t.idle_since BETWEEN 1 AND {now - STALLED_AFTER - 1} AND t.state <> 'pending')"
    )


def _unpacked(total: int, first: int, second: int) -> tuple[int, ...]:
    bands = (*_thirds(first), *_thirds(second))
    return (*bands, total - sum(bands))


def _thirds(packed: int) -> tuple[int, int, int]:
    return packed % _ONE, packed // _ONE % _ONE, packed // _TWO


def of_open(typed: Filter, asked: Asked) -> Condition:
    """Open tickets that pass what was typed; closed ones are on no figure."""
    if not typed:
        return Condition("t.is_open = 1")
    condition = where(typed, asked)
    return condition if only_open(typed) else Condition(f"t.is_open = 1 AND {condition.sql}", condition.params)


def by_index(typed: Filter) -> str:
    """The index that answers without reading rows, where nothing else is asked."""
    return "" if typed else _INDEX


def names_of(connection: sqlite3.Connection, grouping: Grouping, keys: Iterable[Key]) -> dict[Key, str]:
    """What these are called; one that has no name is missing."""
    table = _TABLE.get(grouping)
    if table is None:
        return {}
    wanted = json.dumps([key.value for key in keys if key.value])
    query = f"SELECT source, key, name FROM {table} WHERE key IN (SELECT value FROM json_each(?)) AND name <> ''"
    return {Key(source, key): name for source, key, name in connection.execute(query, (wanted,))}


def soon(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[Due]:
    """The running clocks next to their breach in order: those breached last, and all that will within the horizon."""
    asked, now = Asked(connection, moment), moment.now
    condition = of_open(typed, asked)
    query = f"SELECT t.id FROM ticket t WHERE {condition.sql} AND t.due_at"
    past = f"{query} BETWEEN 1 AND ? ORDER BY t.due_at DESC LIMIT {BACK}"
    ahead = f"{query} BETWEEN ? AND ? ORDER BY t.due_at LIMIT {AHEAD}"
    ids = [number for (number,) in connection.execute(past, (*condition.params, now))]
    ids += [number for (number,) in connection.execute(ahead, (*condition.params, now + 1, now + HORIZON))]
    return due_clocks(connection, ids, now + HORIZON)


def due_clocks(connection: sqlite3.Connection, ids: Collection[int], until: int) -> list[Due]:
    """The running clocks of these tickets that breach by then (0: all of them), in that order."""
    shown = rows(connection, list(ids))
    clocks = connection.execute(_CLOCKS, (json.dumps(list(ids)), until or 1 << 60))
    found = [
        Due(shown[number], ident, METRICS.get(metric, Metric.OTHER), name, *rest)
        for number, ident, metric, name, *rest in clocks
        if number in shown
    ]
    return sorted(found, key=lambda due: (due.due_at, due.row.priority or 9, due.row.id))


_CLOCKS = (
    "SELECT t.id, c.ident, c.metric, c.name, c.due_at, c.started_at, c.target, c.calendar, c.origin, c.as_of"
    " FROM ticket t JOIN clock c ON c.source = t.source AND c.ticket = t.key"
    " WHERE t.id IN (SELECT value FROM json_each(?)) AND c.stage = 'running' AND c.due_at BETWEEN 1 AND ?"
)


def hours(connection: sqlite3.Connection, typed: Filter, moment: Moment, first: int) -> list[Hour]:
    """What breaches in each of the hours from `first` on (seconds UTC, the beginning of an hour)."""
    condition = of_open(typed, Asked(connection, moment))
    last = first + HOURS * HOUR
    query = (
        f"SELECT (t.due_at - {first}) / {HOUR}, count(*), sum(t.owner = ''), sum(t.priority BETWEEN 1 AND 2)"
        f" FROM ticket t {'' if typed else _DUE_INDEX} WHERE {condition.sql} AND t.due_at BETWEEN ? AND ? GROUP BY 1"
    )
    known = {
        place: rest
        for place, *rest in connection.execute(query, (*condition.params, max(first, moment.now + 1), last - 1))
    }
    return [Hour(first + place * HOUR, *known.get(place, ())) for place in range(HOURS)]
