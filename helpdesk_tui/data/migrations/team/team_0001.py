"""The first schema of team.db."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, row_id, whole, words

revision = "team_0001"
down_revision = None
branch_labels = None
depends_on = None


def _technician() -> None:
    op.create_table(
        "technician",
        row_id(),
        words("name"),
        words("zone"),
        whole("capacity"),
        words("phone"),
        words("email"),
        whole("lead"),
        whole("active", 1),
        whole("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_technician"),
        sa.UniqueConstraint("name", name="uq_technician_name"),
    )


def _technician_login() -> None:
    op.create_table(
        "technician_login",
        key_words("source"),
        key_words("key"),
        whole("technician"),
        words("login"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_technician_login"),
    )
    op.create_index("ix_technician_login_technician", "technician_login", ["technician"])


def upgrade() -> None:
    """Make every table."""
    _technician()
    _technician_login()
