"""What filing and moving a ticket cost the database: one connection, one transaction, few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from tests.unit.tickets.ticket_samples import advance_command, desk, file_command
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.service.desk import TicketDesk


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'tickets.db'}")
    migrate_database(made)
    yield made
    made.dispose()


@contextmanager
def counted(engine: Engine) -> Iterator[dict[str, int]]:
    """Counts what the database itself is asked; with BEGIN and COMMIT."""
    counts = {"checkout": 0, "begin": 0, "statement": 0}

    def statement(_: str) -> None:
        counts["statement"] += 1

    def checkout(driver: sqlite3.Connection, *_: object) -> None:
        counts["checkout"] += 1
        driver.set_trace_callback(statement)

    def checkin(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_trace_callback(None)

    def begin(_: Connection) -> None:
        counts["begin"] += 1

    heard = (("checkout", checkout), ("checkin", checkin), ("begin", begin))
    for name, listener in heard:
        event.listen(engine, name, listener)
    yield counts
    for name, listener in heard:
        event.remove(engine, name, listener)


@pytest.fixture
def office(engine: Engine) -> TicketDesk:
    return desk(SqlTicketStore(engine))


def test_a_ticket_is_filed_on_one_connection_in_one_transaction(engine: Engine, office: TicketDesk) -> None:
    with counted(engine) as counts:
        office.file(file_command())
    assert (counts["checkout"], counts["begin"]) == (1, 1)
    assert counts["statement"] <= 11  # BEGIN, key, rulings, ticket, contact, two clocks, history, event, key, COMMIT


def test_a_move_costs_the_same_after_a_long_history(engine: Engine, office: TicketDesk) -> None:
    number = office.file(file_command()).number
    office.advance(advance_command(number, "accept"))
    counted_each = []
    for at in range(6):
        step = "suspend" if at % 2 == 0 else "resume"
        until = {"until": office.get(number).filed_at + timedelta(days=7)} if step == "suspend" else {}
        with counted(engine) as counts:
            office.advance(advance_command(number, step, key=f"{at}", **until))
        counted_each.append(counts)
    assert all((one["checkout"], one["begin"]) == (1, 1) for one in counted_each)
    assert counted_each[4]["statement"] <= counted_each[0]["statement"] + 1


def test_a_ticket_is_read_as_it_was_at_one_moment(engine: Engine, office: TicketDesk) -> None:
    number = office.file(file_command()).number
    with counted(engine) as counts:
        office.get(number)
    assert (counts["checkout"], counts["begin"]) == (1, 1)
    assert counts["statement"] == 6  # BEGIN, ticket, contact, clocks, history, COMMIT
