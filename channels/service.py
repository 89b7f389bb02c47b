"""What a running gateway is made of, for its handlers.

A plain record: it is filled in `channels.bootstrap` and by tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from channels.config import GatewayConfig
from channels.desk.service import Desk
from channels.errors import TooManyRequests
from channels.limits import Rate, TokenBuckets, take_all
from channels.metrics import Metrics
from channels.ports import Check, ConversationStore, Relay, StreamTickets, TicketViews
from channels.router import Router
from channels.stream import Hub
from channels.uploads import Uploads

if TYPE_CHECKING:
    from channels.desk.service import Desk
    from channels.handoff.chatwoot_door import ChatwootDoor
    from channels.handoff.service import HandoffService
    from channels.handoff.translator import Translator
    from channels.intake.service import Intake
    from channels.open311.service import Open311
    from channels.phone.parts import PhoneParts
    from channels.staff.service import Staff
    from channels.wechat.account import OfficialAccount

READ_RATE = Rate(20, 120)
LOOKUP_RATE = Rate(0.5, 20)
REFUSED_RATE = Rate(0.2, 30)
DESK_RATE = Rate(200, 1000)
STATIC = Path(__file__).resolve().parent / "web" / "static"


class Limits:
    """How often each thing may be done; beyond it TooManyRequests says when it may be done again."""

    def __init__(self, config: GatewayConfig, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._metrics = metrics
        self._of_conversation = TokenBuckets(config.message_rate)
        self._of_address = TokenBuckets(config.message_rate)
        self._opening = TokenBuckets(config.open_rate)
        self._reading = TokenBuckets(READ_RATE)
        self._lookups = TokenBuckets(LOOKUP_RATE)
        self._refused = TokenBuckets(REFUSED_RATE)
        self._desks = TokenBuckets(DESK_RATE)
        self._apps = TokenBuckets(config.message_rate)

    def message(self, conversation_id: str, address: str) -> None:
        self._take("message", [(self._of_conversation, conversation_id), (self._of_address, address)])

    def opening(self, address: str) -> None:
        self._take("conversation", [(self._opening, address)])

    def reading(self, conversation_id: str) -> None:
        self._take("read", [(self._reading, conversation_id)])

    def lookup(self, address: str) -> None:
        self._take("ticket_lookup", [(self._lookups, address)])

    def open311(self, who: str) -> None:
        """A call of a city app, by its key, or of a reader without one, by address."""
        self._take("open311", [(self._apps, who)])

    def desk(self, address: str) -> None:
        """A call of a desk: many are good, but an address that was refused again and again is not heard at all."""
        wait = self._refused.wait(address, self._clock())
        if wait > 0:
            self._metrics.rate_limited.labels("desk_refused").inc()
            raise TooManyRequests(wait)
        self._take("desk", [(self._desks, address)])

    def refused(self, address: str) -> None:
        """Notes that a call of a desk was refused (a wrong signature)."""
        self._refused.take(address, self._clock())

    def _take(self, kind: str, claims: list[tuple[TokenBuckets, str]]) -> None:
        wait = take_all(claims, self._clock())
        if wait > 0:
            self._metrics.rate_limited.labels(kind).inc()
            raise TooManyRequests(wait)


@dataclass(slots=True)
class Gateway:
    """Everything a handler may use."""

    config: GatewayConfig
    secret: bytes
    internal_token: str
    store: ConversationStore
    router: Router
    hub: Hub
    tickets: TicketViews
    stream_tickets: StreamTickets
    limits: Limits
    metrics: Metrics
    uploads: Uploads
    checks: Sequence[Check] = ()
    relay: Relay | None = None
    people: HandoffService | None = None
    desk: Desk | None = None
    chatwoot: ChatwootDoor | None = None
    translator: Translator | None = None
    open311: Open311 | None = None
    intake: Intake | None = None
    wechat: OfficialAccount | None = None
    phone: PhoneParts | None = None
    staff: Staff | None = None
    static: Path = STATIC
    wall_clock: Callable[[], float] = time.time
    heartbeat_seconds: float = 20.0
    send_seconds: float = 10.0


GATEWAY: web.AppKey[Gateway] = web.AppKey("gateway", Gateway)
