"""Real databases: schema, settings, several migrations at once, and what happens when one is not there."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from tests.integration.tickets.databases import DATABASES, database
from tests.unit.tickets.ticket_samples import desk, file_command
from tickets.adapters import tables
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import VERSION_TABLE, migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.errors import StoreUnavailable


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database(request.param, tmp_path) as address:
        yield address


def test_the_migrations_make_exactly_the_tables_that_are_used(url: str) -> None:
    engine = make_engine(url)
    migrate_database(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_several_migrations_at_once_wait_for_each_other(url: str) -> None:
    engines = [make_engine(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate_database, engines))
    with engines[0].connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {VERSION_TABLE}")).scalar_one() == 1
    for engine in engines:
        engine.dispose()


def test_tables_of_other_packages_in_the_same_database_are_left_alone(url: str) -> None:
    engine = make_engine(url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("CREATE TABLE conversations (id INTEGER)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('of another')"))
    migrate_database(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "of another"
    assert "conversations" in inspect(engine).get_table_names()
    engine.dispose()


def test_a_schema_of_a_newer_program_is_refused_in_one_sentence(url: str) -> None:
    engine = make_engine(url)
    migrate_database(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="schema"):
        migrate_database(engine)
    engine.dispose()


def test_sqlite_is_durable_and_keeps_its_references(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new folder' / 'a.db'}")
    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    engine.dispose()


def test_a_locked_store_raises_after_five_seconds_and_claims_nothing(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    migrate_database(engine)
    tickets = desk(SqlTicketStore(engine))
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(StoreUnavailable) as caught:
        tickets.file(file_command())
    assert 4 < time.monotonic() - started < 8
    assert caught.value.__cause__ is not None
    other.execute("ROLLBACK")
    other.close()
    assert tickets.list() == []
    assert tickets.file(file_command()).created
    tickets.close()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://nobody@127.0.0.1:1/none",
        "sqlite:////proc/nowhere/a.db",
        "mysql://root@localhost/x",
        "no url at all",
    ],
)
def test_a_database_that_is_not_there_is_said_to_be_unavailable(address: str) -> None:
    with pytest.raises(StoreUnavailable):
        open_tickets(TicketsConfig(address))


def test_a_process_may_start_while_the_database_is_down() -> None:
    tickets = open_tickets(TicketsConfig("postgresql://nobody@127.0.0.1:1/none"), migrate=False)
    with pytest.raises(StoreUnavailable):
        tickets.ready()
    with pytest.raises(StoreUnavailable):
        tickets.file(file_command())


def test_a_password_in_the_url_is_not_shown() -> None:
    assert "secret" not in repr(TicketsConfig("postgresql://me:secret@host/db"))
