"""The figures of the SLA screen from the cache: one pass over an index of open tickets each."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from helpdesk_tui.data.read.conditions import Asked, Condition
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.sql import only_open, where
from helpdesk_tui.data.read.window import rows
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.filter_ast import Filter
from helpdesk_tui.domain.filter_names import fold
from helpdesk_tui.domain.filters import parse
from helpdesk_tui.domain.sla.aging import (
    DAY,
    HORIZON,
    HOUR,
    HOURS,
    LATE_PAUSE,
    LONG_PAUSE,
    NEAR,
    SOON,
    STALLS,
    Due,
    Hour,
    Past,
    Paused,
    Share,
    Stalled,
    Tally,
    narrowed,
)
from helpdesk_tui.domain.views import Grouping

_COLUMN = {
    Grouping.GROUP: "t.grp",
    Grouping.OWNER: "t.owner",
    Grouping.PRIORITY: "t.priority",
    Grouping.SOURCE: "t.source",
    Grouping.ORGANISATION: "t.organisation",
    Grouping.CATEGORY: "t.category",
}
_TABLE = {Grouping.GROUP: "grp", Grouping.OWNER: "person", Grouping.ORGANISATION: "organisation"}
EVERYTHING = Filter()
_METRICS = {metric.value: metric for metric in Metric}
_INDEX = "INDEXED BY ix_ticket_open_aging"
BACK, AHEAD = 60, 140
"""How many breached clocks, the latest ones, and how many to come are listed."""


class Key(NamedTuple):
    """A value of what the board is divided by, on one source."""

    source: str
    value: str


def board(connection: sqlite3.Connection, typed: Filter, moment: Moment, grouping: Grouping) -> list[Tally]:
    """The rows of the board, those with most at risk first; what is called the same on two sources is one row."""
    column, now = _COLUMN[grouping], moment.now
    condition = _open(typed, Asked(connection, moment))
    query = (
        f"SELECT t.source, {column}, count(*), {_sums(now)} FROM ticket t {_by(typed)} WHERE {condition.sql}"
        f" GROUP BY t.source, {column}"
    )
    found = connection.execute(query, condition.params).fetchall()
    names = _names(connection, grouping, [Key(source, str(value)) for source, value, *_ in found])
    merged: dict[str, Tally] = {}
    for source, value, total, first, second, orphans, late in found:
        label = names.get(Key(source, str(value)), "" if value in ("", 0) else str(value))
        tally = Tally(
            label, narrowed(grouping, label), total, _unpacked(total, first, second), orphans, late, {source: total}
        )
        known = merged.get(fold(label))
        merged[fold(label)] = added(known, tally) if known else tally
    return sorted(merged.values(), key=lambda row: (-row.risk, -row.bands[2], -row.total, fold(row.label)))


def added(first: Tally, second: Tally) -> Tally:
    """Two rows as one, called as the first."""
    sources = defaultdict(int, first.sources)
    for source, count in second.sources.items():
        sources[source] += count
    bands = tuple(one + other for one, other in zip(first.bands, second.bands, strict=True))
    return Tally(
        first.label, first.filter, first.total + second.total, bands, first.orphans + second.orphans,
        first.missed + second.missed, dict(sources),
    )  # fmt: skip


_ONE, _TWO = 1 << 20, 1 << 40
"""What a ticket counts in the second and in the third of three bands that share one sum: a pass for each would take
four times as long."""


def _sums(now: int) -> str:
    """The bands in two sums, the breached and soon ones without an owner, and those breached within a week. A test
    holds them against the filters of `BANDS`."""
    soon, near, today = now + SOON, now + NEAR, now + HORIZON
    return (
        f"sum(CASE WHEN t.due_at = 0 THEN 0 WHEN t.due_at <= {now} THEN 1 WHEN t.due_at < {soon} THEN {_ONE}"
        f" WHEN t.due_at < {near} THEN {_TWO} ELSE 0 END),"
        f" sum(CASE WHEN t.due_at = 0 THEN t.paused * {_TWO} WHEN t.due_at < {near} THEN 0"
        f" WHEN t.due_at < {today} THEN 1 ELSE {_ONE} END),"
        f" sum(CASE WHEN t.due_at >= {soon} OR t.due_at = 0 THEN 0 ELSE t.owner = '' END),"
        f" sum(t.due_at BETWEEN {now - 7 * DAY} AND {now})"
    )


def _unpacked(total: int, first: int, second: int) -> tuple[int, ...]:
    bands = (*_thirds(first), *_thirds(second))
    return (*bands, total - sum(bands))


def _thirds(packed: int) -> tuple[int, int, int]:
    return packed % _ONE, packed // _ONE % _ONE, packed // _TWO


def _open(typed: Filter, asked: Asked) -> Condition:
    """Open tickets that pass what was typed; closed ones are on no figure."""
    if not typed:
        return Condition("t.is_open = 1")
    condition = where(typed, asked)
    return condition if only_open(typed) else Condition(f"t.is_open = 1 AND {condition.sql}", condition.params)


def _by(typed: Filter) -> str:
    """The index that answers without reading rows, where nothing else is asked."""
    return "" if typed else _INDEX


def _names(connection: sqlite3.Connection, grouping: Grouping, keys: Iterable[Key]) -> dict[Key, str]:
    table = _TABLE.get(grouping)
    if table is None:
        return {}
    wanted = json.dumps([key.value for key in keys if key.value])
    query = f"SELECT source, key, name FROM {table} WHERE key IN (SELECT value FROM json_each(?)) AND name <> ''"
    return {Key(source, key): name for source, key, name in connection.execute(query, (wanted,))}


def soon(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[Due]:
    """The running clocks next to their breach in order: those breached last, and all that will within the horizon."""
    asked, now = Asked(connection, moment), moment.now
    condition = _open(typed, asked)
    query = f"SELECT t.id FROM ticket t WHERE {condition.sql} AND t.due_at"
    past = f"{query} BETWEEN 1 AND ? ORDER BY t.due_at DESC LIMIT {BACK}"
    ahead = f"{query} BETWEEN ? AND ? ORDER BY t.due_at LIMIT {AHEAD}"
    ids = [number for (number,) in connection.execute(past, (*condition.params, now))]
    ids += [number for (number,) in connection.execute(ahead, (*condition.params, now + 1, now + HORIZON))]
    shown = rows(connection, ids)
    clocks = connection.execute(_CLOCKS, (json.dumps(ids), now + HORIZON))
    found = [
        Due(shown[number], ident, _METRICS.get(metric, Metric.OTHER), name, *rest)
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
    condition = _open(typed, Asked(connection, moment))
    last = first + HOURS * HOUR
    query = (
        f"SELECT (t.due_at - {first}) / {HOUR}, count(*), sum(t.owner = ''), sum(t.priority BETWEEN 1 AND 2)"
        f" FROM ticket t {_by(typed)} WHERE {condition.sql} AND t.due_at BETWEEN ? AND ? GROUP BY 1"
    )
    known = {
        place: rest
        for place, *rest in connection.execute(query, (*condition.params, max(first, moment.now + 1), last - 1))
    }
    return [Hour(first + place * HOUR, *known.get(place, ())) for place in range(HOURS)]


def paused(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[Paused]:
    """Tickets whose clocks all stand, by the platform's word for their state, the most frequent first."""
    condition = _open(typed, Asked(connection, moment))
    query = (
        f"SELECT t.status, count(*), min(CASE t.state_since WHEN 0 THEN NULL ELSE t.state_since END),"
        f" sum(t.state_since BETWEEN 1 AND {moment.now - LONG_PAUSE})"
        f" FROM ticket t {_by(typed)} WHERE {condition.sql} AND t.paused = 1 GROUP BY t.status ORDER BY 2 DESC"
    )
    return [
        Paused(
            status or "no state",
            "is:paused " + (f'status:"{_escaped(status)}"' if status else ""),
            n,
            oldest or 0,
            long,
        )
        for status, n, oldest, long in connection.execute(query, condition.params)
    ]


def paused_late(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[str]:
    """The numbers of tickets with a clock that was paused shortly before its breach."""
    condition = _open(typed, Asked(connection, moment))
    query = (
        f"SELECT DISTINCT t.number FROM ticket t {_by(typed)} JOIN clock c ON c.source = t.source AND c.ticket = t.key"
        f" WHERE {condition.sql} AND t.paused = 1 AND c.stage = 'paused' AND c.paused_at > 0"
        f" AND c.due_at BETWEEN c.paused_at AND c.paused_at + {LATE_PAUSE} LIMIT 200"
    )
    return [number for (number,) in connection.execute(query, condition.params)]


def stalled(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[Stalled]:
    """What is stalled, in every way."""
    asked = Asked(connection, moment)
    narrow = _open(typed, asked)
    found = []
    for stall in STALLS:
        condition = where(parse(stall.filter), asked)
        query = (
            f"SELECT t.source, t.owner, count(*), min(t.idle_since) FROM ticket t {_by(typed)}"
            f" WHERE {narrow.sql} AND {condition.sql} GROUP BY t.source, t.owner ORDER BY 3 DESC"
        )
        told = connection.execute(query, (*narrow.params, *condition.params)).fetchall()
        owned = [row for row in told if row[1]]
        worst, most = "", 0
        if owned:
            key = Key(owned[0][0], owned[0][1])
            worst, most = _names(connection, Grouping.OWNER, [key]).get(key, key.value), owned[0][2]
        oldest = min((row[3] for row in told if row[3]), default=0)
        found.append(Stalled(stall, sum(row[2] for row in told), oldest, worst, most))
    return found


def past(
    connection: sqlite3.Connection, moment: Moment, midnight: int, grouping: Grouping, typed: Filter = EVERYTHING
) -> dict[str, Past]:
    """What was met and missed by row of the board (folded label), and of all under "*"; closed tickets count, too.

    `midnight` is today's.
    """
    column, now = _COLUMN[grouping], moment.now
    narrow = where(typed, Asked(connection, moment)) if typed else Condition("1")
    query = (
        f"SELECT t.source, {column}, (? - c.stopped_at) / {DAY} AS ago, c.stopped_at >= ?, c.stage = 'met', count(*)"
        " FROM clock c INDEXED BY ix_clock_stopped_at JOIN ticket t ON t.source = c.source AND t.key = c.ticket"
        " WHERE c.stopped_at > 0 AND c.stopped_at BETWEEN ? AND ? AND c.stage IN ('met', 'breached')"
        f" AND c.origin <> 'desk' AND {narrow.sql} GROUP BY 1, 2, 3, 4, 5"
    )
    found = connection.execute(query, (now, midnight, now - 30 * DAY + 1, now, *narrow.params)).fetchall()
    names = _names(connection, grouping, [Key(source, str(value)) for source, value, *_ in found])
    days: dict[str, list[Share]] = defaultdict(lambda: [Share()] * 30)
    today: dict[str, Share] = defaultdict(Share)
    for source, value, ago, is_today, met, count in found:
        label = names.get(Key(source, str(value)), "" if value in ("", 0) else str(value))
        share = Share(count, 0) if met else Share(0, count)
        for name in (fold(label), "*"):
            days[name][min(ago, 29)] += share
            if is_today:
                today[name] += share
    return {name: _past(of_days, today[name]) for name, of_days in days.items()}


def _past(days: Sequence[Share], today: Share) -> Past:
    week, before = sum(days[:7], Share()), sum(days[7:14], Share())
    return Past(today, week, before, sum(days, Share()), tuple(reversed(days[:7])))


class Missed(NamedTuple):
    """A clock that was missed: the ticket, the clock's name, its number and metric, and when it was due."""

    source: str
    key: str
    ident: str
    number: str
    metric: str
    due_at: int


def missed(connection: sqlite3.Connection, since: int, now: int) -> list[Missed]:
    """The clocks missed since an instant: those that ended too late, and those that run past their due time."""
    over = (
        "SELECT c.source, c.ticket, c.ident, t.number, c.metric, coalesce(nullif(c.due_at, 0), c.stopped_at)"
        " FROM clock c INDEXED BY ix_clock_stopped_at JOIN ticket t ON t.source = c.source AND t.key = c.ticket"
        " WHERE c.stopped_at > 0 AND c.stopped_at BETWEEN ? AND ? AND c.stage = 'breached' AND c.origin <> 'desk'"
    )
    still = (
        "SELECT c.source, c.ticket, c.ident, t.number, c.metric, c.due_at FROM ticket t"
        " JOIN clock c ON c.source = t.source AND c.ticket = t.key"
        " WHERE t.is_open = 1 AND t.due_at BETWEEN ? AND ? AND c.stage = 'running' AND c.due_at BETWEEN ? AND ?"
        " AND c.origin <> 'desk' LIMIT 5000"
    )
    rows_ = [*connection.execute(over, (since, now)), *connection.execute(still, (since, now, since, now))]
    return [Missed(*row) for row in rows_]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
