"""The ticket core in a few threads of its own; opened when it is first asked, so a process starts without its store.

It decides nothing about tickets and names no error but the time-out: whoever asks says what a refusal means.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tickets.bootstrap import open_categories, open_tickets
from tickets.config import TicketsConfig
from tickets.service.desk import TicketDesk

_THREADS = 2
SECONDS = 10.0
T = TypeVar("T")


class TicketThreads:
    """Runs blocking work on the ticket desk.

    Args:
        name: of the threads, in a debugger.
        seconds: so long the caller waits; the work itself is not broken off, and its commands may be repeated.
        load_model: for a command on the terminal; see `open_categories`.
    """

    def __init__(self, config: TicketsConfig, name: str, seconds: float = SECONDS, *, load_model: bool = False) -> None:
        self._config = config
        self._load_model = load_model
        self._seconds = seconds
        self._desk: TicketDesk | None = None
        self._opening = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=name)

    async def run(self, work: Callable[[TicketDesk], T]) -> T:
        """What `work` gives. Raises TimeoutError, and the ticket core's own errors."""
        async with asyncio.timeout(self._seconds):
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(self._open()))

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._desk is not None:
            await asyncio.to_thread(self._desk.close)

    def _open(self) -> TicketDesk:
        with self._opening:
            if self._desk is None:
                suggester = open_categories(self._config, load=self._load_model)
                self._desk = open_tickets(self._config, suggester=suggester)
            return self._desk
