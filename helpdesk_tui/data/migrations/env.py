"""What alembic runs: it migrates the connection it is handed, inside the transaction that is already open."""

from __future__ import annotations

from alembic import context

from helpdesk_tui.data.migrate import in_schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    include_object=in_schema,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
