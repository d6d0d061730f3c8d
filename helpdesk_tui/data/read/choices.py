"""What may be chosen for a ticket, as it was read last, and which statuses there are at all."""

from __future__ import annotations

import sqlite3

from helpdesk_tui.data.choice_rows import choices_of
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.tickets import TicketRef

_SEEN = "SELECT DISTINCT source, status FROM ticket WHERE status <> ''"
_ASKED = "SELECT source, body FROM choice ORDER BY as_of DESC LIMIT 500"
_BODY = "SELECT body FROM choice WHERE source = ? AND ticket = ?"


def choices(connection: sqlite3.Connection, ticket: TicketRef) -> Choices | None:
    """The choices of one ticket; None where nobody has read them."""
    row = connection.execute(_BODY, tuple(ticket)).fetchone()
    return choices_of(row[0]) if row else None


def statuses(connection: sqlite3.Connection, status: str) -> dict[str, tuple[str, ...]]:
    """The statuses of each source that surely does not have this one, as far as the cache can know: none of its tickets
    has it, nor may be put into it, and some were asked what they may be put into, or another source has it."""
    there: dict[str, set[str]] = {}
    for source, word in connection.execute(_SEEN):
        there.setdefault(source, set()).add(word)
    asked = set()
    for source, body in connection.execute(_ASKED):
        if found := choices_of(body):
            asked.add(source)
            there.setdefault(source, set()).update(one.status for one in found.transitions)
    having = {source for source, words in there.items() if status.casefold() in map(str.casefold, words)}
    return {
        source: tuple(sorted(words, key=str.casefold))
        for source, words in there.items()
        if source not in having and (having or source in asked)
    }
