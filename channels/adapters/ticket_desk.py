"""The citizen's view of tickets, from the ticket desk in a few threads.

It shows nothing that the citizen's own page may not show, and files nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels.adapters.ticket_threads import SECONDS, TicketThreads
from channels.errors import TicketNotFound, TicketsUnavailable, TooManyRequests
from tickets.config import TicketsConfig
from tickets.domain.number import clean_number
from tickets.domain.ticket import Ticket
from tickets.domain.views import citizen_view
from tickets.domain.vocabulary import Status
from tickets.errors import LookupBlocked, TicketError
from tickets.errors import TicketNotFound as NoSuchTicket
from tickets.service.desk import TicketDesk

_BLOCKED_SECONDS = 3600
T = TypeVar("T")


class DeskTicketViews:
    """TicketViews on the ticket core."""

    def __init__(self, config: TicketsConfig, seconds: float = SECONDS) -> None:
        self._threads = TicketThreads(config, "tickets", seconds)

    async def of_conversation(self, conversation_id: str, number: str) -> Mapping[str, Any] | None:
        """The ticket `number` when this conversation filed or follows it."""

        def look_up(desk: TicketDesk) -> Mapping[str, Any] | None:
            wanted = clean_number(number)
            filed = desk.of_conversation(conversation_id)
            return next((_view(desk, ticket) for ticket in filed if ticket.number == wanted), None)

        return await self._run(look_up)

    async def by_phone(self, number: str, phone_last4: str) -> Mapping[str, Any] | None:
        """The ticket `number` when `phone_last4` ends its telephone number."""
        return await self._run(lambda desk: _view(desk, desk.find_for_citizen(number, phone_last4)))

    async def ping(self) -> None:
        await self._run(lambda desk: desk.ready())

    async def close(self) -> None:
        await self._threads.close()

    async def _run(self, work: Callable[[TicketDesk], T]) -> T:
        try:
            return await self._threads.run(work)
        except NoSuchTicket:
            raise TicketNotFound from None
        except LookupBlocked as error:
            raise TooManyRequests(_BLOCKED_SECONDS, str(error)) from None
        except (TicketError, TimeoutError) as error:
            raise TicketsUnavailable from error


def _view(desk: TicketDesk, ticket: Ticket) -> Mapping[str, Any]:
    """The ticket as its citizen sees it; of a merged one also the ticket that lives on, under `live`."""
    view = citizen_view(ticket)
    return {**view, "live": citizen_view(desk.live(ticket.number))} if ticket.status is Status.MERGED else view
