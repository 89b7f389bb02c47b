"""E-mails by a provider's, or the city's own, HTTP address: one signed POST of JSON each.

The body is `{"id","to","from","sender_name","subject","text","html","language","headers"}`, signed as in
`channels.handoff.signing`. 2xx: taken. 410: nobody is at that address. 400, 404, 422: refused for good. Anything else,
and silence: later again, with the same id.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import aiohttp
import orjson

from channels.delivery.ports import AddressGone, NotNow, Refused
from channels.handoff.signing import signed_headers
from channels.mail.message import message_id, one_line
from channels.mail.ports import Mail

_REFUSED = frozenset((400, 404, 422))


class HttpMail:
    """MailSender over HTTP."""

    def __init__(
        self, url: str, secret: str, sender: str, seconds: float = 10.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._url = url
        self._secret = secret
        self._sender = sender
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def send(self, mail: Mail) -> None:
        body = orjson.dumps(
            {
                "id": mail.id,
                "to": mail.to,
                "from": self._sender,
                "sender_name": one_line(mail.sender_name),
                "subject": one_line(mail.subject),
                "text": mail.text,
                "html": mail.html,
                "language": mail.language,
                "headers": self._headers(mail),
            }
        )
        headers = {"Content-Type": "application/json", **signed_headers(self._secret, body, self._clock(), mail.id)}
        self._session = self._session or aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotNow(f"no answer: {type(error).__name__}") from error
        if status == 410:
            raise AddressGone(f"the provider answered {status}")
        if status in _REFUSED:
            raise Refused(f"the provider answered {status}")
        if not 200 <= status < 300:
            raise NotNow(f"the provider answered {status}", answered=True)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _headers(self, mail: Mail) -> dict[str, str]:
        headers = {"Message-ID": message_id(mail.id, self._sender), "Auto-Submitted": "auto-generated"}
        if mail.unsubscribe_url:
            headers["List-Unsubscribe"] = f"<{one_line(mail.unsubscribe_url)}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers
