"""Reads whole tickets: the row, and what belongs to it in other tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select

from tickets.adapters import rows, tables
from tickets.adapters.prepared import Call, Prepared, run
from tickets.domain.clocks import Clock
from tickets.domain.people import Contact
from tickets.domain.ticket import HistoryEntry, Ticket

_NUMBERS_A_QUERY = 500


def _belonging_to_one(table: Table) -> Prepared:
    whose = table.c.ticket_number == bindparam("number")
    return Prepared(lambda _: select(table).where(whose).order_by(*table.primary_key.columns))


_ONE = select(tables.tickets).where(tables.tickets.c.number == bindparam("number"))
_READ, _LOCK = Prepared(lambda _: _ONE), Prepared(lambda _: _ONE.with_for_update())
_PARTS = tuple(_belonging_to_one(table) for table in (tables.contacts, tables.clocks, tables.history))


def calls_for_one(number: str, *, lock: bool) -> tuple[Call, ...]:
    """The statements that read one ticket; its row comes first, so that with `lock` what belongs to it is read once
    nobody else can change it."""
    return tuple(Call(statement, {"number": number}) for statement in (_LOCK if lock else _READ, *_PARTS))


def ticket_from(results: Sequence[list[Any]]) -> Ticket | None:
    """The ticket in the rows of `calls_for_one`; None when there is no such ticket."""
    found, contacts, clocks, entries = results
    if not found:
        return None
    contact = Contact(contacts[0].name, contacts[0].phone) if contacts else Contact()
    return rows.ticket_of(found[0], contact, map(rows.clock_of, clocks), map(rows.entry_of, entries))


def read_one(connection: Connection, number: str) -> Ticket | None:
    """One ticket, without a lock."""
    return ticket_from(run(connection, calls_for_one(number, lock=False)))


def read_many(connection: Connection, query: Any) -> list[Ticket]:
    """The tickets of a query on the tickets table, in its order."""
    found: Sequence[Row[Any]] = connection.execute(query).all()
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


def _belonging(connection: Connection, table: Table, numbers: list[str]) -> Iterable[Row[Any]]:
    for part in batched(numbers, _NUMBERS_A_QUERY):
        query = select(table).where(table.c.ticket_number.in_(part)).order_by(*table.primary_key.columns)
        yield from connection.execute(query).all()
