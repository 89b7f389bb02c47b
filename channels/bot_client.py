"""The gateway's client of the bot's door.

A turn is sent with the citizen's `message_id`, under which the bot answers the same again, so a broken connection
may be tried anew. Whatever goes wrong becomes BotUnavailable; an answer is never made up here.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import orjson

from channels.conversations import Button
from channels.errors import BotUnavailable
from channels.ports import BotMessage, BotReply, BotTurn

TURNS_PATH = "/webhooks/hotline/turns"
_CONNECT_SECONDS = 2.0
_COMEBACK_SECONDS = 3.0
_PAUSE_SECONDS = 0.2
_HEALTH_SECONDS = 2.0
_MOST_ANSWER_BYTES = 1_000_000


class HttpBot:
    """Bot over HTTP. Open it within a running event loop; close it at the end.

    Args:
        url: where the bot listens; None: it is not configured and every turn fails.
        token: the internal token.
        total_seconds: how long one turn may take in all.
        comeback_seconds: how long a refused connection is tried again, since a restarting bot comes back.
    """

    def __init__(
        self, url: str | None, token: str, total_seconds: float = 15.0, comeback_seconds: float = _COMEBACK_SECONDS
    ) -> None:
        self._url = url.rstrip("/") if url else None
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._total_seconds = total_seconds
        self._comeback_seconds = comeback_seconds
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=total_seconds, sock_connect=_CONNECT_SECONDS),
            auto_decompress=False,
        )

    async def turn(self, turn: BotTurn) -> BotReply:
        """One turn; see `channels.ports.Bot`.

        Raises:
            BotUnavailable: refused, broken, too slow, or an answer that is none; `reason` says which.
        """
        body = orjson.dumps(
            {
                "conversation_id": turn.conversation_id,
                "message_id": turn.message_id,
                "channel": turn.channel,
                "text": turn.text,
                "payload": turn.payload,
                "metadata": {
                    "language": turn.language,
                    "other": turn.other,
                    **({} if turn.agent_did is None else {"agent_did": turn.agent_did}),
                },
            }
        )
        try:
            async with asyncio.timeout(self._total_seconds):
                return parse_reply(await self._post(body))
        except TimeoutError:
            raise BotUnavailable("timeout") from None

    async def ping(self) -> None:
        """Raises BotUnavailable when the bot does not say that it is well."""
        try:
            timeout = aiohttp.ClientTimeout(total=_HEALTH_SECONDS)
            async with self._session.get(f"{self._address()}/healthz", timeout=timeout) as response:
                if response.status != 200:
                    raise BotUnavailable("status", f"the bot's health check answers {response.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BotUnavailable("connection") from error

    async def close(self) -> None:
        await self._session.close()

    async def _post(self, body: bytes) -> bytes:
        give_up_at = time.monotonic() + self._comeback_seconds
        while True:
            try:
                return await self._post_once(body)
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
                if isinstance(error, TimeoutError) or time.monotonic() >= give_up_at:
                    raise BotUnavailable("connection") from error
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _post_once(self, body: bytes) -> bytes:
        url = f"{self._address()}{TURNS_PATH}"
        async with self._session.post(url, data=body, headers=self._headers, allow_redirects=False) as response:
            if response.status != 200:
                raise BotUnavailable("status", f"the bot answered {response.status}")
            answer = await response.content.read(_MOST_ANSWER_BYTES + 1)
            while chunk := await response.content.readany():
                answer += chunk
                if len(answer) > _MOST_ANSWER_BYTES:
                    raise BotUnavailable("answer", "the bot's answer is too large")
            return answer

    def _address(self) -> str:
        if self._url is None:
            raise BotUnavailable("not_configured", "HOTLINE_BOT_URL is not set")
        return self._url


def parse_reply(body: bytes) -> BotReply:
    """Checks the bot's answer.

    Raises:
        BotUnavailable: it is not what the bot's door promises.
    """
    try:
        answer = orjson.loads(body)
        messages = tuple(_message(message) for message in answer["messages"])
        form = answer.get("form")
        language = answer.get("language")
        slots = answer.get("slots")
        if form is not None and not isinstance(form, dict):
            raise TypeError("form")
        if slots is not None and not isinstance(slots, dict):
            raise TypeError("slots")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BotUnavailable("answer", "the bot's answer cannot be read") from error
    known = None if slots is None else {str(name): str(value) for name, value in slots.items()}
    return BotReply(language if isinstance(language, str) else None, messages, form, known)


def _message(message: dict[str, Any]) -> BotMessage:
    text = message.get("text") or ""
    custom = message.get("custom") or {}
    if not isinstance(text, str) or not isinstance(custom, dict):
        raise TypeError("message")
    buttons = tuple(Button(str(button["title"]), str(button["payload"])) for button in message.get("buttons") or [])
    return BotMessage(text, buttons, custom)
