"""The store of telephone calls, in the database of the conversations; each method is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters import statements
from channels.adapters.sql import SqlConversationStore
from channels.conversations import Conversation
from channels.handoff.sql_care import MISSED, Callback
from channels.handoff.tables import callbacks
from channels.phone.calls import Ended, PhoneCall, missed_callback, over
from channels.phone.tables import calls

_MOST_CALLS = 10


class SqlPhone:
    """Calls, and the call-backs that come of them."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def begin(self, call: PhoneCall) -> PhoneCall:
        """Notes a call; what is known of it already stays."""

        def work(connection: Connection) -> PhoneCall:
            known = _read(connection, call.call_id)
            if known is None:
                connection.execute(sa.insert(calls), asdict(call))
            return known or call

        return await self._store.transaction(work)

    async def get(self, call_id: str) -> PhoneCall | None:
        return await self._store.transaction(lambda connection: _read(connection, call_id))

    async def attach(self, call: PhoneCall, conversation_id: str, language: str) -> PhoneCall:
        """Says what conversation a call is, once: the first one stays."""

        def work(connection: Connection) -> PhoneCall:
            known = _read(connection, call.call_id, lock=True)
            if known is not None and known.conversation_id is not None:
                return known
            attached = replace(known or call, conversation_id=conversation_id, language=language)
            _write(connection, attached, new=known is None)
            return attached

        return await self._store.transaction(work)

    async def of_phone(self, phone: str, since: datetime) -> list[PhoneCall]:
        """The last calls of a number that were conversations, newest first."""
        statement = (
            sa.select(calls)
            .where(calls.c.phone == phone, calls.c.started_at >= since, calls.c.conversation_id.is_not(None))
            .order_by(calls.c.started_at.desc())
            .limit(_MOST_CALLS)
        )

        def work(connection: Connection) -> list[PhoneCall]:
            return [PhoneCall(**row._mapping) for row in connection.execute(statement)]

        return await self._store.transaction(work)

    async def decline(self, conversation_id: str) -> None:
        """The caller does not go on with a conversation."""
        statement = sa.update(calls).where(calls.c.conversation_id == conversation_id).values(declined=True)
        await self._store.transaction(lambda connection: connection.execute(statement))

    async def end(self, ended: Ended, phone: str | None, fresh: Conversation) -> Callback | None:
        """Notes that a call is over and, when the caller was not served, makes a call-back; both once a call.

        Args:
            phone: where the caller can be reached; None: nowhere, so there is no call-back.
            fresh: a conversation for the call-back when the call had none.
        """

        def work(connection: Connection) -> Callback | None:
            known = _read(connection, ended.call_id, lock=True)
            call = known or PhoneCall(ended.call_id, ended.at, phone=ended.phone)
            why = ended.why if ended.why in MISSED and phone is not None else None
            if call.ended_at is not None:
                return None
            conversation_id = ended.conversation_id or call.conversation_id
            if conversation_id is None and why is not None:
                statements.insert_conversation(connection, fresh)
                conversation_id = fresh.id
            finished = replace(over(call, ended, why), conversation_id=conversation_id)
            _write(connection, finished, new=known is None)
            if ended.served and phone is not None:
                _answered(connection, phone, ended.at)
            if why is None or phone is None or conversation_id is None:
                return None
            conversation = statements.read_conversation(connection, conversation_id)
            entry = missed_callback(finished, ended, phone, conversation)
            connection.execute(sa.insert(callbacks), asdict(entry))
            return entry

        return await self._store.transaction(work)

    async def open_callbacks(self, phone: str) -> list[Callback]:
        """Call-backs of a number that nobody has made yet, oldest first."""
        statement = (
            sa.select(callbacks)
            .where(callbacks.c.phone == phone, callbacks.c.state == "filed", callbacks.c.done_at.is_(None))
            .order_by(callbacks.c.asked_at)
            .limit(_MOST_CALLS)
        )

        def work(connection: Connection) -> list[Callback]:
            return [Callback(**row._mapping) for row in connection.execute(statement)]

        return await self._store.transaction(work)

    async def forget(self, before: datetime) -> int:
        """Deletes calls that began before then; their conversations stay. Gives how many."""
        statement = sa.delete(calls).where(calls.c.started_at < before)
        return int(await self._store.transaction(lambda connection: connection.execute(statement).rowcount))


def _answered(connection: Connection, phone: str, at: datetime) -> None:
    """Earlier missed calls of a number are settled: the caller rang again and was served."""
    missed = (callbacks.c.phone == phone, callbacks.c.reason.in_(MISSED), callbacks.c.done_at.is_(None))
    settled = sa.update(callbacks).where(*missed, callbacks.c.asked_at <= at)
    connection.execute(settled.values(done_at=at, done_by="caller"))


def _read(connection: Connection, call_id: str, lock: bool = False) -> PhoneCall | None:
    statement = sa.select(calls).where(calls.c.call_id == call_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else PhoneCall(**row._mapping)


def _write(connection: Connection, call: PhoneCall, *, new: bool) -> None:
    if new:
        connection.execute(sa.insert(calls), asdict(call))
    else:
        connection.execute(sa.update(calls).where(calls.c.call_id == call.call_id).values(asdict(call)))


def last_calls(found: Sequence[PhoneCall]) -> list[PhoneCall]:
    """The newest call of each conversation."""
    newest: dict[str, PhoneCall] = {}
    for call in found:
        newest.setdefault(call.conversation_id or "", call)
    return list(newest.values())
