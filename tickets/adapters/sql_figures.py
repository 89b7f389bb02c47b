"""Counts what units did, in SQL: three passes over one period, whatever is stored beside it.

It counts; what the numbers mean is `tickets.domain.figures`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, case, cast, func, select, text

from tickets.adapters.tables import JUDGED, clocks, history, tickets
from tickets.domain.clocks import ClockKind
from tickets.domain.figures import UnitCounts
from tickets.domain.vocabulary import Command, Status

_DROPPED = (str(Status.WITHDRAWN), str(Status.MERGED))


def counts(
    connection: Connection, since: datetime, until: datetime, now: datetime, unit: str | None
) -> list[UnitCounts]:
    """See `StaffStore.counts`."""
    found: dict[str, UnitCounts] = {}
    for query in (_of_tickets(since, until, unit), _of_clocks(since, until, now, unit), _of_acts(since, until, unit)):
        for row in connection.execute(query):
            counted: dict[str, Any] = dict(row._mapping)
            name = counted.pop("unit")
            known = found.get(name) or UnitCounts(name)
            found[name] = known.plus(**{key: int(value or 0) for key, value in counted.items()})
    return [found[name] for name in sorted(found)]


def _of_tickets(since: datetime, until: datetime, unit: str | None) -> Select[Any]:
    table = tickets.c
    closed = table.status == str(Status.CLOSED)
    return (
        select(
            table.unit,
            func.count().label("filed"),
            _sum(table.status.in_(_DROPPED)).label("dropped"),
            _sum(closed).label("closed"),
            _sum(closed & table.solved.is_(False)).label("closed_unsolved"),
            _sum(table.solved.is_not(None)).label("answered_solved"),
            _sum(table.solved.is_(True)).label("said_solved"),
            _sum(table.satisfied.is_not(None)).label("answered_satisfied"),
            _sum(table.satisfied.is_(True)).label("said_satisfied"),
            func.sum(table.urged).label("urged"),
        )
        .where(*_filed(since, until, unit))
        .group_by(table.unit)
    )


def _of_clocks(since: datetime, until: datetime, now: datetime, unit: str | None) -> Select[Any]:
    clock = clocks.c
    waits = clock.met_at.is_(None) & clock.stopped_at.is_(None) & tickets.c.status.not_in((str(Status.SUSPENDED),))
    return (
        select(
            tickets.c.unit,
            _sum(clock.met_at.is_not(None) & (clock.met_at <= clock.due_at)).label("answered_in_time"),
            _sum(clock.met_at.is_not(None) & (clock.met_at > clock.due_at)).label("answered_late"),
            _sum(waits & (clock.due_at < now)).label("overdue"),
        )
        .join(clocks, and_(clock.ticket_number == tickets.c.number, clock.kind == str(ClockKind.HANDLE)))
        .where(*_filed(since, until, unit), tickets.c.status.not_in(_DROPPED))
        .group_by(tickets.c.unit)
    )


def _of_acts(since: datetime, until: datetime, unit: str | None) -> Select[Any]:
    act = history.c
    undone = and_(act.before == str(Status.CLOSED), act.command.in_((str(Command.DISPUTE), str(Command.REOPEN))))
    query = select(
        act.unit,
        _sum(act.command == str(Command.RETURN)).label("returns"),
        _sum(act.command == str(Command.REFUSE_RETURN)).label("unjustified_returns"),
        _sum(act.command == str(Command.ASK_EXTENSION)).label("extensions"),
        _sum(act.command == str(Command.REFUSE_EXTENSION)).label("unjustified_extensions"),
        _sum(undone).label("reopened_after_closing"),
    ).where(text(f"ticket_history.{JUDGED}"), act.at >= since, act.at < until)  # word for word as in the index
    if unit is not None:
        query = query.where(act.unit == unit)
    return query.group_by(act.unit)


def _filed(since: datetime, until: datetime, unit: str | None) -> list[ColumnElement[bool]]:
    conditions = [tickets.c.filed_at >= since, tickets.c.filed_at < until]
    return [*conditions, tickets.c.unit == unit] if unit is not None else conditions


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)
