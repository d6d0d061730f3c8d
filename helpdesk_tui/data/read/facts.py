"""The fields that can be changed, as the platform said them last: what a decision is based on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpdesk_tui.domain.filters.names import begins_part, fold
from helpdesk_tui.domain.rows import unknown_account

if TYPE_CHECKING:
    from helpdesk_tui.domain.tickets import TicketRef

_FACTS = (
    "SELECT t.owner, t.grp, t.state, t.status, t.priority, t.priority_name, t.title, t.tags, t.number, t.version,"
    " coalesce(s.data_at, 0), coalesce(s.account, ''), coalesce(c.body, '') FROM ticket t"
    " LEFT JOIN source s ON s.name = t.source LEFT JOIN choice c ON c.source = t.source AND c.ticket = t.key"
    " WHERE t.source = ? AND t.key = ?"
)
_PEOPLE = "SELECT key, name, login, email FROM person WHERE source = ? AND works_tickets = 1 AND active = 1"
_NAMES = {
    "owner": "SELECT name FROM person WHERE source = ? AND key = ?",
    "group": "SELECT name FROM grp WHERE source = ? AND key = ?",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket's changeable fields in the vocabulary of `domain.changes` (those that go with an act included, where
    they were read), its number and version, the instant the
    source's data was good for, and the account that reads it."""

    values: Mapping[str, str]
    number: str
    version: int
    data_at: int
    account: str


def facts(connection: sqlite3.Connection, tickets: Iterable[TicketRef]) -> dict[TicketRef, Facts]:
    """The facts of tickets; one that is not in the cache is missing."""
    from helpdesk_tui.data.choice_rows import choices_of

    found = {}
    for ticket in tickets:
        row = connection.execute(_FACTS, tuple(ticket)).fetchone()
        if row is not None:
            names = ("owner", "group", "state", "status", "priority", "priority_name", "title")
            chosen = choices_of(row[12]) if row[12] else None
            values = dict(chosen.values) if chosen else {}
            values |= {name: str(value) for name, value in zip(names, row, strict=False)}
            values["tags"] = "\n".join(row[7].split())
            found[ticket] = Facts(values, row[8], row[9], row[10], row[11])
    return found


def people(connection: sqlite3.Connection, source: str, typed: str) -> list[tuple[str, str]]:
    """The people of a source who can own tickets and go by what was typed, (identifier, name) each: those whose name,
    login, address or identifier it is, or else those of whose name a part begins so."""
    rows = connection.execute(_PEOPLE, (source,)).fetchall()
    want = fold(typed)
    exact = [(key, shown) for key, shown, *names in rows if want in map(fold, (key, shown, *names))]
    return exact or [(key, shown) for key, shown, *_ in rows if want in fold(shown) and begins_part(shown, typed)]


def name(connection: sqlite3.Connection, kind: str, source: str, key: str) -> str:
    """A person's or group's name; what stands for the identifier where it is not known, "" for nobody."""
    row = connection.execute(_NAMES[kind], (source, key)).fetchone() if key else None
    known = str(row[0] or "") if row else ""
    return known or (unknown_account(key) if kind == "owner" else key)
