"""Keeps who writes through WeChat, and who of our processes is telling them something just now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from channels.adapters.sql import SqlConversationStore
from channels.adapters.tables import conversations
from channels.wechat.tables import people


@dataclass(frozen=True, slots=True)
class Person:
    """One citizen of one account.

    Attributes:
        seen_at: the last message or use; WeChat's windows of 48 and 2 hours count from it.
        sent_seq: up to this message everything was told.
        gone: unsubscribed; nothing can be sent.
    """

    appid: str
    openid: str
    conversation_id: str
    seen_at: datetime
    sent_seq: int = 0
    unionid: str | None = None
    gone: bool = False


_COLUMNS = [people.c[name] for name in Person.__slots__]


class PeopleRows:
    """The table of one account's people."""

    def __init__(self, store: SqlConversationStore, appid: str) -> None:
        self._store = store
        self._appid = appid

    async def add(self, person: Person) -> Person:
        """Stores a new person; when there is one already (two messages at once), gives that one."""
        values = asdict(person)

        def work(connection: Connection) -> Person:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            connection.execute(dialect.insert(people).values(values).on_conflict_do_nothing())
            return _person(connection.execute(sa.select(*_COLUMNS).where(self._is(person.openid))).one())

        return await self._store.transaction(work)

    async def of(self, openid: str) -> Person | None:
        return await self._one(self._is(openid))

    async def of_conversation(self, conversation_id: str) -> Person | None:
        return await self._one((people.c.appid == self._appid) & (people.c.conversation_id == conversation_id))

    async def seen(self, openid: str, at: datetime, *, gone: bool = False) -> None:
        """Notes that somebody wrote, or (gone) unsubscribed."""
        await self._change(self._is(openid), seen_at=at, gone=gone)

    async def told(self, openid: str, seq: int) -> None:
        """Notes that everything up to `seq` was told; never goes back."""
        await self._change(self._is(openid) & (people.c.sent_seq < seq), sent_seq=seq)

    async def claim(self, openid: str, now: datetime, lease: timedelta) -> Person | None:
        """The person, kept from other processes for `lease`; None while another one tells them something."""
        free = people.c.sending_until.is_(None) | (people.c.sending_until <= now)

        def work(connection: Connection) -> Person | None:
            taken = sa.update(people).where(self._is(openid), free).values(sending_until=now + lease)
            if connection.execute(taken).rowcount == 0:
                return None
            return _person(connection.execute(sa.select(*_COLUMNS).where(self._is(openid))).one())

        return await self._store.transaction(work)

    async def release(self, openid: str) -> None:
        await self._change(self._is(openid), sending_until=None)

    async def behind(self, since: datetime, limit: int) -> list[Person]:
        """People who were here after `since` and have not heard everything."""
        query = (
            sa.select(*_COLUMNS)
            .join(conversations, conversations.c.id == people.c.conversation_id)
            .where(
                people.c.appid == self._appid,
                people.c.seen_at > since,
                people.c.gone.is_(False),
                conversations.c.last_seq > people.c.sent_seq,
            )
            .order_by(people.c.seen_at)
            .limit(limit)
        )

        def work(connection: Connection) -> list[Person]:
            return [_person(row) for row in connection.execute(query)]

        return await self._store.transaction(work)

    def _is(self, openid: str) -> sa.ColumnElement[bool]:
        return (people.c.appid == self._appid) & (people.c.openid == openid)

    async def _change(self, where: sa.ColumnElement[bool], **values: object) -> None:
        def work(connection: Connection) -> None:
            connection.execute(sa.update(people).where(where).values(values))

        await self._store.transaction(work)

    async def _one(self, where: sa.ColumnElement[bool]) -> Person | None:
        def work(connection: Connection) -> Person | None:
            row = connection.execute(sa.select(*_COLUMNS).where(where)).one_or_none()
            return None if row is None else _person(row)

        return await self._store.transaction(work)


def _person(row: sa.Row[tuple[object, ...]]) -> Person:
    return Person(**row._mapping)
