"""What a ticket's clocks rest on: its facts, how conditions of policies see it, its events, and the clocks of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from helpdesk_tui.data.read import clock_rows
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policies import Profile
from helpdesk_tui.domain.sla.stuck import Talk
from helpdesk_tui.domain.tickets import TicketRef

_TICKET = (
    "SELECT t.id, t.source, t.key, t.number, t.created_at, t.state, t.priority, t.grp, t.requester, t.solved_at,"
    " t.closed_at, t.updated_at, t.kind, t.category, t.channel, t.tags_json, t.vip, t.organisation,"
    " coalesce(g.name, ''), coalesce(o.name, ''), coalesce(p.name, '') FROM ticket t"
    " LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp"
    " LEFT JOIN organisation o ON o.source = t.source AND o.key = t.organisation"
    " LEFT JOIN person p ON p.source = t.source AND p.key = t.requester"
)
_EVENTS = "SELECT at, kind, old, new, actor, automatic, observed FROM happening WHERE source = ? AND ticket = ?"
_CLOCKS = f"{clock_rows.OF_TICKET} ORDER BY due_at = 0, due_at, ident"


@dataclass(frozen=True, slots=True)
class Known:
    """Everything about one ticket's clocks."""

    id: int
    ref: TicketRef
    number: str
    facts: Facts
    profile: Profile
    events: tuple[Happening, ...]
    clocks: tuple[Clock, ...]


class Profiled(NamedTuple):
    """A ticket as policies see it, without what happened to it."""

    facts: Facts
    profile: Profile


def profiles(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Profiled]:
    """The tickets with these ids as policies see them."""
    rows = connection.execute(f"{_TICKET} WHERE t.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
    return {row[0]: _profiled(row) for row in rows}


def known(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Known]:
    """The tickets with these ids; one that is not in the cache is missing."""
    rows = connection.execute(f"{_TICKET} WHERE t.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
    return {row[0]: _known(connection, row) for row in rows.fetchall()}


def living(connection: sqlite3.Connection, since: int, until: int) -> Iterator[Known]:
    """Every ticket that was open at some time in [since, until), for looking back."""
    rows = connection.execute(
        f"{_TICKET} WHERE t.scope IN ('in', 'left') AND t.created_at < ?"
        " AND (t.is_open = 1 OR max(t.solved_at, t.closed_at, t.updated_at) >= ?) ORDER BY t.id",
        (until, since),
    )
    for row in rows.fetchall():
        yield _known(connection, row)


def _known(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Known:
    number, source, key, name = row[:4]
    facts, profile = _profiled(row)
    events = tuple(
        Happening(at, what, old, new, actor, bool(automatic), bool(observed))
        for at, what, old, new, actor, automatic, observed in connection.execute(_EVENTS, (source, key))
    )
    clocks = tuple(clock_rows.clock_of(each) for each in connection.execute(_CLOCKS, (source, key)))
    return Known(number, TicketRef(source, key), name, facts, profile, events, clocks)


def _profiled(row: tuple[Any, ...]) -> Profiled:
    source, _, _, created, state, priority, group, requester, solved, closed, updated = row[1:12]
    kind, category, channel, tags, vip, organisation, group_name, org_name, person = row[12:]
    facts = Facts(created, state, priority, group, requester, solved, closed, updated)
    profile = {
        "source": _words(source),
        "kind": _words(kind),
        "priority": _words(str(priority)),
        "group": _words(group, group_name),
        "org": _words(organisation, org_name),
        "category": _words(category),
        "channel": _words(channel),
        "tag": _words(*json.loads(tags or "[]")),
        "requester": _words(requester, person),
        "vip": _words("yes" if vip else "no"),
    }
    return Profiled(facts, profile)


def _words(*texts: str) -> frozenset[str]:
    return frozenset(str(text).casefold() for text in texts if text)


def talks(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, tuple[str, str, Talk]]:
    """Source, owner's identifier and who wrote last when, by ticket."""
    query = (
        "SELECT id, source, owner, last_customer_at, last_public_at FROM ticket"
        " WHERE id IN (SELECT value FROM json_each(?))"
    )
    rows = connection.execute(query, (json.dumps(list(ids)),))
    return {number: (source, owner, Talk(customer, public)) for number, source, owner, customer, public in rows}
