"""Puts the hand-over together: service, delivery, front desk. Real desks behind HTTP are opened here too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from channels.adapters.sql import SqlConversationStore
from channels.config import GatewayConfig
from channels.handoff import links
from channels.handoff.briefing import Known, Names
from channels.handoff.callback_taking import CallbackTaking, TicketFiling
from channels.handoff.chatwoot import ChatwootDesk
from channels.handoff.chatwoot_door import ChatwootDoor
from channels.handoff.delivery import Delivery, Pace
from channels.handoff.incoming import Incoming
from channels.handoff.no_desk import NoDesk
from channels.handoff.operator import OperatorSettings
from channels.handoff.ports import AlertDesk, HandoffDesk
from channels.handoff.reception import Reception
from channels.handoff.service import HandoffService, Patience
from channels.handoff.sql import SqlHandoffs
from channels.handoff.sql_care import SqlCare
from channels.handoff.sql_letters import SqlLetters
from channels.handoff.translator import Translator
from channels.handoff.webhook import WebhookDesk
from channels.metrics import Metrics
from channels.ports import Sentences, TurnLocks
from channels.publisher import Publisher
from channels.uploads import Uploads

KnownOf = Callable[[str], Awaitable[Known]]


@dataclass(frozen=True, slots=True)
class People:
    """The hand-over of one gateway."""

    service: HandoffService
    front: Reception


def assemble_people(
    config: GatewayConfig,
    *,
    store: SqlConversationStore,
    desk: HandoffDesk,
    publisher: Publisher,
    sentences: Sentences,
    metrics: Metrics,
    filing: TicketFiling,
    known: KnownOf,
    secret: bytes,
    locks: TurnLocks,
    clock: Callable[[], datetime],
    checkpoint: Callable[[str], None],
    categories: Names | None = None,
    alerts: AlertDesk | None = None,
) -> People:
    """Joins given parts; opens nothing. The publisher tells the service what it publishes from now on."""
    settings = config.handoff
    handoffs, letters, care = SqlHandoffs(store), SqlLetters(store), SqlCare(store)
    delivery = Delivery(
        handoffs=handoffs,
        letters=letters,
        store=store,
        sentences=sentences,
        desk=desk,
        metrics=metrics,
        known=known,
        secret=secret,
        pace=Pace(tries=settings.tries, accept_timeout_seconds=settings.accept_seconds),
        clock=clock,
        checkpoint=checkpoint,
        link=links.linker(secret, settings.public_url, clock),
        locks=locks,
        categories=categories,
    )
    service = HandoffService(
        store=store,
        handoffs=handoffs,
        letters=letters,
        care=care,
        operator=OperatorSettings(care),
        delivery=delivery,
        publisher=publisher,
        sentences=sentences,
        metrics=metrics,
        patience=Patience(settings.accept_seconds, settings.leave_seconds, config.wait_seconds_each),
        clock=clock,
        checkpoint=checkpoint,
        alerts=alerts,
    )
    delivery.given_up = service.given_up
    publisher.heard = service.heard
    publisher.describe = service.face
    taking = CallbackTaking(store, care, filing, sentences, metrics, clock, checkpoint)
    return People(service, Reception(service, taking, clock, settings.bot_failures, settings.bot_failing_seconds))


def remote_desk(config: GatewayConfig, uploads: Uploads, store: SqlConversationStore) -> HandoffDesk:
    """The desk that the settings name, unless it is our own, which the desk's package opens."""
    settings = config.handoff
    if settings.desk == "webhook":
        assert settings.webhook_url is not None and settings.secret is not None  # the settings were checked
        return WebhookDesk(settings.webhook_url, settings.secret)
    if settings.desk == "chatwoot":
        assert settings.chatwoot is not None
        handoffs = SqlHandoffs(store)

        async def conversation_of(ref: str) -> str | None:
            row = await handoffs.by_ref(ChatwootDesk.name, ref)
            return None if row is None else row.conversation_id

        return ChatwootDesk(settings.chatwoot, uploads, conversation_of)
    return NoDesk()


def chatwoot_door(
    config: GatewayConfig,
    people: People,
    store: SqlConversationStore,
    uploads: Uploads,
    clock: Callable[[], datetime],
    checkpoint: Callable[[str], None],
) -> ChatwootDoor | None:
    """Where Chatwoot's webhooks come in, when Chatwoot is the desk."""
    desk, settings = people.service.desk, config.handoff.chatwoot
    if not isinstance(desk, ChatwootDesk) or settings is None:
        return None
    door = ChatwootDoor(settings, desk, people.service, uploads, clock)
    door.incoming = Incoming(store, desk.name, door.work, door.give_up, clock, checkpoint, config.handoff.tries)
    people.service.wakers.append(door.incoming.wake)
    people.service.rework = door.rework
    return door


async def close_people(people: People, chatwoot: ChatwootDoor | None, translator: Translator | None) -> None:
    """Ends what runs, then closes connections."""
    await people.service.close()
    if chatwoot is not None and chatwoot.incoming is not None:
        await chatwoot.incoming.close()
    desk = people.service.desk
    if isinstance(desk, WebhookDesk | ChatwootDesk):
        await desk.aclose()
    if translator is not None:
        await translator.aclose()
