"""team.db: what the team decided and no platform holds. Precious: backed up, migrated by additions only, never
dropped."""

from __future__ import annotations

from sqlalchemy import Index, MetaData, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from helpdesk_tui.data.tables.base import NAMES, key_words, number_, row_id, words_


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
