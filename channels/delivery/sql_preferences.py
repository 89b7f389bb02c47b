"""The store of citizens' wishes; each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from channels.adapters.sql import SqlConversationStore
from channels.adapters.statements import add_once, read_conversation
from channels.conversations import Conversation, Draft, Stored
from channels.delivery.preferences import Preferences
from channels.delivery.tables import preferences

Also = Callable[[Connection, Conversation, Preferences, datetime], None]


class SqlPreferences:
    """Wishes by conversation."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def of(self, conversation_id: str) -> Preferences:
        """The wishes of a citizen, also of one who has none."""
        return await self._store.transaction(lambda connection: _read(connection, conversation_id))

    async def change(
        self,
        conversation_id: str,
        change: Callable[[Preferences], Preferences],
        now: datetime,
        also: Also | None = None,
    ) -> tuple[Preferences, Preferences]:
        """Changes the wishes; gives them before and after.

        Args:
            also: is done in the same transaction, with the wishes as they are then.

        Raises:
            ConversationNotFound; whatever `change` and `also` raise, and then nothing is stored.
        """

        def work(connection: Connection) -> tuple[Preferences, Preferences]:
            # two changes at once come one after the other
            conversation = read_conversation(connection, conversation_id, lock=True)
            before = _read(connection, conversation_id)
            after = change(before)
            values = {**asdict(after), "changed_at": now}
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            row = dialect.insert(preferences).values(values)
            connection.execute(row.on_conflict_do_update(index_elements=["conversation_id"], set_=values))
            if also is not None:
                also(connection, conversation, after, now)
            return before, after

        return await self._store.transaction(work)

    async def confirm(self, conversation_id: str, email: str, now: datetime) -> bool:
        """The citizen has the mailbox; False when another address was given since."""
        statement = (
            sa.update(preferences)
            .where(preferences.c.conversation_id == conversation_id, preferences.c.email == email)
            .values(email_state="confirmed", changed_at=now)
        )
        return await self._store.transaction(lambda connection: connection.execute(statement).rowcount > 0)

    async def unsubscribe(self, email: str, now: datetime) -> int:
        """No more e-mails to this address, whichever conversation it was given in; says how many those are."""
        statement = sa.update(preferences).where(preferences.c.email == email)
        unwanted = statement.values(email_level="none", changed_at=now)
        return await self._store.transaction(lambda connection: int(connection.execute(unwanted).rowcount))

    async def bounced(
        self, email: str, message_id: str, worded: Callable[[Conversation], Draft], now: datetime
    ) -> list[Stored]:
        """Nobody is at this address: it is used no more, and each conversation that had it says so, or neither.

        Args:
            worded: what is said there. Pure: it runs in the store's thread.

        Returns:
            What was stored, to be told to who listens.
        """
        mine = (preferences.c.email == email) & (preferences.c.email_state != "bounced")
        theirs = sa.select(preferences.c.conversation_id).where(mine).order_by(preferences.c.conversation_id)
        gone = sa.update(preferences).where(mine).values(email_state="bounced", changed_at=now)

        def work(connection: Connection) -> list[Stored]:
            told: list[Stored] = []
            for conversation_id in connection.execute(theirs).scalars().all():
                conversation = read_conversation(connection, conversation_id, lock=True)
                if connection.execute(gone.where(preferences.c.conversation_id == conversation_id)).rowcount:
                    told.append(add_once(connection, conversation, worded(conversation), now, message_id))
            return told

        told = await self._store.transaction(work)
        for one in told:
            self._store.keep(one.conversation)
        return told


def _read(connection: Connection, conversation_id: str) -> Preferences:
    wanted = sa.select(preferences).where(preferences.c.conversation_id == conversation_id)
    row = connection.execute(wanted).one_or_none()
    return Preferences(conversation_id) if row is None else Preferences(**row._mapping)
