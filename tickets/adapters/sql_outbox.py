"""The outbox in SQLite or PostgreSQL: claims by lease, so that nothing is locked while an event is delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, exists, func, select, update

from tickets.adapters import rows
from tickets.adapters.engine import wrapped_errors
from tickets.adapters.tables import outbox
from tickets.service.ports import OutboxEvent


class SqlOutbox:
    """The `OutboxStore` for real."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        earlier = outbox.alias("earlier")
        waits_for_another = exists().where(
            earlier.c.ticket_number == outbox.c.ticket_number,
            earlier.c.id < outbox.c.id,
            earlier.c.next_attempt_at.is_not(None),
        )
        due = (
            select(outbox)
            .where(outbox.c.next_attempt_at <= now, ~waits_for_another)
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        with self._reading() as connection:  # spares the write lock when nothing waits, as is nearly always so
            if connection.execute(select(outbox.c.id).where(outbox.c.next_attempt_at <= now).limit(1)).first() is None:
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

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with wrapped_errors(), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # one view of the data for the queries of one call
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            wrapped_errors(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection
