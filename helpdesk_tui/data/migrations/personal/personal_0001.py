"""The first schema of personal.db."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, row_id, whole, words

revision = "personal_0001"
down_revision = None
branch_labels = None
depends_on = None


def _draft() -> None:
    op.create_table(
        "draft",
        row_id(),
        words("source"),
        words("key"),
        words("kind"),
        words("text"),
        whole("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_source_key", "draft", ["source", "key"])


def _mark() -> None:
    op.create_table(
        "mark",
        key_words("source"),
        key_words("key"),
        whole("marked_at"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_mark"),
    )


def _request() -> None:
    op.create_table(
        "request",
        row_id(),
        words("kind"),
        words("source"),
        words("key"),
        whole("asked_at"),
        words("asked_by"),
        words("state", "asked"),
        whole("taken_at"),
        words("answer"),
        whole("done_at"),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_state", "request", ["state"])


def _saved_view() -> None:
    op.create_table(
        "saved_view",
        key_words("name"),
        words("slot"),
        words("title"),
        words("filter"),
        words("columns", "[]"),
        words("sort"),
        whole("reverse"),
        words("grouping"),
        whole("updated_at"),
        sa.PrimaryKeyConstraint("name", name="pk_saved_view"),
    )


def _view_state() -> None:
    op.create_table(
        "view_state",
        key_words("name"),
        words("value", "{}"),
        whole("updated_at"),
        sa.PrimaryKeyConstraint("name", name="pk_view_state"),
    )


def upgrade() -> None:
    """Make every table."""
    _draft()
    _mark()
    _request()
    _saved_view()
    _view_state()
