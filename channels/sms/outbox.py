"""The outbox of text messages: stored first, then sent, again after a failure, once per id.

A crash loses nothing: what is not known to be taken is sent again with the same id. It never decides who gets one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.errors import ChannelsError
from channels.sms.ports import Sms, SmsRefused, SmsSender, SmsUnavailable
from channels.sms.tables import outbox

logger = logging.getLogger(__name__)
_SWEEP_SECONDS = 5.0
_MOST = 50
TRIES = 12
_LONGEST_PAUSE = 3_600.0
_CLAIM = timedelta(seconds=30)

GivenUp = Callable[[str, datetime], Awaitable[None]]
"""(way, now): is told, before it is noted, that a message is given up; the same may be told again after a crash."""


class SqlSms:
    """Messages that wait, in the database of the conversations; each method is one transaction."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def put(self, sms: Sms, at: datetime) -> bool:
        """Keeps a message to be sent; False when its id is known."""

        def work(connection: Connection) -> bool:
            if connection.execute(sa.select(outbox.c.id).where(outbox.c.id == sms.id)).first() is not None:
                return False
            connection.execute(
                sa.insert(outbox),
                {"id": sms.id, "phone": sms.to, "language": sms.language, "text": sms.text, "at": at, "attempts": 0,
                 "next_attempt_at": at, "sent_at": None, "last_error": None},
            )  # fmt: skip
            return True

        return await self._store.transaction(work)

    async def take(self, now: datetime, wanted: str | None = None) -> tuple[Sms, int] | None:
        """The message that is due longest, with its failures so far; for half a minute nobody else takes it.

        Args:
            wanted: only the one with this id.
        """

        def work(connection: Connection) -> tuple[Sms, int] | None:
            due = sa.select(outbox).where(outbox.c.next_attempt_at <= now).order_by(outbox.c.next_attempt_at)
            due = due.where(outbox.c.id == wanted) if wanted is not None else due
            row = connection.execute(due.limit(1).with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            _set(connection, row.id, next_attempt_at=now + _CLAIM)
            return Sms(row.id, row.phone, row.language, row.text), row.attempts

        return await self._store.transaction(work)

    async def sent(self, sms_id: str, now: datetime) -> None:
        await self._store.transaction(
            lambda connection: _set(connection, sms_id, next_attempt_at=None, sent_at=now, last_error=None)
        )

    async def failed(self, sms_id: str, attempts: int, again_at: datetime | None, error: str) -> None:
        """Notes a failure; what another process has sent in the meantime stays sent."""
        statement = sa.update(outbox).where(outbox.c.id == sms_id, outbox.c.sent_at.is_(None))
        noted = statement.values(attempts=attempts, next_attempt_at=again_at, last_error=error[:120])
        await self._store.transaction(lambda connection: connection.execute(noted))

    async def was_sent(self, sms_id: str) -> bool:
        wanted = sa.select(outbox.c.sent_at).where(outbox.c.id == sms_id)
        return (
            await self._store.transaction(lambda connection: connection.execute(wanted).scalar_one_or_none())
        ) is not None

    async def forget(self, before: datetime) -> int:
        """Deletes messages of before then, sent or given up."""
        done = sa.delete(outbox).where(outbox.c.at < before, outbox.c.next_attempt_at.is_(None))
        return int(await self._store.transaction(lambda connection: connection.execute(done).rowcount))


@dataclass(slots=True)
class SmsOutbox:
    """Sends what waits. `start` it for what was left and what failed; `send_now` works without."""

    waiting: SqlSms
    sender: SmsSender
    clock: Callable[[], datetime]
    alarm: GivenUp
    sweep_seconds: float = _SWEEP_SECONDS
    _task: asyncio.Task[None] | None = field(default=None)

    async def send_now(self, sms: Sms) -> bool:
        """Keeps a message and sends it at once; False: it waits (the provider does not answer) or was refused."""
        await self.waiting.put(sms, self.clock())
        if (due := await self.waiting.take(self.clock(), sms.id)) is not None:
            await self._try(*due)
        return await self.waiting.was_sent(sms.id)

    async def sweep(self) -> None:
        """Sends what is due, one taken at a time: a slow provider makes no claim run out while others are sent."""
        for _ in range(_MOST):
            if (due := await self.waiting.take(self.clock())) is None:
                return
            await self._try(*due)

    def start(self) -> None:
        self._task = asyncio.create_task(self._sweeps())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.sender.aclose()

    async def _try(self, sms: Sms, attempts: int) -> None:
        try:
            await self.sender.send(sms)
        except SmsRefused as error:
            logger.error("a text message is refused and given up: %s", error)
            await self._give_up(sms, attempts, error.code)
        except SmsUnavailable as error:
            logger.warning("a text message was not taken (%d): %s", attempts + 1, error)
            if attempts + 1 >= TRIES:
                await self._give_up(sms, attempts, error.code)
            else:
                again = self.clock() + pause_after(attempts)
                await self.waiting.failed(sms.id, attempts + 1, again, error.code)
        else:
            await self.waiting.sent(sms.id, self.clock())

    async def _give_up(self, sms: Sms, attempts: int, error: str) -> None:
        await self.alarm("sms", self.clock())
        await self.waiting.failed(sms.id, attempts + 1, None, error)

    async def _sweeps(self) -> None:
        while True:
            try:
                await self.sweep()
            except ChannelsError as error:
                logger.warning("text messages could not be sent: %s", error)
            except Exception:  # the loop must go on; what waits is tried again
                logger.exception("text messages could not be sent")
            await asyncio.sleep(self.sweep_seconds)


def pause_after(attempts: int) -> timedelta:
    """How long a message rests after so many failures: 5 s, then twice as long each time, an hour at most."""
    return timedelta(seconds=min(_LONGEST_PAUSE, 5.0 * 2.0**attempts))


def _set(connection: Connection, sms_id: str, **values: Any) -> None:
    connection.execute(sa.update(outbox).where(outbox.c.id == sms_id).values(**values))
