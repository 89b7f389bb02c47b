"""The queries of staff's lists: which tickets, in which order, from where on.

A list by deadline walks the clocks that still wait for an answer in the order of their dates and looks at each one's
ticket, so that a page costs by its length and not by what is stored. SQLite has no figures to see that by: the walk is
said as a condition on each clock, which it cannot turn round. Only where few tickets have the wanted status are those
looked up first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, false, func, literal, or_, select, text

from tickets.adapters.tables import WAITING, clocks, contacts, tickets
from tickets.adapters.tables_staff import phone_digits
from tickets.domain.vocabulary import FINISHED
from tickets.service.staff_ports import Sight, StaffFilter

_EQUAL = ("unit", "nature", "category", "level", "district", "street", "community", "grid", "parent")
_FEW = 1000
"""Fewer tickets than this are looked up in less time than the walk may take to meet a page of them."""
_FINISHED = [str(status) for status in sorted(FINISHED)]
_WAITING = text(WAITING)  # in the words of the partial indexes, so that both databases use them


def page(connection: Connection, filters: StaffFilter, now: datetime) -> Select[Any]:
    """The query of one page: numbers and the moments they are ordered by.

    Args:
        connection: asked whether few tickets have the wanted status.
    """
    return _by_deadline(connection, filters, now) if filters.order == "due" else _by_filing(filters, now)


def _by_filing(filters: StaffFilter, now: datetime) -> Select[Any]:
    number, at = tickets.c.number, tickets.c.filed_at
    query = select(number, at).where(*_conditions(filters)).order_by(at.desc(), number.desc()).limit(filters.limit)
    if filters.overdue:
        query = query.join(clocks, clocks.c.ticket_number == number).where(_WAITING, clocks.c.due_at < now)
    if filters.after is not None:
        last, behind = filters.after
        query = query.where(at <= last, or_(at < last, number < behind))
    return query


def _by_deadline(connection: Connection, filters: StaffFilter, now: datetime) -> Select[Any]:
    number, at = clocks.c.ticket_number, clocks.c.due_at
    query = select(number, at).where(_WAITING).order_by(at, number).limit(filters.limit)
    if filters.statuses:  # what is finished waits for no answer
        filters = replace(filters, statuses=tuple(one for one in filters.statuses if one not in _FINISHED))
        if not filters.statuses:
            return query.where(false())
    if filters.unit is not None:  # it owes the clock to the answer
        query = query.where(clocks.c.unit == filters.unit)
    conditions = list(_conditions(filters))
    if conditions and filters.statuses and _are_few(connection, filters.statuses):
        query = query.where(number.in_(select(tickets.c.number).where(*conditions)))
    elif conditions:
        query = query.where(exists().where(tickets.c.number == number, *conditions))
    if filters.overdue:
        query = query.where(at < now)
    if filters.after is not None:
        last, behind = filters.after
        query = query.where(at >= last, or_(at > last, number > behind))
    return query


def _are_few(connection: Connection, statuses: tuple[str, ...]) -> bool:
    some = select(tickets.c.number).where(tickets.c.status.in_(statuses)).limit(_FEW).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) < _FEW


def _conditions(filters: StaffFilter) -> Iterator[ColumnElement[bool]]:
    table = tickets.c
    if filters.sight is not None:
        yield _seen(filters.sight)
    if filters.statuses:
        yield table.status.in_(filters.statuses)
    for name in _EQUAL:
        value = getattr(filters, name)
        if value is not None:
            yield table[name] == value
    if filters.categorised is not None:
        yield table.category.is_not(None) if filters.categorised else table.category.is_(None)
    if filters.emergency is not None:
        yield table.emergency.is_(filters.emergency)
    if filters.open is not None:
        yield table.status.not_in(_FINISHED) if filters.open else table.status.in_(_FINISHED)
    if filters.filed_from is not None:
        yield table.filed_at >= filters.filed_from
    if filters.filed_until is not None:
        yield table.filed_at < filters.filed_until
    if filters.phone is not None:
        yield table.number.in_(select(contacts.c.ticket_number).where(phone_digits == literal(filters.phone)))
    if filters.text is not None:
        for word in filters.text.split():
            pattern = f"%{_plain(word)}%"
            yield table.description.ilike(pattern, escape="\\") | table.place_text.ilike(pattern, escape="\\")


def _seen(sight: Sight) -> ColumnElement[bool]:
    """Own tickets, parts of own tickets, and tickets with an own part; and what lies in the area."""
    other = tickets.alias("other")
    own = [
        tickets.c.unit == sight.unit,
        exists().where(other.c.number == tickets.c.parent, other.c.unit == sight.unit),
        exists().where(other.c.parent == tickets.c.number, other.c.unit == sight.unit),
    ]
    if sight.area is not None and sight.area_kind is not None:
        own.append(tickets.c[sight.area_kind] == sight.area)
    return or_(*own)


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
