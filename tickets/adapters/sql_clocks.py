"""Clocks that come due in SQLite or PostgreSQL: claimed by lease, as the outbox, and found by their index alone.

The claim holds no lock once it is made: it moves `wake_at` on by the lease. PostgreSQL skips rows that another worker
claims just now; SQLite has one writer anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, insert, or_, select, update

from tickets.adapters import rows
from tickets.adapters.sql_connections import SqlConnections
from tickets.adapters.tables import clocks, outbox
from tickets.adapters.tables_running import unit_notices
from tickets.service.ports import DueClock, Settling, UnitNotice

_HELD = and_(
    clocks.c.ticket_number == bindparam("of"),
    clocks.c.position == bindparam("at"),
    clocks.c.wake_at == bindparam("until"),
)
_SETTLE = update(clocks).where(_HELD).values(wake_at=bindparam("wake_at"))


class SqlClocks(SqlConnections):
    """The `ClockStore` for real, but for `get`."""

    def claim_clocks(self, now: datetime, limit: int, lease: timedelta) -> Sequence[DueClock]:
        due = (
            select(clocks.c.ticket_number, clocks.c.position)
            .where(clocks.c.wake_at.is_not(None), clocks.c.wake_at <= now)
            .order_by(clocks.c.wake_at)
            .limit(limit)
        )
        with self._reading() as connection:  # spares the write lock when nothing is due, as is nearly always so
            if connection.execute(due.limit(1)).first() is None:
                return []
        held_until = now + lease
        with self._writing() as connection:
            found = connection.execute(due.with_for_update(skip_locked=True)).all()
            if found:
                these = or_(
                    *(
                        and_(clocks.c.ticket_number == row.ticket_number, clocks.c.position == row.position)
                        for row in found
                    )
                )
                connection.execute(update(clocks).where(these).values(wake_at=held_until))
        return [DueClock(row.ticket_number, row.position, held_until) for row in found]

    def settle_clock(self, clock: DueClock, settling: Settling) -> bool:
        held = {"of": clock.number, "at": clock.position, "until": clock.held_until, "wake_at": settling.wake_at}
        with self._writing() as connection:
            if connection.execute(_SETTLE, held).rowcount == 0:
                return False
            if settling.events:
                connection.execute(insert(outbox), [rows.event_values(event) for event in settling.events])
            if settling.notices:
                connection.execute(insert(unit_notices), [_notice_values(notice) for notice in settling.notices])
        return True

    def unit_notices(self, unit: str, *, unseen: bool = True, limit: int = 50) -> Sequence[UnitNotice]:
        query = select(unit_notices).where(unit_notices.c.unit == unit)
        if unseen:
            query = query.where(unit_notices.c.seen_at.is_(None))
        query = query.order_by(unit_notices.c.at.desc(), unit_notices.c.id.desc()).limit(limit)
        with self._reading() as connection:
            found = connection.execute(query).all()
        return [
            UnitNotice(row.unit, row.ticket_number, row.reason, row.due_at, row.at, row.id, row.seen_at, row.seen_by)
            for row in found
        ]

    def mark_notices_seen(self, unit: str, ids: Sequence[int], at: datetime, by: str) -> int:
        table = unit_notices
        these = and_(table.c.unit == unit, table.c.id.in_(ids), table.c.seen_at.is_(None))
        with self._writing() as connection:
            return connection.execute(update(table).where(these).values(seen_at=at, seen_by=by)).rowcount


def _notice_values(notice: UnitNotice) -> rows.Values:
    return {
        "unit": notice.unit,
        "ticket_number": notice.number,
        "reason": notice.reason,
        "due_at": notice.due_at,
        "at": notice.at,
    }
