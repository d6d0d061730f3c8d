"""personal.db: what this user has in hand. Precious: backed up, migrated by additions only, never dropped."""

from __future__ import annotations

from sqlalchemy import Index, MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from helpdesk_tui.data.tables.base import NAMES, key_words, number_, row_id, words_


class PersonalTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """What all tables of the personal store descend from; holds their metadata."""


class RequestRow(PersonalTable, table=True):
    """Something a screen asks of the sync process: `kind` is sync, activity, fetch, signin or stop.

    `state` goes from asked to taken to done or failed; each move names the state it expects. `answer` is words for
    the user.
    """

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_state", "state"),)
    id: int | None = row_id()
    kind: str = words_()
    source: str = words_()
    key: str = words_()
    asked_at: int = number_()
    asked_by: str = words_()
    state: str = words_("asked")
    taken_at: int = number_()
    answer: str = words_()
    done_at: int = number_()


class MarkRow(PersonalTable, table=True):
    """A ticket the user has marked."""

    __tablename__ = "mark"
    source: str = key_words()
    key: str = key_words()
    marked_at: int = number_()


class SavedViewRow(PersonalTable, table=True):
    """A view the user saved: `slot` is the digit or `f` and letter that opens it, "" for none; `columns` a JSON
    list."""

    __tablename__ = "saved_view"
    name: str = key_words()
    slot: str = words_()
    title: str = words_()
    filter: str = words_()
    columns: str = words_("[]")
    sort: str = words_()
    reverse: int = number_()
    grouping: str = words_()
    updated_at: int = number_()


class ViewStateRow(PersonalTable, table=True):
    """How the user left a view or the screen: `value` is JSON that only the screen understands."""

    __tablename__ = "view_state"
    name: str = key_words()
    value: str = words_("{}")
    updated_at: int = number_()


class DraftRow(PersonalTable, table=True):
    """Text somebody has begun to write on a ticket. `kind` says as what it would be sent."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_source_key", "source", "key"),)
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    kind: str = words_()
    text: str = words_()
    updated_at: int = number_()
