"""The citizen's view of tickets, from the ticket desk in a few threads.

It opens the desk when it is first asked, so the gateway starts while the ticket store is down.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from channels.errors import TicketNotFound, TicketsUnavailable, TooManyRequests
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.number import clean_number
from tickets.domain.views import citizen_view
from tickets.errors import LookupBlocked, TicketError
from tickets.errors import TicketNotFound as NoSuchTicket
from tickets.service.desk import TicketDesk

_THREADS = 2
_BLOCKED_SECONDS = 3600
T = TypeVar("T")


class DeskTicketViews:
    """TicketViews on `tickets.bootstrap.open_tickets`."""

    def __init__(self, config: TicketsConfig) -> None:
        self._config = config
        self._desk: TicketDesk | None = None
        self._opening = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tickets")

    async def of_conversation(self, conversation_id: str, number: str) -> Mapping[str, Any] | None:
        """The ticket `number` when this conversation filed it."""

        def look_up() -> Mapping[str, Any] | None:
            wanted = clean_number(number)
            filed = self._open().of_conversation(conversation_id)
            return next((citizen_view(ticket) for ticket in filed if ticket.number == wanted), None)

        return await self._run(look_up)

    async def by_phone(self, number: str, phone_last4: str) -> Mapping[str, Any] | None:
        """The ticket `number` when `phone_last4` ends its telephone number."""
        return await self._run(lambda: citizen_view(self._open().find_for_citizen(number, phone_last4)))

    async def ping(self) -> None:
        await self._run(lambda: self._open().ready())

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._desk is not None:
            await asyncio.to_thread(self._desk.close)

    def _open(self) -> TicketDesk:
        with self._opening:
            if self._desk is None:
                self._desk = open_tickets(self._config)
            return self._desk

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except NoSuchTicket:
            raise TicketNotFound from None
        except LookupBlocked as error:
            raise TooManyRequests(_BLOCKED_SECONDS, str(error)) from None
        except TicketError as error:
            raise TicketsUnavailable from error
