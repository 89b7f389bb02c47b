"""One-use tickets for streams, in this process.

A browser cannot set headers for a WebSocket or an EventSource, so a ticket stands in the address; it is worth
nothing once used or a minute old.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

LIFETIME_SECONDS = 60
_MOST = 50_000


class MemoryStreamTickets:
    """StreamTickets in a bounded dictionary; the oldest go first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tickets: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def issue(self, conversation_id: str) -> str:
        now = self._clock()
        self._forget(now)
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (conversation_id, now + LIFETIME_SECONDS)
        return ticket

    async def take(self, ticket: str) -> str | None:
        conversation_id, until = self._tickets.pop(ticket, ("", 0.0))
        return conversation_id if conversation_id and self._clock() < until else None

    def _forget(self, now: float) -> None:
        while self._tickets:
            ticket, (_, until) = next(iter(self._tickets.items()))
            if until > now and len(self._tickets) < _MOST:
                return
            del self._tickets[ticket]
