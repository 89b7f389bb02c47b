"""A stand-in for WeChat's servers, faithful where it matters: tokens that end, windows and limits.

Error numbers and shapes are those of WeChat's documentation.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

APPID, SECRET, TOKEN = "wx0123456789abcdef", "app-secret", "callback-token"
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")


@dataclass
class WeChatServers:
    """What the servers know and were told.

    Attributes:
        sent: customer-service messages, (openid, text).
        seen: openid to when the citizen last wrote; customer-service messages need 48 hours.
        fails: errcodes for the next calls of a path.
    """

    url: str = ""
    token: str = ""
    issued: int = 0
    seen: dict[str, float] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    fails: dict[str, list[int]] = field(default_factory=dict)
    down: bool = False

    def end_token(self) -> None:
        """The token in use is worth nothing any more."""
        self.token = ""

    async def handle(self, request: web.Request) -> web.Response:
        if self.down:
            raise web.HTTPBadGateway
        waiting = self.fails.get(request.path)
        if waiting:
            return _error(waiting.pop(0))
        if request.path == "/cgi-bin/stable_token":
            return self._issue(orjson.loads(await request.read()))
        if not self.token or request.query.get("access_token") != self.token:
            return _error(42001 if request.query.get("access_token") else 41001)
        if request.path == "/cgi-bin/media/get":
            body = self.media.get(request.query["media_id"])
            return _error(40007) if body is None else web.Response(body=body, content_type="image/jpeg")
        body = orjson.loads(await request.read())
        if request.path == "/cgi-bin/message/custom/send":
            return self._custom(body)
        raise web.HTTPNotFound

    def _issue(self, body: dict[str, Any]) -> web.Response:
        if (body["appid"], body["secret"]) != (APPID, SECRET):
            return _error(40125)
        if not self.token or body.get("force_refresh"):
            self.token = f"token-{secrets.token_hex(8)}"
            self.issued += 1
        return _json({"access_token": self.token, "expires_in": 7200})

    def _custom(self, body: dict[str, Any]) -> web.Response:
        openid, text = body["touser"], body["text"]["content"]
        if time.time() - self.seen.get(openid, 0) > 48 * 3600:
            return _error(45015)
        if len(text.encode()) > 2048:
            return _error(45002)
        self.sent.append((openid, text))
        return _json({"errcode": 0, "errmsg": "ok"})


def _json(body: dict[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")


def _error(errcode: int) -> web.Response:
    return _json({"errcode": errcode, "errmsg": f"error {errcode} rid: 0000"})


@asynccontextmanager
async def running_wechat() -> AsyncIterator[WeChatServers]:
    """The servers on a free port of loopback."""
    servers = WeChatServers()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", servers.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    servers.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield servers
    finally:
        await runner.cleanup()
