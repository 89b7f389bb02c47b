"""The gateway's ears: what the telephone line's process is asked, and how often."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from channels.adapters.transcriber import HttpEars

pytestmark = pytest.mark.asyncio


async def test_requests_at_the_same_time_ask_once_which_languages_are_heard() -> None:
    asked = 0

    async def healthz(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return web.json_response({"hears": {"zh": "vosk", "en": None, "ru": "vosk"}})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    now = 0.0
    ears = HttpEars("http://{}:{}".format(*runner.addresses[0][:2]), "token", clock=lambda: now)
    try:
        for round_at in (0.0, 31.0):
            now = round_at
            heard = await asyncio.gather(*(ears.languages() for _ in range(20)))
            assert set(heard) == {("ru", "zh")}
        assert asked == 2
    finally:
        await ears.close()
        await runner.cleanup()
