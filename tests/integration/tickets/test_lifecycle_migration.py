"""Tickets of an earlier version after the migration: they read, they move, and their clocks are awake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from tests.integration.tickets.databases import DATABASES, database
from tests.unit.tickets.ticket_samples import advance_command, desk
from tickets.adapters import migrate
from tickets.adapters.engine import make_engine
from tickets.adapters.sql_store import SqlTicketStore

SCRIPTS = Path(migrate.__file__).resolve().parent.parent / "migrations"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database(request.param, tmp_path) as address:
        yield address


def migrated(engine: Engine, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


def test_old_tickets_get_versions_levels_and_clocks_that_wake(url: str) -> None:
    engine = make_engine(url)
    migrated(engine, "0001")
    due = "2026-12-04 10:00:00+00:00" if url.startswith("postgresql") else "2026-12-04 10:00:00.000000"
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for number, status in (("20261125000001", "received"), ("20261125000002", "withdrawn")):
            connection.execute(
                text(
                    "INSERT INTO tickets (number, channel, language, nature, unit, status, description, place_text, "
                    "place_unclear, occurred_text, confidentiality, emergency, callback, filed_at, urged, disputed) "
                    f"VALUES ('{number}', 'web', 'zh', 'complaint', 'urban_management', '{status}', 'x', '', false, "
                    f"'', 'public', false, false, '{due}', 0, 0)"
                )
            )
            for position, kind in enumerate(("accept", "handle")):
                connection.execute(
                    text(
                        "INSERT INTO ticket_clocks (ticket_number, position, kind, unit, started_at, due_at, "
                        f"provisional) VALUES ('{number}', {position}, '{kind}', 'urban_management', '{due}', "
                        f"'{due}', true)"
                    )
                )
            connection.execute(
                text(
                    "INSERT INTO ticket_history (ticket_number, position, at, role, actor, command, after, reason, "
                    f"details) VALUES ('{number}', 0, '{due}', 'citizen', '', 'file', 'received', '', '{{}}')"
                )
            )
    migrate.migrate_database(engine)
    store = SqlTicketStore(engine)
    tickets = desk(store)
    live, gone = tickets.get("20261125000001"), tickets.get("20261125000002")
    assert (live.version, live.level, live.unmet, live.external) == (1, "city", 0, ())
    assert {clock.wake_at for clock in live.clocks} == {datetime(2026, 12, 4, 10, tzinfo=UTC)}
    assert {clock.wake_at for clock in gone.clocks} == {None}
    assert [clock.period and clock.period.amount for clock in live.clocks] == [1, 7]
    assert tickets.advance(advance_command(live.number, "accept")).status == "accepted"
    assert tickets.get(live.number).version == 2
    store.close()


def test_the_step_goes_back_and_forth(url: str) -> None:
    engine = make_engine(url)
    migrated(engine, "0002")
    migrated(engine, "0001", down=True)
    migrate.migrate_database(engine)
    SqlTicketStore(engine).ping()
    engine.dispose()
