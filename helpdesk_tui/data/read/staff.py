"""What ranking and plans start from: who works where, what they hold and were given, and what tickets ask for.

Instants are integer seconds UTC. Questions about many people are one scan each, never one a person.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from helpdesk_tui.domain.tickets import TicketRef

Login = tuple[str, str]
"""A source and the identifier of a person there."""

_WORKERS = (
    "SELECT source, key, name, email, login, active, skills FROM person WHERE works_tickets = 1 ORDER BY source, key"
)
_LOADS = (
    "SELECT source, owner, count(*), total(due_at > 0 AND due_at < ?) FROM ticket WHERE is_open = 1 AND owner <> ''"
    " GROUP BY source, owner"
)
_GIVEN = (
    "SELECT e.source, e.new, count(DISTINCT e.ticket), max(e.at) FROM source s"
    " CROSS JOIN ticket t INDEXED BY ix_ticket_source_updated_at ON t.source = s.name AND t.updated_at >= ?"
    " JOIN event e ON e.source = t.source AND e.ticket = t.key"
    " WHERE e.kind = 'owner' AND e.at >= ? AND e.new <> '' GROUP BY e.source, e.new"
)
_HAS_CLOCKS = "SELECT EXISTS (SELECT 1 FROM ticket WHERE is_open = 1 AND (due_at > 0 OR paused = 1))"
_HAS_EVENTS = "SELECT EXISTS (SELECT 1 FROM event) OR EXISTS (SELECT 1 FROM creation)"
_BADGES = "SELECT name, coalesce(nullif(badge, ''), name), platform, account FROM source ORDER BY place"
_DEMAND = (
    "t.source, t.key, t.number, t.title, t.priority, t.state, t.owner, t.grp, coalesce(nullif(g.name, ''), t.grp),"
    " t.category, t.tags, t.requester, t.due_at, t.paused, t.idle_since"
)
_FROM = "ticket t LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp"
_TICKET = f"SELECT {_DEMAND} FROM {_FROM} WHERE t.source = ? AND t.key = ?"
_HELD = f"SELECT {_DEMAND} FROM {_FROM} WHERE t.is_open = 1 AND t.source = ? AND t.owner = ?"
_IN_GROUP = f"SELECT {_DEMAND} FROM {_FROM} WHERE t.is_open = 1 AND t.source = ? AND t.grp = ? AND t.owner <> ''"
_MEMBERS = "SELECT person FROM membership WHERE source = ? AND grp = ?"
_TOUCHED = (
    "SELECT old, new, CASE WHEN automatic = 1 THEN '' ELSE actor END FROM event WHERE source = ? AND ticket = ?"
    " AND (kind = 'owner' OR kind IN ('public reply', 'note', 'status') AND automatic = 0)"
)
_KNOWS = (
    "SELECT DISTINCT requester, owner FROM ticket INDEXED BY ix_ticket_source_updated_at"
    " WHERE source = ? AND updated_at >= ? AND owner <> '' AND requester IN (SELECT value FROM json_each(?))"
)
_GROUPS = "SELECT source, key, name FROM grp WHERE active = 1"


class Worker(NamedTuple):
    """Somebody who can own tickets, as one source knows them."""

    source: str
    key: str
    name: str
    email: str
    login: str
    active: bool
    skills: tuple[str, ...]


class Demand(NamedTuple):
    """A ticket as far as it matters who takes it; `touched` and the like are asked for apart."""

    source: str
    key: str
    number: str
    title: str
    priority: int
    state: str
    owner: str
    group: str
    group_name: str
    category: str
    tags: str
    requester: str
    due_at: int
    paused: int
    idle_since: int

    @property
    def ref(self) -> TicketRef:
        """The ticket's name."""
        return TicketRef(self.source, self.key)


class Crowd(NamedTuple):
    """Everybody, and what they carry. `soon` and `given` are None where no clock, no history is in the cache."""

    workers: tuple[Worker, ...]
    open: Mapping[Login, int]
    soon: Mapping[Login, int] | None
    given: Mapping[Login, tuple[int, int]] | None
    """How many tickets came to somebody since the day began, and when the last did."""
    badges: Mapping[str, str]
    platforms: Mapping[str, str]
    accounts: Mapping[str, str]


def crowd(connection: sqlite3.Connection, soon_before: int, day_began: int) -> Crowd:
    """Everybody who can own tickets: what is theirs, what of it is due before `soon_before`, what came today."""
    loads = connection.execute(_LOADS, (soon_before,)).fetchall()
    clocks = connection.execute(_HAS_CLOCKS).fetchone()[0]
    history = connection.execute(_HAS_EVENTS).fetchone()[0]
    given = connection.execute(_GIVEN, (day_began, day_began)) if history else ()
    sources = connection.execute(_BADGES).fetchall()
    return Crowd(
        tuple(_worker(row) for row in connection.execute(_WORKERS)),
        {(source, owner): count for source, owner, count, _soon in loads},
        {(source, owner): int(soon) for source, owner, _count, soon in loads} if clocks else None,
        {(source, owner): (count, last) for source, owner, count, last in given} if history else None,
        {name: badge for name, badge, *_ in sources},
        {name: platform for name, _badge, platform, _account in sources},
        {name: account for name, *_, account in sources},
    )


def _worker(row: tuple[str, str, str, str, str, int, str]) -> Worker:
    source, key, name, email, login, active, skills = row
    known = json.loads(skills or "[]")
    return Worker(source, key, name, email, login, bool(active), tuple(map(str, known)))


def demands(connection: sqlite3.Connection, tickets: Iterable[TicketRef]) -> list[Demand]:
    """The tickets in the order in which they are named; one that is not in the cache is missing."""
    rows = (connection.execute(_TICKET, tuple(ticket)).fetchone() for ticket in tickets)
    return [Demand(*row) for row in rows if row is not None]


def held(connection: sqlite3.Connection, logins: Iterable[Login]) -> list[Demand]:
    """The open tickets of somebody, over all of their logins."""
    return [Demand(*row) for login in logins for row in connection.execute(_HELD, login)]


def in_groups(connection: sqlite3.Connection, groups: Iterable[Login]) -> list[Demand]:
    """The open tickets of groups, (source, identifier) each, that have an owner."""
    return [Demand(*row) for group in groups for row in connection.execute(_IN_GROUP, group)]


def groups(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Every group in use: source, identifier, name."""
    return connection.execute(_GROUPS).fetchall()


def members(connection: sqlite3.Connection, wanted: Collection[Login]) -> dict[Login, frozenset[str]]:
    """Who belongs to each of these groups; a group of which no member is known is missing."""
    found = {group: frozenset(key for (key,) in connection.execute(_MEMBERS, group)) for group in wanted}
    return {group: keys for group, keys in found.items() if keys}


def touched(connection: sqlite3.Connection, tickets: Iterable[TicketRef]) -> dict[TicketRef, frozenset[str]]:
    """Who had each of these tickets or worked on it, as far as its history is in the cache."""
    return {
        ticket: frozenset(key for row in connection.execute(_TOUCHED, tuple(ticket)) for key in row if key)
        for ticket in tickets
    }


def known_by(connection: sqlite3.Connection, requesters: Collection[Login], since: int) -> dict[Login, frozenset[str]]:
    """Who owns or owned tickets of each of these requesters, (source, identifier) each, that changed after `since`."""
    found: dict[Login, set[str]] = {}
    for source in {source for source, _key in requesters}:
        wanted = json.dumps(sorted(key for where, key in requesters if where == source))
        for requester, owner in connection.execute(_KNOWS, (source, since, wanted)):
            found.setdefault((source, requester), set()).add(owner)
    return {one: frozenset(found.get(one, ())) for one in requesters}
