"""The outbox in SQLite or PostgreSQL: claims by lease, so that nothing is locked while an event is delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, exists, func, select, true, update

from tickets.adapters import rows
from tickets.adapters.sql_clocks import SqlClocks
from tickets.adapters.tables import outbox
from tickets.service.ports import OutboxEntry, OutboxEvent, OutboxHealth


class SqlOutbox(SqlClocks):
    """The `OutboxStore` for real, on the connections of the clocks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        earlier = outbox.alias("earlier")
        waits_for_another = exists().where(
            earlier.c.ticket_number == outbox.c.ticket_number,
            earlier.c.conversation_id.is_not_distinct_from(outbox.c.conversation_id),
            earlier.c.id < outbox.c.id,
            earlier.c.next_attempt_at.is_not(None),
        )
        due = (
            select(outbox)
            .where(outbox.c.next_attempt_at.is_not(None), outbox.c.next_attempt_at <= now, ~waits_for_another)
            .order_by(outbox.c.next_attempt_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        with self._reading() as connection:  # spares the write lock when nothing waits, as is nearly always so
            waiting = outbox.c.next_attempt_at.is_not(None) & (outbox.c.next_attempt_at <= now)
            if connection.execute(select(outbox.c.id).where(waiting).limit(1)).first() is None:
                return []
        with self._writing() as connection:
            found = connection.execute(due).all()
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
