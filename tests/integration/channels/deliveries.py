"""A gateway with providers of text messages and e-mails, at a time that the test says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.delivery.parts import DeliveryParts
from tests.integration.channels.gateways import (
    INTERNAL_TOKEN,
    WIDE,
    Client,
    Running,
    config_for,
    running_bot,
    running_gateway,
)
from tests.integration.channels.providers import Providers, providers, settings_of
from tickets.domain.calendar import LOCAL_ZONE

PHONE = "13800138000"
NUMBER = "20261103004512"
ADDRESS = "li@example.com"


@dataclass
class World:
    """A gateway with its providers, at a time that the test says."""

    running: Running
    providers: Providers
    now: datetime

    @property
    def parts(self) -> DeliveryParts:
        assert self.running.gateway.delivery is not None
        return self.running.gateway.delivery

    def at(self, hour: int, minute: int = 0, second: int = 0, day: int = 26) -> None:
        self.now = datetime(2026, 11, day, hour, minute, second, tzinfo=LOCAL_ZONE).astimezone(UTC)

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        stranger = self.running.stranger()
        found, answer, _ = await stranger.call("POST", f"/internal/v1/{path}", token=INTERNAL_TOKEN, json=body)
        assert found == status, answer
        return answer

    async def told(self, event: str, key: str = "replied", client: Client | None = None, **about: Any) -> list[str]:
        """The worker tells an event to a citizen of the page, or to a caller."""
        notice = {"ticket_number": NUMBER, "language": "zh", "importance": "answer", "phone": PHONE, **about}
        card = {"number": NUMBER, "due_at": "2026-11-30 18:00", "unit_name": "城管局"}
        body = {"event_id": event, "key": f"utter_news_{key}", "values": {**card, "reply": "路灯已修好"}}
        if client is None:
            answer = await self.post("notices", {**body, "notice": {"channel": "phone", **notice}})
        else:
            path = f"conversations/{client.conversation_id}/news"
            answer = await self.post(path, {**body, "notice": {"channel": "web", **notice}})
        return list(answer["queued"])

    async def sweep(self) -> None:
        for way in self.parts.sending.carriers:
            await self.parts.sending.sweep(way)

    async def citizen(self, language: str = "zh", address: str = ADDRESS) -> Client:
        """Somebody at the page with a confirmed address."""
        client = await self.running.client(language=language)
        await self.wish(client, email={"address": address})
        await self.sweep()
        link = self.links("confirm")[-1]
        assert (await client.call("POST", link, token=""))[0] == 200
        self.providers.mail.clear()
        return client

    async def wish(self, client: Client, status: int = 200, **wishes: Any) -> Any:
        found, answer, _ = await client.call("PUT", f"{client.path}/preferences", json=wishes)
        assert found == status, answer
        return answer

    async def wishes(self, client: Client) -> Any:
        return (await client.call("GET", f"{client.path}/preferences"))[1]

    def links(self, purpose: str) -> list[str]:
        """The links in the e-mails that were sent, without the host."""
        texts = " ".join(one["text"] for one in self.providers.mail)
        return re.findall(rf"https://hotline\.example\.cn(/notices/{purpose}\?token=\S+)", texts)


@asynccontextmanager
async def world(folder: Path, database: str | None = None, **names: str) -> AsyncIterator[World]:
    url = {"DATABASE_URL": database} if database else {}
    async with running_bot() as bot, providers() as stand_in:
        config = config_for(folder, bot.url, **{**WIDE, **settings_of(stand_in), **url, **names})
        async with running_gateway(config) as running:
            made = World(running, stand_in, datetime.now(UTC))
            made.at(12)
            clock = lambda: made.now
            parts = made.parts
            parts.queueing.clock = parts.sending.clock = parts.wishes.clock = parts.undelivered.clock = clock
            if (mail := parts.sending.carriers.get("email")) is not None:
                object.__setattr__(mail, "clock", clock)
            yield made
