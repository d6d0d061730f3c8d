"""What colleagues are about to change, and a copy of everybody's journal without texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, key_words, whole, words

revision = "team_0002"
down_revision = "team_0001"
branch_labels = None
depends_on = None


def _intent() -> None:
    names = ("desk", "source", "kind", "key", "number", "field", "value", "actor", "state")
    op.create_table(
        "intent",
        key_words("change"),
        *(words(name) for name in names),
        whole("at"),
        sa.PrimaryKeyConstraint("change", name="pk_intent"),
    )
    op.create_index("ix_intent_source_key", "intent", ["source", "key"])


def _journal() -> None:
    names = ("change", "source", "kind", "key", "number", "fields", "actor", "host", "was", "state", "outcome")
    op.create_table(
        "journal",
        key_words("desk"),
        key_whole("entry"),
        whole("at"),
        *(words(name) for name in names),
        whole("seen_at"),
        sa.PrimaryKeyConstraint("desk", "entry", name="pk_journal"),
    )
    op.create_index("ix_journal_source_key", "journal", ["source", "key"])
    op.create_index("ix_journal_at", "journal", ["at"])


def upgrade() -> None:
    """Add two tables."""
    _intent()
    _journal()
