"""Corrections of categories in SQLite or PostgreSQL: mixed into the ticket store."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, select

from tickets.adapters.sql_connections import SqlConnections
from tickets.adapters.tables_dispatch import corrections
from tickets.domain.corrections import Correction


class SqlCorrectionTransaction:
    """The part of `TicketTransaction` that is about corrections."""

    @property
    def _connection(self) -> Connection:
        """The connection, once everything before has been sent."""
        raise NotImplementedError

    _done: Callable[[str], None]

    def add_correction(self, correction: Correction) -> None:
        values = {
            "ticket_number": correction.ticket,
            "at": correction.at,
            "actor": correction.by,
            "before": correction.before,
            "after": correction.after,
            "language": correction.language,
            "text": correction.text,
        }
        self._connection.execute(insert(corrections).values(values))
        self._done("correction_written")


class SqlCorrectionStore(SqlConnections):
    """The part of `TicketStore` that is about corrections."""

    def corrections(self) -> list[Correction]:
        with self._reading() as connection:
            rows = connection.execute(select(corrections).order_by(corrections.c.id)).all()
        return [
            Correction(row.ticket_number, row.at, row.actor, row.before, row.after, row.language, row.text)
            for row in rows
        ]
