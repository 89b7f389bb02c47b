"""Opens the database of a URL for every package: SQLite as a durable file for many processes, or PostgreSQL.

SQLite runs with a write-ahead log and `synchronous=FULL`: a commit has reached the disk when it returns, so a number
read to a citizen survives a power cut (with NORMAL the last commits may be lost). Writers wait for each other up to
five seconds; on PostgreSQL every statement has a time-out. Nothing is connected before the first use, and no error of
a driver is wrapped here: each package does so in its own terms.
"""

from __future__ import annotations

import select
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, DateTime, Engine, event, make_url
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_SECONDS = 5
CONNECT_TIMEOUT_SECONDS = 5
_TRUSTED_SECONDS = 10.0
"""So long a connection to PostgreSQL may rest before it is asked whether it is still there."""
_USED_AT = "used_at"
STATEMENT_TIMEOUT_SECONDS = 10
WATCHED_LINE = {"connect_timeout": CONNECT_TIMEOUT_SECONDS, "keepalives_idle": 30, "tcp_user_timeout": 15_000}
"""For a driver of PostgreSQL: a line that was cut without a word is given up after fifteen seconds, not a quarter of an
hour (libpq's `tcp_user_timeout`, in ms)."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, in UTC. SQLite has no zones, so there they are stored naive and come back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(database_url: str, *, synchronous: str = "FULL") -> Engine:
    """Makes an engine for SQLite or PostgreSQL.

    Args:
        database_url: `sqlite:///path`, `postgresql://...` or `postgresql+psycopg://...`.
        synchronous: SQLite's setting of that name.

    Raises:
        ValueError: the URL cannot be used.
        OSError: the folder of the file cannot be made.
    """
    try:
        url = make_url(database_url)
    except SQLAlchemyError as error:
        raise ValueError("the database URL cannot be read") from error
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, synchronous)
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return _postgresql(url.set(drivername="postgresql+psycopg"))
    raise ValueError(f"the database {url.drivername!r} is not supported: use sqlite or postgresql")


def _sqlite(url: URL, synchronous: str) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        pool_timeout=BUSY_TIMEOUT_SECONDS,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun by us, see below
        _write_ahead(connection)
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA synchronous={synchronous}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once: a transaction that reads first never fails for having read old data.
        immediate = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switches the file to a write-ahead log; SQLite does not wait by itself for others that do the same."""
    deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _postgresql(url: URL) -> Engine:
    given = url.query.get("options", "")  # the installation's own, such as a search_path, stay; connect_args would win
    engine = sqlalchemy.create_engine(
        url.difference_update_query(["options"]),
        connect_args={
            **WATCHED_LINE,
            "options": f"{given if isinstance(given, str) else ' '.join(given)}"
            f" -c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s"
            f" -c idle_in_transaction_session_timeout={3 * STATEMENT_TIMEOUT_SECONDS}s",
        },
        isolation_level="READ COMMITTED",
        pool_timeout=CONNECT_TIMEOUT_SECONDS,
    )

    @event.listens_for(engine, "checkin")
    def _put_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _look_at(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Replaces a connection that has ended meanwhile, and all that are as old.

        The server's good-bye waits to be read then, which costs no round trip to see. A line that was cut without a
        word shows nothing: after a rest it is asked.
        """
        rested = time.monotonic() - record.info.get(_USED_AT, time.monotonic())
        try:
            line = select.poll()
            line.register(connection.fileno(), select.POLLIN)
            if rested > _TRUSTED_SECONDS or line.poll(0):
                engine.dialect.do_ping(connection)
        except (engine.dialect.loaded_dbapi.Error, OSError) as error:
            raise InvalidatePoolError("the connection has ended") from error

    return engine
