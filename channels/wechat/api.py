"""The calls of WeChat's servers that this house makes, with one access token for all of them.

The token comes from `stable_token`, which gives all copies of a process the same one and does not end another's. One
request for it is under way at most; an answer that the token has ended gets a new one once. Every call ends in time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
import orjson

from channels.wechat.errors import CodeRefused, WeChatAway, WeChatError

WECHAT = "https://api.weixin.qq.com"
CHECKED_CHARACTERS = 2500
"""So many characters msgSecCheck takes at once."""
_TIMEOUT = aiohttp.ClientTimeout(total=8.0, connect=3.0)
_EARLY_SECONDS = 300
_TOKEN_ENDED = frozenset((40001, 40014, 42001))
_CODE_BAD = frozenset((40029, 40163))
_BUSY = -1
_BUSY_TRIES = 3
_BUSY_PAUSE_SECONDS = 0.3

Verdict = Literal["pass", "review", "risky"]


@dataclass(frozen=True, slots=True)
class WeChatUser:
    """Who logged in; the session key stays on the server and out of the repr."""

    openid: str
    unionid: str | None = None
    session_key: str = field(default="", repr=False)


class WeChatApi:
    """One account's or mini-program's side of the servers.

    Args:
        base: their address; tests have a stand-in.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        appid: str,
        secret: str,
        base: str = WECHAT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.appid = appid
        self._http = http
        self._secret = secret
        self._base = base.rstrip("/")
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._fetching = asyncio.Lock()

    async def code2session(self, code: str) -> WeChatUser:
        """Who belongs to a login code.

        Raises:
            CodeRefused: ask for a new code; WeChatError, WeChatAway.
        """
        params = {
            "appid": self.appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = await self._once("GET", "/sns/jscode2session", params, None)
        except WeChatError as error:
            if error.errcode in _CODE_BAD:
                raise CodeRefused from error
            raise
        return WeChatUser(str(answer["openid"]), answer.get("unionid"), str(answer.get("session_key", "")))

    async def check_text(self, openid: str, text: str, scene: int = 2) -> Verdict:
        """What msgSecCheck (v2) says of a text, the worst of its parts; `scene` 2 is a comment.

        Raises:
            WeChatError: 61010: the citizen has not used the mini-program for two hours; WeChatAway.
        """
        worst: Verdict = "pass"
        for part in parts_of(text, CHECKED_CHARACTERS):
            body = {"version": 2, "openid": openid, "scene": scene, "content": part}
            answer = await self._call("/wxa/msg_sec_check", body)
            said = str((answer.get("result") or {}).get("suggest", "review"))
            if said == "risky":
                return "risky"
            if said != "pass":
                worst = "review"
        return worst

    async def send_subscribed(self, openid: str, template: str, page: str, values: Mapping[str, str]) -> None:
        """A subscribe message. Raises WeChatError: 43101: the citizen did not allow it; WeChatAway."""
        data = {name: {"value": value} for name, value in values.items()}
        await self._call(
            "/cgi-bin/message/subscribe/send",
            {"touser": openid, "template_id": template, "page": page, "data": data},
        )

    async def send_text(self, openid: str, text: str) -> None:
        """A customer-service message, within 48 hours of the citizen's last. Raises WeChatError: 45015; WeChatAway."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self._call("/cgi-bin/message/custom/send", body)

    async def media(self, media_id: str, limit_bytes: int) -> bytes:
        """A photo or sound that a citizen sent. Raises WeChatError, WeChatAway."""
        address = f"{self._base}/cgi-bin/media/get"
        params = {"access_token": await self.access_token(), "media_id": media_id}
        try:
            async with self._http.get(address, params=params, timeout=_TIMEOUT) as response:
                body = await response.content.read(limit_bytes + 1)
                if response.content_type in ("application/json", "text/plain"):
                    _checked(orjson.loads(body))
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            raise WeChatAway from error
        if len(body) > limit_bytes:
            raise WeChatError(45001, "the file is too large")
        return body

    async def access_token(self, ended: str | None = None) -> str:
        """The access token; with `ended`, another one than that. Raises WeChatError, WeChatAway."""
        async with self._fetching:
            if self._token and self._token != ended and self._clock() < self._good_until:
                return self._token
            body = {
                "grant_type": "client_credential",
                "appid": self.appid,
                "secret": self._secret,
                "force_refresh": ended is not None and ended == self._token,
            }
            answer = await self._once("POST", "/cgi-bin/stable_token", {}, body)
            self._token = str(answer["access_token"])
            self._good_until = self._clock() + max(30.0, float(answer["expires_in"]) - _EARLY_SECONDS)
            return self._token

    async def _call(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        token = await self.access_token()
        try:
            return await self._once("POST", path, {"access_token": token}, body)
        except WeChatError as error:
            if error.errcode not in _TOKEN_ENDED:
                raise
        token = await self.access_token(ended=token)
        return await self._once("POST", path, {"access_token": token}, body)

    async def _once(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """One call; again when WeChat says that it is busy."""
        data = None if body is None else orjson.dumps(body)
        for attempt in range(_BUSY_TRIES):
            try:
                async with self._http.request(
                    method, self._base + path, params=params, data=data, timeout=_TIMEOUT
                ) as response:
                    answer = orjson.loads(await response.read())
            except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
                raise WeChatAway from error
            if not isinstance(answer, dict):
                raise WeChatAway
            if answer.get("errcode") == _BUSY and attempt + 1 < _BUSY_TRIES:
                await asyncio.sleep(_BUSY_PAUSE_SECONDS)
                continue
            return _checked(answer)
        raise WeChatAway


def _checked(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    errcode = int(answer.get("errcode") or 0)
    if errcode:
        raise WeChatError(errcode, str(answer.get("errmsg", "")))
    return answer


def parts_of(text: str, most: int) -> Sequence[str]:
    """A text in parts of at most `most` characters, cut after a sentence or line where the last fifth has one."""
    parts: list[str] = []
    rest = text
    while len(rest) > most:
        head = rest[:most]
        cut = max(head.rfind(mark, most * 4 // 5) for mark in "\n。！？.!? ") + 1 or most
        parts.append(rest[:cut])
        rest = rest[cut:]
    return [*parts, rest] if rest or not parts else parts
