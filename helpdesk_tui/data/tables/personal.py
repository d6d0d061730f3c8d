"""personal.db: what this user has in hand. Precious: backed up, migrated by additions only, never dropped."""

from __future__ import annotations

from sqlalchemy import Index, MetaData, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from helpdesk_tui.data.tables.base import NAMES, key_words, number_, row_id, words_


class PersonalTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """What all tables of the personal store descend from; holds their metadata."""


class RequestRow(PersonalTable, table=True):
    """Something a screen asks of the sync process: `kind` is sync, activity, choices, signin or accept.

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


class ChangeRow(PersonalTable, table=True):
    """Something the user wants changed on a platform: the outbox. `domain.changes.Change` says what the columns mean.

    `desired`, `base` and `theirs` are JSON objects. Every move names the state it expects and leaves a line in
    `journal` in the same transaction.
    """

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_change_state", "state"),
        Index("ix_change_source_key", "source", "key"),
        Index("ix_change_batch", "batch"),
    )
    seq: int | None = row_id()
    id: str = words_()
    source: str = words_()
    kind: str = words_()
    key: str = words_()
    field: str = words_()
    op: str = words_()
    number: str = words_()
    desired: str = words_("{}")
    base: str = words_("{}")
    base_version: int = number_()
    seen_at: int = number_()
    actor: str = words_()
    host: str = words_()
    batch: str = words_()
    undoes: str = words_()
    replaces: str = words_()
    created_at: int = number_()
    meant_at: int = number_()
    not_before: int = number_()
    state: str = words_("QUEUED")
    attempts: int = number_()
    looks: int = number_()
    first_sent_at: int = number_()
    lease_until: int = number_()
    marker: str = words_()
    words: str = words_()
    theirs: str = words_("{}")
    theirs_by: str = words_()
    done_at: int = number_()


class JournalRow(PersonalTable, table=True):
    """What became of a change, move by move: from state `was` to `state` by `outcome`, at `at`.

    The first line of a change has no `was`. `desired`, `base` and `theirs` are as the change had them then, `seen_at`
    is how old what was seen was, and `words` are the platform's own where it gave any.
    """

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_change", "change"), Index("ix_journal_at", "at"))
    id: int | None = row_id()
    at: int = number_()
    change: str = words_()
    source: str = words_()
    kind: str = words_()
    key: str = words_()
    number: str = words_()
    field: str = words_()
    op: str = words_()
    actor: str = words_()
    host: str = words_()
    batch: str = words_()
    was: str = words_()
    state: str = words_()
    outcome: str = words_()
    desired: str = words_("{}")
    base: str = words_("{}")
    base_version: int = number_()
    seen_at: int = number_()
    theirs: str = words_("{}")
    theirs_by: str = words_()
    words: str = words_()


class SenderRow(PersonalTable, table=True):
    """A host whose sync process sends from this outbox, and when it last said so."""

    __tablename__ = "sender"
    host: str = key_words()
    seen_at: int = number_()


class AlarmRow(PersonalTable, table=True):
    """An alarm that was raised: `stage` is breached, or the per cent of the target that were used up.

    `quiet` is 1 for one that rings nowhere; `shown_at` when a screen has shown it, 0 before.
    """

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_shown_at", "shown_at"), Index("ix_alarm_raised_at", "raised_at"))
    source: str = key_words()
    key: str = key_words()
    clock: str = key_words()
    stage: str = key_words()
    number: str = words_()
    title: str = words_()
    metric: str = words_()
    priority: int = number_()
    owner: str = words_()
    due_at: int = number_()
    raised_at: int = number_()
    quiet: int = number_()
    shown_at: int = number_()
