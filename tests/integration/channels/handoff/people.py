"""A gateway's inside with people behind it, for tests: real SQLite or PostgreSQL, a fake bot, a stand-in desk."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.catalog import Catalog
from channels.adapters.database import open_store
from channels.adapters.sql import SqlConversationStore
from channels.adapters.turn_locks import LocalTurnLocks
from channels.config import GatewayConfig
from channels.conversations import Answer, Conversation, Message
from channels.errors import TicketsUnavailable
from channels.handoff.bootstrap import assemble_people
from channels.handoff.briefing import Known
from channels.handoff.delivery import Pace
from channels.handoff.ports import HandoffDesk
from channels.handoff.reception import Reception
from channels.handoff.service import HandoffService
from channels.metrics import Metrics
from channels.publisher import Publisher
from channels.router import Incoming, Router
from channels.stream import Hub
from channels.turns import TurnRunner
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import config_for
from tests.integration.channels.handoff.desks import StandInDesk
from tests.unit.channels.channel_fakes import FakeBot, recognise
from tickets.service.commands import FileTicket, SupplementTicket

TEXTS = Catalog.load()
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class TestClock:
    """Real time that a test can move on."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_seconds(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Receipt:
    number: str
    status: str = "received"
    accept_by: datetime = START


@dataclass
class FakeTickets:
    """Files tickets once per idempotency key."""

    filed: dict[str, FileTicket] = field(default_factory=dict)
    added: dict[str, SupplementTicket] = field(default_factory=dict)
    down: bool = False
    closed: bool = False

    async def file(self, command: FileTicket) -> Receipt:
        if self.down:
            raise TicketsUnavailable
        self.filed.setdefault(command.idempotency_key, command)
        return Receipt(f"2026030200000{list(self.filed).index(command.idempotency_key) + 1}")

    async def supplement(self, command: SupplementTicket) -> Receipt:
        if self.down or self.closed:
            raise TicketsUnavailable
        self.added.setdefault(command.idempotency_key, command)
        return Receipt(command.number)


@dataclass
class Inside:
    """Everything of one gateway, and what a citizen does with it."""

    store: SqlConversationStore
    router: Router
    service: HandoffService
    front: Reception
    hub: Hub
    bot: FakeBot
    desk: StandInDesk
    tickets: FakeTickets
    clock: TestClock
    metrics: Metrics

    async def open(self, language: str = "zh", channel: str = "web") -> str:
        return (await self.router.open(channel, language)).id

    async def say(self, conversation_id: str, text: str, message_id: str | None = None) -> Answer:
        received = await self.router.receive(conversation_id, Incoming(message_id or str(uuid.uuid4()), text=text))
        return await received.answer

    async def press(self, conversation_id: str, payload: str, message_id: str | None = None) -> Answer:
        received = await self.router.receive(
            conversation_id, Incoming(message_id or str(uuid.uuid4()), payload=payload)
        )
        return await received.answer

    async def settled(self) -> None:
        await self.service.delivery.settled()

    async def queued(self, language: str = "zh", text: str = "路灯坏了") -> tuple[str, str]:
        """A conversation that waits for a person, and its hand-over."""
        one = await self.open(language)
        await self.say(one, text)
        await self.press(one, "/request_human")
        await self.settled()
        row = await self.service.handoffs.open_of(one)
        assert row is not None
        return one, row.id

    async def taken(self, language: str = "zh") -> tuple[str, str]:
        """A conversation that a person has."""
        one, handoff_id = await self.queued(language)
        await self.desk.take(handoff_id)
        await self.settled()
        return one, handoff_id

    async def history(self, conversation_id: str) -> list[Message]:
        return await self.store.messages_after(conversation_id, 0, 1000)

    async def owner(self, conversation_id: str) -> str:
        return (await self.conversation(conversation_id)).owner

    async def conversation(self, conversation_id: str) -> Conversation:
        return await self.store.conversation(conversation_id)

    async def told(self, conversation_id: str) -> list[tuple[str, str]]:
        return [(message.sender, message.text) for message in await self.history(conversation_id)]


def text(key: str, language: str = "zh", **values: Any) -> str:
    return TEXTS.text(key, language, **values)


def assembled(
    config: GatewayConfig,
    store: SqlConversationStore,
    *,
    bot: FakeBot,
    desk: HandoffDesk,
    tickets: FakeTickets | None = None,
    clock: TestClock | None = None,
    checkpoint: Callable[[str], None] = lambda _: None,
) -> Inside:
    """Joins a gateway's inside as the bootstrap does, without sockets."""
    hub, metrics, clock = Hub(), Metrics(), clock or TestClock()
    tickets = tickets or FakeTickets()
    publisher = Publisher(hub, metrics)

    async def known(conversation_id: str) -> Known:
        return Known(await people.service.care.slots_of(conversation_id))

    people = assemble_people(
        config,
        store=store,
        desk=desk,
        publisher=publisher,
        sentences=TEXTS,
        metrics=metrics,
        filing=tickets,
        known=known,
        secret=b"s" * 32,
        locks=LocalTurnLocks(),
        clock=clock,
        checkpoint=checkpoint,
        alerts=desk if isinstance(desk, StandInDesk) else None,
    )
    turns = TurnRunner(
        store=store,
        bot=bot,
        sentences=TEXTS,
        locks=LocalTurnLocks(),
        publisher=publisher,
        metrics=metrics,
        front=people.front,
        clock=clock,
        checkpoint=checkpoint,
    )
    router = Router(store, turns, TEXTS, publisher, recognise, clock)
    if isinstance(desk, StandInDesk):
        desk.events = people.service
        stand_in = desk
    else:
        stand_in = StandInDesk()
    return Inside(store, router, people.service, people.front, hub, bot, stand_in, tickets, clock, metrics)


@asynccontextmanager
async def inside(folder: Path, kind: str = "sqlite", **names: str) -> AsyncIterator[Inside]:
    """One gateway's inside on a database of its own."""
    with fresh_database(kind, folder) as url:
        store = await asyncio.to_thread(open_store, url)
        one = assembled(
            config_for(folder, None, **{"BOT_FAILING_SECONDS": "0", **names}),
            store,
            bot=answering_bot(),
            desk=StandInDesk(),
        )
        try:
            yield one
        finally:
            await one.router.close(2)
            await one.service.close()
            await store.close()


def answering_bot() -> FakeBot:
    """A bot that hands over when a person is asked for, and takes up again when asked to."""
    from channels.ports import BotMessage, BotReply, BotTurn
    from tests.unit.channels.channel_fakes import echo

    def answer(turn: BotTurn) -> BotReply:
        custom = {
            "/request_human": {"handoff": {"reason": "request", "priority": "normal"}},
            "/resume": {"resume": {}},
        }.get(turn.payload or "")
        if custom is None:
            return echo(turn)
        return BotReply(turn.language, (BotMessage(f"bot: {turn.payload}", (), custom),), None)

    bot = FakeBot()
    bot.answer = answer
    return bot


def impatient(one: Inside, tries: int = 3) -> None:
    """The desk is given up soon."""
    one.service.delivery.pace = replace(Pace(), tries=tries, call_seconds=1.0)
