"""What can be chosen for tickets by name: people who can own them, groups, tags, and who the user is on each source.

Instants are integer seconds UTC. No SQLAlchemy; a missing cache is an empty one. Raises StoreError.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from helpdesk_tui.data.read.facts import Facts, facts
from helpdesk_tui.data.read.facts import name as named
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.tickets import TicketRef

_MEMBERS = "SELECT source, person FROM membership WHERE source = ? AND grp = ?"
_GROUPS = "SELECT source, key, name FROM grp WHERE active = 1 AND name <> '' ORDER BY name COLLATE NOCASE"
_ID = "SELECT id FROM ticket WHERE source = ? AND key = ?"
_ACCOUNTS = "SELECT name, account FROM source"
_BY_LOGIN = "SELECT key, name FROM person WHERE source = ? AND lower(?) IN (lower(login), lower(email), lower(key))"
_TAGS = "SELECT tags FROM ticket WHERE is_open = 1 AND tags <> ''"
_REQUESTER = (
    "SELECT coalesce(p.name, t.requester) FROM ticket t LEFT JOIN person p ON p.source = t.source"
    " AND p.key = t.requester WHERE t.source = ? AND t.key = ?"
)


class NamedGroup(NamedTuple):
    """A group of one source."""

    source: str
    key: str
    name: str


class ChoosingReader:
    """Questions to the cache for pickers and acts. Any thread."""

    def __init__(self, path: Path) -> None:
        """`path` is cache.db."""
        self._reader = Reader(path, StoreKind.CACHE)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def groups(self) -> list[NamedGroup]:
        """Every group, by name."""
        return self._reader.ask(lambda connection: [NamedGroup(*row) for row in connection.execute(_GROUPS)], [])

    def members(self, groups: Mapping[str, str]) -> dict[str, frozenset[str]]:
        """Who belongs to these groups (source to identifier), by source; a source whose members are not known is
        missing."""

        def ask(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
            found: dict[str, set[str]] = {}
            for pair in groups.items():
                for source, person in connection.execute(_MEMBERS, pair):
                    found.setdefault(source, set()).add(person)
            return {source: frozenset(people) for source, people in found.items()}

        return self._reader.ask(ask, {})

    def members_of(self, groups: Collection[tuple[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
        """Who belongs to each of these groups (source and identifier); one of which nobody is known is missing."""

        def ask(connection: sqlite3.Connection) -> dict[tuple[str, str], frozenset[str]]:
            found = {one: frozenset(person for _, person in connection.execute(_MEMBERS, one)) for one in set(groups)}
            return {one: people for one, people in found.items() if people}

        return self._reader.ask(ask, {})

    def ids(self, tickets: Collection[TicketRef]) -> list[int]:
        """The cache's own numbers of tickets, in their order; one that is not here is missing."""

        def ask(connection: sqlite3.Connection) -> list[int]:
            rows = (connection.execute(_ID, tuple(one)).fetchone() for one in tickets)
            return [row[0] for row in rows if row]

        return self._reader.ask(ask, [])

    def facts(self, tickets: Collection[TicketRef]) -> dict[TicketRef, Facts]:
        """What can be changed of tickets, as the platform said it last."""
        return self._reader.ask(lambda connection: facts(connection, tickets), {})

    def name(self, kind: str, source: str, key: str) -> str:
        """A person's (owner) or group's name; the identifier where it is not known."""
        return self._reader.ask(lambda connection: named(connection, kind, source, key), key)

    def requester(self, ticket: TicketRef) -> str:
        """Who asked, by name where it is known."""

        def ask(connection: sqlite3.Connection) -> str:
            row = connection.execute(_REQUESTER, tuple(ticket)).fetchone()
            return str(row[0] or "") if row else ""

        return self._reader.ask(ask, "")

    def me(self, logins: Mapping[str, str]) -> dict[str, str]:
        """The user's identifier on each source: of the login that `logins` gives, else of the account in use."""

        def ask(connection: sqlite3.Connection) -> dict[str, str]:
            found = {}
            for source, account in connection.execute(_ACCOUNTS).fetchall():
                row = connection.execute(_BY_LOGIN, (source, logins.get(source, account))).fetchone()
                if row:
                    found[source] = row[0]
            return found

        return self._reader.ask(ask, {})

    def tags(self, most: int = 500) -> list[str]:
        """The tags of open tickets, the most used first."""

        def ask(connection: sqlite3.Connection) -> list[str]:
            used = Counter(tag for (text,) in connection.execute(_TAGS) for tag in text.split())
            return [tag for tag, _ in sorted(used.items(), key=lambda one: (-one[1], one[0]))[:most]]

        return self._reader.ask(ask, [])
