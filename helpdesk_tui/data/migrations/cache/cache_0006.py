"""Indices for what breaches in the hours ahead, and for clocks that were paused just before their breach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cache_0006"
down_revision = "cache_0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("is_open = 1")
_LATE = sa.text("stage = 'paused' AND paused_at > 0 AND due_at >= paused_at AND due_at <= paused_at + 900")
_DUE = ["due_at", "owner", "priority"]


def upgrade() -> None:
    """Let the index of due instants answer for owners and priorities, too, and add one; rows stay as they are."""
    op.drop_index("ix_ticket_open_due_at", "ticket")
    op.create_index("ix_ticket_open_due_at", "ticket", _DUE, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_clock_paused_late", "clock", ["source", "ticket"], sqlite_where=_LATE, postgresql_where=_LATE)
