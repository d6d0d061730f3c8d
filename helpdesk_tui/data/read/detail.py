"""One ticket whole: its facts, its clocks, its conversation, and the open tickets that are like it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from helpdesk_tui.data.read import clock_rows
from helpdesk_tui.data.read.window import COLUMNS, FROM, row_of, rows
from helpdesk_tui.domain.alike import likeness, words
from helpdesk_tui.domain.events import Activity, ActivityKind
from helpdesk_tui.domain.rows import LIKES, AlikeRow, PersonCard, Row, TicketDetail, unknown_account
from helpdesk_tui.domain.tickets import TicketRef

_PLAIN = {
    "kind": "t.kind",
    "body": "coalesce(b.text, '')",
    "url": "t.url",
    "priority_name": "t.priority_name",
    "category": "t.category",
    "channel": "t.channel",
    "organisation": "coalesce(nullif(o.name, ''), t.organisation)",
    "solved_at": "t.solved_at",
    "closed_at": "t.closed_at",
    "last_public_at": "t.last_public_at",
    "last_customer_at": "t.last_customer_at",
    "scope_at": "t.scope_at",
    "activity_at": "t.activity_at",
    "activity_stale": "t.activity_version < t.version",
    "data_at": "coalesce(s.data_at, 0)",
}
"""Fields of `TicketDetail` that are as the cache has them."""

_NAMES = (*_PLAIN, "tags_json", "linked", "alike", "requester", "owner")
_FACTS = f"{', '.join(_PLAIN.values())}, t.tags_json, t.linked, t.alike, t.requester, t.owner"
_TICKET = (
    f"SELECT {COLUMNS}, {_FACTS} FROM {FROM} LEFT JOIN body b ON b.ticket = t.id"
    " LEFT JOIN organisation o ON o.source = t.source AND o.key = t.organisation WHERE t.id = ?"
)
_ENTRY = Activity._fields
_CLOCKS = f"{clock_rows.OF_TICKET} ORDER BY stage <> 'running', stage <> 'paused', due_at = 0, due_at, ident"
_TOLD = {
    "author_name": "coalesce(nullif(author_name, ''), (SELECT name FROM person p WHERE p.source = activity.source"
    " AND p.key = activity.author), '')"
}
_ACTIVITY = (
    f"SELECT {', '.join(_TOLD.get(name, name) for name in _ENTRY)} FROM activity"
    " WHERE source = ? AND ticket = ? ORDER BY at DESC, id DESC LIMIT 500"
)
_EVENTS = "SELECT kind, count(*) FROM happening WHERE source = ? AND ticket = ? GROUP BY kind"
_CARD = PersonCard._fields
_PERSON = f"SELECT {', '.join(_CARD)} FROM person WHERE source = ? AND key = ?"
_ALIKE = "SELECT id, title FROM ticket WHERE is_open = 1 AND alike = ? AND id <> ?"
_CLUSTER = (
    "SELECT id, source, key FROM ticket"
    " WHERE is_open = 1 AND alike = (SELECT alike FROM ticket WHERE id = ? AND alike <> 0)"
)
_words = lru_cache(4096)(words)
"""A cluster has few titles and many tickets, and is looked at with each move of the cursor."""
_KINDS = {kind.value: kind for kind in ActivityKind}


def detail(connection: sqlite3.Connection, ticket: int) -> TicketDetail | None:
    """The ticket with this id; None where it is not in the cache."""
    found = connection.execute(_TICKET, (ticket,)).fetchone()
    if found is None:
        return None
    row = row_of(found[: -len(_NAMES)])
    fact = dict(zip(_NAMES, found[-len(_NAMES) :], strict=True))
    where = row.source, row.key
    alike = _alike(connection, row, fact["alike"])
    return TicketDetail(
        row=row,
        **{name: fact[name] for name in _PLAIN} | {"activity_stale": bool(fact["activity_stale"])},
        tags=_list(fact["tags_json"]),
        linked=_list(fact["linked"]),
        requester=_person(connection, row.source, fact["requester"]),
        owner=_person(connection, row.source, fact["owner"]),
        clocks=tuple(map(clock_rows.clock_of, connection.execute(_CLOCKS, where))),
        activity=tuple(map(_entry, connection.execute(_ACTIVITY, where))),
        events=dict(connection.execute(_EVENTS, where)),
        alike=_most_alike(connection, alike),
        alike_more=max(0, len(alike) - LIKES),
    )


def cluster(connection: sqlite3.Connection, ticket: int) -> dict[int, TicketRef]:
    """The open tickets of this one's cluster by id, itself among them where it is open; empty where it has none."""
    return {ident: TicketRef(source, key) for ident, source, key in connection.execute(_CLUSTER, (ticket,))}


def _entry(values: tuple[Any, ...]) -> Activity:
    fact = dict(zip(_ENTRY, values, strict=True))
    fact["author_name"] = fact["author_name"] or unknown_account(fact["author"])
    return Activity(**fact | {"kind": _KINDS.get(fact["kind"], ActivityKind.SYSTEM)})


def _person(connection: sqlite3.Connection, source: str, key: str) -> PersonCard | None:
    """The person behind an identifier; by the identifier alone where nothing else is known of them."""
    if not key:
        return None
    found = connection.execute(_PERSON, (source, key)).fetchone()
    if found is None:
        return PersonCard(key, unknown_account(key))
    fact = dict(zip(_CARD, found, strict=True))
    return PersonCard(**fact | {"name": fact["name"] or unknown_account(key), "vip": bool(fact["vip"])})


def _alike(connection: sqlite3.Connection, row: Row, alike: int) -> list[tuple[float, int]]:
    """The rest of its cluster as likeness and id, most similar first."""
    if not alike:
        return []
    own = _words(row.title)
    others = connection.execute(_ALIKE, (alike, row.id))
    scored = [(likeness(own, _words(title)), ident) for ident, title in others]
    return sorted(scored, key=lambda one: (-one[0], one[1]))


def _most_alike(connection: sqlite3.Connection, alike: Sequence[tuple[float, int]]) -> tuple[AlikeRow, ...]:
    first = alike[:LIKES]
    found = rows(connection, [ident for _, ident in first]) if first else {}
    return tuple(AlikeRow(found[ident], score) for score, ident in first if ident in found)


def _list(text: str) -> tuple[str, ...]:
    found = json.loads(text or "[]")
    return tuple(map(str, found)) if isinstance(found, list) else ()
