"""team.db: plans that were written, so that what was taken off somebody can be offered back. Migrated by additions
only."""

from __future__ import annotations

from sqlalchemy import Index

from helpdesk_tui.data.tables.base import key_number, key_words, number_, row_id, words_
from helpdesk_tui.data.tables.team import TeamTable


class PlanRow(TeamTable, table=True):
    """A plan that took tickets off somebody: `technician` is their number, 0 where they are none, `person` their name
    then. `closed_at` is when they were offered back, 0 before."""

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_closed_at", "closed_at"),)
    id: int | None = row_id()
    technician: int = number_()
    person: str = words_()
    made_at: int = number_()
    made_by: str = words_()
    absence: str = words_()
    closed_at: int = number_()


class PlanTicketRow(TeamTable, table=True):
    """A ticket of a plan: `owner` had it, `taker` was to have it ("" where it stayed and is watched), both identifiers
    of the source. `change` is the id of the write, `back_at` when it was given back."""

    __tablename__ = "plan_ticket"
    plan: int = key_number()
    source: str = key_words()
    key: str = key_words()
    number: str = words_()
    owner: str = words_()
    taker: str = words_()
    taker_name: str = words_()
    change: str = words_()
    back_at: int = number_()
