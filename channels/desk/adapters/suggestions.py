"""What the desk proposes: categories and consultation items from the actions process, which has the models loaded.

A proposal is never waited for long and its failure is never an error: the page then shows none. Duplicates come once
the ticket core knows them.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import orjson

from channels.desk.ports import Proposed

logger = logging.getLogger(__name__)

_SECONDS = 2.0
_LEAST_CHARACTERS = 4
_MOST_CHARACTERS = 1000
_AT_ONCE = 4
Likely = Callable[[Mapping[str, Any]], Awaitable[list[Mapping[str, Any]]]]
_NOTHING = Proposed()


class ActionsSuggestions:
    """Suggestions on `POST /suggest` of the actions.

    Args:
        actions_url: where the actions are; None: nowhere.
        find_duplicates: (draft of a ticket) -> open tickets that may be about the same.
    """

    def __init__(self, actions_url: str | None, find_duplicates: Likely | None = None) -> None:
        self._address = None if actions_url is None else f"{actions_url.rstrip('/')}/suggest"
        self._duplicates = find_duplicates
        self._session: aiohttp.ClientSession | None = None

    async def propose(self, text: str, language: str) -> Proposed:
        if self._address is None or len(text) < _LEAST_CHARACTERS:
            return _NOTHING
        try:
            return await self._ask(self._address, text[-_MOST_CHARACTERS:], language)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            logger.info("nothing can be proposed: %s", error or type(error).__name__)
            return _NOTHING

    async def duplicates(self, draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [] if self._duplicates is None else await self._duplicates(draft)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, address: str, text: str, language: str) -> Proposed:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_AT_ONCE)
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        body = orjson.dumps({"text": text, "language": language})
        async with self._session.post(address, data=body, headers={"Content-Type": "application/json"}) as response:
            if response.status != 200:
                raise ValueError(f"the actions answered {response.status}")
            found = orjson.loads(await response.read())
        categories = [
            {"id": str(one["id"]), "unit": str(one["unit"]), "score": one["score"]} for one in found["categories"]
        ]
        return Proposed(categories, [dict(one) for one in found["knowledge"]])
