"""Runs the migrations on the connection that `channels.adapters.database.migrate` hands over.

There is no offline mode and no alembic.ini: the gateway migrates by itself when it starts.
"""

from alembic import context

from channels.adapters.database import VERSION_TABLE
from channels.adapters.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
