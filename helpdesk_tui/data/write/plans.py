"""Writing plans into the team's store: who had which ticket before, and who came back.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, insert, update
from sqlmodel import col

from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.tables.plans import PlanRow, PlanTicketRow
from helpdesk_tui.domain.tickets import TicketRef


class Moved(NamedTuple):
    """A ticket of a plan: from whom, to whom ("" for one that stayed and is watched), and the write."""

    ticket: TicketRef
    number: str
    owner: str
    taker: str = ""
    taker_name: str = ""
    change: str = ""


class PlanWriter:
    """Writes the plans of team.db."""

    def __init__(self, store: Store) -> None:
        """`store` is the team's store opened for writing; whoever opened it closes it."""
        self.store = store

    def keep(
        self, technician: int, person: str, tickets: Iterable[Moved], now: int, by: str, *, absence: str = ""
    ) -> int:
        """Keep a plan that is being written; returns its number. `absence` is the key of the absence it goes with."""
        values = {"technician": technician, "person": person, "made_at": now, "made_by": by, "absence": absence}
        with self.store.transaction() as connection:
            made = connection.execute(insert(PlanRow).values(**values)).inserted_primary_key
            assert made is not None
            number = int(made[0])
            for one in tickets:
                connection.execute(
                    insert(PlanTicketRow).values(
                        plan=number, source=one.ticket.source, key=one.ticket.key, number=one.number, owner=one.owner,
                        taker=one.taker, taker_name=one.taker_name, change=one.change,
                    )
                )  # fmt: skip
        return number

    def came_back(self, plans: Iterable[int], tickets: Iterable[TicketRef], now: int) -> None:
        """Close plans: their person is back, and these tickets go back to them."""
        numbers, given = list(plans), list(tickets)
        with self.store.transaction() as connection:
            here = col(PlanRow.id).in_(numbers) & (col(PlanRow.closed_at) == 0)
            connection.execute(update(PlanRow).where(here).values(closed_at=now))
            for ticket in given:
                mine = col(PlanTicketRow.plan).in_(numbers) & (col(PlanTicketRow.source) == ticket.source)
                same = mine & (col(PlanTicketRow.key) == ticket.key)
                connection.execute(update(PlanTicketRow).where(same).values(back_at=now))

    def drop(self, plan: int) -> None:
        """Forget a plan that was taken back, with its tickets."""
        with self.store.transaction() as connection:
            connection.execute(delete(PlanTicketRow).where(col(PlanTicketRow.plan) == plan))
            connection.execute(delete(PlanRow).where(col(PlanRow.id) == plan))

    def reopen(self, plans: Iterable[int]) -> None:
        """Open plans again: their person is not back after all."""
        numbers = list(plans)
        with self.store.transaction() as connection:
            connection.execute(update(PlanRow).where(col(PlanRow.id).in_(numbers)).values(closed_at=0))
            connection.execute(update(PlanTicketRow).where(col(PlanTicketRow.plan).in_(numbers)).values(back_at=0))
