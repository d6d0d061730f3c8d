"""Plans that were written, with who had each ticket before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, key_words, row_id, whole, words

revision = "team_0006"
down_revision = "team_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "plan",
        row_id(),
        whole("technician"),
        words("person"),
        whole("made_at"),
        words("made_by"),
        words("absence"),
        whole("closed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
    )
    op.create_index("ix_plan_closed_at", "plan", ["closed_at"])
    op.create_table(
        "plan_ticket",
        key_whole("plan"),
        key_words("source"),
        key_words("key"),
        words("number"),
        words("owner"),
        words("taker"),
        words("taker_name"),
        words("change"),
        whole("back_at"),
        sa.PrimaryKeyConstraint("plan", "source", "key", name="pk_plan_ticket"),
    )
