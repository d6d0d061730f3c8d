"""Who has which ticket open, for as long as they say so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, whole, words

revision = "team_0007"
down_revision = "team_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one table."""
    op.create_table(
        "looking",
        key_words("desk"),
        key_words("run"),
        words("source"),
        words("key"),
        words("doing"),
        whole("since"),
        whole("until"),
        sa.PrimaryKeyConstraint("desk", "run", name="pk_looking"),
    )
