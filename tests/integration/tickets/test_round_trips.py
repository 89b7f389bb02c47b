"""PostgreSQL on the way of a filing: few round trips, one clear retry where a connection has ended, all or nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from hotline import database as opening
from tests.integration.tickets.databases import database
from tests.unit.tickets.ticket_samples import NOON, desk, file_command
from tickets.adapters import sql_transaction
from tickets.adapters.engine import make_engine
from tickets.adapters.inserting import NewRow, calls_of
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.adapters.tables import contacts, lookups
from tickets.domain.events import EventKind, event_of
from tickets.errors import StoreUnavailable


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path) as address:
        yield address


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    migrate_database(made)
    yield made
    made.dispose()


@contextmanager
def backend_of(engine: Engine) -> Iterator[int]:
    """The server's process behind the connection that rests in the pool."""
    with engine.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    yield int(number)


def end(url: str, backend: int) -> None:
    other = make_engine(url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
    other.dispose()


def test_a_filing_takes_three_round_trips(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []

    def counted(connection: Any, calls: Any, **how: Any) -> Any:
        trips.append(len(calls := list(calls)))
        return run(connection, calls, **how)

    run = sql_transaction.run
    tickets = desk(SqlTicketStore(engine))
    tickets.file(file_command("first"))
    monkeypatch.setattr(sql_transaction, "run", counted)
    receipt = tickets.file(file_command("second"))
    assert len(trips) == 3 and sum(trips) <= 5
    assert tickets.get(receipt.number).history[0].command == "file"


def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(url: str, engine: Engine) -> None:
    tickets = desk(SqlTicketStore(engine))
    tickets.file(file_command("first"))
    with backend_of(engine) as backend:
        end(url, backend)
    assert tickets.file(file_command("second")).created
    with backend_of(engine) as other:
        assert other != backend


def test_a_line_that_was_cut_is_replaced_before_it_is_used(engine: Engine) -> None:
    with engine.connect() as connection:
        line = socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno()))  # type: ignore[union-attr]
    line.shutdown(socket.SHUT_RDWR)
    line.close()
    assert desk(SqlTicketStore(engine)).file(file_command()).created


def test_after_a_rest_a_connection_is_asked_whether_it_is_there(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(engine.dialect, "do_ping", lambda connection: asked.append(connection) or True)
    tickets = desk(SqlTicketStore(engine))
    tickets.file(file_command("at work"))
    assert asked == []
    monkeypatch.setattr(opening, "_TRUSTED_SECONDS", -1.0)
    tickets.file(file_command("rested"))
    assert len(asked) == 1


def test_a_connection_that_ends_within_a_filing_claims_nothing_and_the_repeat_files_once(
    url: str, engine: Engine
) -> None:
    ended: list[int] = []

    def step(name: str) -> None:
        if name == "ticket_written" and not ended:
            ended.append(backend)
            end(url, backend)

    with backend_of(engine) as backend:
        tickets = desk(SqlTicketStore(engine, step))
    with pytest.raises(StoreUnavailable):
        tickets.file(file_command())
    assert tickets.list() == []
    assert tickets.file(file_command()).created and len(tickets.list()) == 1


def test_what_fails_in_the_last_round_trip_takes_everything_back(engine: Engine) -> None:
    store = SqlTicketStore(engine)
    tickets = desk(store)
    ticket = tickets.get(tickets.file(file_command()).number)
    told = event_of(EventKind.TICKET_FILED, ticket, "file|key-1")
    with pytest.raises(StoreUnavailable), store.transaction() as transaction:
        transaction.save_ticket(ticket, replace(ticket, urged=5))
        transaction.add_event(told)  # the event is there already
    assert tickets.get(ticket.number).urged == 0
    assert tickets.file(file_command("after")).created


def test_new_rows_are_one_statement_a_table_a_part_and_at_most_as_many_values_as_the_driver_remembers() -> None:
    rows = [NewRow(contacts, {"ticket_number": "1", "name": None, "phone": None})]
    rows += [NewRow(lookups, {"number": str(at), "at": NOON}) for at in range(30)]
    calls = calls_of(rows, "postgresql")
    assert [len(call.values) for call in calls] == [49, 14]
    assert len(calls_of(rows, "sqlite")) == 31
