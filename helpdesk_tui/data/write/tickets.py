"""Rows of the `ticket` table: how a ticket becomes one, how stored ones are looked up, and how they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import orjson

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Row, Sql, json_list
from helpdesk_tui.domain.derive import Derived, Facts, Seen
from helpdesk_tui.domain.sla import history
from helpdesk_tui.domain.tickets import Ticket

GIVEN = (
    *("source", "key", "number", "kind", "title", "status", "created_at", "updated_at", "version"),
    *("priority", "priority_name", "grp", "owner", "requester", "organisation", "category", "url"),
    *("solved_at", "closed_at", "reopened", "bounced", "channel", "state", "tags", "tags_json", "vip", "linked"),
)
"""The columns a platform gives, in the order of `given`."""
KEPT = ("scope", "scope_at", "missing_since")
STAMPS = ("digest", "seen_at", "rev")

UPSERT = dialect.upsert(
    "ticket",
    ("id", *GIVEN, *KEPT, *Derived._fields, *STAMPS),
    ("source", "key"),
    guard="excluded.version >= ticket.version",
    keep=("id",),
)
REDERIVE = (
    "UPDATE ticket SET scope=?, scope_at=?, state=?, closed_at=?, "
    + ", ".join(f"{name}=?" for name in Derived._fields)
    + ", rev=? WHERE id=?"
)


class Stored(NamedTuple):
    """A ticket as the cache holds it, as far as the next page depends on it. `creation_told`: its creation is told by
    its row, and by no event."""

    id: int
    key: str
    number: str
    title: str
    version: int
    digest: str
    scope: str
    scope_at: int
    grp: str
    owner: str
    priority: int
    state: str
    status: str
    created_at: int
    updated_at: int
    solved_at: int
    closed_at: int
    reopened: int
    bounced: int
    creation_told: int
    is_open: int
    due_at: int
    due_metric: str
    paused: int
    state_since: int
    state_since_observed: int
    idle_since: int
    idle_observed: int
    last_public_at: int
    last_customer_at: int
    bounces: int
    reopens: int

    @property
    def derived(self) -> Derived:
        """Its derived columns."""
        return Derived._make(self[Stored._fields.index("is_open") :])

    @property
    def seen(self) -> Seen:
        """What the next look is compared with."""
        return Seen(
            self.state, self.status, self.grp, self.owner, self.priority, self.state_since, self.state_since_observed
        )

    @property
    def facts(self) -> Facts:
        """What its derived columns follow from."""
        return Facts(
            self.state,
            self.status,
            self.scope,
            self.created_at,
            self.updated_at,
            self.solved_at,
            self.closed_at,
            self.reopened,
            self.bounced,
        )


_LOADED = {"creation_told": "EXISTS (SELECT 1 FROM creation c WHERE c.ticket = ticket.id)"}
_LOAD = (
    f"SELECT {', '.join(_LOADED.get(name, name) for name in Stored._fields)} FROM ticket"
    f" WHERE source = ? AND {dialect.one_of('key')}"
)


def load(sql: Sql, source: str, keys: Iterable[str]) -> dict[str, Stored]:
    """The stored tickets with these keys, by key."""
    return {row[1]: Stored._make(row) for row in sql.all(_LOAD, (source, json_list(keys)))}


def creations(stored: Mapping[str, Stored]) -> list[str]:
    """The keys of those tickets of which the row tells the creation."""
    return [key for key, one in stored.items() if one.creation_told]


def digest(row: Row, body: str) -> str:
    """A short hash of everything the platform gave, as `given` has it, and the description: equal for equal tickets,
    now and in a later run."""
    try:
        text = orjson.dumps((row, body))
    except TypeError:  # half a character pair, which is no text in any encoding
        text = repr((row, body)).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=12).hexdigest()


def given(ticket: Ticket) -> Row:
    """The columns a platform gives, in the order of `GIVEN`. Plain types only: the driver is slow with any other."""
    (
        source, key, number, kind, title, state, status, created_at, updated_at, version, priority, priority_name,
        group, owner, requester, organisation, category, tags, vip, url, _, solved_at, closed_at, reopened, bounced,
        channel, linked,
    ) = ticket  # fmt: skip
    return (
        source, key, number, kind, title, status, created_at, updated_at, version, priority, priority_name,
        group, owner, requester, organisation, category, url, solved_at, closed_at, reopened, bounced, channel,
        state._value_,
        f" {' '.join(tags).lower()} " if tags else "",
        json_list(tags) if tags else "[]",
        1 if vip else 0,
        json_list(linked) if linked else "[]",
    )  # fmt: skip


def facts(ticket: Ticket, scope: str) -> Facts:
    """What the derived columns of a ticket just read follow from."""
    return Facts(
        ticket.state._value_,
        ticket.status,
        scope,
        ticket.created_at,
        ticket.updated_at,
        ticket.solved_at,
        ticket.closed_at,
        ticket.reopened,
        ticket.bounced,
    )


def of_clocks(stored: Stored) -> history.Facts:
    """What clocks need of a stored ticket; its requester is not among it."""
    times = stored.solved_at, stored.closed_at, stored.updated_at
    return history.Facts(stored.created_at, stored.state, stored.priority, stored.grp, "", *times)


class Numbers:
    """Gives out ticket ids that were never used before in this cache, not even by a ticket that is gone."""

    def __init__(self, sql: Sql, last: int) -> None:
        """`last` is the one that was given out last."""
        self._sql = sql
        self._last = self._first = last

    def next(self) -> int:
        """The next id."""
        self._last += 1
        return self._last

    def keep(self) -> None:
        """Write down how far they have gone, in the same transaction."""
        if self._last != self._first:
            self._sql.run(_KEEP_NUMBER, (str(self._last),))


_KEEP_NUMBER = (
    "INSERT INTO meta(key, value) VALUES ('last_ticket', ?) ON CONFLICT (key) DO UPDATE SET value=excluded.value"
)
