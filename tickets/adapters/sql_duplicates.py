"""Reads matters and followers' words to be compared, and keeps their vectors, in SQLite or PostgreSQL.

Several processes may keep the vector of the same text at once: the first one stays, they are all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, Row, Select, Table, and_, or_, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from tickets.adapters.engine import wrapped_errors
from tickets.adapters.tables import tickets
from tickets.adapters.tables_parts import SAID, followers
from tickets.adapters.tables_places import follower_vectors, vectors
from tickets.domain.geography import Spot
from tickets.domain.vocabulary import OPEN, Status
from tickets.service.duplicate_ports import Heard, Live, Said, Unread, UnreadWords

_NUMBERS_A_QUERY, _WORDS_A_QUERY = 500, 60  # of words SQLite looks each ticket up with each key


class SqlDuplicateStore:
    """The `DuplicateStore` for real.

    Args:
        encoder: name of the model; vectors of another one count as missing.
    """

    def __init__(self, engine: Engine, encoder: str) -> None:
        self._engine = engine
        self._encoder = encoder

    def page(self, after: tuple[datetime, str] | None, closed_since: datetime, limit: int) -> list[Unread]:
        """Matters by filing, from `after` on; those closed were filed since `closed_since` (they may be reopened).

        Merged ones are among them: they may be split off again.
        """
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
            .where(tickets.c.parent.is_(None), *_may_be_open(closed_since))
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
        self._keep(vectors, {"ticket_number": number}, vector, spot, vectors.c.encoder != self._encoder)

    def words_page(self, after: Said | None, closed_since: datetime, limit: int) -> list[UnreadWords]:
        """What followers said, in the order of their joining, from `after` on; of which tickets: see `page`. Of who
        left, too, who may come back with a ticket that is split off."""
        who, kept = followers.c, follower_vectors.c
        place = (who.joined_at, who.ticket_number, who.key)
        query: Select[Any] = (
            select(*place, tickets.c.category, kept.vector, kept.latitude, kept.longitude)
            .select_from(
                followers.join(tickets, tickets.c.number == who.ticket_number).outerjoin(
                    follower_vectors, and_(*self._of_these_words())
                )
            )
            .where(text(f"ticket_followers.{SAID}"), *_may_be_open(closed_since))
            .order_by(*place)
            .limit(limit)
        )
        if after is not None:
            behind = tuple_(who.ticket_number, who.key) > tuple_(after.ticket, after.key)
            query = query.where(who.joined_at >= after.joined_at, or_(who.joined_at > after.joined_at, behind))
        with wrapped_errors(), self._engine.connect() as connection:
            return [
                UnreadWords(_said(row), row.category, _vector(row.vector), _spot(row))
                for row in connection.execute(query)
            ]

    def words(self, said: Sequence[Said]) -> list[Heard]:
        """These words with their tickets, open or not; of who joined again meanwhile, nothing."""
        if not said:
            return []
        found: list[Heard] = []
        who, wanted = followers.c, set(said)
        with wrapped_errors(), self._engine.connect() as connection:
            for part in batched(said, _WORDS_A_QUERY):
                numbers, keys = {each.ticket for each in part}, {each.key for each in part}
                query = (
                    select(tickets, who.ticket_number, who.key, who.joined_at, who.left_at)
                    .add_columns(who.text.label("words"), follower_vectors.c.vector)
                    .select_from(
                        followers.join(tickets, tickets.c.number == who.ticket_number).outerjoin(
                            follower_vectors, and_(*self._of_these_words())
                        )
                    )
                    .add_columns(follower_vectors.c.latitude.label("at_n"), follower_vectors.c.longitude.label("at_e"))
                    .where(who.ticket_number.in_(numbers), who.key.in_(keys))  # SQLite reads the table for pairs
                )
                for row in connection.execute(query):
                    if _said(row) in wanted:
                        found.append(Heard(_said(row), row.left_at is None, row.words, _live(row), _vector(row.vector)))
        return found

    def keep_words(self, said: Said, vector: NDArray[np.floating], spot: Spot | None) -> None:
        """Keeps the vector of words unless there is one of this model and this joining."""
        kept = follower_vectors.c
        known = {"ticket_number": said.ticket, "key": said.key, "joined_at": said.joined_at}
        other = or_(kept.encoder != self._encoder, kept.joined_at != said.joined_at)
        self._keep(follower_vectors, known, vector, spot, other)

    def close(self) -> None:
        self._engine.dispose()

    def _of_these_words(self) -> tuple[ColumnElement[bool], ...]:
        who, kept = followers.c, follower_vectors.c
        return (
            kept.ticket_number == who.ticket_number,
            kept.key == who.key,
            kept.joined_at == who.joined_at,
            kept.encoder == self._encoder,
        )

    def _keep(
        self,
        table: Table,
        known: dict[str, Any],
        vector: NDArray[np.floating],
        spot: Spot | None,
        outdated: ColumnElement[bool],
    ) -> None:
        """Writes a vector under what is `known` of it, over none but an outdated one."""
        values = {
            **known,
            "encoder": self._encoder,
            "vector": np.asarray(vector, dtype=np.float16).tobytes(),
            "latitude": spot.latitude if spot else None,
            "longitude": spot.longitude if spot else None,
        }
        keys = [column.name for column in table.primary_key]
        changed = {name: value for name, value in values.items() if name not in keys}
        with wrapped_errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            insert = dialect.insert(table).values(values)
            connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed, where=outdated))


def _may_be_open(closed_since: datetime) -> tuple[ColumnElement[bool], ...]:
    table = tickets.c
    closed = or_(table.status != str(Status.CLOSED), table.filed_at >= closed_since)
    return table.status != str(Status.WITHDRAWN), closed


def _said(row: Row[Any]) -> Said:
    return Said(row.ticket_number, row.key, row.joined_at)


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
