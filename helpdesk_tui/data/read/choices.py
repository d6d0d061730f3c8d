"""What may be chosen for a ticket, as it was read last."""

from __future__ import annotations

import sqlite3

from helpdesk_tui.data.choice_rows import choices_of
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.tickets import TicketRef

_BODY = "SELECT body FROM choice WHERE source = ? AND ticket = ?"


def choices(connection: sqlite3.Connection, ticket: TicketRef) -> Choices | None:
    """The choices of one ticket; None where nobody has read them."""
    row = connection.execute(_BODY, tuple(ticket)).fetchone()
    return choices_of(row[0]) if row else None
