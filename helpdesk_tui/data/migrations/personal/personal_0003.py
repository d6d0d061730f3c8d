"""Alarms that were raised, so that none is raised twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, whole, words

revision = "personal_0003"
down_revision = "personal_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "alarm",
        *(key_words(name) for name in ("source", "key", "clock", "stage")),
        words("number"),
        words("title"),
        words("metric"),
        whole("priority"),
        words("owner"),
        whole("due_at"),
        whole("raised_at"),
        whole("quiet"),
        whole("shown_at"),
        sa.PrimaryKeyConstraint("source", "key", "clock", "stage", name="pk_alarm"),
    )
    op.create_index("ix_alarm_shown_at", "alarm", ["shown_at"])
    op.create_index("ix_alarm_raised_at", "alarm", ["raised_at"])
