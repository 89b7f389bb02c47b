"""Stand-ins of the providers of text messages and e-mails over HTTP, on one free port."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from channels.handoff.signing import check

SECRET = "shared"


@dataclass
class Providers:
    """What was posted, in order, and what is answered: the statuses in turn, then `status`."""

    url: str = ""
    status: int = 200
    statuses: list[int] = field(default_factory=list)
    pause_seconds: float = 0.0
    sms: list[dict[str, Any]] = field(default_factory=list)
    mail: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        check(SECRET, request.headers, raw, time.time())
        status = self.statuses.pop(0) if self.statuses else self.status
        if status == 200:
            (self.sms if request.path == "/sms" else self.mail).append(orjson.loads(raw))
        await asyncio.sleep(self.pause_seconds)
        return web.Response(status=status)


@asynccontextmanager
async def providers() -> AsyncIterator[Providers]:
    stand_in = Providers()
    app = web.Application()
    app.router.add_post("/sms", stand_in.take)
    app.router.add_post("/mail", stand_in.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand_in.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield stand_in
    finally:
        await runner.cleanup()


def settings_of(stand_in: Providers) -> dict[str, str]:
    """What a gateway is told of them."""
    return {
        "SMS_URL": f"{stand_in.url}/sms",
        "SMS_SECRET": SECRET,
        "MAIL_URL": f"{stand_in.url}/mail",
        "MAIL_SECRET": SECRET,
        "MAIL_FROM": "noreply@city.example.cn",
        "PUBLIC_URL": "https://hotline.example.cn",
    }
