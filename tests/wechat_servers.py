"""A stand-in for WeChat's servers, faithful where it matters: tokens that end, codes used once, windows and quotas.

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
RISKY, UNSURE = "赌博", "敏感"


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
    codes: dict[str, str] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    subscribed: list[dict[str, Any]] = field(default_factory=list)
    allowed: dict[str, int] = field(default_factory=dict)
    checked: list[str] = field(default_factory=list)
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
        if request.path == "/sns/jscode2session":
            return self._session(request)
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
        if request.path == "/cgi-bin/message/subscribe/send":
            return self._subscribe(body)
        if request.path == "/wxa/msg_sec_check":
            return self._check(body)
        raise web.HTTPNotFound

    def _session(self, request: web.Request) -> web.Response:
        if (request.query["appid"], request.query["secret"]) != (APPID, SECRET):
            return _error(40125)
        openid = self.codes.pop(request.query["js_code"], None)
        if openid is None:
            return _error(40029)
        self.seen[openid] = time.time()
        return _json({"openid": openid, "session_key": secrets.token_urlsafe(12), "unionid": f"u-{openid}"})

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

    def _subscribe(self, body: dict[str, Any]) -> web.Response:
        if self.allowed.get(body["touser"], 0) < 1:
            return _error(43101)
        self.allowed[body["touser"]] -= 1
        self.subscribed.append(body)
        return _json({"errcode": 0, "errmsg": "ok"})

    def _check(self, body: dict[str, Any]) -> web.Response:
        if len(body["content"]) > 2500:
            return _error(45002)
        if time.time() - self.seen.get(body["openid"], 0) > 2 * 3600:
            return _error(61010)
        self.checked.append(body["content"])
        said = "risky" if RISKY in body["content"] else "review" if UNSURE in body["content"] else "pass"
        return _json({"errcode": 0, "errmsg": "ok", "result": {"suggest": said, "label": 100}})


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
