"""Opens the database of conversations and brings its tables up to date.

The same database as the tickets', with a version table of its own. Importing this opens nothing.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from channels.adapters.runners import BatchRunner, PoolRunner
from channels.adapters.sql import SqlConversationStore
from channels.errors import StoreUnavailable
from hotline import migrations
from hotline.database import WATCHED_LINE

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "channels_alembic_version"
_BUSY_MILLISECONDS = 5000
_POSTGRES_CONNECTIONS = 8
_STATEMENT_SECONDS = 10
_MIGRATION_LOCK = 5_334_120_001


def driver_url(url: str) -> str:
    """The SQLAlchemy URL with the driver that is installed: `postgresql://` means psycopg."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def open_store(url: str) -> SqlConversationStore:
    """Opens the store and migrates its tables; blocking, for start-up.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    engine = create_engine(url)
    try:
        migrate(engine)
    except DBAPIError as error:
        engine.dispose()
        raise StoreUnavailable(f"the database of conversations cannot be opened: {error.orig}") from error
    if is_sqlite(url):
        return SqlConversationStore(BatchRunner(engine), remember=True)
    return SqlConversationStore(PoolRunner(engine, _POSTGRES_CONNECTIONS), remember=False)


def create_engine(url: str) -> Engine:
    options: dict[str, Any] = {
        "json_serializer": _dumps,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # citizens' texts must not reach a log through an error
    }
    if is_sqlite(url):
        file = sa.make_url(url).database
        if file and file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, connect_args={"check_same_thread": False}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine
    engine = sa.create_engine(
        driver_url(url),
        pool_size=_POSTGRES_CONNECTIONS,
        max_overflow=2,
        pool_timeout=10,
        connect_args=dict(WATCHED_LINE),
        **options,
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def migrate(engine: Engine) -> None:
    """Brings the conversation tables to the newest revision; safe when several gateways start at once."""
    migrations.migrate(engine, MIGRATIONS, _MIGRATION_LOCK)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN IMMEDIATE begins transactions, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _prepare_postgres(connection: Any, _: Any) -> None:
    connection.execute(f"SET statement_timeout = '{_STATEMENT_SECONDS}s'")
    connection.commit()


def _write_ahead(cursor: Any) -> None:
    """Switches the file to a write-ahead log; SQLite does not wait by itself for others that do the same."""
    give_up_at = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
