"""Keeps who uses the mini-program, their sessions and their conversations; each method is one transaction.

Of a session's token only the hash is kept: who reads the table can log in as nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from channels.adapters.sql import SqlConversationStore
from channels.adapters.tables import conversations
from channels.miniprogram.tables import own_conversations, people, sessions

MOST_SESSIONS = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """Up to which message the texts of a conversation were checked, and whose it is."""

    conversation_id: str
    openid: str
    checked_seq: int


def hashed(token: str) -> str:
    """A session's token as it is kept."""
    return sha256(token.encode()).hexdigest()


class PeopleRows:
    """The people of one mini-program."""

    def __init__(self, store: SqlConversationStore, appid: str) -> None:
        self._store = store
        self._appid = appid

    async def seen(self, openid: str, unionid: str | None, at: datetime) -> None:
        """Somebody logged in, for the first time or again; WeChat's two hours count from here."""
        values = {"appid": self._appid, "openid": openid, "unionid": unionid, "seen_at": at}

        def work(connection: Connection) -> None:
            changed = {"seen_at": at} if unionid is None else {"seen_at": at, "unionid": unionid}
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            adding = dialect.insert(people).values(values)
            connection.execute(adding.on_conflict_do_update(index_elements=["appid", "openid"], set_=changed))

        await self._store.transaction(work)

    async def seen_at(self, openid: str) -> datetime | None:
        query = sa.select(people.c.seen_at).where(people.c.appid == self._appid, people.c.openid == openid)
        return await self._store.transaction(lambda connection: connection.execute(query).scalar_one_or_none())

    # Sessions.

    async def open_session(self, token: str, openid: str, expires_at: datetime) -> None:
        """Keeps a new session; of one person the newest five stay."""
        mine = (sessions.c.appid == self._appid) & (sessions.c.openid == openid)
        newest = sa.select(sessions.c.token_hash).where(mine).order_by(sessions.c.expires_at.desc())
        values = {"token_hash": hashed(token), "appid": self._appid, "openid": openid, "expires_at": expires_at}

        def work(connection: Connection) -> None:
            connection.execute(sa.insert(sessions).values(values))
            kept = connection.execute(newest.limit(MOST_SESSIONS)).scalars().all()
            connection.execute(sa.delete(sessions).where(mine, sessions.c.token_hash.not_in(kept)))

        await self._store.transaction(work)

    async def session(self, token: str, now: datetime) -> str | None:
        """The openid of a session that goes on, else None."""
        query = sa.select(sessions.c.openid).where(
            sessions.c.token_hash == hashed(token), sessions.c.appid == self._appid, sessions.c.expires_at > now
        )
        return await self._store.transaction(lambda connection: connection.execute(query).scalar_one_or_none())

    async def end_session(self, token: str) -> None:
        await self._delete(sessions.c.token_hash == hashed(token))

    async def forget_sessions(self, before: datetime) -> None:
        """Deletes sessions that ended before then."""
        await self._delete(sessions.c.expires_at < before)

    # Conversations.

    async def add_conversation(self, conversation_id: str, openid: str, at: datetime, *, first: bool) -> str:
        """Gives a person a conversation, the present one from now on.

        Args:
            first: only if there is none yet (two logins at once); gives the one that is the person's in the end.
        """
        values = {"conversation_id": conversation_id, "appid": self._appid, "openid": openid}

        def work(connection: Connection) -> str:
            holding = sa.select(people.c.openid).where(people.c.appid == self._appid, people.c.openid == openid)
            connection.execute(holding.with_for_update())
            known = connection.execute(self._present(openid)).scalar_one_or_none() if first else None
            if known is not None:
                return str(known)
            connection.execute(sa.insert(own_conversations).values(**values, used_at=at, checked_seq=0))
            return conversation_id

        return await self._store.transaction(work)

    async def present(self, openid: str) -> str | None:
        """The conversation that goes on at the next login; None for who has none yet."""
        query = self._present(openid)
        return await self._store.transaction(lambda connection: connection.execute(query).scalar_one_or_none())

    async def go_back(self, conversation_id: str, openid: str, at: datetime) -> bool:
        """Makes an earlier conversation the present one; False when it is not this person's."""
        mine = (own_conversations.c.conversation_id == conversation_id) & self._of(openid)
        change = sa.update(own_conversations).where(mine).values(used_at=at)
        return await self._store.transaction(lambda connection: connection.execute(change).rowcount == 1)

    async def conversations(self, openid: str, limit: int) -> list[str]:
        """The person's conversations, the latest used first."""
        query = (
            sa.select(own_conversations.c.conversation_id)
            .where(self._of(openid))
            .order_by(own_conversations.c.used_at.desc())
            .limit(limit)
        )
        return await self._store.transaction(lambda connection: list(connection.execute(query).scalars()))

    async def owner(self, conversation_id: str) -> str | None:
        """The openid of whose conversation it is; None when it is no one's of this mini-program."""
        query = sa.select(own_conversations.c.openid).where(
            own_conversations.c.appid == self._appid, own_conversations.c.conversation_id == conversation_id
        )
        return await self._store.transaction(lambda connection: connection.execute(query).scalar_one_or_none())

    # How far texts were checked.

    async def claim(self, conversation_id: str, now: datetime, lease: timedelta) -> Progress | None:
        """A conversation's progress, kept from other processes for `lease`; None while another one has it."""
        rows = own_conversations.c
        free = rows.checking_until.is_(None) | (rows.checking_until <= now)
        taking = sa.update(own_conversations).where(
            rows.appid == self._appid, rows.conversation_id == conversation_id, free
        )
        query = sa.select(rows.conversation_id, rows.openid, rows.checked_seq)

        def work(connection: Connection) -> Progress | None:
            if connection.execute(taking.values(checking_until=now + lease)).rowcount == 0:
                return None
            row = connection.execute(query.where(rows.conversation_id == conversation_id)).one()
            return Progress(row.conversation_id, row.openid, row.checked_seq)

        return await self._store.transaction(work)

    async def release(self, conversation_id: str, checked_seq: int) -> None:
        """Lets a conversation go, checked up to `checked_seq`."""
        this = own_conversations.c.conversation_id == conversation_id
        change = sa.update(own_conversations).where(this).values(checking_until=None, checked_seq=checked_seq)
        await self._store.transaction(lambda connection: connection.execute(change))

    async def behind(self, limit: int) -> list[str]:
        """Conversations in which something was said that nobody has looked at."""
        rows = own_conversations.c
        query = (
            sa.select(rows.conversation_id)
            .join(conversations, conversations.c.id == rows.conversation_id)
            .where(rows.appid == self._appid, conversations.c.last_seq > rows.checked_seq)
            .order_by(rows.used_at.desc())
            .limit(limit)
        )
        return await self._store.transaction(lambda connection: list(connection.execute(query).scalars()))

    def _of(self, openid: str) -> sa.ColumnElement[bool]:
        return (own_conversations.c.appid == self._appid) & (own_conversations.c.openid == openid)

    def _present(self, openid: str) -> sa.Select[Any]:
        latest = own_conversations.c.used_at.desc()
        return sa.select(own_conversations.c.conversation_id).where(self._of(openid)).order_by(latest).limit(1)

    async def _delete(self, which: sa.ColumnElement[bool]) -> None:
        await self._store.transaction(lambda connection: connection.execute(sa.delete(sessions).where(which)))
