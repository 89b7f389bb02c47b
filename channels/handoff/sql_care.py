"""The store of what surrounds a hand-over: ratings, call-backs, what the forms know, and the operator's switches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.handoff.errors import HandoffNotFound
from channels.handoff.rows import Rating
from channels.handoff.tables import callbacks, operator_settings, ratings, slots

CallbackState = Literal["asked", "filed", "dropped"]
MISSED = ("abandoned", "dropped", "busy", "failed")
"""Reasons of call-backs that nobody asked for: left while waiting for a person, broken off in a form, no line was
free, the system was down."""
_MOST = 500


@dataclass(frozen=True, slots=True)
class Callback:
    """A wish to be called back that the gateway itself takes, while bot and people are away.

    Attributes:
        asked: how often the telephone was asked for.
        from_seq: the first message that belongs to it.
        done_at: somebody called.
    """

    id: str
    conversation_id: str
    language: str
    reason: str
    from_seq: int
    asked_at: datetime
    state: CallbackState = "asked"
    asked: int = 1
    phone: str | None = None
    filed_at: datetime | None = None
    ticket_number: str | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str = ""


class SqlCare:
    """Ratings, call-backs, slots and operator settings."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def rate(self, rating: Rating) -> bool:
        """Keeps a rating, in place of an earlier one of the same hand-over; True when it is the first."""
        values = asdict(rating)

        def work(connection: Connection) -> bool:
            changed = connection.execute(
                sa.update(ratings).where(ratings.c.handoff_id == rating.handoff_id).values(values)
            )
            if changed.rowcount:
                return False
            connection.execute(sa.insert(ratings), values)
            return True

        return await self._store.transaction(work)

    async def rating_of(self, handoff_id: str) -> Rating | None:
        def work(connection: Connection) -> Rating | None:
            row = connection.execute(sa.select(ratings).where(ratings.c.handoff_id == handoff_id)).one_or_none()
            return None if row is None else Rating(**row._mapping)

        return await self._store.transaction(work)

    async def slots_of(self, conversation_id: str) -> dict[str, str]:
        """What the bot's forms know of a conversation, as the citizen said it (unmasked)."""

        def work(connection: Connection) -> dict[str, str]:
            found = connection.execute(
                sa.select(slots.c.slots).where(slots.c.conversation_id == conversation_id)
            ).scalar_one_or_none()
            return dict(found or {})

        return await self._store.transaction(work)

    async def callback_of(self, conversation_id: str) -> Callback | None:
        """The latest call-back that was talked about in a conversation; missed calls are none."""
        statement = (
            sa.select(callbacks)
            .where(callbacks.c.conversation_id == conversation_id, callbacks.c.reason.not_in(MISSED))
            .order_by(callbacks.c.asked_at.desc(), callbacks.c.from_seq.desc())
            .limit(1)
        )

        def work(connection: Connection) -> Callback | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else Callback(**row._mapping)

        return await self._store.transaction(work)

    async def keep_callback(self, callback: Callback) -> None:
        values = asdict(callback)

        def work(connection: Connection) -> None:
            changed = connection.execute(sa.update(callbacks).where(callbacks.c.id == callback.id).values(values))
            if changed.rowcount == 0:
                connection.execute(sa.insert(callbacks), values)

        await self._store.transaction(work)

    async def callbacks(self, limit: int = _MOST) -> list[Callback]:
        """Filed call-backs, the open ones first, oldest first."""
        statement = (
            sa.select(callbacks)
            .where(callbacks.c.state == "filed")
            .order_by(callbacks.c.done_at.is_not(None), callbacks.c.asked_at)
            .limit(limit)
        )

        def work(connection: Connection) -> list[Callback]:
            return [Callback(**row._mapping) for row in connection.execute(statement)]

        return await self._store.transaction(work)

    async def callback_phone(self, callback_id: str) -> tuple[str, str | None]:
        """Conversation and telephone of a call-back. Raises HandoffNotFound."""
        wanted = sa.select(callbacks.c.conversation_id, callbacks.c.phone).where(callbacks.c.id == callback_id)

        def work(connection: Connection) -> tuple[str, str | None]:
            row = connection.execute(wanted).one_or_none()
            if row is None:
                raise HandoffNotFound("There is no such call-back.")
            return row.conversation_id, row.phone

        return await self._store.transaction(work)

    async def callback_done(self, callback_id: str, by: str, note: str, now: datetime) -> Callback:
        """Somebody called. Raises HandoffNotFound."""

        def work(connection: Connection) -> Callback:
            row = connection.execute(sa.select(callbacks).where(callbacks.c.id == callback_id)).one_or_none()
            if row is None:
                raise HandoffNotFound("There is no such call-back.")
            done = replace(Callback(**row._mapping), done_at=now, done_by=by, note=note)
            connection.execute(
                sa.update(callbacks).where(callbacks.c.id == callback_id).values(done_at=now, done_by=by, note=note)
            )
            return done

        return await self._store.transaction(work)

    async def setting(self, name: str) -> tuple[Mapping[str, Any], int] | None:
        """An operator's setting and its version."""

        def work(connection: Connection) -> tuple[Mapping[str, Any], int] | None:
            row = connection.execute(
                sa.select(operator_settings.c.value, operator_settings.c.version).where(
                    operator_settings.c.name == name
                )
            ).one_or_none()
            return None if row is None else (row.value, row.version)

        return await self._store.transaction(work)

    async def set(self, name: str, value: Mapping[str, Any], by: str, now: datetime) -> int:
        """Writes an operator's setting; gives its new version."""

        def work(connection: Connection) -> int:
            where = operator_settings.c.name == name
            version = connection.execute(sa.select(operator_settings.c.version).where(where)).scalar_one_or_none()
            values = {"name": name, "value": dict(value), "version": (version or 0) + 1, "at": now, "by": by}
            if version is None:
                connection.execute(sa.insert(operator_settings), values)
            else:
                connection.execute(sa.update(operator_settings).where(where).values(values))
            return (version or 0) + 1

        return await self._store.transaction(work)
