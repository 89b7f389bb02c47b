"""Texts that a person is to look at: what WeChat found in them, or that it could not look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.adapters.tables import messages
from channels.miniprogram.tables import flags, own_conversations, people

Reason = Literal["risky", "review", "unchecked"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A flagged message; `label` is WeChat's number of the kind (20002 obscene, 20006 crime and so on)."""

    conversation_id: str
    seq: int
    reason: Reason
    label: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A text that WeChat has not seen yet, of somebody who was here lately."""

    conversation_id: str
    seq: int
    openid: str
    text: str


class FlagRows:
    """The flags, in the database of the conversations; each method is one transaction."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def put(self, flag: Flag) -> None:
        """Flags a message, or flags it anew for another reason."""
        this = (flags.c.conversation_id == flag.conversation_id) & (flags.c.seq == flag.seq)
        values = {"reason": flag.reason, "label": flag.label}

        def work(connection: Connection) -> None:
            known = connection.execute(sa.select(flags.c.reason).where(this)).scalar_one_or_none()
            if known is None:
                place = {"conversation_id": flag.conversation_id, "seq": flag.seq, "at": flag.at}
                connection.execute(sa.insert(flags).values(**place, **values))
            elif known != flag.reason:
                connection.execute(sa.update(flags).where(this).values(values))

        await self._store.transaction(work)

    async def settle(self, conversation_id: str, seq: int, at: datetime) -> bool:
        """Takes a flag off the list; False when none is open."""
        this = (flags.c.conversation_id == conversation_id) & (flags.c.seq == seq) & flags.c.settled_at.is_(None)
        change = sa.update(flags).where(this).values(settled_at=at)
        return await self._store.transaction(lambda connection: connection.execute(change).rowcount == 1)

    async def unchecked(self, appid: str, seen_after: datetime, limit: int, skip: int = 0) -> list[Unchecked]:
        """What could not be checked and now can: its writer was here after `seen_after`. Oldest first, after `skip`."""
        query = (
            sa.select(flags.c.conversation_id, flags.c.seq, own_conversations.c.openid, messages.c.text)
            .join(own_conversations, own_conversations.c.conversation_id == flags.c.conversation_id)
            .join(
                people,
                (people.c.appid == own_conversations.c.appid) & (people.c.openid == own_conversations.c.openid),
            )
            .join(
                messages,
                (messages.c.conversation_id == flags.c.conversation_id) & (messages.c.seq == flags.c.seq),
            )
            .where(
                own_conversations.c.appid == appid,
                people.c.seen_at > seen_after,
                flags.c.settled_at.is_(None),
                flags.c.reason == "unchecked",
            )
            .order_by(flags.c.at, flags.c.conversation_id, flags.c.seq)
            .offset(skip)
            .limit(limit)
        )
        return [Unchecked(**row._mapping) for row in await self._rows(query)]

    async def open(self, limit: int) -> list[dict[str, Any]]:
        """Open flags with their texts, oldest first: `conversation_id seq reason label at language text`."""
        query = (
            sa.select(flags, messages.c.language, messages.c.text)
            .join(
                messages,
                (messages.c.conversation_id == flags.c.conversation_id) & (messages.c.seq == flags.c.seq),
            )
            .where(flags.c.settled_at.is_(None))
            .order_by(flags.c.at)
            .limit(limit)
        )
        found = [dict(row._mapping) for row in await self._rows(query)]
        return [{name: value for name, value in row.items() if name != "settled_at"} for row in found]

    async def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return await self._store.transaction(lambda connection: connection.execute(query).all())
