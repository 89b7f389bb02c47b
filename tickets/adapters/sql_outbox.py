"""The outbox in SQLite or PostgreSQL: claims by lease, so that nothing is locked while an event is delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, select, true, update

from tickets.adapters import rows
from tickets.adapters.sql_clocks import SqlClocks
from tickets.adapters.tables import outbox
from tickets.service.ports import OutboxEntry, OutboxEvent, OutboxHealth

_PAGE = 100


class SqlOutbox(SqlClocks):
    """The `OutboxStore` for real, on the connections of the clocks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        waiting = outbox.c.next_attempt_at.is_not(None) & (outbox.c.next_attempt_at <= now)
        with self._reading() as connection:  # spares the write lock when nothing waits, as is nearly always so
            if connection.execute(select(outbox.c.id).where(waiting).limit(1)).first() is None:
                return []
        with self._writing() as connection:
            found = _claimable(connection, waiting, limit)
            if found:
                connection.execute(
                    update(outbox)
                    .where(outbox.c.id.in_([row.id for row in found]))
                    .values(attempts=outbox.c.attempts + 1, next_attempt_at=now + lease)
                )
        return [OutboxEvent(row.id, rows.event_of(row), row.attempts + 1) for row in found]

    def mark_sent(self, event: OutboxEvent, at: datetime) -> None:
        with self._writing() as connection:
            connection.execute(
                update(outbox).where(outbox.c.id == event.id).values(sent_at=at, next_attempt_at=None, last_error=None)
            )

    def mark_failed(self, event: OutboxEvent, error: str, at: datetime, retry_at: datetime | None) -> None:
        dead_at = at if retry_at is None else None
        values: rows.Values = {"last_error": error, "next_attempt_at": retry_at, "dead_at": dead_at}
        with self._writing() as connection:
            still_waiting = (outbox.c.id == event.id) & outbox.c.sent_at.is_(None)
            connection.execute(update(outbox).where(still_waiting).values(values))

    def waiting_events(self) -> int:
        with self._reading() as connection:
            query = select(func.count()).select_from(outbox).where(outbox.c.next_attempt_at.is_not(None))
            return int(connection.execute(query).scalar_one())

    def mark_later(self, event: OutboxEvent, at: datetime) -> None:
        values: rows.Values = {"next_attempt_at": at, "attempts": outbox.c.attempts - 1}
        with self._writing() as connection:
            still_waiting = (outbox.c.id == event.id) & outbox.c.sent_at.is_(None)
            connection.execute(update(outbox).where(still_waiting).values(values))

    def outbox_health(self) -> OutboxHealth:
        waiting = outbox.c.next_attempt_at.is_not(None)
        with self._reading() as connection:
            count = connection.execute(select(func.count()).select_from(outbox).where(waiting)).scalar_one()
            failing = select(func.min(outbox.c.created_at)).where(waiting, outbox.c.last_error.is_not(None))
            oldest_at = connection.execute(failing).scalar_one()
            dead = select(func.count()).select_from(outbox).where(outbox.c.dead_at.is_not(None))
            return OutboxHealth(int(count), oldest_at, int(connection.execute(dead).scalar_one()))

    def outbox_entries(self, state: str | None = None, limit: int = 50) -> Sequence[OutboxEntry]:
        of_state = {
            "waiting": outbox.c.next_attempt_at.is_not(None),
            "dead": outbox.c.dead_at.is_not(None),
            "sent": outbox.c.sent_at.is_not(None),
        }
        wanted = of_state[state] if state else of_state["waiting"] | of_state["dead"]
        with self._reading() as connection:
            found = connection.execute(select(outbox).where(wanted).order_by(outbox.c.id).limit(limit)).all()
        return [
            OutboxEntry(
                row.id,
                rows.event_of(row),
                row.attempts,
                row.next_attempt_at,
                row.sent_at,
                row.dead_at,
                row.last_error,
            )
            for row in found
        ]

    def retry_events(self, now: datetime, ids: Sequence[int] | None = None) -> int:
        given_up = outbox.c.dead_at.is_not(None) & (true() if ids is None else outbox.c.id.in_(ids))
        values: rows.Values = {"next_attempt_at": now, "dead_at": None, "attempts": 0}
        with self._writing() as connection:
            return connection.execute(update(outbox).where(given_up).values(values)).rowcount


def _claimable(connection: Connection, waiting: ColumnElement[bool], limit: int) -> list[Row[Any]]:
    """Up to `limit` events, the longest due first, of which no earlier one waits for the same person; locked.

    In pages, by two questions that each read an index. As one question with a "not exists" PostgreSQL compares every
    waiting event with every other while its statistics are older than a burst.
    """
    found: list[Row[Any]] = []
    order = (outbox.c.next_attempt_at, outbox.c.id)
    columns = (outbox.c.id, outbox.c.ticket_number, outbox.c.conversation_id, outbox.c.next_attempt_at)
    after: ColumnElement[bool] = true()
    while len(found) < limit:
        page = connection.execute(select(*columns).where(waiting, after).order_by(*order).limit(_PAGE)).all()
        heads = _heads(connection, {row.ticket_number for row in page})
        free = [row.id for row in page if row.id in heads][: limit - len(found)]
        if free:
            locking = select(outbox).where(outbox.c.id.in_(free), waiting).order_by(*order)
            found += connection.execute(locking.with_for_update(skip_locked=True)).all()
        if len(page) < _PAGE:
            break
        last = page[-1]
        after = (outbox.c.next_attempt_at > last.next_attempt_at) | (
            (outbox.c.next_attempt_at == last.next_attempt_at) & (outbox.c.id > last.id)
        )
    return found


def _heads(connection: Connection, tickets: set[str]) -> set[int]:
    """The first waiting event of each person of these tickets."""
    query = (
        select(func.min(outbox.c.id))
        .where(outbox.c.ticket_number.in_(tickets), outbox.c.next_attempt_at.is_not(None))
        .group_by(outbox.c.ticket_number, outbox.c.conversation_id)
    )
    return set(connection.execute(query).scalars())
