"""Clocks of the team's own: which tickets are to be reckoned, how far the platforms' differ, and two indices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, key_words, whole, words

revision = "cache_0003"
down_revision = "cache_0002"
branch_labels = None
depends_on = None

_OPEN = sa.text("is_open = 1")
_OVER = sa.text("stopped_at > 0")
_AGING = (
    *("source", "grp", "owner", "priority", "organisation", "category", "due_at", "paused", "state", "status"),
    *("state_since", "idle_since", "last_customer_at", "last_public_at", "created_at", "reopens", "bounces"),
)


def upgrade() -> None:
    """Add two tables and two indices."""
    op.create_table("reckon", key_whole("ticket"), sa.PrimaryKeyConstraint("ticket", name="pk_reckon"))
    op.create_table(
        "drift",
        *(key_words(name) for name in ("source", "ticket", "ident")),
        whole("seconds"),
        words("reason"),
        words("words"),
        whole("due_at"),
        sa.PrimaryKeyConstraint("source", "ticket", "ident", name="pk_drift"),
    )
    op.create_index("ix_ticket_open_aging", "ticket", list(_AGING), sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_clock_stopped_at", "clock", ["stopped_at"], sqlite_where=_OVER, postgresql_where=_OVER)
