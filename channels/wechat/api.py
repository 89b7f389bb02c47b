"""The calls of WeChat's servers that this house makes, with one access token for all of them.

The token comes from `stable_token`, which gives all copies of a process the same one and does not end another's. One
request for it is under way at most; an answer that the token has ended gets a new one once. Every call ends in time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

from channels.wechat.errors import WeChatAway, WeChatError

WECHAT = "https://api.weixin.qq.com"
_TIMEOUT = aiohttp.ClientTimeout(total=8.0, connect=3.0)
_EARLY_SECONDS = 300
_TOKEN_ENDED = frozenset((40001, 40014, 42001))
_BUSY = -1
_BUSY_TRIES = 3
_BUSY_PAUSE_SECONDS = 0.3


class WeChatApi:
    """One account's side of the servers.

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

    async def send_text(self, openid: str, text: str) -> None:
        """A customer-service message, within 48 hours of the citizen's last. Raises WeChatError: 45015; WeChatAway."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self.call("/cgi-bin/message/custom/send", body)

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

    async def login(self, code: str) -> Mapping[str, Any]:
        """WeChat's answer to a mini-program's login code: `openid`, `session_key`, perhaps `unionid`.

        Raises:
            WeChatError: 40029, 40163: the code is not good; 45011: too often; 40226: blocked; -1: busy. WeChatAway.
        """
        asked = {"appid": self.appid, "secret": self._secret, "js_code": code, "grant_type": "authorization_code"}
        return await self._once("GET", "/sns/jscode2session", asked, None)

    async def call(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A call with the access token; again with a new one when that has ended. Raises WeChatError, WeChatAway."""
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
