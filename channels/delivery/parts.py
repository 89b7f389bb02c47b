"""The delivery of a running gateway, put together from the settings."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import yaml
from aiohttp import web

from channels.adapters.sql import SqlConversationStore
from channels.conversations import Stored
from channels.delivery.carriers import TEMPLATE, MailCarrier, SmsCarrier, SubscribeCarrier
from channels.delivery.config import DeliveryConfig
from channels.delivery.notices import EMAIL, SMS, SUBSCRIBE, Way
from channels.delivery.ports import Carrier
from channels.delivery.queueing import Queueing
from channels.delivery.sending import Sending
from channels.delivery.sql_notices import SqlNotices
from channels.delivery.sql_preferences import SqlPreferences
from channels.delivery.undelivered import Undelivered
from channels.delivery.wishes import Wishes
from channels.errors import ChannelsError
from channels.mail.console import ConsoleMail
from channels.mail.http import HttpMail
from channels.mail.ports import MailSender
from channels.mail.smtp import SmtpMail
from channels.mail.texts import MailTexts
from channels.metrics import Metrics
from channels.miniprogram.service import MiniProgram
from channels.phone.parts import PhoneParts
from channels.ports import Sentences
from channels.publisher import Publisher
from channels.sms.outbox import GivenUp
from hotline.settings import ROOT
from tickets.domain.city import Catalogue

logger = logging.getLogger(__name__)
MAIL_TEXTS = ROOT / "data" / "mail"
STATUS_PHRASES = ROOT / "data" / "notices" / "statuses.yml"
_DAY_SECONDS = 86_400.0


@dataclass(slots=True)
class DeliveryParts:
    """What the handlers use, and what goes on in the background."""

    queueing: Queueing
    wishes: Wishes
    undelivered: Undelivered
    sending: Sending
    texts: MailTexts
    kept_days: int
    _forgetting: asyncio.Task[None] | None = field(default=None)

    def start(self) -> None:
        """Sends what an earlier process left, and deletes daily what was kept long enough."""
        self.sending.start()
        self._forgetting = asyncio.create_task(self._forget_daily())

    async def close(self) -> None:
        if self._forgetting is not None:
            self._forgetting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._forgetting
        await self.sending.close()

    async def _forget_daily(self) -> None:
        while True:
            try:
                sending = self.sending
                await sending.notices.forget(sending.clock() - timedelta(days=self.kept_days), sending.carriers.keys())
            except ChannelsError as error:
                logger.warning("old notices could not be deleted: %s", error)
            await asyncio.sleep(_DAY_SECONDS)


DELIVERY: web.AppKey[DeliveryParts] = web.AppKey("delivery", DeliveryParts)


def assemble_delivery(
    config: DeliveryConfig,
    *,
    store: SqlConversationStore,
    publisher: Publisher,
    sentences: Sentences,
    metrics: Metrics,
    secret: bytes,
    phone: PhoneParts | None,
    miniprogram: MiniProgram | None,
    catalogue: Catalogue,
    alarm: GivenUp,
    clock: Callable[[], datetime],
) -> DeliveryParts:
    """Joins given parts; connects nothing.

    Args:
        phone: the telephone line, whose provider sends text messages; miniprogram: sends subscribe messages.
        alarm: is told when a letter is given up.
    """
    texts = MailTexts.load(MAIL_TEXTS)
    carriers: dict[Way, Carrier] = {}
    sender = _mail_sender(config)
    if sender is not None and config.public_url is not None:
        carriers[EMAIL] = MailCarrier(sender, texts, sentences, config.public_url, secret, clock)
    if phone is not None and phone.sms is not None:
        carriers[SMS] = SmsCarrier(phone.sms.sender, phone.texts)
    if miniprogram is not None and TEMPLATE in miniprogram.subscribing.templates:
        statuses = yaml.safe_load(STATUS_PHRASES.read_text("utf-8"))
        carriers[SUBSCRIBE] = SubscribeCarrier(miniprogram.subscribing, statuses, _category_names(catalogue))
    ways = ", ".join(carriers) or "no way, and citizens are offered none (docs/howto/delivery.md)"
    logger.info("news of tickets go beside the conversation by: %s", ways)
    notices, preferences = SqlNotices(store), SqlPreferences(store)

    async def tell(stored: Stored) -> None:
        if stored.created:
            await publisher.messages(stored.conversation, [stored.message])

    wake: list[Callable[[Way], None]] = []

    def queued(way: Way) -> None:
        for one in wake:
            one(way)

    wishes = Wishes(
        preferences, notices, store, carriers, texts, config.quiet, secret, clock, tell, queued
    )  # fmt: skip
    sending = Sending(
        notices, preferences, store, carriers, config.quiet, metrics, clock, wishes.gone, alarm
    )  # fmt: skip
    wake.append(sending.wake)
    return DeliveryParts(
        Queueing(notices, preferences, carriers, config.quiet, clock, queued),
        wishes,
        Undelivered(store, clock, queued, carriers.keys()),
        sending,
        texts,
        config.kept_days,
    )


def _category_names(catalogue: Catalogue) -> Callable[[str, str], str]:
    def name(category: str, language: str) -> str:
        return catalogue.category_name(category, language) if category in catalogue.categories else ""

    return name


def _mail_sender(config: DeliveryConfig) -> MailSender | None:
    if config.mail == "smtp" and config.server is not None:
        return SmtpMail(config.server)
    if config.mail == "http":
        return HttpMail(config.mail_url, config.mail_secret, config.sender, config.seconds)
    return ConsoleMail() if config.mail == "console" else None
