"""The outbox: changes, their journal, and who sends them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, row_id, whole, words

revision = "personal_0002"
down_revision = "personal_0001"
branch_labels = None
depends_on = None


def _change() -> None:
    op.create_table(
        "change",
        whole_key("seq"),
        *(words(name) for name in ("id", "source", "kind", "key", "field", "op", "number")),
        words("desired", "{}"),
        words("base", "{}"),
        whole("base_version"),
        whole("seen_at"),
        *(words(name) for name in ("actor", "host", "batch", "undoes", "replaces")),
        *(whole(name) for name in ("created_at", "meant_at", "not_before")),
        words("state", "QUEUED"),
        *(whole(name) for name in ("attempts", "looks", "first_sent_at", "lease_until")),
        words("marker"),
        words("words"),
        words("theirs", "{}"),
        words("theirs_by"),
        whole("done_at"),
        sa.PrimaryKeyConstraint("seq", name="pk_change"),
        sa.UniqueConstraint("id", name="uq_change_id"),
    )
    op.create_index("ix_change_state", "change", ["state"])
    op.create_index("ix_change_source_key", "change", ["source", "key"])
    op.create_index("ix_change_batch", "change", ["batch"])


def whole_key(name: str) -> sa.Column[int]:
    """A row number given by the database, under a name of its own."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _journal() -> None:
    names = ("change", "source", "kind", "key", "number", "field", "op", "actor", "host", "batch")
    op.create_table(
        "journal",
        row_id(),
        whole("at"),
        *(words(name) for name in (*names, "was", "state", "outcome")),
        words("desired", "{}"),
        words("base", "{}"),
        whole("base_version"),
        whole("seen_at"),
        words("theirs", "{}"),
        words("theirs_by"),
        words("words"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_change", "journal", ["change"])
    op.create_index("ix_journal_at", "journal", ["at"])


def _sender() -> None:
    op.create_table("sender", key_words("host"), whole("seen_at"), sa.PrimaryKeyConstraint("host", name="pk_sender"))


def upgrade() -> None:
    """Add three tables."""
    _change()
    _journal()
    _sender()
