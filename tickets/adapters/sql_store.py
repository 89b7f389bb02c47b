"""Keeps tickets in SQLite or PostgreSQL through SQLAlchemy Core.

Writes take the write lock at once on SQLite and lock the ticket's row on PostgreSQL. What the driver raises becomes
`StoreUnavailable`; after it, nothing is known to be stored and the command is to be repeated with its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select, text

from tickets.adapters import tables
from tickets.adapters.shared_commits import SharedCommits
from tickets.adapters.sql_dispatch import SqlCorrectionStore
from tickets.adapters.sql_parts import SqlPartsStore
from tickets.adapters.sql_reading import read_many, read_one
from tickets.adapters.sql_transaction import Checkpoint, SqlTicketTransaction
from tickets.domain.ticket import Ticket
from tickets.service.ports import TicketFilter

STEPS = (
    "begun",
    "command_claimed",
    "ticket_written",
    "contact_written",
    "clocks_written",
    "history_written",
    "event_written",
    "command_completed",
    "committed",
)
"""The steps of a write, as told to a checkpoint."""


def _no_checkpoint(step: str) -> None:
    return None


class SqlTicketStore(SqlPartsStore, SqlCorrectionStore):
    """The `TicketStore` for real.

    Args:
        checkpoint: called with each of `STEPS` as it is done.
    """

    def __init__(self, engine: Engine, checkpoint: Checkpoint | None = None) -> None:
        super().__init__(engine)
        self._begun = SharedCommits(engine).transaction if engine.dialect.name == "sqlite" else self._writing
        self._checkpoint = checkpoint or _no_checkpoint

    @contextmanager
    def transaction(self) -> Iterator[SqlTicketTransaction]:
        with self._begun() as connection:
            self._checkpoint("begun")
            transaction = SqlTicketTransaction(connection, self._checkpoint)
            yield transaction
            transaction.send_last()
        self._checkpoint("committed")

    def get(self, number: str) -> Ticket | None:
        with self._reading() as connection, connection.begin():  # the driver's own cursor begins none
            return read_one(connection, number)

    def find(self, filters: TicketFilter) -> list[Ticket]:
        table = tables.tickets
        query = select(table).order_by(table.c.filed_at.desc(), table.c.number.desc()).limit(filters.limit)
        for name in ("status", "unit", "nature", "category", "conversation_id"):
            value = getattr(filters, name)
            if value is not None:
                query = query.where(table.c[name] == value)
        if filters.numbers is not None:
            query = query.where(table.c.number.in_(filters.numbers))
        if filters.filed_from is not None:
            query = query.where(table.c.filed_at >= filters.filed_from)
        if filters.filed_until is not None:
            query = query.where(table.c.filed_at < filters.filed_until)
        if filters.before is not None:
            filed_at, number = filters.before
            query = query.where(
                (table.c.filed_at < filed_at) | ((table.c.filed_at == filed_at) & (table.c.number < number))
            )
        with self._reading() as connection:
            return read_many(connection, query)

    def failed_lookups(self, number: str, since: datetime) -> int:
        table = tables.lookups
        query = select(func.count()).select_from(table).where(table.c.number == number, table.c.at > since)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def record_failed_lookup(self, number: str, at: datetime, forget_before: datetime) -> None:
        with self._writing() as connection:
            connection.execute(insert(tables.lookups).values(number=number, at=at))
            connection.execute(delete(tables.lookups).where(tables.lookups.c.at < forget_before))

    def provisional_numbers(self, after: str, limit: int) -> list[str]:
        table = tables.clocks
        # Said in the words of the partial index, so that both databases use it.
        uncertain = text(tables.PROVISIONAL)
        query = (
            select(table.c.ticket_number)
            .where(uncertain, table.c.ticket_number > after)
            .distinct()
            .order_by(table.c.ticket_number)
            .limit(limit)
        )
        with self._reading() as connection:
            return [str(number) for number in connection.execute(query).scalars()]

    def ping(self) -> None:
        with self._reading() as connection:
            connection.execute(select(tables.tickets.c.number).limit(1)).first()

    def close(self) -> None:
        self._engine.dispose()
