"""Accounts, sessions, presence and shifts in SQL, for SQLite and PostgreSQL alike.

Each method is one transaction of the runner. Password hashes and secrets go in and out of here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date as calendar_date
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.runners import Runner
from channels.desk.adapters.tables import agents, audit, failures, presences, sessions, shifts
from channels.desk.errors import AgentNotFound, LastAdministrator, NameTaken
from channels.desk.people import Credentials, DeskAgent, Presence, PresenceState, Session
from channels.desk.shifts import Shift

_FAILURES_KEPT = timedelta(days=1)
_SECRETS = ("password_hash", "totp_secret", "totp_pending", "totp_last_step")
_public = [column for column in agents.c if column.name not in _SECRETS]
_with_totp = [*_public, agents.c.totp_secret.is_not(None).label("totp")]


class SqlAccountStore:
    """AccountStore on a runner of transactions."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def add(self, agent: DeskAgent, password_hash: str | None) -> None:
        def work(connection: Connection) -> None:
            taken = sa.select(agents.c.id).where(agents.c.username == agent.username)
            if connection.execute(taken).first() is not None:
                raise NameTaken
            row = {**_row(agent), "password_hash": password_hash, "totp_last_step": 0}
            connection.execute(sa.insert(agents), row)

        await self._runner.run(work)

    async def change(
        self, agent_id: str, change: Callable[[DeskAgent], DeskAgent], password_hash: str | None = None
    ) -> DeskAgent:
        def work(connection: Connection) -> DeskAgent:
            before = _one(connection, agents.c.id == agent_id, lock=True)
            if before is None:
                raise AgentNotFound
            after = replace(change(before), id=before.id, username=before.username, created_at=before.created_at)
            if _runs(before) and not _runs(after) and not _others_run(connection, agent_id):
                raise LastAdministrator
            values = _row(after) if password_hash is None else {**_row(after), "password_hash": password_hash}
            connection.execute(sa.update(agents).where(agents.c.id == agent_id).values(values))
            return after

        return await self._runner.run(work)

    async def agents(self) -> list[DeskAgent]:
        statement = sa.select(*_with_totp).order_by(agents.c.created_at, agents.c.username)
        return await self._runner.run(lambda connection: [_agent(row) for row in connection.execute(statement)])

    async def agent(self, agent_id: str) -> DeskAgent:
        found = await self._runner.run(lambda connection: _one(connection, agents.c.id == agent_id))
        if found is None:
            raise AgentNotFound
        return found

    async def by_username(self, username: str) -> tuple[DeskAgent, Credentials] | None:
        statement = sa.select(agents, agents.c.totp_secret.is_not(None).label("totp")).where(
            agents.c.username == username
        )

        def work(connection: Connection) -> tuple[DeskAgent, Credentials] | None:
            row = connection.execute(statement).one_or_none()
            if row is None:
                return None
            secrets = Credentials(row.password_hash, row.totp_secret, row.totp_last_step)
            return _agent(row), secrets

        return await self._runner.run(work)

    async def by_subject(self, subject: str) -> DeskAgent | None:
        return await self._runner.run(lambda connection: _one(connection, agents.c.subject == subject))

    async def take_step(self, agent_id: str, step: int) -> bool:
        later = agents.c.totp_last_step < step
        statement = sa.update(agents).where(agents.c.id == agent_id, later).values(totp_last_step=step)
        return await self._runner.run(lambda connection: connection.execute(statement).rowcount == 1)

    async def pend_totp(self, agent_id: str, secret: str) -> None:
        await self._set(agent_id, totp_pending=secret)

    async def pending_totp(self, agent_id: str) -> str | None:
        statement = sa.select(agents.c.totp_pending).where(agents.c.id == agent_id)
        return await self._runner.run(lambda connection: connection.execute(statement).scalar_one_or_none())

    async def set_totp(self, agent_id: str, secret: str | None) -> None:
        await self._set(agent_id, totp_secret=secret, totp_pending=None)

    async def begin_session(self, session: Session) -> None:
        row = {
            "id": session.id,
            "agent_id": session.agent_id,
            "created_at": session.created_at,
            "seen_at": session.seen_at,
            "expires_at": session.expires_at,
        }
        old = sa.delete(sessions).where(sessions.c.expires_at < session.created_at)

        def work(connection: Connection) -> None:
            connection.execute(old)
            connection.execute(sa.insert(sessions), row)

        await self._runner.run(work)

    async def session(self, session_id: str) -> tuple[Session, DeskAgent] | None:
        of_agent = sa.select(
            sessions.c.id.label("session_id"),
            sessions.c.created_at.label("begun_at"),
            sessions.c.seen_at,
            sessions.c.expires_at,
            *_with_totp,
        ).join(agents, agents.c.id == sessions.c.agent_id)
        statement = of_agent.where(sessions.c.id == session_id, agents.c.disabled.is_(False))

        def work(connection: Connection) -> tuple[Session, DeskAgent] | None:
            row = connection.execute(statement).one_or_none()
            if row is None:
                return None
            session = Session(row.session_id, row.id, row.begun_at, row.seen_at, row.expires_at)
            return session, _agent(row)

        return await self._runner.run(work)

    async def touch_session(self, session_id: str, at: datetime) -> None:
        await self._do(sa.update(sessions).where(sessions.c.id == session_id).values(seen_at=at))

    async def end_session(self, session_id: str) -> None:
        await self._do(sa.delete(sessions).where(sessions.c.id == session_id))

    async def end_sessions(self, agent_id: str, but: str | None = None) -> None:
        await self._do(sa.delete(sessions).where(sessions.c.agent_id == agent_id, sessions.c.id != (but or "")))

    async def failures(self, username: str) -> tuple[int, datetime] | None:
        statement = sa.select(failures.c["count"], failures.c.last_at).where(failures.c.username == username)

        def work(connection: Connection) -> tuple[int, datetime] | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else (int(row[0]), row[1])

        return await self._runner.run(work)

    async def add_failure(self, username: str, at: datetime) -> None:
        more = sa.update(failures).where(failures.c.username == username)
        more = more.values(count=failures.c["count"] + 1, last_at=at)
        old = sa.delete(failures).where(failures.c.last_at < at - _FAILURES_KEPT)

        def work(connection: Connection) -> None:
            connection.execute(old)
            if connection.execute(more).rowcount == 0:
                connection.execute(sa.insert(failures), {"username": username, "count": 1, "last_at": at})

        await self._runner.run(work)

    async def clear_failures(self, username: str) -> None:
        await self._do(sa.delete(failures).where(failures.c.username == username))

    async def presences(self) -> dict[str, Presence]:
        statement = sa.select(presences)
        return await self._runner.run(
            lambda connection: {row.agent_id: Presence(**row._mapping) for row in connection.execute(statement)}
        )

    async def set_presence(self, agent_id: str, state: PresenceState, at: datetime) -> None:
        known = sa.update(presences).where(presences.c.agent_id == agent_id)

        def work(connection: Connection) -> None:
            if connection.execute(known.values(state=state, since=at, seen_at=at)).rowcount == 0:
                row = {"agent_id": agent_id, "state": state, "since": at, "seen_at": at}
                connection.execute(sa.insert(presences), row)

        await self._runner.run(work)

    async def seen(self, agent_ids: Sequence[str], at: datetime) -> None:
        await self._do(sa.update(presences).where(presences.c.agent_id.in_(list(agent_ids))).values(seen_at=at))

    async def assigned(self, agent_id: str, at: datetime) -> None:
        await self._do(sa.update(presences).where(presences.c.agent_id == agent_id).values(assigned_at=at))

    async def shifts(self) -> dict[str, tuple[Shift, ...]]:
        statement = sa.select(shifts).order_by(shifts.c.agent_id, shifts.c.starts)

        def work(connection: Connection) -> dict[str, tuple[Shift, ...]]:
            found: dict[str, tuple[Shift, ...]] = {}
            for row in connection.execute(statement):
                on = calendar_date.fromisoformat(row.date) if row.date else None
                starts, ends = time.fromisoformat(row.starts), time.fromisoformat(row.ends)
                shift = Shift(starts, ends, frozenset(row.weekdays), on)
                found[row.agent_id] = (*found.get(row.agent_id, ()), shift)
            return found

        return await self._runner.run(work)

    async def set_shifts(self, agent_id: str, shifts_of: Sequence[Shift]) -> None:
        def work(connection: Connection) -> None:
            connection.execute(sa.delete(shifts).where(shifts.c.agent_id == agent_id))
            if shifts_of:
                connection.execute(sa.insert(shifts), [_shift_row(agent_id, shift) for shift in shifts_of])

        await self._runner.run(work)

    async def note_deed(self, at: datetime, agent_id: str | None, deed: str, subject: str, detail: str) -> None:
        row = {"at": at, "agent_id": agent_id, "deed": deed, "subject": subject[:120], "detail": detail[:2000]}
        await self._runner.run(lambda connection: connection.execute(sa.insert(audit), row))

    async def deeds(self, since: datetime, limit: int) -> list[Mapping[str, Any]]:
        statement = sa.select(audit).where(audit.c.at >= since).order_by(audit.c.id.desc()).limit(limit)
        return await self._runner.run(lambda connection: [dict(row._mapping) for row in connection.execute(statement)])

    async def _set(self, agent_id: str, **values: object) -> None:
        await self._do(sa.update(agents).where(agents.c.id == agent_id).values(**values))

    async def _do(self, statement: sa.Update | sa.Delete) -> None:
        await self._runner.run(lambda connection: connection.execute(statement))


def _one(connection: Connection, where: sa.ColumnElement[bool], lock: bool = False) -> DeskAgent | None:
    statement = sa.select(*_with_totp).where(where)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else _agent(row)


def _agent(row: sa.Row[Any]) -> DeskAgent:
    return DeskAgent(
        row.id,
        row.username,
        row.name,
        row.role,
        row.unit,
        tuple(row.languages),
        tuple(row.topics),
        row.capacity,
        row.created_at,
        row.disabled,
        bool(row.totp),
        row.subject,
    )


def _row(agent: DeskAgent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "username": agent.username,
        "name": agent.name,
        "role": agent.role,
        "unit": agent.unit,
        "languages": list(agent.languages),
        "topics": list(agent.topics),
        "capacity": agent.capacity,
        "created_at": agent.created_at,
        "disabled": agent.disabled,
        "subject": agent.subject,
    }


def _runs(agent: DeskAgent) -> bool:
    return agent.role == "administrator" and not agent.disabled


def _others_run(connection: Connection, agent_id: str) -> bool:
    statement = sa.select(agents.c.id).where(
        agents.c.role == "administrator", agents.c.disabled.is_(False), agents.c.id != agent_id
    )
    return connection.execute(statement.with_for_update()).first() is not None


def _shift_row(agent_id: str, shift: Shift) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "agent_id": agent_id,
        "weekdays": sorted(shift.days),
        "date": shift.on.isoformat() if shift.on else None,
        "starts": shift.starts.isoformat("minutes"),
        "ends": shift.ends.isoformat("minutes"),
    }
