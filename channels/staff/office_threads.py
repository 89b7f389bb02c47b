"""The staff's ticket office in a few threads of its own, opened before the first call; errors in the channels' terms.

It decides nothing: who may do what is the office's business.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from channels.errors import ChannelsError, TicketNotFound, TicketsUnavailable
from channels.staff import errors
from tickets import errors as core
from tickets.bootstrap import open_staff
from tickets.config import TicketsConfig
from tickets.domain.views import local_iso
from tickets.service.staff_office import StaffOffice

logger = logging.getLogger(__name__)
_THREADS = 3
SECONDS = 15.0
T = TypeVar("T")


class OfficeThreads:
    """Runs blocking work on the office.

    Args:
        seconds: so long a caller waits; commands are safe to repeat with their key.
    """

    def __init__(self, config: TicketsConfig, seconds: float = SECONDS) -> None:
        self._config = config
        self.seconds = seconds
        self._office: StaffOffice | None = None
        self._opening = threading.Lock()
        self._closed = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="staff-tickets")

    def start(self) -> None:
        """Opens the office in the background: reading the city's files takes seconds on a busy machine."""
        self._threads.submit(self._open_early)

    async def run(self, work: Callable[[StaffOffice], T]) -> T:
        """What `work` gives. Raises what `translated` makes of the core's errors."""
        try:
            async with asyncio.timeout(self.seconds):
                return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(self._open()))
        except (core.TicketError, TimeoutError) as error:
            raise translated(error) from error

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._opening:  # what is just being opened is closed too
            self._closed = True
            if self._office is not None:
                self._office.close()

    def _open_early(self) -> None:
        try:
            self._open()
        except core.TicketError as error:
            logger.warning("the tickets are not open for staff yet, the next call tries again: %s", error)
        except Exception:  # a thread's error is seen by nobody else
            logger.exception("the tickets cannot be opened for staff")

    def _open(self) -> StaffOffice:
        with self._opening:
            if self._closed:
                raise core.StoreUnavailable
            if self._office is None:
                self._office = open_staff(self._config)
            return self._office


def translated(error: core.TicketError | TimeoutError) -> ChannelsError:
    """The error of the interface for one of the core."""
    if isinstance(error, core.TicketNotFound):
        return TicketNotFound(str(error))
    if isinstance(error, core.InvalidTicket):
        return errors.FieldRefused(error.code, error.field, str(error))
    if isinstance(error, core.NotForYou):
        return errors.NotForPosition(str(error))
    if isinstance(error, core.TicketChanged):
        winner = {"version": error.version, "by": error.by, "command": error.command, "at": local_iso(error.at)}
        return errors.TicketMoved(str(error), members=winner)
    if isinstance(error, core.TransitionNotAllowed):
        told = {"ticket_status": str(error.status), "command": error.command, "allowed": list(error.allowed)}
        clause = getattr(error, "clause", None)
        members = {**told, "clause": clause} if clause else told
        return errors.CommandRefused(str(error), code=error.code, members=members)
    if isinstance(error, core.ReplyBlocked):
        return errors.ReplyRefused(str(error), members={"kinds": list(error.kinds), "findings": error.findings})
    if isinstance(error, core.IdempotencyKeyReused):
        return errors.KeyReused(str(error))
    return TicketsUnavailable()
