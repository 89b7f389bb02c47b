"""Puts a gateway together from its configuration: the only place where real things are made.

Opening fails when the database cannot be opened; the bot, the tickets and Redis may come later.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.catalog import Catalog
from channels import tokens
from channels.adapters.city_places import DeskPlaces
from channels.adapters.database import create_engine, is_sqlite, open_store
from channels.adapters.only_gateway import only_gateway
from channels.adapters.redis_links import RedisRelay, RedisStreamTickets, connect
from channels.adapters.solved_challenges import SqlSolvedChallenges
from channels.adapters.sql import SqlConversationStore
from channels.adapters.stream_tickets import MemoryStreamTickets
from channels.adapters.ticket_desk import DeskTicketViews
from channels.adapters.transcriber import HttpEars
from channels.adapters.turn_locks import LocalTurnLocks, PostgresTurnLocks
from channels.bot_client import HttpBot
from channels.challenges import Challenges
from channels.config import GatewayConfig
from channels.delivery.parts import assemble_delivery
from channels.delivery.undelivered_sms import UndeliveredSms
from channels.desk.bootstrap import OpenedDesk, open_desk
from channels.desk.ports import NOTICE, SMS
from channels.errors import BotUnavailable
from channels.handoff.bootstrap import People, assemble_people, chatwoot_door, close_people, remote_desk
from channels.handoff.translator import translator_of
from channels.intake.receipts import ReceiptRows
from channels.intake.service import Intake
from channels.metrics import Metrics
from channels.miniprogram.bootstrap import opened_miniprogram
from channels.open311.bootstrap import open_open311
from channels.phone.parts import assemble_phone
from channels.ports import Bot, Check, Identify, Sentences, StreamTickets, TicketViews, TurnLocks
from channels.publisher import Publisher
from channels.recovery import recover
from channels.router import Router
from channels.service import Gateway, Limits
from channels.staff.bootstrap import assemble_staff
from channels.stream import Hub
from channels.sweeping import Sweeper
from channels.turns import TurnRunner
from channels.uploads import Uploads
from channels.wechat.bootstrap import opened_account
from language.identify import identify

logger = logging.getLogger(__name__)
_PROBE_SECONDS = 2.0


@dataclass(slots=True)
class Opened:
    """A gateway with what it does in the background."""

    gateway: Gateway
    bot: Bot
    people: People
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def start(self) -> None:
        """Takes up what an earlier process left unfinished."""
        gateway = self.gateway
        self.people.service.start()
        if gateway.open311 is not None:
            gateway.open311.filing.start()
        if gateway.phone is not None:
            gateway.phone.start()
        if gateway.staff is not None:
            gateway.staff.office.start()
        if gateway.delivery is not None:
            gateway.delivery.start()
        sweeper = Sweeper(gateway.uploads, gateway.store, is_sqlite(gateway.config.database_url))
        self._tasks.append(asyncio.create_task(sweeper.run()))
        self._tasks.append(asyncio.create_task(recover(gateway.store, self.bot, gateway.router)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def opened_gateway(
    config: GatewayConfig, checkpoint: Callable[[str], None] | None = None
) -> AsyncIterator[Opened]:
    """A gateway with everything open, closed again at the end.

    Raises:
        StoreUnavailable: the database cannot be opened, or another gateway has it.
    """
    internal_token = config.internal_token or secrets.token_urlsafe(32)
    async with AsyncExitStack() as closing:
        if is_sqlite(config.database_url):
            closing.enter_context(only_gateway(config.data_dir))
        store = await asyncio.to_thread(open_store, config.database_url)
        closing.push_async_callback(store.close)
        secret = await asyncio.to_thread(tokens.load_secret, config.data_dir / "secret.key")
        sentences = await asyncio.to_thread(Catalog.load)
        bot = HttpBot(config.bot_url, internal_token, config.bot_timeout_seconds)
        closing.push_async_callback(bot.close)
        locks = _turn_locks(config)
        closing.push_async_callback(locks.close)
        tickets = DeskTicketViews(config.tickets)
        closing.push_async_callback(tickets.close)
        gateway, people, desk = await asyncio.to_thread(
            assemble,
            config,
            store=store,
            bot=bot,
            sentences=sentences,
            tickets=tickets,
            locks=locks,
            secret=secret,
            internal_token=internal_token,
            checkpoint=checkpoint or _no_checkpoint,
        )
        closing.callback(gateway.uploads.close)
        closing.push_async_callback(desk.close)
        closing.push_async_callback(close_people, people, gateway.chatwoot, gateway.translator)
        if gateway.phone is not None:
            closing.push_async_callback(gateway.phone.close)
        if gateway.staff is not None:
            closing.push_async_callback(gateway.staff.office.close)
        city_apps, threads = await asyncio.to_thread(
            open_open311, config, store, desk.desk.context.catalogue, sentences, identify, _now
        )
        closing.push_async_callback(threads.close)
        closing.push_async_callback(city_apps.filing.close)
        gateway.open311 = city_apps
        gateway.intake = Intake(
            tickets=threads,
            rows=ReceiptRows(store),
            catalogue=desk.desk.context.catalogue,
            identify=identify,
            now=_now,
            folder=config.intake_dir,
        )
        gateway.wechat = await closing.enter_async_context(
            opened_account(config.wechat, store, gateway.router, gateway.uploads, _now)
        )
        gateway.miniprogram = await closing.enter_async_context(
            opened_miniprogram(
                config.miniprogram,
                store,
                gateway.router,
                desk.desk.work,
                gateway.metrics,
                threads,
                desk.desk.context.catalogue,
                _now,
            )
        )
        gateway.delivery = assemble_delivery(
            config.delivery,
            store=store,
            publisher=gateway.router.publisher,
            sentences=sentences,
            metrics=gateway.metrics,
            secret=secret,
            phone=gateway.phone,
            miniprogram=gateway.miniprogram,
            catalogue=desk.desk.context.catalogue,
            alarm=desk.desk.alerts.raise_given_up,
            clock=_now,
        )
        closing.push_async_callback(gateway.delivery.close)
        texting = gateway.phone is not None and gateway.phone.sms is not None
        desk.link.undelivered = {NOTICE: gateway.delivery.undelivered, SMS: UndeliveredSms(store, _now, texting)}
        if config.redis_url is not None:
            client = connect(config.redis_url)
            relay = RedisRelay(client, gateway.hub)
            share(gateway, relay, RedisStreamTickets(client))
            await relay.start()
            closing.push_async_callback(relay.close)
        gateway.places = DeskPlaces(tickets.threads)
        if config.voice_url is not None:
            gateway.ears = ears = HttpEars(config.voice_url, internal_token)
            closing.push_async_callback(ears.close)
        gateway.checks = [*gateway.checks, *_actions_check(config)]
        await desk.start()
        opened = Opened(gateway, bot, people)
        closing.push_async_callback(opened.stop)
        yield opened


def assemble(
    config: GatewayConfig,
    *,
    store: SqlConversationStore,
    bot: Bot,
    sentences: Sentences,
    tickets: TicketViews,
    locks: TurnLocks,
    secret: bytes,
    internal_token: str,
    recognise: Identify = identify,
    stream_tickets: StreamTickets | None = None,
    checkpoint: Callable[[str], None] | None = None,
) -> tuple[Gateway, People, OpenedDesk]:
    """Joins given parts to a gateway with its desk; opens nothing."""
    metrics, hub, uploads = Metrics(), Hub(), Uploads(config.data_dir / "uploads", config.scanner)
    challenges = Challenges(
        secret, config.challenge_work, config.challenge_seconds, SqlSolvedChallenges(store), metrics
    )
    publisher = Publisher(hub, metrics)
    desk = open_desk(config, store, hub, secret, metrics)
    people = assemble_people(
        config,
        store=store,
        desk=desk.own if config.handoff.desk == "own" else remote_desk(config, uploads, store),
        publisher=publisher,
        sentences=sentences,
        metrics=metrics,
        filing=desk.tickets,
        known=desk.known,
        secret=secret,
        locks=locks,
        clock=_now,
        checkpoint=checkpoint or _no_checkpoint,
        categories={one.id: one.names for one in desk.desk.context.catalogue.categories.values()},
        alerts=desk.own,
    )
    turns = TurnRunner(
        store=store,
        bot=bot,
        sentences=sentences,
        locks=locks,
        publisher=publisher,
        metrics=metrics,
        front=people.front,
        clock=_now,
        checkpoint=checkpoint or _no_checkpoint,
    )
    router = Router(store, turns, sentences, publisher, recognise, _now)
    desk.connect(people.service, router)
    translator = translator_of(config.handoff.translator, metrics)
    if translator.on:
        desk.desk.translate = translator.plain
    gateway = Gateway(
        config=config,
        secret=secret,
        internal_token=internal_token,
        store=store,
        router=router,
        hub=hub,
        tickets=tickets,
        stream_tickets=stream_tickets or MemoryStreamTickets(),
        limits=Limits(config, metrics, challenges),
        challenges=challenges,
        metrics=metrics,
        uploads=uploads,
        people=people.service,
        desk=desk.desk,
        chatwoot=chatwoot_door(config, people, store, uploads, _now, checkpoint or _no_checkpoint),
        translator=translator,
        staff=assemble_staff(config.tickets, store, desk.desk),
        phone=assemble_phone(
            config.phone,
            store=store,
            people=people.service,
            opens=router,
            tickets=desk.tickets,
            alarm=desk.desk.alerts.raise_given_up,
            clock=_now,
        ),
        checks=[
            Check("store", True, store.ping),
            Check("bot", True, bot.ping),
            Check("tickets", True, tickets.ping),
        ],
    )
    return gateway, people, desk


def share(gateway: Gateway, relay: RedisRelay, stream_tickets: StreamTickets) -> None:
    """Connects a gateway with its copies."""
    gateway.relay = relay
    gateway.stream_tickets = stream_tickets
    gateway.router.publisher.relay = relay
    if gateway.desk is not None:
        gateway.desk.live.relay = relay
    gateway.checks = [*gateway.checks, Check("redis", False, relay.ping)]


def _turn_locks(config: GatewayConfig) -> TurnLocks:
    if is_sqlite(config.database_url):
        return LocalTurnLocks()
    return PostgresTurnLocks(create_engine(config.database_url))


def _actions_check(config: GatewayConfig) -> list[Check]:
    if config.actions_url is None:
        return []
    address = f"{config.actions_url.rstrip('/')}/healthz"
    return [Check("actions", True, lambda: _probe(address))]


async def _probe(address: str) -> None:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PROBE_SECONDS)) as session,
        session.get(address) as response,
    ):
        if response.status != 200:
            raise BotUnavailable("status")


def _now() -> datetime:
    return datetime.now(UTC)


def _no_checkpoint(_: str) -> None:
    """Nothing happens at a step of a turn."""
