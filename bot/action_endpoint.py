"""Calls the action server over connections that stay open.

Rasa's own endpoint opens a session, and so a connection, for each call. It speaks JSON to one address on loopback and
knows no passwords and no certificates; a failing call raises the same errors as Rasa's.
"""

from __future__ import annotations

from typing import Any, Optional, Text

import aiohttp
import orjson
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

_CONNECTIONS = 32
_KEPT_SECONDS = 60


class KeptEndpoint(EndpointConfig):
    """An endpoint whose session is opened on the first call, within the running loop, and then kept."""

    _session: Optional[aiohttp.ClientSession] = None

    async def request(
        self,
        method: Text = "post",
        subpath: Optional[Text] = None,
        content_type: Optional[Text] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Optional[Any]:
        """Sends `json` and gives the answer's JSON, None when it has none.

        Raises:
            ClientResponseError: the status was 400 or more.
        """
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEPT_SECONDS),
                timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
                headers={"Content-Type": "application/json"},
            )
        body = orjson.dumps(kwargs.get("json"), default=str, option=orjson.OPT_SERIALIZE_NUMPY)
        async with self._session.request(method, self.url, data=body) as response:
            answer = await response.read()
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, answer)
        return orjson.loads(answer) if answer else None
