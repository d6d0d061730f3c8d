"""Calendars and policies as versions, which one is in force, promises, reminders, and why clocks were missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, key_words, row_id, whole, words

revision = "team_0005"
down_revision = "team_0004"
branch_labels = None
depends_on = None


def _versions() -> None:
    op.create_table(
        "calendar_version",
        key_words("name"),
        key_whole("version"),
        whole("made_at"),
        words("made_by"),
        words("body", "{}"),
        words("rules"),
        words("digest"),
        sa.PrimaryKeyConstraint("name", "version", name="pk_calendar_version"),
    )
    op.create_table(
        "policy_version",
        key_whole("version"),
        whole("made_at"),
        words("made_by"),
        words("body", "[]"),
        words("calendars", "{}"),
        words("digest"),
        sa.PrimaryKeyConstraint("version", name="pk_policy_version"),
    )
    op.create_table(
        "policy_force",
        row_id(),
        whole("at"),
        words("made_by"),
        whole("version"),
        words("reach", "new"),
        whole("changed"),
        words("report", "[]"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_force"),
    )


def _promise() -> None:
    op.create_table(
        "promise",
        row_id(),
        *(words(name) for name in ("source", "key", "number")),
        whole("made_at"),
        whole("due_at"),
        words("made_by"),
        words("state", "open"),
        whole("settled_at"),
        words("change"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
    )
    op.create_index("ix_promise_source_key", "promise", ["source", "key"])
    op.create_index("ix_promise_state", "promise", ["state"])


def _reminder() -> None:
    op.create_table(
        "reminder",
        row_id(),
        *(words(name) for name in ("source", "key", "number")),
        words("kind", "at"),
        whole("made_at"),
        whole("due_at"),
        words("made_by"),
        words("note"),
        words("state", "open"),
        whole("settled_at"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
    )
    op.create_index("ix_reminder_source_key", "reminder", ["source", "key"])
    op.create_index("ix_reminder_state", "reminder", ["state"])


def _breach_cause() -> None:
    op.create_table(
        "breach_cause",
        *(key_words(name) for name in ("source", "key", "clock")),
        words("number"),
        words("metric"),
        whole("missed_at"),
        words("cause"),
        words("said_by"),
        whole("said_at"),
        sa.PrimaryKeyConstraint("source", "key", "clock", name="pk_breach_cause"),
    )
    op.create_index("ix_breach_cause_missed_at", "breach_cause", ["missed_at"])


def upgrade() -> None:
    """Add six tables."""
    _versions()
    _promise()
    _reminder()
    _breach_cause()
