"""How messages reach what is measured: a door opens conversations, a conversation answers one message after another.

`GatewayDoor` is the hotline's public HTTP interface. It checks that the answer is the bot's and in the right
language; what the answer must say is the dialogue's affair.
"""

from __future__ import annotations

import uuid
from typing import Any, Protocol

import aiohttp

from benchmarks.dialogue import Reply, Said, UnexpectedReply

TIMEOUT_SECONDS = 90.0


class Conversation(Protocol):
    """One conversation of one citizen."""

    async def say(self, said: Said) -> Reply:
        """Sends a message and gives its reply."""
        ...


class Door(Protocol):
    """Opens conversations."""

    async def open(self, language: str) -> Conversation:
        """Opens a conversation in a language."""
        ...


def session() -> aiohttp.ClientSession:
    """Gives a session for as many connections as there are conversations."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    )


class GatewayDoor:
    """The gateway's `POST /api/v1/conversations`."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/api/v1/conversations"

    async def open(self, language: str) -> Conversation:
        """Opens a conversation on the web channel."""
        opened = await _post(self._http, self._url, {"channel": "web", "language": language})
        headers = {"Authorization": f"Bearer {opened['token']}"}
        return _GatewayConversation(self._http, f"{self._url}/{opened['conversation_id']}/messages", headers, language)


class _GatewayConversation:
    def __init__(self, http: aiohttp.ClientSession, url: str, headers: dict[str, str], language: str) -> None:
        self._http = http
        self._url = url
        self._headers = headers
        self._language = language

    async def say(self, said: Said) -> Reply:
        body = {"text": said.text} if said.payload is None else {"payload": said.payload}
        answer = await _post(self._http, self._url, {"message_id": str(uuid.uuid4()), **body}, self._headers)
        if (answer["owner"], answer["language"]) != ("bot", self._language):
            raise UnexpectedReply(f"answered by the {answer['owner']} in {answer['language']}, not {self._language}")
        return reply_of(answer["messages"])


def reply_of(messages: list[dict[str, Any]]) -> Reply:
    """Gives what matters of the gateway's messages; the form's state stands in the last one."""
    data = messages[-1]["data"] if messages else {}
    tickets = [message["data"]["ticket"]["number"] for message in messages if "ticket" in message["data"]]
    return Reply(
        texts=tuple(message["text"] or "" for message in messages),
        payloads=tuple(button["payload"] for message in messages for button in message["buttons"]),
        requested_slot=(data.get("form") or {}).get("requested_slot"),
        ticket=tickets[0] if tickets else None,
    )


async def _post(
    http: aiohttp.ClientSession, url: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    async with http.post(url, json=body, headers=headers) as response:
        answer: dict[str, Any] = await response.json(content_type=None)
        if response.status >= 300:
            raise UnexpectedReply(f"{response.status} {answer.get('title', '')}: {answer.get('detail', '')}")
        return answer
