"""Solved challenges in SQL: each is used once, whatever gateway it comes to, and forgotten once it is too old."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from channels.adapters.sql import SqlConversationStore
from channels.adapters.tables import metadata

solved = sa.Table(
    "solved_challenges",
    metadata,
    sa.Column("nonce", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(64)),
    sa.Column("allowed_until", sa.BigInteger, nullable=False),
    sa.Column("kept_until", sa.BigInteger, nullable=False),
)
sa.Index("solved_challenges_conversation_id", solved.c.conversation_id)
sa.Index("solved_challenges_kept_until", solved.c.kept_until)


class SqlSolvedChallenges:
    """SolvedChallenges beside the conversations; times are whole seconds since 1970."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def use(self, nonce: str, conversation_id: str | None, until: int, kept_until: int, now: int) -> int:
        values = {
            "nonce": nonce,
            "conversation_id": conversation_id,
            "allowed_until": until,
            "kept_until": kept_until,
        }

        def work(connection: Connection) -> int:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            connection.execute(sa.delete(solved).where(solved.c.kept_until < now))
            fresh = dialect.insert(solved).values(values).on_conflict_do_nothing().returning(solved.c.nonce)
            if connection.execute(fresh).scalar_one_or_none() is not None:
                return until
            own = sa.select(solved.c.allowed_until).where(
                solved.c.nonce == nonce, solved.c.conversation_id == conversation_id
            )
            return 0 if conversation_id is None else connection.execute(own).scalar_one_or_none() or 0

        return await self._store.transaction(work)

    async def give(self, nonce: str, conversation_id: str) -> None:
        given = sa.update(solved).where(solved.c.nonce == nonce).values(conversation_id=conversation_id)
        await self._store.transaction(lambda connection: connection.execute(given))

    async def allowed_until(self, conversation_id: str) -> int:
        latest = sa.select(sa.func.max(solved.c.allowed_until)).where(solved.c.conversation_id == conversation_id)
        return await self._store.transaction(lambda connection: connection.execute(latest).scalar_one_or_none() or 0)
