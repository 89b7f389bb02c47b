"""Reads matters to be compared, and keeps their vectors, in SQLite or PostgreSQL.

Several processes may keep the vector of the same ticket at once: the first one stays, they are all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Row, Select, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from tickets.adapters.engine import wrapped_errors
from tickets.adapters.tables import tickets
from tickets.adapters.tables_places import vectors
from tickets.domain.geography import Spot
from tickets.domain.vocabulary import OPEN, Status
from tickets.service.duplicates import Live, Unread

_NUMBERS_A_QUERY = 500
_GONE = (Status.MERGED, Status.WITHDRAWN)


class SqlDuplicateStore:
    """The `DuplicateStore` for real.

    Args:
        encoder: name of the model; vectors of another one count as missing.
    """

    def __init__(self, engine: Engine, encoder: str) -> None:
        self._engine = engine
        self._encoder = encoder

    def page(self, after: tuple[datetime, str] | None, closed_since: datetime, limit: int) -> list[Unread]:
        """Matters by filing, from `after` on; those closed were filed since `closed_since` (they may be reopened)."""
        of_model = and_(vectors.c.ticket_number == tickets.c.number, vectors.c.encoder == self._encoder)
        query: Select[Any] = (
            select(
                tickets.c.number,
                tickets.c.filed_at,
                tickets.c.category,
                vectors.c.vector,
                vectors.c.latitude,
                vectors.c.longitude,
            )
            .select_from(tickets.outerjoin(vectors, of_model))
            .where(tickets.c.parent.is_(None), tickets.c.status.not_in([str(status) for status in _GONE]))
            .where(or_(tickets.c.status != str(Status.CLOSED), tickets.c.filed_at >= closed_since))
            .order_by(tickets.c.filed_at, tickets.c.number)
            .limit(limit)
        )
        if after is not None:
            at, number = after
            query = query.where(or_(tickets.c.filed_at > at, and_(tickets.c.filed_at == at, tickets.c.number > number)))
        with wrapped_errors(), self._engine.connect() as connection:
            return [
                Unread(row.number, row.filed_at, row.category, _vector(row.vector), _spot(row))
                for row in connection.execute(query)
            ]

    def live(self, numbers: Sequence[str]) -> list[Live]:
        """Those of the tickets that are open, with what is compared and shown."""
        found: list[Live] = []
        with wrapped_errors(), self._engine.connect() as connection:
            for part in batched(numbers, _NUMBERS_A_QUERY):
                query = (
                    select(
                        tickets, vectors.c.vector, vectors.c.latitude.label("at_n"), vectors.c.longitude.label("at_e")
                    )
                    .select_from(tickets.outerjoin(vectors, vectors.c.ticket_number == tickets.c.number))
                    .where(tickets.c.number.in_(part), tickets.c.status.in_([str(status) for status in OPEN]))
                )
                found += [_live(row) for row in connection.execute(query)]
        return found

    def texts(self, numbers: Sequence[str]) -> list[Live]:
        """As `live`, open or not: what a vector is made from."""
        with wrapped_errors(), self._engine.connect() as connection:
            query = select(tickets).where(tickets.c.number.in_(list(numbers)))
            return [_live(row) for row in connection.execute(query)]

    def keep(self, number: str, vector: NDArray[np.floating], spot: Spot | None) -> None:
        """Keeps a vector unless there is one of this model."""
        values = {
            "ticket_number": number,
            "encoder": self._encoder,
            "vector": np.asarray(vector, dtype=np.float16).tobytes(),
            "latitude": spot.latitude if spot else None,
            "longitude": spot.longitude if spot else None,
        }
        changed = {name: value for name, value in values.items() if name != "ticket_number"}
        with wrapped_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            insert = dialect.insert(vectors).values(values)
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["ticket_number"], set_=changed, where=vectors.c.encoder != self._encoder
                )
            )

    def close(self) -> None:
        self._engine.dispose()


def _vector(stored: bytes | None) -> NDArray[np.float32] | None:
    return None if stored is None else np.frombuffer(stored, dtype=np.float16).astype(np.float32)


def _spot(row: Row[Any]) -> Spot | None:
    return None if row.latitude is None else Spot(row.latitude, row.longitude)


def _live(row: Row[Any]) -> Live:
    found = row._mapping
    north, east = found.get("at_n"), found.get("at_e")
    return Live(
        number=row.number,
        description=row.description,
        category=row.category,
        place=row.place_text,
        latitude=row.latitude,
        longitude=row.longitude,
        spot=Spot(north, east) if north is not None and east is not None else None,
        component=row.component,
        street=row.street,
        district=row.district,
        status=row.status,
        unit=row.unit,
        filed_at=row.filed_at,
        followers=row.followers,
        conversation_id=row.conversation_id,
        nature=row.nature,
        confidentiality=row.confidentiality,
        emergency=row.emergency,
        vector=_vector(found.get("vector")),
    )
