"""Followers, parts, merged tickets and rulings in SQLite or PostgreSQL: mixed into the ticket store.

Tickets are read and locked by the store itself; here stand the rows that belong to several tickets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from tickets.adapters import tables
from tickets.adapters.prepared import Call, Prepared
from tickets.adapters.sql_outbox import SqlOutbox
from tickets.adapters.tables_parts import followers, rulings
from tickets.domain.competence import Ruling
from tickets.domain.followers import Follower, phone_digits
from tickets.domain.people import Contact
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Confidentiality

Values = dict[str, Any]
_numbers = tables.tickets.c.number
_this = _numbers == bindparam("of")
_PARENT_OF = Prepared(lambda _: select(tables.tickets.c.parent).where(_this))
_DUPLICATE_OF = Prepared(
    lambda _: select(tables.tickets.c.duplicate_of).where(_this, tables.tickets.c.status == "merged")
)
_RULINGS = select(rulings).order_by(rulings.c.id)
_RULINGS_ON = Prepared(lambda _: _RULINGS.where(rulings.c.category == bindparam("on")))


class SqlPartsTransaction:
    """The part of `TicketTransaction` that is about several people, units or tickets."""

    @property
    def _connection(self) -> Connection:
        """The connection, once everything before has been sent."""
        raise NotImplementedError

    _done: Callable[[str], None]
    _answer: Callable[[Call], list[Any]]
    ticket: Callable[[str], Ticket | None]

    def parent_of(self, number: str) -> str | None:
        found = self._answer(Call(_PARENT_OF, {"of": number}))
        return found[0].parent if found else None

    def duplicate_of(self, number: str) -> str | None:
        found = self._answer(Call(_DUPLICATE_OF, {"of": number}))
        return found[0].duplicate_of if found else None

    def children(self, number: str) -> list[Ticket]:
        return self._locked(select(_numbers).where(tables.tickets.c.parent == number))

    def merged_into(self, number: str) -> list[str]:
        merged = (tables.tickets.c.duplicate_of == number) & (tables.tickets.c.status == "merged")
        return list(self._connection.execute(select(_numbers).where(merged).order_by(_numbers)).scalars())

    def followers(self, number: str) -> list[Follower]:
        return _followers(self._connection, number)

    def follower(self, number: str, conversation_id: str | None, phone: str | None) -> Follower | None:
        digits = phone_digits(phone)
        active = select(followers).where(followers.c.left_at.is_(None))
        if conversation_id:  # by its own index: a conversation follows few tickets, a ticket may have thousands
            rows = self._connection.execute(active.where(followers.c.conversation_id == conversation_id)).all()
            found = next((row for row in rows if row.ticket_number == number), None)
            if found is not None:
                return _follower(found)
        if not digits:
            return None
        same = (followers.c.ticket_number == number) & (followers.c.phone_digits == digits)
        row = self._connection.execute(active.where(same).order_by(followers.c.joined_at, followers.c.key)).first()
        return _follower(row) if row is not None else None

    def save_follower(self, follower: Follower) -> None:
        at = (followers.c.ticket_number == follower.ticket) & (followers.c.key == follower.key)
        values = _follower_values(follower)
        if self._connection.execute(update(followers).where(at).values(values)).rowcount == 0:
            self._connection.execute(insert(followers).values(values))
        self._done("follower_written")

    def add_ruling(self, ruling: Ruling) -> None:
        self._connection.execute(insert(rulings).values(_ruling_values(ruling)))
        self._done("ruling_written")

    def rulings(self, category: str | None = None) -> list[Ruling]:
        if category is None:
            return _rulings(self._connection, None)
        return [_ruling(row) for row in self._answer(Call(_RULINGS_ON, {"on": category}))]

    def _locked(self, query: Any) -> list[Ticket]:
        """Locks in the order of numbers, so that two who lock the same tickets never wait for each other."""
        numbers = self._connection.execute(query.order_by(_numbers)).scalars().all()
        found = [self.ticket(number) for number in numbers]
        return [ticket for ticket in found if ticket is not None]


class SqlPartsStore(SqlOutbox):
    """The part of `TicketStore` that is about several people, units or tickets."""

    get: Callable[[str], Ticket | None]

    def children(self, number: str) -> list[Ticket]:
        query = select(_numbers).where(tables.tickets.c.parent == number).order_by(_numbers)
        with self._reading() as connection:
            numbers = connection.execute(query).scalars().all()
        found = [self.get(each) for each in numbers]
        return [ticket for ticket in found if ticket is not None]

    def followers(self, number: str) -> list[Follower]:
        with self._reading() as connection:
            return _followers(connection, number)

    def followed_by(self, conversation_id: str) -> list[str]:
        query = (
            select(followers.c.ticket_number)
            .where(followers.c.conversation_id == conversation_id, followers.c.left_at.is_(None))
            .order_by(followers.c.joined_at.desc(), followers.c.ticket_number)
        )
        with self._reading() as connection:
            return list(connection.execute(query).scalars())

    def rulings(self, category: str | None = None) -> list[Ruling]:
        with self._reading() as connection:
            return _rulings(connection, category)


def _followers(connection: Connection, number: str) -> list[Follower]:
    query = select(followers).where(followers.c.ticket_number == number)
    rows = connection.execute(query.order_by(followers.c.joined_at, followers.c.key)).all()
    return [_follower(row) for row in rows]


def _rulings(connection: Connection, category: str | None) -> list[Ruling]:
    query = _RULINGS if category is None else _RULINGS.where(rulings.c.category == category)
    return [_ruling(row) for row in connection.execute(query).all()]


def _follower_values(follower: Follower) -> Values:
    return {
        "ticket_number": follower.ticket,
        "key": follower.key,
        "conversation_id": follower.conversation_id,
        "channel": follower.channel,
        "language": follower.language,
        "name": follower.contact.name,
        "phone": follower.contact.phone,
        "phone_digits": phone_digits(follower.contact.phone),
        "confidentiality": str(follower.confidentiality),
        "text": follower.text,
        "origin": follower.origin,
        "joined_at": follower.joined_at,
        "left_at": follower.left_at,
        "moved_to": follower.moved_to,
    }


def _follower(row: Row[Any]) -> Follower:
    return Follower(
        ticket=row.ticket_number,
        key=row.key,
        joined_at=row.joined_at,
        channel=row.channel,
        language=row.language,
        conversation_id=row.conversation_id,
        contact=Contact(row.name, row.phone),
        confidentiality=Confidentiality(row.confidentiality),
        text=row.text,
        origin=row.origin,
        left_at=row.left_at,
        moved_to=row.moved_to,
    )


def _ruling_values(ruling: Ruling) -> Values:
    return {
        "category": ruling.category,
        "area": ruling.area,
        "component_kind": ruling.component_kind,
        "lead_unit": ruling.lead_unit,
        "assist_units": list(ruling.assist_units),
        "legal_basis": ruling.legal_basis,
        "valid_from": ruling.valid_from,
        "valid_until": ruling.valid_until,
        "ticket_number": ruling.ticket,
        "ruled_by": ruling.ruled_by,
        "ruled_at": ruling.ruled_at,
        "reason": ruling.reason,
    }


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        category=row.category,
        area=row.area,
        component_kind=row.component_kind,
        lead_unit=row.lead_unit,
        assist_units=tuple(row.assist_units),
        legal_basis=row.legal_basis,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        ticket=row.ticket_number,
        ruled_by=row.ruled_by,
        ruled_at=row.ruled_at,
        reason=row.reason,
    )
