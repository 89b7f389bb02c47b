"""Brings a package's tables in the shared database to its present schema, one process at a time.

All steps run in one transaction that holds a lock (SQLite's write lock, an advisory lock on PostgreSQL), so of several
processes that start together one migrates and the others find it done. Each package has scripts and a version table
of its own; its `migrations/env.py` runs them on `config.attributes["connection"]`.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

_TIMEOUT_SECONDS = 60
_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps what it runs in a global: two threads of a process would run each other's scripts."""


def migrate(engine: Engine, scripts: Path, lock: int) -> None:
    """Runs the steps that are missing.

    Args:
        scripts: the package's `migrations` folder.
        lock: a number that no other package uses.

    Raises:
        alembic.util.exc.CommandError: the database was made by a newer version of this program.
        sqlalchemy.exc.SQLAlchemyError: the database does not answer.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with (
        _ONE_AT_A_TIME,
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL statement_timeout = '{_TIMEOUT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
