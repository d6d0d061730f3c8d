"""Rows of `choice`: what may be chosen for a ticket, and for which tickets that should be read next.

What may be chosen hangs on the ticket's status and number (a moved Jira issue has another), so `mark` keeps those as
they were when the platform was asked: it is asked again unasked for only once they are others.
"""

from __future__ import annotations

from helpdesk_tui.data import dialect
from helpdesk_tui.data.choice_rows import dumped
from helpdesk_tui.data.write.sql import Sql
from helpdesk_tui.data.write.wanted import FIRST, TOP_OF_QUEUE
from helpdesk_tui.domain.choices import Choices

_UPSERT = dialect.upsert("choice", ("source", "ticket", "body", "as_of", "mark"), ("source", "ticket"))
_MARK = "status || char(10) || number"


def store(sql: Sql, choices: Choices) -> None:
    """Keep what may be chosen for a ticket, in the place of what was known before."""
    where = choices.source, choices.key
    mark = str(sql.value(f"SELECT {_MARK} FROM ticket WHERE source = ? AND key = ?", where, default=""))
    sql.run(_UPSERT, (*where, dumped(choices), choices.as_of, mark))


def wanted(sql: Sql, source: str, limit: int) -> list[str]:
    """Tickets at the top of the queue for which it is not known what may be chosen now."""
    top = f"SELECT key, {_MARK} AS mark FROM {dialect.OPEN_OF_SOURCE} ORDER BY {FIRST} LIMIT {TOP_OF_QUEUE}"
    rows = sql.all(
        f"SELECT t.key FROM ({top}) t LEFT JOIN choice c ON c.source = ? AND c.ticket = t.key"
        " WHERE c.mark IS NULL OR c.mark <> t.mark LIMIT ?",
        (source, source, limit),
    )
    return [row[0] for row in rows]
