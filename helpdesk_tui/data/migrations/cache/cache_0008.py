"""An index for the open tickets that are like each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cache_0008"
down_revision = "cache_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; rows stay as they are."""
    op.create_index("ix_ticket_open_alike", "ticket", ["alike", "title"], sqlite_where=sa.text("is_open = 1"))
