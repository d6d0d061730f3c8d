"""The figures of the SLA screen that take longer: what was met and missed, is paused, stands still, and why."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Sequence

from helpdesk_tui.data.read.aging import COLUMN, Key, by_index, names_of, of_open
from helpdesk_tui.data.read.conditions import Asked, Condition
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.sql import where
from helpdesk_tui.domain.filters.ast import Filter, exactly
from helpdesk_tui.domain.filters.language import combine, parse
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.sla.aging import DAY, LONG_PAUSE, STALLS, Blame, Past, Paused, Share, Stalled
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.views import Grouping

EVERYTHING = Filter()
LATE = "is:paused-late"


def paused(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[Paused]:
    """Tickets whose clocks all stand, by the platform's word for their state, the most frequent first."""
    condition = of_open(typed, Asked(connection, moment))
    query = (
        f"SELECT t.status COLLATE NOCASE, count(*), min(CASE t.state_since WHEN 0 THEN NULL ELSE t.state_since END),"
        f" sum(t.state_since BETWEEN 1 AND {moment.now - LONG_PAUSE})"
        f" FROM ticket t {by_index(typed)} WHERE {condition.sql} AND t.paused = 1 GROUP BY 1 ORDER BY 2 DESC"
    )
    return [
        Paused(status or "no state", f"is:paused status:{exactly(status) if status else 'none'}", n, oldest or 0, long)
        for status, n, oldest, long in connection.execute(query, condition.params)
    ]


def paused_late(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> int:
    """How many tickets have a clock that was paused shortly before its breach."""
    condition = where(combine(parse(f"is:open {LATE}"), typed), Asked(connection, moment))
    return int(
        connection.execute(f"SELECT count(*) FROM ticket t WHERE {condition.sql}", condition.params).fetchone()[0]
    )


def stalled(connection: sqlite3.Connection, typed: Filter, moment: Moment) -> list[Stalled]:
    """What is stalled, in every way, with whoever has most of it."""
    asked = Asked(connection, moment)
    narrow = of_open(typed, asked)
    found = []
    for stall in STALLS:
        way = where(parse(stall.filter), asked)
        query = (
            f"SELECT t.source, t.owner, count(*), min(nullif(t.idle_since, 0)) FROM ticket t {by_index(typed)}"
            f" WHERE {narrow.sql} AND {way.sql} GROUP BY t.source, t.owner"
        )
        told = connection.execute(query, (*narrow.params, *way.params)).fetchall()
        worst, most = _worst(connection, {Key(source, owner): n for source, owner, n, _ in told if owner})
        oldest = min((since for *_, since in told if since), default=0)
        found.append(Stalled(stall, sum(count for *_, count, _ in told), oldest, worst, most))
    return found


def _worst(connection: sqlite3.Connection, by_owner: dict[Key, int]) -> tuple[str, int]:
    """Who has most of them, and how many; one person has a name on every source."""
    names = names_of(connection, Grouping.OWNER, by_owner)
    merged: dict[str, tuple[str, int]] = {}
    for key, count in by_owner.items():
        name = names.get(key, key.value)
        merged[fold(name)] = (name, merged.get(fold(name), (name, 0))[1] + count)
    return max(merged.values(), key=lambda one: one[1], default=("", 0))


def past(
    connection: sqlite3.Connection, moment: Moment, midnight: int, grouping: Grouping, typed: Filter = EVERYTHING
) -> dict[str, Past]:
    """What was met and missed by row of the board (folded label), and of all under "*"; closed tickets count, too.

    A clock counts when it ends; one that runs past its due instant counts as missed from then on, as `is:missed` has
    it. `midnight` is today's.
    """
    column, now = COLUMN[grouping], moment.now
    narrow = where(typed, Asked(connection, moment)) if typed else Condition("1")
    query = (
        f"SELECT t.source, {column}, (? - c.stopped_at) / {DAY} AS ago, c.stopped_at >= ?, c.stage = 'met', count(*)"
        " FROM clock c INDEXED BY ix_clock_stopped_at JOIN ticket t ON t.source = c.source AND t.key = c.ticket"
        " WHERE c.stopped_at > 0 AND c.stopped_at BETWEEN ? AND ? AND c.stage IN ('met', 'breached')"
        f" AND c.origin <> 'desk' AND {narrow.sql} GROUP BY 1, 2, 3, 4, 5"
    )
    found = connection.execute(query, (now, midnight, now - 30 * DAY + 1, now, *narrow.params)).fetchall()
    late = (
        f"SELECT t.source, {column}, (? - c.due_at) / {DAY} AS ago, c.due_at >= ?, 0, count(*)"
        " FROM ticket t CROSS JOIN clock c ON c.source = t.source AND c.ticket = t.key"
        " WHERE t.is_open = 1 AND t.due_at BETWEEN ? AND ? AND c.stage = 'running' AND c.due_at BETWEEN ? AND ?"
        f" AND c.origin <> 'desk' AND {narrow.sql} GROUP BY 1, 2, 3, 4"
    )
    found += connection.execute(late, (now, midnight, *(now - 30 * DAY + 1, now) * 2, *narrow.params)).fetchall()
    names = names_of(connection, grouping, [Key(source, str(value)) for source, value, *_ in found])
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


def blames(connection: sqlite3.Connection, moment: Moment, said: Collection[str]) -> list[Blame]:
    """The tickets that missed a clock this week, by cause, the most frequent first; those of which nobody `said` one
    last. A ticket with two missed clocks may have two causes."""
    found = []
    for cause in (*(cause for cause in Cause if cause in said), None):
        filter_ = f"cause:{cause.value if cause else 'none'}"
        condition = where(parse(filter_), Asked(connection, moment))
        sql = f"SELECT count(*) FROM ticket t WHERE {condition.sql}"
        found.append(Blame(cause, connection.execute(sql, condition.params).fetchone()[0], filter_))
    return sorted((each for each in found if each.count), key=lambda blame: (blame.cause is None, -blame.count))


def drifts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many open tickets have a clock of which the platform says something else than we, by what it comes from."""
    query = (
        "SELECT d.reason, count(DISTINCT t.id) FROM drift d CROSS JOIN ticket t ON t.source = d.source"
        " AND t.key = d.ticket WHERE t.is_open = 1 GROUP BY 1 ORDER BY 2 DESC"
    )
    return dict(connection.execute(query).fetchall())
