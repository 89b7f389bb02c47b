"""The desk's clock: looks every second at what is due, and keeps alive who has a page open.

Of several gateways one does what is due at a time; the lease goes on when it dies.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from channels.desk.alerts import Alerts
from channels.desk.dispatch import Dispatcher
from channels.desk.floor import Floor
from channels.desk.live import Live
from channels.desk.ports import AccountStore, WorkStore
from channels.errors import ChannelsError

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
_LEASE, _LEASE_NAME = timedelta(seconds=5), "clock"
_SEEN_EVERY = timedelta(seconds=10)
_ALERTS_EVERY = timedelta(seconds=5)


@dataclass(slots=True)
class Clockwork:
    """Runs the desk's clock.

    Attributes:
        holder: this gateway's name among several.
    """

    work: WorkStore
    accounts: AccountStore
    floor: Floor
    live: Live
    dispatcher: Dispatcher
    alerts: Alerts
    clock: Callable[[], datetime]
    holder: str = field(default_factory=lambda: str(uuid4()))
    _seen_at: datetime | None = None
    _alerts_at: datetime | None = None

    async def run(self) -> None:
        """Ticks until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self.tick()
            except ChannelsError as error:
                logger.warning("the desk's clock stood still: %s", error)
            except Exception:
                logger.exception("the desk's clock stumbled")

    async def tick(self) -> None:
        now = self.clock()
        await self.floor.rules.refresh()
        if self._seen_at is None or now - self._seen_at >= _SEEN_EVERY:
            self._seen_at = now
            if self.live.agent_ids():
                await self.accounts.seen(self.live.agent_ids(), now)
        if self.live.relay is not None and not await self._is_ours(now):
            return
        if self._alerts_at is None or now - self._alerts_at >= _ALERTS_EVERY:
            self._alerts_at = now
            await self.alerts.tick()
        await self.dispatcher.tick()

    async def _is_ours(self, now: datetime) -> bool:
        return await self.work.take_lease(_LEASE_NAME, self.holder, now, now + _LEASE)
