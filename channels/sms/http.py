"""Text messages by a provider's, or the city's own, HTTP address: one signed POST of JSON a message.

The body is `{"id","to","language","text"}`, signed as in `channels.handoff.signing`.
2xx: taken. 400, 404, 410, 422: refused for good. Anything else, and silence: later again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import aiohttp
import orjson

from channels.handoff.signing import signed_headers
from channels.sms.ports import Sms, SmsRefused, SmsUnavailable

_REFUSED = frozenset((400, 404, 410, 422))


class HttpSms:
    """SmsSender over HTTP. Make it within a running event loop; close it at the end."""

    def __init__(self, url: str, secret: str, seconds: float = 5.0, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def send(self, sms: Sms) -> None:
        body = orjson.dumps({"id": sms.id, "to": sms.to, "language": sms.language, "text": sms.text})
        headers = {"Content-Type": "application/json", **signed_headers(self._secret, body, self._clock(), sms.id)}
        self._session = self._session or aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SmsUnavailable from error
        if status in _REFUSED:
            raise SmsRefused(f"the provider answered {status}")
        if not 200 <= status < 300:
            raise SmsUnavailable(f"the provider answered {status}")

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
