"""What becomes of a gateway's refusals on the telephone: told by their status, without what the caller said."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from voice.gateway_client import TIMEOUT, GatewayAway, GatewayClient

pytestmark = pytest.mark.asyncio


async def test_a_refusal_is_told_without_its_text() -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=422, text="not understood: 13800138000")

    app = web.Application()
    app.router.add_post("/api/v1/conversations", refuse)
    async with TestServer(app) as server, aiohttp.ClientSession(timeout=TIMEOUT) as http:
        with pytest.raises(GatewayAway, match="422") as refused:
            await GatewayClient(http, str(server.make_url("/"))).open("zh")
    assert "13800138000" not in str(refused.value)
