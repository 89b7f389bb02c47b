"""Random courses of tickets on SQLite keep every promise: a shorter run of the machine of the unit tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from tests.unit.tickets.ticket_machine import TicketMachine
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.service.ports import TicketStore


class OnSqlite(TicketMachine):
    """The machine on a database of its own for each course."""

    def store(self) -> TicketStore:
        self.folder = tempfile.TemporaryDirectory()
        engine = make_engine(f"sqlite:///{Path(self.folder.name) / 'tickets.db'}", synchronous="OFF")
        migrate_database(engine)
        return SqlTicketStore(engine)

    def teardown(self) -> None:
        self.tickets.close()
        self.folder.cleanup()


TestRandomCoursesOnSqlite = OnSqlite.TestCase
TestRandomCoursesOnSqlite.settings = settings(
    max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
