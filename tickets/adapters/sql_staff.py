"""Searches, notes, the access log and audits of staff in SQLite or PostgreSQL.

It finds numbers; the tickets themselves are read by the ticket store. Rights are decided above: here a sight is a
condition like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from tickets.adapters import sql_figures, sql_lists
from tickets.adapters.engine import wrapped_errors
from tickets.adapters.tables import commands, tickets
from tickets.adapters.tables_parts import followers
from tickets.adapters.tables_staff import access_log, notes, reply_audits
from tickets.domain.figures import UnitCounts
from tickets.domain.people import Actor, Contact
from tickets.domain.visibility import Family
from tickets.domain.vocabulary import Role
from tickets.service.staff_ports import Access, AccessFilter, Found, SentAudit, StaffFilter, StaffNote


class SqlStaffStore:
    """The `StaffStore` for real."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(self, filters: StaffFilter, now: datetime) -> list[Found]:
        with self._reading() as connection:
            return [Found(row[0], row[1]) for row in connection.execute(sql_lists.page(connection, filters, now))]

    def family(self, number: str, parent: str | None) -> Family:
        with self._reading() as connection:
            above = None
            if parent is not None:
                above = connection.execute(select(tickets.c.unit).where(tickets.c.number == parent)).scalar()
            parts = connection.execute(select(tickets.c.unit).where(tickets.c.parent == number)).scalars()
            return Family(above, frozenset(parts))

    def followers(self, number: str) -> list[Contact]:
        table = followers.c
        query = select(table.name, table.phone).where(table.ticket_number == number, table.left_at.is_(None))
        with self._reading() as connection:
            return [Contact(row.name, row.phone) for row in connection.execute(query)]

    def done_with(self, kinds: Sequence[str], key: str) -> str | None:
        table = commands.c
        query = select(table.ticket_number).where(table.kind.in_(kinds), table.idempotency_key == key)
        with self._reading() as connection:
            return connection.execute(query).scalar()

    def add_note(self, number: str, key: str, note: StaffNote) -> bool:
        values = {
            "ticket_number": number,
            "idempotency_key": key,
            "at": note.at,
            "role": str(note.by.role),
            "actor": note.by.name,
            "actor_unit": note.by.unit,
            "text": note.text,
        }
        return self._insert_once(notes, values)

    def notes(self, number: str) -> list[StaffNote]:
        query = select(notes).where(notes.c.ticket_number == number).order_by(notes.c.id)
        with self._reading() as connection:
            found = connection.execute(query).all()
        return [StaffNote(row.at, Actor(Role(row.role), row.actor, row.actor_unit), row.text) for row in found]

    def log_access(self, accesses: Sequence[Access]) -> None:
        rows = [
            {
                "at": one.at,
                "person": one.person,
                "position": one.position,
                "unit": one.unit,
                "deed": one.deed,
                "ticket_number": one.ticket,
                "purpose": one.purpose,
            }
            for one in accesses
        ]
        if rows:
            with self._writing() as connection:
                connection.execute(insert(access_log), rows)

    def accesses(self, filters: AccessFilter) -> list[tuple[int, Access]]:
        table = access_log
        query = select(table).order_by(table.c.id.desc()).limit(filters.limit)
        for column, value in (
            (table.c.person, filters.person),
            (table.c.unit, filters.unit),
            (table.c.ticket_number, filters.ticket),
        ):
            if value is not None:
                query = query.where(column == value)
        if filters.since is not None:
            query = query.where(table.c.at >= filters.since)
        if filters.before_id is not None:
            query = query.where(table.c.id < filters.before_id)
        with self._reading() as connection:
            found = connection.execute(query).all()
        return [
            (row.id, Access(row.at, row.person, row.position, row.unit, row.deed, row.ticket_number, row.purpose))
            for row in found
        ]

    def add_audit(self, number: str, key: str, audit: SentAudit) -> bool:
        values = {
            "ticket_number": number,
            "idempotency_key": key,
            "at": audit.at,
            "person": audit.person,
            "unit": audit.unit,
            "language": audit.language,
            "kinds": list(audit.kinds),
            "override_reason": audit.override_reason,
        }
        return self._insert_once(reply_audits, values)

    def audits(self, number: str) -> list[SentAudit]:
        query = select(reply_audits).where(reply_audits.c.ticket_number == number).order_by(reply_audits.c.id)
        with self._reading() as connection:
            found = connection.execute(query).all()
        return [
            SentAudit(row.at, row.person, row.unit, row.language, tuple(row.kinds), row.override_reason)
            for row in found
        ]

    def counts(self, since: datetime, until: datetime, now: datetime, unit: str | None) -> list[UnitCounts]:
        with self._reading() as connection:
            return sql_figures.counts(connection, since, until, now, unit)

    def close(self) -> None:
        self._engine.dispose()

    def _insert_once(self, table: Table, values: dict[str, object]) -> bool:
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
        with self._writing() as connection:
            return connection.execute(statement).first() is not None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with wrapped_errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        engine = self._engine
        with wrapped_errors(), engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
