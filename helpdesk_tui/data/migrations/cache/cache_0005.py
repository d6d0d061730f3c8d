"""Creations told by the ticket's own row, and a view of all events together with those."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole

revision = "cache_0005"
down_revision = "cache_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table and a view; events that are stored stay."""
    op.create_table("creation", key_whole("ticket"), sa.PrimaryKeyConstraint("ticket", name="pk_creation"))
    op.execute(
        "CREATE VIEW happening AS"
        " SELECT source, ticket, ident, kind, at, actor, old, new, automatic, observed FROM event"
        " UNION ALL SELECT t.source, t.key, 'created', 'created', t.created_at, t.requester, '', '', 0, 0 FROM ticket t"
        " JOIN creation c ON c.ticket = t.id"
    )
