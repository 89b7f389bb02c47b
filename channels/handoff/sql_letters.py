"""The store of what could not be delivered, and of the emergencies that people on duty have not been told yet."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters import statements as conversations
from channels.adapters.sql import SqlConversationStore
from channels.adapters.tables import conversations as conversation_rows
from channels.handoff.contract import EmergencyAlert
from channels.handoff.errors import HandoffNotFound
from channels.handoff.rows import DeadLetter, Handoff
from channels.handoff.tables import alerts, dead_letters

_MOST = 500


class SqlLetters:
    """Dead letters, newest first, and untold alerts, oldest first."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def bury(
        self,
        row: Handoff,
        kind: str,
        error: str,
        now: datetime,
        *,
        seq: int | None = None,
        payload: dict[str, Any] | None = None,
    ) -> DeadLetter:
        """Keeps what could not be delivered. The same thing again is counted on the letter that is there."""

        def work(connection: Connection) -> DeadLetter:
            same = sa.and_(dead_letters.c.handoff_id == row.id, dead_letters.c.kind == kind, dead_letters.c.seq == seq)
            found = connection.execute(sa.select(dead_letters).where(same)).one_or_none()
            attempts = max(1, row.attempts)
            if found is not None:
                letter = DeadLetter(**found._mapping)
                letter = replace(letter, error=error[:300], attempts=letter.attempts + attempts, last_at=now)
                connection.execute(
                    sa.update(dead_letters)
                    .where(dead_letters.c.id == letter.id)
                    .values(error=letter.error, attempts=letter.attempts, last_at=now)
                )
                return letter
            letter = DeadLetter(
                id=str(uuid.uuid4()),
                handoff_id=row.id,
                conversation_id=row.conversation_id,
                desk=row.desk,
                kind=kind,  # type: ignore[arg-type]  # one of four words, by the caller
                error=error[:300],
                attempts=attempts,
                first_at=now,
                last_at=now,
                seq=seq,
                payload=payload,
            )
            connection.execute(sa.insert(dead_letters), asdict(letter))
            return letter

        return await self._store.transaction(work)

    async def letters(self, limit: int = _MOST) -> list[DeadLetter]:
        statement = sa.select(dead_letters).order_by(dead_letters.c.last_at.desc()).limit(limit)

        def work(connection: Connection) -> list[DeadLetter]:
            return [DeadLetter(**row._mapping) for row in connection.execute(statement)]

        return await self._store.transaction(work)

    async def get(self, letter_id: str) -> DeadLetter:
        """Raises HandoffNotFound."""

        def work(connection: Connection) -> DeadLetter:
            row = connection.execute(sa.select(dead_letters).where(dead_letters.c.id == letter_id)).one_or_none()
            if row is None:
                raise HandoffNotFound("There is no such letter.")
            return DeadLetter(**row._mapping)

        return await self._store.transaction(work)

    async def drop(self, letter_id: str) -> bool:
        """Throws a letter away; False when there is none."""
        statement = sa.delete(dead_letters).where(dead_letters.c.id == letter_id)
        return await self._store.transaction(lambda connection: connection.execute(statement).rowcount == 1)

    async def count(self) -> int:
        statement = sa.select(sa.func.count()).select_from(dead_letters)
        return await self._store.transaction(lambda connection: int(connection.execute(statement).scalar_one()))

    async def untold_alerts(self, limit: int) -> list[EmergencyAlert]:
        """Emergencies that no desk has been told of, oldest first, each with the citizen's words before it."""
        statement = (
            sa.select(alerts.c.conversation_id, alerts.c.seq, alerts.c.at, conversation_rows.c.channel)
            .join(conversation_rows, conversation_rows.c.id == alerts.c.conversation_id)
            .where(alerts.c.told_at.is_(None))
            .order_by(alerts.c.at)
            .limit(limit)
        )

        def work(connection: Connection) -> list[EmergencyAlert]:
            return [_alert(connection, row) for row in connection.execute(statement).all()]

        return await self._store.transaction(work)

    async def alert_told(self, alert: EmergencyAlert, now: datetime) -> None:
        statement = (
            sa.update(alerts)
            .where(alerts.c.conversation_id == alert.conversation_id, alerts.c.seq == alert.seq)
            .values(told_at=now)
        )
        await self._store.transaction(lambda connection: connection.execute(statement))


def _alert(connection: Connection, row: Any) -> EmergencyAlert:
    said = conversations.read_message(connection, row.conversation_id, row.seq)
    before = conversations.read_after(connection, row.conversation_id, max(0, row.seq - 6), 6)
    words = [one.text for one in before if one.sender == "citizen" and one.seq < row.seq and one.text]
    numbers = (said.data.get("emergency") or {}).get("numbers") or []
    return EmergencyAlert(
        alert_id=f"{row.conversation_id}.{row.seq}",
        conversation_id=row.conversation_id,
        seq=row.seq,
        channel=row.channel,
        language=said.language,
        text=words[-1] if words else said.text,
        numbers=tuple(str(number) for number in numbers),
        at=row.at,
    )
