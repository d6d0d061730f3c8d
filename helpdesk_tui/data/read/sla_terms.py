"""The terms of the filter language that look at clocks one by one: missed ones, why, and those that differ.

Each gives SQL on `ticket t` with the values it binds. Instants are seconds UTC.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from helpdesk_tui.domain.filters.keys import LATE_PAUSE, MISSED_WITHIN

Clause = tuple[str, tuple[str | int, ...]]
Said = Collection[tuple[str, str, str, str]]
"""Source, ticket and name of a clock that was missed, and the cause somebody said."""

_ENDED = (
    "SELECT o.id, c.source, c.ticket, c.ident FROM clock c JOIN ticket o ON o.source = c.source AND o.key = c.ticket"
    " WHERE c.stopped_at > 0 AND c.stopped_at BETWEEN ? AND ? AND c.stage = 'breached' AND c.origin <> 'desk'"
)
_RUNNING = (
    "SELECT o.id, c.source, c.ticket, c.ident FROM ticket o CROSS JOIN clock c ON c.source = o.source"
    " AND c.ticket = o.key WHERE o.is_open = 1 AND o.due_at BETWEEN ? AND ? AND c.stage = 'running'"
    " AND c.due_at BETWEEN ? AND ? AND c.origin <> 'desk'"
)
_MISSED = f"{_ENDED} UNION ALL {_RUNNING}"
_NAMED = (
    "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?)"
)


def missed(now: int) -> Clause:
    """A clock of it was missed within the last days: it ended too late, or runs past its due instant. Promises and
    reminders are no part of this."""
    return f"t.id IN (SELECT id FROM ({_MISSED}))", _within(now)


def missed_at(ended_in: Clause, due_in: Clause, now: int) -> Clause:
    """A clock of it ended late within bounds of `c.stopped_at`, or runs late and was due within those of `c.due_at`."""
    ended = (
        "SELECT o.id FROM clock c JOIN ticket o ON o.source = c.source AND o.key = c.ticket"
        f" WHERE c.stopped_at > 0 AND {ended_in[0]} AND c.stage = 'breached'"
        " AND c.origin <> 'desk'"
    )
    runs = (
        "SELECT o.id FROM ticket o CROSS JOIN clock c ON c.source = o.source AND c.ticket = o.key"
        " WHERE o.is_open = 1 AND o.due_at BETWEEN 1 AND ? AND c.stage = 'running' AND c.due_at BETWEEN 1 AND ?"
        f" AND {due_in[0]} AND c.origin <> 'desk'"
    )
    return f"t.id IN (SELECT id FROM ({ended} UNION ALL {runs}))", (*ended_in[1], now, now, *due_in[1])


def cause(word: str, said: Said, now: int) -> Clause:
    """A clock of it was missed within the last days, and this cause was said; `none`: nobody has said one."""
    if word == "none":
        named = json.dumps([each[:3] for each in said])
        sql = f"SELECT id FROM ({_MISSED}) WHERE (source, ticket, ident) NOT IN ({_NAMED})"
        return f"t.id IN ({sql})", (*_within(now), named)
    named = json.dumps([each[:3] for each in said if each[3] == word])
    sql = (
        f"WITH said(source, ticket, ident) AS ({_NAMED}) SELECT o.id FROM said s CROSS JOIN clock c"
        " ON c.source = s.source AND c.ticket = s.ticket AND c.ident = s.ident"
        " CROSS JOIN ticket o ON o.source = c.source AND o.key = c.ticket"
        " WHERE c.stage = 'breached' AND c.stopped_at BETWEEN ? AND ?"
        " OR o.is_open = 1 AND c.stage = 'running' AND c.due_at BETWEEN ? AND ?"
    )
    return f"t.id IN ({sql})", (named, *_within(now)[:4])


def _within(now: int) -> tuple[int, ...]:
    return (now - MISSED_WITHIN, now) * 3


def paused_late() -> Clause:
    """All its clocks stand, and one of them was stopped shortly before its breach. In the words of the index of such
    clocks, so that nothing else is read."""
    sql = (
        "SELECT o.id FROM clock c INDEXED BY ix_clock_paused_late"
        " CROSS JOIN ticket o ON o.source = c.source AND o.key = c.ticket WHERE c.stage = 'paused'"
        f" AND c.paused_at > 0 AND c.due_at >= c.paused_at AND c.due_at <= c.paused_at + {LATE_PAUSE}"
    )
    return f"t.paused = 1 AND t.id IN ({sql})", ()


def drift(word: str) -> Clause:
    """The platform says something else of one of its clocks than the team's own policies, and differs in this."""
    reason = "not told" if word == "untold" else word
    return "(+t.source, +t.key) IN (SELECT source, ticket FROM drift WHERE reason = ?)", (reason,)
