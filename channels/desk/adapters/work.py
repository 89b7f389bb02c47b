"""Cases, notes, alerts and canned replies in SQL, for SQLite and PostgreSQL alike.

A case is changed while its row is held, by a function of what it is then: two that change it at once follow one
another, on one gateway or on several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from channels.adapters.runners import Runner, ping
from channels.adapters.tables import conversations, messages
from channels.desk.adapters.tables import alerts, canned, cases, leases, notes
from channels.desk.cases import Case
from channels.desk.ports import ChangeCase, Standing
from channels.desk.records import Alert, Canned, LastWord, Note
from channels.handoff.tables import handoffs

_LISTS = ("participants", "tried", "tickets")
_MOST_NOTES = 500


class SqlWorkStore:
    """WorkStore on a runner of transactions."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def add_case(self, case: Case) -> bool:
        return await self._add(cases, _case_row(case), cases.c.handoff_id == case.handoff_id)

    async def case(self, handoff_id: str) -> Case | None:
        statement = sa.select(cases).where(cases.c.handoff_id == handoff_id)
        return await self._runner.run(lambda connection: _case(connection.execute(statement).one_or_none()))

    async def open_case_of(self, conversation_id: str) -> Case | None:
        return await self._latest(cases.c.conversation_id == conversation_id, cases.c.state != "ended")

    async def last_case_of(self, conversation_id: str) -> Case | None:
        return await self._latest(cases.c.conversation_id == conversation_id)

    async def change_case(self, handoff_id: str, change: ChangeCase) -> Case | None:
        wanted = cases.c.handoff_id == handoff_id

        def work(connection: Connection) -> Case | None:
            before = _case(connection.execute(sa.select(cases).where(wanted).with_for_update()).one_or_none())
            after = None if before is None else change(before)
            if after is None or after == before:
                return after
            connection.execute(sa.update(cases).where(wanted).values(_case_row(after)))
            return after

        return await self._runner.run(work)

    async def open_cases(self) -> list[Case]:
        return await self._cases(sa.select(cases).where(cases.c.state != "ended").order_by(cases.c.opened_at))

    async def cases_since(self, since: datetime) -> list[Case]:
        wanted = sa.or_(cases.c.opened_at >= since, cases.c.state != "ended")
        return await self._cases(sa.select(cases).where(wanted).order_by(cases.c.opened_at))

    async def last_ended(self, limit: int) -> list[Case]:
        done = sa.select(cases).where(cases.c.state == "ended", cases.c.first_accepted_at.is_not(None))
        return await self._cases(done.order_by(cases.c.opened_at.desc()).limit(limit))

    async def cases_of_caller(self, caller_key: str, limit: int) -> list[Case]:
        of_caller = sa.select(cases).where(cases.c.caller_key == caller_key)
        return await self._cases(of_caller.order_by(cases.c.opened_at.desc()).limit(limit))

    async def last_words(self, conversation_ids: Sequence[str]) -> dict[str, LastWord]:
        last = sa.and_(messages.c.conversation_id == conversations.c.id, messages.c.seq == conversations.c.last_seq)
        statement = (
            sa.select(
                conversations.c.id,
                conversations.c.owner,
                conversations.c.owner_version,
                conversations.c.last_seq,
                messages.c.sender,
                messages.c.text,
                messages.c.at,
            )
            .select_from(sa.outerjoin(conversations, messages, last))
            .where(conversations.c.id.in_(list(conversation_ids)))
        )

        def work(connection: Connection) -> dict[str, LastWord]:
            return {
                row.id: LastWord(row.owner, row.owner_version, row.last_seq, row.sender, row.text or "", row.at)
                for row in connection.execute(statement)
            }

        return await self._runner.run(work) if conversation_ids else {}

    async def astray(self) -> list[tuple[Case, Standing]]:
        other_state = sa.or_(
            handoffs.c.state == "ended",
            sa.and_(handoffs.c.state == "accepted", cases.c.state == "waiting"),
            sa.and_(handoffs.c.state == "waiting", cases.c.state == "active"),
            sa.and_(handoffs.c.state == "accepted", handoffs.c.agent_id != cases.c.agent_id),
        )
        standing = (handoffs.c.state.label("standing"), handoffs.c.agent_id.label("with_agent"), handoffs.c.ended)
        statement = (
            sa.select(cases, *standing)
            .join(handoffs, handoffs.c.id == cases.c.handoff_id)
            .where(cases.c.state != "ended", other_state)
        )

        def work(connection: Connection) -> list[tuple[Case, Standing]]:
            found = []
            for row in connection.execute(statement):
                fields = dict(row._mapping)
                now = Standing(fields.pop("standing"), fields.pop("with_agent"), fields.pop("ended"))
                found.append((_case_of(fields), now))
            return found

        return await self._runner.run(work)

    async def add_note(self, note: Note) -> bool:
        known = sa.and_(notes.c.conversation_id == note.conversation_id, notes.c.id == note.id)
        return await self._add(notes, asdict(note), known)

    async def notes(self, conversation_id: str) -> list[Note]:
        statement = sa.select(notes).where(notes.c.conversation_id == conversation_id)
        latest = statement.order_by(notes.c.at.desc(), notes.c.id).limit(_MOST_NOTES)
        found = await self._runner.run(lambda connection: [Note(**row._mapping) for row in connection.execute(latest)])
        return found[::-1]

    async def add_alert(self, alert: Alert) -> bool:
        return await self._add(alerts, _alert_row(alert), alerts.c.id == alert.id)

    async def alert(self, alert_id: str) -> Alert | None:
        statement = sa.select(alerts).where(alerts.c.id == alert_id)
        return await self._runner.run(lambda connection: _alert(connection.execute(statement).one_or_none()))

    async def change_alert(self, alert_id: str, change: Callable[[Alert], Alert | None]) -> Alert | None:
        wanted = alerts.c.id == alert_id

        def work(connection: Connection) -> Alert | None:
            before = _alert(connection.execute(sa.select(alerts).where(wanted).with_for_update()).one_or_none())
            after = None if before is None else change(before)
            if after is not None:
                connection.execute(sa.update(alerts).where(wanted).values(_alert_row(after)))
            return after

        return await self._runner.run(work)

    async def open_alerts(self) -> list[Alert]:
        statement = sa.select(alerts).where(alerts.c.acknowledged_at.is_(None)).order_by(alerts.c.at)

        def work(connection: Connection) -> list[Alert]:
            return [found for row in connection.execute(statement) if (found := _alert(row)) is not None]

        return await self._runner.run(work)

    async def canned(self) -> list[Canned]:
        columns = (canned.c.id, canned.c.group, canned.c.shortcut, canned.c.texts, canned.c.removed)
        statement = sa.select(*columns).order_by(canned.c.id)
        return await self._runner.run(
            lambda connection: [Canned(**row._mapping) for row in connection.execute(statement)]
        )

    async def put_canned(self, reply: Canned, by: str, at: datetime) -> None:
        row = {**asdict(reply), "texts": dict(reply.texts), "by": by, "at": at}

        def work(connection: Connection) -> None:
            if connection.execute(sa.update(canned).where(canned.c.id == reply.id).values(row)).rowcount == 0:
                connection.execute(sa.insert(canned), row)

        await self._runner.run(work)

    async def take_lease(self, name: str, holder: str, at: datetime, until: datetime) -> bool:
        free = sa.or_(leases.c.until < at, leases.c.holder == holder)
        renew = sa.update(leases).where(leases.c.name == name, free).values(holder=holder, until=until)
        known = sa.select(leases.c.name).where(leases.c.name == name)

        def work(connection: Connection) -> bool:
            if connection.execute(renew).rowcount == 1:
                return True
            if connection.execute(known).first() is not None:
                return False
            connection.execute(sa.insert(leases), {"name": name, "holder": holder, "until": until})
            return True

        try:
            return await self._runner.run(work)
        except IntegrityError:  # another gateway made the row in the same moment
            return False

    async def ping(self) -> None:
        await self._runner.run(ping)

    async def _add(self, table: sa.Table, row: dict[str, Any], known: sa.ColumnElement[bool]) -> bool:
        """Inserts once; two at the same moment are told apart by the primary key."""

        def work(connection: Connection) -> bool:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).where(known)).first() is not None:
                return False
            connection.execute(sa.insert(table), row)
            return True

        return await self._runner.run(work)

    async def _latest(self, *where: sa.ColumnElement[bool]) -> Case | None:
        statement = sa.select(cases).where(*where).order_by(cases.c.opened_at.desc()).limit(1)
        return await self._runner.run(lambda connection: _case(connection.execute(statement).one_or_none()))

    async def _cases(self, statement: sa.Select[Any]) -> list[Case]:
        def work(connection: Connection) -> list[Case]:
            return [found for row in connection.execute(statement) if (found := _case(row)) is not None]

        return await self._runner.run(work)


def _case(row: sa.Row[Any] | None) -> Case | None:
    if row is None:
        return None
    return _case_of(dict(row._mapping))


def _case_of(fields: dict[str, Any]) -> Case:
    return Case(**{**fields, **{name: tuple(fields[name]) for name in _LISTS}})


def _case_row(case: Case) -> dict[str, Any]:
    row = {name: getattr(case, name) for name in Case.__slots__}
    return {**row, "request": dict(case.request), **{name: list(row[name]) for name in _LISTS}}


def _alert(row: sa.Row[Any] | None) -> Alert | None:
    return None if row is None else Alert(**{**row._mapping, "numbers": tuple(row.numbers)})


def _alert_row(alert: Alert) -> dict[str, Any]:
    return {**asdict(alert), "numbers": list(alert.numbers)}
