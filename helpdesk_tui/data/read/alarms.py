"""The running clocks that may raise alarms, as the cache has them, and the alarms that were raised."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import NamedTuple

from helpdesk_tui.data.read.listing import revision
from helpdesk_tui.domain.sla.alarms import Running

_RUNNING = (
    "SELECT t.id, c.source, c.ticket, c.ident, c.metric, c.due_at, c.started_at, c.target, c.calendar, c.origin"
    " FROM ticket t JOIN clock c ON c.source = t.source AND c.ticket = t.key"
    " WHERE t.is_open = 1 AND c.stage = 'running' AND c.due_at > 0"
)
_ABOUT = (
    "SELECT t.id, t.number, t.title, t.priority, coalesce(nullif(w.name, ''), t.owner),"
    " coalesce(nullif(g.name, ''), t.grp), t.url FROM ticket t"
    " LEFT JOIN person w ON w.source = t.source AND w.key = t.owner"
    " LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp WHERE t.id IN (SELECT value FROM json_each(?))"
)


class About(NamedTuple):
    """What an alarm tells of its ticket."""

    number: str
    title: str
    priority: int
    owner: str
    group: str
    url: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that was raised: `stage` is breached, or per cent of the target. `quiet`: it rings nowhere."""

    source: str
    key: str
    clock: str
    stage: str
    number: str
    title: str
    metric: str
    priority: int
    owner: str
    due_at: int
    raised_at: int
    quiet: int = 0
    shown_at: int = 0


_ALARM = ", ".join(field.name for field in fields(Alarm))


def running(connection: sqlite3.Connection, since: int) -> tuple[int, dict[int, list[Running]]]:
    """The revision the cache is at, and the running clocks of every ticket written after `since` (all: 0), by ticket;
    a ticket without any has an empty list."""
    now = revision(connection)
    if not since:
        found: dict[int, list[Running]] = {}
        for row in connection.execute(_RUNNING):
            found.setdefault(row[0], []).append(Running(*row))
        return now, found
    changed = [number for (number,) in connection.execute("SELECT id FROM ticket WHERE rev > ?", (since,))]
    found = {number: [] for number in changed}
    for row in connection.execute(f"{_RUNNING} AND t.rev > ?", (since,)):
        found[row[0]].append(Running(*row))
    return now, found


def about(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, About]:
    """What is told of these tickets."""
    return {row[0]: About(*row[1:]) for row in connection.execute(_ABOUT, (json.dumps(list(ids)),))}


def waiting(connection: sqlite3.Connection) -> list[Alarm]:
    """The alarms that no screen has shown yet, oldest first."""
    rows = connection.execute(f"SELECT {_ALARM} FROM alarm WHERE shown_at = 0 ORDER BY raised_at, number LIMIT 200")
    return [Alarm(*row) for row in rows]


def raised(connection: sqlite3.Connection, since: int) -> list[Alarm]:
    """The alarms raised since an instant, newest first."""
    rows = connection.execute(
        f"SELECT {_ALARM} FROM alarm WHERE raised_at >= ? ORDER BY raised_at DESC, number LIMIT 500", (since,)
    )
    return [Alarm(*row) for row in rows]
