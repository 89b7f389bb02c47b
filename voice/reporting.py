"""Brings reports of calls to the gateway, again and again until each is taken.

It decides nothing about calls; `voice.spool` keeps them meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from voice.gateway_client import GatewayAway
from voice.office import Gateway
from voice.ports_office import CallReport
from voice.spool import Spool

log = logging.getLogger(__name__)
_EVERY_SECONDS = 10.0
_REFUSED = frozenset((400, 404, 422))
T = TypeVar("T")


class Reporting:
    """Sends what waits in the spool."""

    def __init__(self, spool: Spool, gateway: Gateway, every_seconds: float = _EVERY_SECONDS) -> None:
        self.spool = spool
        self._gateway = gateway
        self._every_seconds = every_seconds
        self._news = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, "reports")  # in order, and no call waits for the disk

    def began(self, call_id: str, number: str, language: str) -> None:
        """A call has come."""
        self._keep(lambda: self.spool.begin(call_id, number, language, datetime.now(UTC)))

    def ended(self, report: CallReport) -> None:
        """A call is over: kept first, then sent."""
        self._keep(lambda: self.spool.end(report, datetime.now(UTC)))
        self._news.set()

    async def close(self) -> None:
        """Comes back when everything is on the disk."""
        await asyncio.to_thread(self._disk.shutdown)

    async def run(self) -> None:
        """Sends until cancelled."""
        while True:
            self._news.clear()
            try:
                found = await self._on_disk(self.spool.recover)
                if found:
                    log.warning("%d calls ended with another process; they are reported as dropped", found)
                await self.send_all()
            except OSError:
                log.exception("reports of calls wait: the disk is full or the folder is closed")
            try:
                async with asyncio.timeout(self._every_seconds):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def send_all(self) -> None:
        """Sends everything that waits, until the gateway does not answer."""
        for path, row in await self._on_disk(lambda: list(self.spool.waiting())):
            try:
                await self._gateway.post("ended", row, patient=True)
            except GatewayAway as away:
                if away.status not in _REFUSED:
                    log.warning("reports of calls wait for the gateway: %s", away)
                    return
                log.error("the gateway refuses the report of a call (%d); it is set aside", away.status)
                await self._on_disk(partial(self.spool.set_aside, path))
            else:
                await self._on_disk(partial(self.spool.done, path))

    def _keep(self, work: Callable[[], None]) -> None:
        self._disk.submit(_kept, work)

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def _kept(work: Callable[[], None]) -> None:
    try:
        work()
    except OSError:
        log.exception("the report of a call cannot be kept: the disk is full or the folder is closed")
