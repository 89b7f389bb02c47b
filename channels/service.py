"""What a running gateway is made of, for its handlers.

A plain record: it is filled in `channels.bootstrap` and by tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from channels.challenges import Challenges, Spent
from channels.config import GatewayConfig
from channels.desk.service import Desk
from channels.doorkeeper import Doorkeeper
from channels.errors import ChallengeRequired, TooManyRequests
from channels.limits import Rate, TokenBuckets, take_all
from channels.metrics import Metrics
from channels.ports import Check, ConversationStore, Ears, Places, Relay, StreamTickets, TicketViews
from channels.router import Router
from channels.stream import Hub
from channels.uploads import Uploads

if TYPE_CHECKING:
    from channels.delivery.parts import DeliveryParts
    from channels.desk.service import Desk
    from channels.handoff.chatwoot_door import ChatwootDoor
    from channels.handoff.service import HandoffService
    from channels.handoff.translator import Translator
    from channels.intake.service import Intake
    from channels.miniprogram.service import MiniProgram
    from channels.open311.service import Open311
    from channels.phone.parts import PhoneParts
    from channels.staff.service import Staff
    from channels.wechat.account import OfficialAccount

READ_RATE = Rate(20, 120)
LOOKUP_RATE = Rate(0.5, 20)
SPEECH_RATE = Rate(0.1, 6)
PLACES_RATE = Rate(2, 60)
REFUSED_RATE = Rate(0.2, 30)
DESK_RATE = Rate(200, 1000)
CEILING = 10
STATIC = Path(__file__).resolve().parent / "web" / "static"


class Limits:
    """How often each thing may be done; beyond it TooManyRequests says when it may be done again.

    Who writes or opens conversations beyond the usual share may solve a challenge instead of waiting; beyond
    CEILING times an address' share, and for everything else, there is nothing but waiting. Looking up tickets is
    among that: guesses of telephone numbers must not be had for computing time.
    """

    def __init__(
        self,
        config: GatewayConfig,
        metrics: Metrics,
        challenges: Challenges,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._challenges = challenges
        self._metrics = metrics
        self._of_conversation = TokenBuckets(config.message_rate)
        self._of_address = TokenBuckets(config.message_rate)
        self._of_solver = TokenBuckets(config.message_rate)
        self._messages_at_all = TokenBuckets(config.message_rate.times(CEILING))
        self._opening = TokenBuckets(config.open_rate)
        self._openings_at_all = TokenBuckets(config.open_rate.times(CEILING))
        self._reading = TokenBuckets(READ_RATE)
        self._lookups = TokenBuckets(LOOKUP_RATE)
        self._refused = TokenBuckets(REFUSED_RATE)
        self._desks = TokenBuckets(DESK_RATE)
        self._apps = TokenBuckets(config.message_rate)
        self._speech = TokenBuckets(SPEECH_RATE)
        self._places = TokenBuckets(PLACES_RATE)

    async def message(self, conversation_id: str, address: str) -> None:
        """Raises TooManyRequests; ChallengeRequired when a solved challenge would help."""
        at_all = (self._messages_at_all, address)
        wait = take_all([(self._of_conversation, conversation_id), (self._of_address, address), at_all], self._clock())
        if wait <= 0:
            return
        if self._challenges.on and not self._messages_at_all.wait(address, self._clock()):
            if not await self._challenges.allowed(conversation_id):
                raise self._challenged("message", wait)
            wait = take_all([(self._of_solver, conversation_id), at_all], self._clock())
        if wait > 0:
            raise self._too_many("message", wait)

    def opening(self, address: str) -> None:
        """Raises TooManyRequests; ChallengeRequired when a solved challenge would help (see `solved_opening`)."""
        wait = take_all([(self._opening, address), (self._openings_at_all, address)], self._clock())
        if wait <= 0:
            return
        if self._challenges.on and not self._openings_at_all.wait(address, self._clock()):
            raise self._challenged("conversation", wait)
        raise self._too_many("conversation", wait)

    async def solved_opening(self, address: str, solution: object) -> Spent:
        """An opening beyond the share, for a solved challenge. Raises ChallengeRefused, TooManyRequests."""
        self._take("conversation", [(self._openings_at_all, address)])
        return await self._challenges.spend(solution)

    def reading(self, conversation_id: str) -> None:
        self._take("read", [(self._reading, conversation_id)])

    def lookup(self, address: str) -> None:
        self._take("ticket_lookup", [(self._lookups, address)])

    def open311(self, who: str) -> None:
        """A call of a city app, by its key, or of a reader without one, by address."""
        self._take("open311", [(self._apps, who)])

    def speech(self, address: str) -> None:
        self._take("speech", [(self._speech, address)])

    def places(self, address: str) -> None:
        self._take("places", [(self._places, address)])

    def desk(self, address: str) -> None:
        """A call of a desk: many are good, but an address that was refused again and again is not heard at all."""
        wait = self._refused.wait(address, self._clock())
        if wait > 0:
            raise self._too_many("desk_refused", wait)
        self._take("desk", [(self._desks, address)])

    def refused(self, address: str) -> None:
        """Notes that a call of a desk was refused (a wrong signature)."""
        self._refused.take(address, self._clock())

    def _take(self, kind: str, claims: list[tuple[TokenBuckets, str]]) -> None:
        wait = take_all(claims, self._clock())
        if wait > 0:
            raise self._too_many(kind, wait)

    def _too_many(self, kind: str, wait: float) -> TooManyRequests:
        self._metrics.rate_limited.labels(kind).inc()
        return TooManyRequests(wait)

    def _challenged(self, kind: str, wait: float) -> ChallengeRequired:
        self._metrics.rate_limited.labels(kind).inc()
        return ChallengeRequired(wait, self._challenges.fresh())


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
    challenges: Challenges
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
    miniprogram: MiniProgram | None = None
    phone: PhoneParts | None = None
    delivery: DeliveryParts | None = None
    staff: Staff | None = None
    places: Places | None = None
    ears: Ears | None = None
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    static: Path = STATIC
    wall_clock: Callable[[], float] = time.time
    heartbeat_seconds: float = 20.0
    send_seconds: float = 10.0


GATEWAY: web.AppKey[Gateway] = web.AppKey("gateway", Gateway)
