"""WeChat's calls that a mini-program's server makes: login, checking texts, subscribe messages.

The session key that comes with a login is dropped here: nothing of ours decrypts with it, so nothing can leak it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from channels.errors import TooManyRequests
from channels.miniprogram.errors import CodeRefused, LoginBlocked
from channels.wechat.api import WeChatApi
from channels.wechat.errors import WeChatAway, WeChatError

MOST_CHECKED = 2_500
"""Characters that msgSecCheck takes at once."""
_COMMENT = 2
_BAD_CODES = frozenset((40029, 40163))
_RATE, _BLOCKED, _BUSY = 45011, 40226, -1
_RATE_SECONDS = 60.0

Suggestion = Literal["pass", "review", "risky"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who logged in: the id for this mini-program, and the one for all of the owner's accounts where there is one."""

    openid: str
    unionid: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What WeChat thinks of a text; `label` is its number of the kind (100: normal)."""

    suggestion: Suggestion
    label: int | None


class MiniProgramCalls:
    """One mini-program's side of WeChat's servers."""

    def __init__(self, api: WeChatApi) -> None:
        self._api = api

    @property
    def appid(self) -> str:
        return self._api.appid

    async def identity(self, code: str) -> Identity:
        """Who a code of wx.login belongs to.

        Raises:
            CodeRefused: 40029, 40163; LoginBlocked: 40226; TooManyRequests: 45011; WeChatAway: no answer, or busy;
            WeChatError: anything else.
        """
        try:
            answer = await self._api.login(code)
        except WeChatError as error:
            if error.errcode in _BAD_CODES:
                raise CodeRefused from error
            if error.errcode == _BLOCKED:
                raise LoginBlocked from error
            if error.errcode == _RATE:
                raise TooManyRequests(_RATE_SECONDS, "WeChat allows one account 100 logins a minute.") from error
            if error.errcode == _BUSY:
                raise WeChatAway from error
            raise
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise WeChatAway("WeChat's answer to a login holds no openid.")
        unionid = answer.get("unionid")
        return Identity(openid[:64], unionid[:64] if isinstance(unionid, str) else None)

    async def check(self, openid: str, text: str) -> Verdict:
        """Judges one text of at most 2,500 characters; `openid` must have been there within two hours.

        Raises:
            WeChatError: 61010 when that is longer ago; WeChatAway.
        """
        body = {"version": 2, "scene": _COMMENT, "openid": openid, "content": text}
        result = (await self._api.call("/wxa/msg_sec_check", body)).get("result")
        suggestion = result.get("suggest") if isinstance(result, dict) else None
        if suggestion not in ("pass", "review", "risky"):
            raise WeChatError(0, "the answer to a check holds no suggestion")  # of this text; others may get one
        label = result["label"] if isinstance(result, dict) and isinstance(result.get("label"), int) else None
        return Verdict(suggestion, label)

    async def subscribed(self, openid: str, template_id: str, page: str, data: Mapping[str, str]) -> None:
        """Sends a subscribe message. Raises WeChatError: 43101 when it was not accepted; WeChatAway."""
        fields: dict[str, Any] = {name: {"value": value} for name, value in data.items()}
        body = {"touser": openid, "template_id": template_id, "page": page, "data": fields, "lang": "zh_CN"}
        await self._api.call("/cgi-bin/message/subscribe/send", body)
