"""team.db: what the team decided and no platform holds. Precious: backed up, migrated by additions only, never
dropped."""

from __future__ import annotations

from sqlalchemy import Index, MetaData, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from helpdesk_tui.data.tables.base import NAMES, key_number, key_words, number_, row_id, words_


class TeamTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """What all tables of the team store descend from; holds their metadata."""


class TechnicianRow(TeamTable, table=True):
    """A person of the team, over all sources.

    `zone` is an IANA name; `capacity` how many open tickets they can hold at once, 0 for no limit told; `lead` marks
    who may decide for others.
    """

    __tablename__ = "technician"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = row_id()
    name: str = words_()
    zone: str = words_()
    capacity: int = number_()
    phone: str = words_()
    email: str = words_()
    lead: int = number_()
    active: int = number_(1)
    updated_at: int = number_()


class TechnicianLoginRow(TeamTable, table=True):
    """Who a technician is on a source: `key` is the source's identifier of the person."""

    __tablename__ = "technician_login"
    __table_args__ = (Index("ix_technician_login_technician", "technician"),)
    source: str = key_words()
    key: str = key_words()
    technician: int = number_()
    login: str = words_()


class IntentRow(TeamTable, table=True):
    """What a colleague wants changed and the platform has not confirmed: `value` is of fields, never anybody's text."""

    __tablename__ = "intent"
    __table_args__ = (Index("ix_intent_source_key", "source", "key"),)
    change: str = key_words()
    desk: str = words_()
    source: str = words_()
    kind: str = words_()
    key: str = words_()
    number: str = words_()
    field: str = words_()
    value: str = words_()
    actor: str = words_()
    state: str = words_()
    at: int = number_()


class LookingRow(TeamTable, table=True):
    """Which ticket a desk has open (`doing` is "open") or writes to ("note", "reply", "update"), until `until`.

    Nobody believes it longer, so that a desk that died is forgotten. `run` tells several screens of one user apart;
    each has one row at most.
    """

    __tablename__ = "looking"
    desk: str = key_words()
    run: str = key_words()
    source: str = words_()
    key: str = words_()
    doing: str = words_()
    since: int = number_()
    until: int = number_()


class WriteRow(TeamTable, table=True):
    """A copy of each line of everybody's journal, without texts: who wrote what where, and what became of it.

    `desk` is the user whose journal it is and `entry` the line's number there; `fields` names what was to be changed.
    """

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_source_key", "source", "key"), Index("ix_journal_at", "at"))
    desk: str = key_words()
    entry: int = key_number()
    at: int = number_()
    change: str = words_()
    source: str = words_()
    kind: str = words_()
    key: str = words_()
    number: str = words_()
    fields: str = words_()
    actor: str = words_()
    host: str = words_()
    was: str = words_()
    state: str = words_()
    outcome: str = words_()
    seen_at: int = number_()
