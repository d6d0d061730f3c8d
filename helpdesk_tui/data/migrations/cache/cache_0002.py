"""What may be chosen for a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, whole, words

revision = "cache_0002"
down_revision = "cache_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "choice",
        key_words("source"),
        key_words("ticket"),
        words("body", "{}"),
        whole("as_of"),
        words("mark"),
        sa.PrimaryKeyConstraint("source", "ticket", name="pk_choice"),
    )
