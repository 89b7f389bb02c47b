"""A desk behind a webhook: every call is one signed POST of JSON to one address.

For any system that keeps to the contract; `docs/handoff.md` says what it must do, `channels.handoff.conformance`
tries it. It follows no redirects and reads a bounded answer. Whether a failure is worth another try is decided by
the status alone.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import aiohttp
import orjson

from channels.handoff import wire
from channels.handoff.contract import SCHEMA, CloseReason, HandoffMessage, HandoffRequest
from channels.handoff.errors import DeskRefused, DeskUnavailable
from channels.handoff.signing import signed_headers

_TOTAL_SECONDS = 10.0
_CONNECT_SECONDS = 3.0
_MOST_ANSWER_BYTES = 64 * 1024
_LATER = frozenset({404, 408, 409, 423, 425, 429})
"""Client errors that may pass: a desk that is being moved, busy, or counts our calls."""


class WebhookDesk:
    """HandoffDesk over HTTP. Open it within a running event loop; close it at the end."""

    name = "webhook"

    def __init__(self, url: str, secret: str, total_seconds: float = _TOTAL_SECONDS) -> None:
        self._url = url
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, sock_connect=_CONNECT_SECONDS)

    async def open(self, request: HandoffRequest) -> str:
        answer = await self._post({"type": "open", "request": wire.request_wire(request)})
        ref = answer.get("ref")
        if not isinstance(ref, str) or not 0 < len(ref) <= 200:
            raise DeskRefused("The desk gave no reference for the hand-over.")
        return ref

    async def push(self, ref: str, message: HandoffMessage) -> None:
        await self._post({"type": "push", "ref": ref, "message": wire.message_wire(message)})

    async def typing(self, ref: str) -> None:
        await self._post({"type": "typing", "ref": ref})

    async def close(self, ref: str, reason: CloseReason) -> None:
        await self._post({"type": "close", "ref": ref, "reason": reason})

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, call: dict[str, Any]) -> dict[str, Any]:
        body = orjson.dumps({"schema": SCHEMA, **call})
        headers = {
            "Content-Type": "application/json",
            **signed_headers(self._secret, body, time.time(), str(uuid.uuid4())),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                answer = await bounded(response)
                judge(response.status, response.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeskUnavailable(f"the desk cannot be reached: {type(error).__name__}") from error
        return parsed(answer)


async def bounded(response: aiohttp.ClientResponse, most: int = _MOST_ANSWER_BYTES) -> bytes:
    """The answer's body; DeskUnavailable when it has no end."""
    answer = bytearray()
    while chunk := await response.content.readany():
        answer += chunk
        if len(answer) > most:
            raise DeskUnavailable("the desk's answer is too large")
    return bytes(answer)


def judge(status: int, retry_after: str | None) -> None:
    """Raises DeskUnavailable for what may pass, DeskRefused for what will not."""
    if 200 <= status < 300:
        return
    if status >= 500 or status in _LATER:
        seconds = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0.0
        raise DeskUnavailable(f"the desk answered {status}", seconds)
    raise DeskRefused(f"The desk answered {status}.")


def parsed(answer: bytes) -> dict[str, Any]:
    """The answer's object; empty when it is none."""
    try:
        found = orjson.loads(answer) if answer else {}
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
