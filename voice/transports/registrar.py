"""A line's registration at its exchange: when to ask again, and the way kept open in between.

The rules stand in `voice.protocol.registering`; this joins them with the line's user agent. Nothing is sent here.
"""

from __future__ import annotations

import logging

from aiosipua.message import SipRequest

from voice.protocol.calls import Replied
from voice.protocol.registering import Account, Registration, RegistrationState
from voice.protocol.transactions import Outgoing, Peer
from voice.protocol.useragent import Output, UserAgent

_log = logging.getLogger(__name__)
_KEEP_OPEN_SECONDS = 25.0


class Registrar:
    """One account at one exchange."""

    def __init__(self, agent: UserAgent, exchange: Peer, account: Account) -> None:
        self._agent = agent
        self._exchange = exchange
        self._registration = Registration(agent.identity, exchange.transport, account, agent.new_id)
        self._keeps_open_at: float | None = None

    @property
    def state(self) -> RegistrationState:
        return self._registration.state

    def start(self, now: float) -> list[Output]:
        """Asks to be registered."""
        if not self._exchange.reliable:
            self._keeps_open_at = now + _KEEP_OPEN_SECONDS
        return self._ask(self._registration.start(), now)

    def leave(self, now: float) -> list[Output]:
        """Asks to be forgotten."""
        self._keeps_open_at = None
        return self._ask(self._registration.leave(), now)

    def next_due(self) -> float | None:
        times = [at for at in (self._registration.next_at, self._keeps_open_at) if at is not None]
        return min(times, default=None)

    def due(self, now: float) -> list[Output]:
        """Asks again when it is time; keeps the way through an address translator open (RFC 5626 4.4.1)."""
        outputs = self._ask(self._registration.due(now), now)
        if self._keeps_open_at is not None and now >= self._keeps_open_at:
            self._keeps_open_at = now + _KEEP_OPEN_SECONDS
            outputs.append(Outgoing(b"\r\n\r\n", self._exchange))
        return outputs

    def replied(self, reply: Replied, now: float) -> list[Output]:
        """Takes the exchange's answer."""
        before = self.state
        again = self._registration.receive(reply.status, reply.response, now)
        if again is None and self.state is not before:
            _log.info("registration: %s (%d)", self.state, reply.status)
        return self._ask(again, now)

    def _ask(self, request: SipRequest | None, now: float) -> list[Output]:
        return self._agent.ask_outside(request, self._exchange, now) if request is not None else []
