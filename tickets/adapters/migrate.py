"""Brings a database to the present schema, one process at a time.

All steps run in one transaction that holds a lock (SQLite's write lock, an advisory lock on PostgreSQL), so of several
processes that start together one migrates and the others find it done. Other packages keep their tables in the same
database under version tables of their own.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Engine, text

from tickets.adapters.engine import wrapped_errors
from tickets.errors import StoreUnavailable

VERSION_TABLE = "tickets_alembic_version"
_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x12345_71C  # any number no other package uses
_TIMEOUT_SECONDS = 60


def migrate_database(engine: Engine) -> None:
    """Runs the steps that are missing.

    Raises:
        StoreUnavailable: the database does not answer, or was made by a newer version of this program.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with wrapped_errors(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL statement_timeout = '{_TIMEOUT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreUnavailable(f"the database schema is not one this program knows: {error}") from error
