"""Keeps tickets in SQLite or PostgreSQL through SQLAlchemy Core.

Writes take the write lock at once on SQLite and lock the ticket's row on PostgreSQL. What the driver raises becomes
`StoreUnavailable`; after it, nothing is known to be stored and the command is to be repeated with its key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, and_, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from tickets.adapters import rows, tables
from tickets.adapters.sql_dispatch import SqlCorrectionStore, SqlCorrectionTransaction
from tickets.adapters.sql_parts import SqlPartsStore, SqlPartsTransaction
from tickets.domain.clocks import Clock
from tickets.domain.events import TicketEvent
from tickets.domain.people import Contact
from tickets.domain.ticket import HistoryEntry, Ticket, next_version
from tickets.service.ports import TicketFilter

Checkpoint = Callable[[str], None]
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


_NUMBERS_A_QUERY = 500


def _no_checkpoint(step: str) -> None:
    return None


class SqlTicketStore(SqlPartsStore, SqlCorrectionStore):
    """The `TicketStore` for real.

    Args:
        checkpoint: called with each of `STEPS` as it is done.
    """

    def __init__(self, engine: Engine, checkpoint: Checkpoint | None = None) -> None:
        super().__init__(engine)
        self._checkpoint = checkpoint or _no_checkpoint

    @contextmanager
    def transaction(self) -> Iterator[SqlTicketTransaction]:
        with self._writing() as connection:
            self._checkpoint("begun")
            yield SqlTicketTransaction(connection, self._checkpoint)
        self._checkpoint("committed")

    def get(self, number: str) -> Ticket | None:
        with self._reading() as connection:
            found = _read(connection, select(tables.tickets).where(tables.tickets.c.number == number))
        return found[0] if found else None

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
            return _read(connection, query)

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


class SqlTicketTransaction(SqlPartsTransaction, SqlCorrectionTransaction):
    """The `TicketTransaction` on one connection."""

    def __init__(self, connection: Connection, checkpoint: Checkpoint) -> None:
        self._connection = connection
        self._done = checkpoint

    def claim_command(self, kind: str, key: str, at: datetime) -> str | None:
        claimed = self._insert_unless_there(
            tables.commands, {"kind": kind, "idempotency_key": key, "ticket_number": None, "at": at}
        )
        self._done("command_claimed")
        if claimed:
            return None
        table = tables.commands
        query = select(table.c.ticket_number).where(table.c.kind == kind, table.c.idempotency_key == key)
        return str(self._connection.execute(query).scalar_one())

    def complete_command(self, kind: str, key: str, number: str) -> None:
        known = {"of_kind": kind, "of_key": key, "ticket_number": number}
        self._connection.execute(_complete_command(), known)
        self._done("command_completed")

    def add_ticket(self, ticket: Ticket) -> bool:
        if not self._insert_unless_there(tables.tickets, rows.ticket_values(ticket)):
            return False
        self._done("ticket_written")
        contact = {"ticket_number": ticket.number, "name": ticket.contact.name, "phone": ticket.contact.phone}
        self._connection.execute(_insert(tables.contacts), contact)
        self._done("contact_written")
        self._append_clocks(ticket, 0)
        self._append_history(ticket, 0)
        return True

    def ticket(self, number: str) -> Ticket | None:
        found = _read(self._connection, _locking_one(), {"of": number})
        return found[0] if found else None

    def save_ticket(self, before: Ticket, after: Ticket) -> Ticket:
        after = replace(after, version=next_version(before, after))
        old, new = rows.ticket_values(before), rows.ticket_values(after)
        changed = {name: value for name, value in new.items() if value != old[name]}
        if changed:  # nothing does when somebody only saw personal data
            statement = _change_one(tables.tickets, tuple(changed))
            self._connection.execute(statement, {"of_number": before.number, **changed})
        if after.contact != before.contact:
            whose = tables.contacts.c.ticket_number == before.number
            known = {"name": after.contact.name, "phone": after.contact.phone}
            if self._connection.execute(update(tables.contacts).where(whose).values(known)).rowcount == 0:
                self._connection.execute(insert(tables.contacts), {"ticket_number": before.number, **known})
        self._done("ticket_written")
        for position, (was, now) in enumerate(zip(before.clocks, after.clocks, strict=False)):
            if was != now:
                values = rows.clock_values(before.number, position, now)
                old = {"of_ticket_number": values.pop("ticket_number"), "of_position": values.pop("position")}
                self._connection.execute(_change_one(tables.clocks, tuple(values)), {**old, **values})
        self._append_clocks(after, len(before.clocks))
        self._append_history(after, len(before.history))
        return after

    def add_event(self, event: TicketEvent) -> None:
        self.add_events((event,))

    def add_events(self, events: Sequence[TicketEvent]) -> None:
        if events:
            self._connection.execute(_insert(tables.outbox), [rows.event_values(event) for event in events])
        self._done("event_written")

    def _append_clocks(self, ticket: Ticket, start: int) -> None:
        added = [rows.clock_values(ticket.number, at, clock) for at, clock in enumerate(ticket.clocks[start:], start)]
        if added:
            self._connection.execute(_insert(tables.clocks), added)
        self._done("clocks_written")

    def _append_history(self, ticket: Ticket, start: int) -> None:
        new = enumerate(ticket.history[start:], start)
        added = [rows.history_values(ticket.number, at, entry, ticket.unit) for at, entry in new]
        if added:
            self._connection.execute(_insert(tables.history), added)
        self._done("history_written")

    def _insert_unless_there(self, table: Table, values: rows.Values) -> bool:
        """Inserts, waiting for a transaction that inserts the same key; False when the key is there."""
        statement = _insert_or_nothing(table, self._connection.dialect.name)
        return self._connection.execute(statement, values).first() is not None


@cache
def _insert_or_nothing(table: Table, dialect_name: str) -> Any:
    """Built once a table: putting a statement together costs more than running it."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)


@cache
def _complete_command() -> Any:
    table = tables.commands
    this = (table.c.kind == bindparam("of_kind")) & (table.c.idempotency_key == bindparam("of_key"))
    return update(table).where(this).values(ticket_number=bindparam("ticket_number"))


@cache
def _belonging_to_one(table: Table) -> Any:
    whose = table.c.ticket_number == bindparam("number")
    return select(table).where(whose).order_by(*table.primary_key.columns)


@cache
def _insert(table: Table) -> Any:
    return insert(table)


@cache
def _locking_one() -> Any:
    return select(tables.tickets).where(tables.tickets.c.number == bindparam("of")).with_for_update()


@lru_cache(maxsize=200)
def _change_one(table: Table, changed: tuple[str, ...]) -> Any:
    """Changes these columns of the row whose key is given as `of_<column>`."""
    these = and_(*(column == bindparam(f"of_{column.name}") for column in table.primary_key.columns))
    return update(table).where(these).values({name: bindparam(name) for name in changed})


def _read(connection: Connection, query: Any, values: rows.Values | None = None) -> list[Ticket]:
    """The tickets of a query on the tickets table, each with all that belongs to it."""
    found: Sequence[Row[Any]] = connection.execute(query, values).all()
    if not found:
        return []
    numbers = [row.number for row in found]
    contacts = {
        row.ticket_number: Contact(row.name, row.phone) for row in _belonging(connection, tables.contacts, numbers)
    }
    clocks: defaultdict[str, list[Clock]] = defaultdict(list)
    for row in _belonging(connection, tables.clocks, numbers):
        clocks[row.ticket_number].append(rows.clock_of(row))
    entries: defaultdict[str, list[HistoryEntry]] = defaultdict(list)
    for row in _belonging(connection, tables.history, numbers):
        entries[row.ticket_number].append(rows.entry_of(row))
    return [
        rows.ticket_of(row, contacts.get(row.number, Contact()), clocks[row.number], entries[row.number])
        for row in found
    ]


def _belonging(connection: Connection, table: Table, numbers: list[str]) -> Sequence[Row[Any]]:
    if len(numbers) == 1:
        return connection.execute(_belonging_to_one(table), {"number": numbers[0]}).all()
    found: list[Row[Any]] = []
    for part in batched(numbers, _NUMBERS_A_QUERY):
        query = select(table).where(table.c.ticket_number.in_(part)).order_by(*table.primary_key.columns)
        found += connection.execute(query).all()
    return found
