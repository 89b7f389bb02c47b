"""The telephone line's parts of a running gateway, put together from the settings."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from channels.adapters.sql import SqlConversationStore
from channels.errors import ChannelsError
from channels.handoff.service import HandoffService
from channels.phone.config import PhoneConfig
from channels.phone.service import Opens, PhoneService, TicketLists
from channels.phone.sql import SqlPhone
from channels.sms.http import HttpSms
from channels.sms.outbox import GivenUp, SmsOutbox, SqlSms
from channels.sms.texts import SmsTexts
from hotline.settings import ROOT

logger = logging.getLogger(__name__)
SMS_TEXTS = ROOT / "data" / "sms"
_DAY_SECONDS = 86_400.0


@dataclass(slots=True)
class PhoneParts:
    """What the handlers use. `sms` is None where the city has no provider of text messages."""

    service: PhoneService
    texts: SmsTexts
    sms: SmsOutbox | None = None
    kept_days: int = 30
    _forgetting: asyncio.Task[None] | None = field(default=None)

    def start(self) -> None:
        """Sends what an earlier process left, and deletes daily what was kept long enough."""
        if self.sms is not None:
            self.sms.start()
        self._forgetting = asyncio.create_task(self._forget_daily())

    async def close(self) -> None:
        if self._forgetting is not None:
            self._forgetting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._forgetting
        if self.sms is not None:
            await self.sms.close()

    async def _forget_daily(self) -> None:
        while True:
            try:
                await self.service.forget()
                if self.sms is not None:
                    await self.sms.waiting.forget(self.service.clock() - timedelta(days=self.kept_days))
            except ChannelsError as error:
                logger.warning("old calls could not be deleted: %s", error)
            await asyncio.sleep(_DAY_SECONDS)


PHONE: web.AppKey[PhoneParts] = web.AppKey("phone", PhoneParts)


def assemble_phone(
    config: PhoneConfig,
    *,
    store: SqlConversationStore,
    people: HandoffService,
    opens: Opens,
    tickets: TicketLists,
    alarm: GivenUp,
    clock: Callable[[], datetime],
) -> PhoneParts:
    """Joins given parts; connects nothing.

    Args:
        alarm: is told when a text message is given up.
    """
    service = PhoneService(
        store, SqlPhone(store), people, opens, tickets, clock, config.draft_hours, config.kept_days
    )  # fmt: skip
    sms = None
    if config.sms_url is not None and config.sms_secret is not None:
        sender = HttpSms(config.sms_url, config.sms_secret, config.sms_seconds)
        sms = SmsOutbox(SqlSms(store), sender, clock, alarm)
    return PhoneParts(service, SmsTexts.load(SMS_TEXTS), sms, config.kept_days)
