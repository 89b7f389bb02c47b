"""Runs the steps on the connection, and in the transaction, that `hotline.migrations` holds."""

from __future__ import annotations

from alembic import context

from knowledge.adapters.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
