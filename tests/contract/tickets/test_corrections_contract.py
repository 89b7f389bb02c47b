"""What every ticket store promises about corrections: in memory, in SQLite, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.tickets.databases import database
from tests.unit.tickets.ticket_samples import NOON, desk, file_command
from tickets.adapters.engine import make_engine
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.domain.corrections import Correction
from tickets.service.ports import TicketStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TicketStore]:
    if request.param == "memory":
        yield MemoryTicketStore()
        return
    with database(request.param, tmp_path) as url:
        engine = make_engine(url)
        migrate_database(engine)
        sql = SqlTicketStore(engine)
        yield sql
        sql.close()


class Broken(Exception):
    """Ends a transaction in the middle."""


def correction(number: str, after: str, minutes: int = 0, before: str | None = "street_light") -> Correction:
    return Correction(number, NOON + timedelta(minutes=minutes), "chen", before, after, "zh", "路灯\n不亮 'x' ✓")


def test_corrections_come_back_as_they_were_the_oldest_first(store: TicketStore) -> None:
    number = desk(store).file(file_command()).number
    given = [correction(number, "gas_supply"), correction(number, "water_supply", 5, None)]
    for each in given:
        with store.transaction() as transaction:
            transaction.add_correction(each)
    assert store.corrections() == given


def test_a_transaction_that_breaks_keeps_no_correction(store: TicketStore) -> None:
    number = desk(store).file(file_command()).number
    with pytest.raises(Broken), store.transaction() as transaction:
        transaction.add_correction(correction(number, "gas_supply"))
        raise Broken
    assert store.corrections() == []
