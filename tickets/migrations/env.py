"""Runs the steps on the connection, and in the transaction, that `tickets.adapters.migrate` holds."""

from __future__ import annotations

from alembic import context

from tickets.adapters.migrate import VERSION_TABLE
from tickets.adapters.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
