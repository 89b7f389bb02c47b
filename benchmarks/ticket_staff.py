"""Times what staff wait for: a page of the list with the usual filters, and the figures of a month."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from tickets.adapters.sql_staff import SqlStaffStore
from tickets.service.desk import TicketDesk
from tickets.service.ports import TicketFilter
from tickets.service.staff_ports import Sight, StaffFilter

UNIT = "urban_management"
EACH = 8


def pages_ms(engine: Engine, desk: TicketDesk) -> list[float]:
    """How long each of the usual pages of 50 tickets took, in ascending order, in milliseconds."""
    store, now = SqlStaffStore(engine), datetime.now(UTC)
    month = now - timedelta(days=30)
    sight = Sight(UNIT)
    usual = (
        StaffFilter(),
        StaffFilter(open=True),
        StaffFilter(sight=sight, open=True),
        StaffFilter(sight=sight, order="due"),
        StaffFilter(unit=UNIT, overdue=True, order="due"),
        StaffFilter(sight=sight, category="street_light", filed_from=month),
        StaffFilter(statuses=("dispatched",), order="due"),
        StaffFilter(text="路灯", filed_from=month),
    )

    def page(filters: StaffFilter) -> Callable[[], object]:
        def read() -> object:
            numbers = tuple(found.number for found in store.search(filters, now))
            return desk.list(TicketFilter(numbers=numbers, limit=len(numbers))) if numbers else None

        return read

    return sorted(one for filters in usual for one in _timed(page(filters), EACH))


def figures_ms(engine: Engine) -> float:
    """How long the figures of all units over the last thirty days take, in milliseconds; the slowest of three."""
    store, now = SqlStaffStore(engine), datetime.now(UTC)
    return max(_timed(lambda: store.counts(now - timedelta(days=30), now, now, None), 3))


def _timed(read: Callable[[], object], times: int) -> Sequence[float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        read()
        taken.append((time.perf_counter() - started) * 1000)
    return taken
