"""Telling colleagues which ticket is open at this desk, in the team's store.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

from helpdesk_tui.data import dialect
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.write.sql import Sql, driver
from helpdesk_tui.domain.tickets import TicketRef

_COLUMNS = ("desk", "run", "source", "key", "doing", "since", "until")
_KEEP = dialect.upsert("looking", _COLUMNS, ("desk", "run"))


class LookingWriter:
    """Writes one screen's row of team.db."""

    def __init__(self, store: Store, desk: str, run: str) -> None:
        """`store` is the team's store opened for writing; `desk` names the user, `run` this screen of theirs."""
        self.store = store
        self._me = (desk, run)

    def tell(self, ticket: TicketRef, doing: str, since: int, now: int, until: int) -> None:
        """This screen is at a ticket. What nobody has renewed in time goes with it."""
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            sql.run("DELETE FROM looking WHERE until <= ?", (now,))
            sql.run(_KEEP, (*self._me, ticket.source, ticket.key, doing, since, until))

    def leave(self) -> None:
        """This screen is at no ticket."""
        with self.store.transaction() as connection:
            Sql(driver(connection)).run("DELETE FROM looking WHERE desk = ? AND run = ?", self._me)

    def close(self) -> None:
        """Close the store."""
        self.store.close()
