"""Whether an instant of a platform's clock is reckoned from its ticket's events: its platform does not say it."""

from __future__ import annotations

from alembic import op

from helpdesk_tui.data.migrations.columns import whole

revision = "cache_0007"
down_revision = "cache_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is stored was told by its platform, as far as anybody knows."""
    op.add_column("clock", whole("reckoned"))
