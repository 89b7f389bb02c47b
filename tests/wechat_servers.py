"""A stand-in for WeChat's servers, faithful where it matters: tokens that end, windows and limits.

Error numbers and shapes are those of WeChat's documentation.
"""

from __future__ import annotations

import asyncio
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
MINI_APPID, MINI_SECRET = "wxfedcba9876543210", "mini-secret"
SECRETS = {APPID: SECRET, MINI_APPID: MINI_SECRET}
RISKY, DOUBTFUL, REFUSED = "赌场", "刷单", "\u2400"
_TWO_HOURS = 2 * 3600
_MOST = {"thing": 20, "phrase": 5, "character_string": 32}
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")


@dataclass
class WeChatServers:
    """What the servers know and were told.

    Attributes:
        sent: customer-service messages, (openid, text).
        seen: openid to when the citizen last wrote; customer-service messages need 48 hours.
        fails: errcodes for the next calls of a path.
        codes: login codes that are good, once, and whose they are.
        visited: openid to when the mini-program was last opened; texts are checked within two hours.
        checked: texts that were judged, (openid, text).
        accepted: (openid, template) to how many subscribe messages may be sent.
        subscribed: subscribe messages that were sent.
        slow_seconds: how long every answer takes.
    """

    url: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    issued: int = 0
    seen: dict[str, float] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    fails: dict[str, list[int]] = field(default_factory=dict)
    down: bool = False
    slow_seconds: float = 0.0
    codes: dict[str, str] = field(default_factory=dict)
    used_codes: set[str] = field(default_factory=set)
    visited: dict[str, float] = field(default_factory=dict)
    checked: list[tuple[str, str]] = field(default_factory=list)
    accepted: dict[tuple[str, str], int] = field(default_factory=dict)
    subscribed: list[dict[str, Any]] = field(default_factory=list)

    def end_token(self) -> None:
        """The tokens in use are worth nothing any more."""
        self.tokens.clear()

    def code_for(self, openid: str) -> str:
        """What wx.login gives somebody who has opened the mini-program."""
        self.visited[openid] = time.time()
        code = f"code-{secrets.token_hex(8)}"
        self.codes[code] = openid
        return code

    async def handle(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow_seconds)
        if self.down:
            raise web.HTTPBadGateway
        waiting = self.fails.get(request.path)
        if waiting:
            return _error(waiting.pop(0))
        if request.path == "/cgi-bin/stable_token":
            return self._issue(orjson.loads(await request.read()))
        if request.path == "/sns/jscode2session":
            return self._login(request)
        if request.query.get("access_token") not in self.tokens.values():
            return _error(42001 if request.query.get("access_token") else 41001)
        if request.path == "/cgi-bin/media/get":
            body = self.media.get(request.query["media_id"])
            return _error(40007) if body is None else web.Response(body=body, content_type="image/jpeg")
        body = orjson.loads(await request.read())
        if request.path == "/cgi-bin/message/custom/send":
            return self._custom(body)
        if request.path == "/wxa/msg_sec_check":
            return self._check(body)
        if request.path == "/cgi-bin/message/subscribe/send":
            return self._subscribe(body)
        raise web.HTTPNotFound

    def _issue(self, body: dict[str, Any]) -> web.Response:
        appid = body["appid"]
        if SECRETS.get(appid) != body["secret"]:
            return _error(40125)
        if appid not in self.tokens or body.get("force_refresh"):
            self.tokens[appid] = f"token-{secrets.token_hex(8)}"
            self.issued += 1
        return _json({"access_token": self.tokens[appid], "expires_in": 7200})

    def _login(self, request: web.Request) -> web.Response:
        query = request.query
        if SECRETS.get(query["appid"]) != query["secret"]:
            return _error(40125)
        code = query["js_code"]
        if code in self.used_codes:
            return _error(40163)
        if code not in self.codes:
            return _error(40029)
        self.used_codes.add(code)
        openid = self.codes[code]
        return _json({"openid": openid, "session_key": f"key-of-{openid}", "unionid": f"union-{openid}"})

    def _check(self, body: dict[str, Any]) -> web.Response:
        openid, text = body["openid"], body["content"]
        if body["version"] != 2 or body["scene"] not in (1, 2, 3, 4):
            return _error(47001)
        if REFUSED in text:
            return _error(47001)
        if len(text) > 2500:
            return _error(40129)
        if time.time() - self.visited.get(openid, 0) > _TWO_HOURS:
            return _error(61010)
        self.checked.append((openid, text))
        found = ("risky", 20006) if RISKY in text else ("review", 20008) if DOUBTFUL in text else ("pass", 100)
        result = {"suggest": found[0], "label": found[1]}
        return _json({"errcode": 0, "errmsg": "ok", "result": result, "detail": [], "trace_id": "1"})

    def _subscribe(self, body: dict[str, Any]) -> web.Response:
        who = (body["touser"], body["template_id"])
        for name, value in body["data"].items():
            if not value["value"] or len(value["value"]) > _MOST.get(name.rstrip("0123456789"), 100):
                return _error(47003)
        if self.accepted.get(who, 0) < 1:
            return _error(43101)
        self.accepted[who] -= 1
        self.subscribed.append(body)
        return _json({"errcode": 0, "errmsg": "ok"})

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
