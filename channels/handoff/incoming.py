"""Webhooks that are answered before they are worked off: kept first, then taken one after another.

For desks that never send again what was answered with 200 (Chatwoot): the answer means that it is stored. A crash
afterwards loses nothing, and a delivery that comes twice is kept once. What fails again and again goes to the dead
letters.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from channels.adapters.sql import SqlConversationStore
from channels.errors import ChannelsError
from channels.handoff.backoff import pause_seconds
from channels.handoff.errors import DeskUnavailable
from channels.handoff.tables import incoming

logger = logging.getLogger(__name__)

_PAGE = 50
_KEPT = timedelta(days=7)
_FORGET_EVERY = timedelta(hours=1)

Work = Callable[[str, Mapping[str, Any]], Awaitable[None]]
"""(delivery id, body): works off one delivery. DeskUnavailable, StoreUnavailable and their like: try again."""
GiveUp = Callable[[str, Mapping[str, Any], str], Awaitable[None]]
"""(delivery id, body, error): it cannot be worked off."""


@dataclass
class Incoming:
    """The deliveries of one source."""

    store: SqlConversationStore
    source: str
    work: Work
    give_up: GiveUp
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]
    tries: int = 12
    _task: asyncio.Task[None] | None = None
    _again: bool = field(default=False)
    _forgot_at: datetime | None = None

    async def keep(self, delivery_id: str, body: Mapping[str, Any]) -> bool:
        """Stores a delivery and starts the work; False when it was known. Raises StoreUnavailable."""
        values = {
            "id": f"{self.source}:{delivery_id}",
            "source": self.source,
            "at": self.clock(),
            "body": dict(body),
            "attempts": 0,
            "next_attempt_at": None,
            "done_at": None,
        }

        def work(connection: Connection) -> bool:
            known = sa.select(incoming.c.id).where(incoming.c.id == values["id"])
            if connection.execute(known).one_or_none() is not None:
                return False
            connection.execute(sa.insert(incoming), values)
            return True

        try:
            fresh = await self.store.transaction(work)
        except IntegrityError:  # another gateway was faster
            fresh = False
        self.wake()
        return fresh

    def wake(self) -> None:
        """There may be something to work off; comes back at once."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def settled(self) -> None:
        """Comes back when nothing is worked on."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def forget(self) -> None:
        """Drops what was worked off a week ago."""
        old = sa.delete(incoming).where(incoming.c.done_at < self.clock() - _KEPT)
        await self.store.transaction(lambda connection: connection.execute(old))

    async def _run(self) -> None:
        try:
            await self._all_due()
        except ChannelsError as error:  # the deliveries stay stored; the next wake takes them up
            logger.warning("the deliveries of %s wait: %s", self.source, error)

    async def _all_due(self) -> None:
        if self._forgot_at is None or self.clock() - self._forgot_at > _FORGET_EVERY:
            self._forgot_at = self.clock()
            await self.forget()
        while self._again:
            self._again = False
            for row in await self._due():
                await self._one(row.id, row.body, row.attempts)

    async def _due(self) -> list[Any]:
        now = self.clock()
        statement = (
            sa.select(incoming.c.id, incoming.c.body, incoming.c.attempts)
            .where(
                incoming.c.source == self.source,
                incoming.c.done_at.is_(None),
                sa.or_(incoming.c.next_attempt_at.is_(None), incoming.c.next_attempt_at <= now),
            )
            .order_by(incoming.c.at, incoming.c.id)
            .limit(_PAGE)
        )
        found = await self.store.transaction(lambda connection: list(connection.execute(statement)))
        self._again = self._again or len(found) == _PAGE
        return found

    async def _one(self, row_id: str, body: Mapping[str, Any], attempts: int) -> None:
        delivery_id = row_id.removeprefix(f"{self.source}:")
        self.checkpoint("incoming_taken")
        try:
            await self.work(delivery_id, body)
        except ChannelsError as error:
            attempts += 1
            if attempts < self.tries and _may_pass(error):
                logger.warning("a delivery of %s could not be worked off: %s", self.source, error)
                again_at = self.clock() + timedelta(seconds=pause_seconds(attempts))
                await self._note(row_id, attempts=attempts, next_attempt_at=again_at)
                return
            logger.error("a delivery of %s is given up: %s", self.source, error)
            await self.give_up(delivery_id, body, str(error))
        except Exception as error:
            logger.exception("a delivery of %s failed", self.source)
            await self.give_up(delivery_id, body, type(error).__name__)
        self.checkpoint("incoming_worked")
        await self._note(row_id, done_at=self.clock())

    async def _note(self, row_id: str, **changed: Any) -> None:
        statement = sa.update(incoming).where(incoming.c.id == row_id).values(changed)
        await self.store.transaction(lambda connection: connection.execute(statement))


def _may_pass(error: ChannelsError) -> bool:
    return isinstance(error, DeskUnavailable) or error.code.endswith("_unavailable")
