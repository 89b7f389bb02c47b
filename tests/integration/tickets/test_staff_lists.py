"""Staff's lists on real databases: by deadline in any company of filters, page by page, and never by sorting what is
stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.integration.tickets.databases import DATABASES, database
from tests.unit.tickets.ticket_samples import NOON, Clock, advance_command, desk, file_command
from tickets.adapters import sql_lists
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_staff import SqlStaffStore
from tickets.adapters.sql_store import SqlTicketStore
from tickets.service.staff_ports import Sight, StaffFilter

LIGHT, WATER = "urban_management", "water_company"
Filed = tuple[SqlStaffStore, Engine, list[str]]
LATE = NOON + timedelta(days=12)


@contextmanager
def filled(kind: str, folder: Path) -> Iterator[Filed]:
    """Twelve tickets a day apart: every third with the water company, every fourth dispatched, the last closed."""
    with database(kind, folder) as url:
        engine, clock = make_engine(url), Clock()
        migrate_database(engine)
        tickets = desk(SqlTicketStore(engine), clock)
        numbers = []
        for at in range(12):
            clock.at = NOON + timedelta(days=at)
            category = "water_supply" if at % 3 == 0 else "street_light"
            numbers.append(tickets.file(file_command(f"k{at}", category=category)).number)
            if at % 4 == 0:
                tickets.advance(advance_command(numbers[-1], "dispatch"))
        for step in ("accept", "reply", "close"):
            tickets.advance(advance_command(numbers[-1], step))
        yield SqlStaffStore(engine), engine, numbers
        engine.dispose()


@pytest.fixture(params=DATABASES)
def filed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Filed]:
    with filled(request.param, tmp_path) as made:
        yield made


def pages(store: SqlStaffStore, filters: StaffFilter) -> list[str]:
    """All numbers, page by page of two."""
    found, after = [], None
    while page := store.search(replace(filters, limit=2, after=after), LATE):
        found += [one.number for one in page]
        after = (page[-1].at, page[-1].number)
    return found


@pytest.mark.parametrize("few", [0, 1000])
def test_a_list_by_deadline_holds_what_waits_in_the_order_of_its_dates(
    filed: Filed, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_lists, "_FEW", few)
    store, _, numbers = filed
    waiting = numbers[:-1]
    assert pages(store, StaffFilter(order="due")) == waiting
    assert pages(store, StaffFilter(order="due", open=True, sight=Sight(WATER))) == waiting[::3]
    assert pages(store, StaffFilter(order="due", unit=WATER)) == waiting[::3]
    assert pages(store, StaffFilter(order="due", unit=LIGHT, category="water_supply")) == []
    assert pages(store, StaffFilter(order="due", statuses=("dispatched", "closed"))) == waiting[::4]
    assert pages(store, StaffFilter(order="due", statuses=("closed",))) == []
    late = pages(store, StaffFilter(order="due", overdue=True))
    assert late and late == waiting[: len(late)] and len(late) < len(waiting)
    assert pages(store, StaffFilter(overdue=True)) == late[::-1]


@pytest.mark.parametrize(
    "filters",
    [
        StaffFilter(order="due"),
        StaffFilter(order="due", open=True),
        StaffFilter(order="due", sight=Sight(LIGHT)),
        StaffFilter(order="due", unit=LIGHT, overdue=True),
        StaffFilter(order="due", statuses=("received",)),
        StaffFilter(order="due", category="street_light", after=(NOON, "20261125000001")),
        StaffFilter(open=True, categorised=False),
    ],
)
def test_sqlite_sorts_nothing_and_looks_at_nothing_that_is_answered(
    tmp_path: Path, filters: StaffFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_lists, "_FEW", 0)
    asked: list[tuple[str, Any]] = []
    with filled("sqlite", tmp_path) as (store, engine, _):
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        store.search(filters, LATE)
        statement, values = asked[-1]
        with engine.connect() as connection:
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    walked = "ix_tickets_uncategorised" if filters.order == "filed" else "ix_ticket_clocks_waiting"
    assert walked in plan[0] and not any("TEMP B-TREE" in step for step in plan), plan
