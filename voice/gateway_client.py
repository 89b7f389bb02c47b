"""The hotline's gateway as the telephone sees it: a conversation of channel `phone` over HTTP, like any page's.

A message that failed is sent again once with the same id, so nothing happens twice. What is said on failure is the
dialogue's business.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from voice.errors import VoiceError

TIMEOUT = aiohttp.ClientTimeout(total=25.0, connect=3.0)
_NEWS = aiohttp.ClientTimeout(total=5.0, connect=2.0)
_AGAIN_AFTER_SECONDS = 0.5


class GatewayAway(VoiceError):
    """The hotline's gateway does not answer, or cannot at the moment.

    Attributes:
        status: HTTP status of its answer, 0 when none came.
    """

    code = "gateway_away"
    status = 0


@dataclass(frozen=True)
class Button:
    """A choice that was offered."""

    title: str
    payload: str


@dataclass(frozen=True)
class Turn:
    """What the gateway said to one message.

    Attributes:
        owner: bot, queue or agent; form: what is asked for, when a form is running.
    """

    language: str
    owner: str
    texts: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    ticket: Mapping[str, Any] | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def slot(self) -> str | None:
        """The field that is asked for."""
        value = self.form.get("requested_slot")
        return str(value) if value else None


def turn_of(answer: Mapping[str, Any]) -> Turn:
    """Reads an answer to a message."""
    messages = [one for one in answer.get("messages", ()) if one.get("sender") != "citizen"]
    data: dict[str, Any] = {}
    for message in messages:
        data.update(message.get("data") or {})
    buttons = [button for message in messages[-1:] for button in message.get("buttons") or ()]
    return Turn(
        language=str(answer.get("language") or "zh"),
        owner=str(answer.get("owner") or "bot"),
        texts=tuple(str(message["text"]) for message in messages if message.get("text")),
        buttons=tuple(Button(str(one["title"]), str(one["payload"])) for one in buttons),
        ticket=data.get("ticket"),
        form=data.get("form") or {},
        data=data,
    )


class GatewayConversation:
    """One conversation."""

    def __init__(self, http: aiohttp.ClientSession, url: str, opened: Mapping[str, Any]) -> None:
        self._http = http
        self._url = f"{url}/api/v1/conversations/{opened['conversation_id']}"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self.id = str(opened["conversation_id"])
        self._read: int | None = None  # up to here everything has been said, or was there before this call
        self._said: set[int] = set()  # replies beyond it

    async def say(self, text: str) -> Turn:
        """Sends what the caller said.

        Raises:
            GatewayAway: nobody answers, or not now.
        """
        return await self._send({"text": text[:4_000]})

    async def press(self, payload: str) -> Turn:
        """Sends a choice. Raises as `say`."""
        return await self._send({"payload": payload})

    async def news(self) -> Turn:
        """What came without having been asked for, and who has the conversation now. Raises as `say`."""
        after = self._read or 0
        answer = await call(self._http, "GET", f"{self._url}/messages?after={after}", None, self._headers, _NEWS)
        messages = list(answer.get("messages", ()))
        fresh = [one for one in messages if int(one.get("seq", 0)) not in self._said]
        self._read = max([after, *(int(one.get("seq", 0)) for one in messages)])
        self._said = {seq for seq in self._said if seq > self._read}
        return turn_of({**answer, "messages": fresh})

    async def _send(self, content: Mapping[str, str]) -> Turn:
        body = {"message_id": str(uuid.uuid4()), **content}
        answer = await call(self._http, "POST", f"{self._url}/messages", body, self._headers)
        if self._read is None:  # what stands before our first words was not written to this call
            self._read = int(answer.get("seq", 0))
        self._said.update(int(message.get("seq", 0)) for message in answer.get("messages", ()))
        return turn_of(answer)


class GatewayClient:
    """Opens conversations at the gateway."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    async def open(self, language: str | None) -> GatewayConversation:
        """Opens a conversation of the telephone. Raises as `GatewayConversation.say`."""
        body = {"channel": "phone", "language": language}
        opened = await call(self._http, "POST", f"{self._url}/api/v1/conversations", body, {})
        return GatewayConversation(self._http, self._url, opened)


async def call(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    body: object,
    headers: Mapping[str, str],
    limits: aiohttp.ClientTimeout = TIMEOUT,
) -> Mapping[str, Any]:
    """One call of the gateway, tried twice.

    Raises:
        GatewayAway: nobody answers, or not with success; `status` says how, 0 when not at all.
    """
    problem: Exception | str = ""
    status = 0
    for attempt in range(2):
        if attempt:
            await asyncio.sleep(_AGAIN_AFTER_SECONDS)
        try:
            async with http.request(method, url, json=body, headers=headers, timeout=limits) as response:
                status = response.status
                if response.status < 300:
                    answer: Mapping[str, Any] = await response.json()
                    return answer
                problem = str(response.status)  # not its text: a refusal may repeat what the caller said
                if response.status < 500 and response.status != 429:
                    break
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            problem = error
    away = GatewayAway(f"{method} {url}: {problem}")
    away.status = status
    raise away from (problem if isinstance(problem, Exception) else None)


def titles(buttons: Sequence[Button]) -> list[str]:
    """What the choices are called."""
    return [button.title for button in buttons]
