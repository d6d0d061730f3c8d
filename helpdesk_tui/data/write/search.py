"""Keeps descriptions and the full-text index in step with the tickets, inside the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Sql, json_list


class Words(NamedTuple):
    """What is searched of one ticket."""

    number: str
    title: str
    body: str


def bodies(sql: Sql, tickets: Iterable[int]) -> dict[int, str]:
    """The stored descriptions of these tickets."""
    rows = sql.all(f"SELECT ticket, text FROM body WHERE {dialect.one_of('ticket')}", (json_list(tickets),))
    return dict(rows)


def write_new(sql: Sql, tickets: Sequence[tuple[int, str, str, str]]) -> None:
    """Store and index tickets (id, number, title, body) of which nothing was stored before."""
    sql.put(dialect.SEARCH_INSERT, tickets)
    sql.put(_BODY, [(ticket[0], ticket[3]) for ticket in tickets if ticket[3]])


def write(sql: Sql, before: Mapping[int, Words], after: Mapping[int, Words]) -> None:
    """Store the descriptions in `after` and index them anew; `before` is what was stored of the same tickets.

    The index finds what it has to forget by the old words, so `before` has to be exactly what was stored.
    """
    changed = {ticket: now for ticket, now in after.items() if before[ticket] != now}
    sql.many(dialect.SEARCH_DELETE, [(ticket, *before[ticket]) for ticket in changed])
    sql.many(dialect.SEARCH_INSERT, [(ticket, *now) for ticket, now in changed.items()])
    sql.many(_BODY, [(ticket, now.body) for ticket, now in changed.items() if now.body])
    emptied = [(ticket,) for ticket, now in changed.items() if not now.body and before[ticket].body]
    sql.many("DELETE FROM body WHERE ticket = ?", emptied)


_BODY = dialect.upsert("body", ("ticket", "text"), ("ticket",))


def stored_words(sql: Sql, tickets: Iterable[int]) -> dict[int, Words]:
    """What is indexed of these tickets now."""
    ids = json_list(tickets)
    rows = sql.all(f"SELECT id, number, title, body FROM ticket_text WHERE {dialect.one_of('id')}", (ids,))
    return {row[0]: Words(*row[1:]) for row in rows}


def forget(sql: Sql, tickets: Iterable[int]) -> None:
    """Take tickets out of the index and drop their descriptions, before their rows go."""
    indexed = stored_words(sql, tickets)
    sql.many(dialect.SEARCH_DELETE, [(ticket, *now) for ticket, now in indexed.items()])
    sql.many("DELETE FROM body WHERE ticket = ?", [(ticket,) for ticket in indexed])


def forget_bodies(sql: Sql, tickets: Iterable[int]) -> None:
    """Drop the descriptions of tickets that stay; number and title can still be found."""
    before = stored_words(sql, tickets)
    write(sql, before, {ticket: now._replace(body="") for ticket, now in before.items()})
