"""What the desk proposes: categories and consultation items from the actions process, which has the models loaded.

A proposal is never waited for long and its failure is never an error: the page then shows none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from channels.desk.ports import Proposed

logger = logging.getLogger(__name__)

_SECONDS = 2.0
_LEAST_CHARACTERS = 4
_MOST_CHARACTERS = 1000
_AT_ONCE = 4
_COMPARED = ("description", "category", "location", "conversation_id")
_FAILURES = (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError)
_NOTHING = Proposed()


class ActionsSuggestions:
    """Suggestions on `POST /suggest` and `POST /duplicates` of the actions.

    Args:
        actions_url: where the actions are; None: nowhere.
    """

    def __init__(self, actions_url: str | None) -> None:
        self._address = None if actions_url is None else actions_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def propose(self, text: str, language: str) -> Proposed:
        if self._address is None or len(text) < _LEAST_CHARACTERS:
            return _NOTHING
        try:
            found = await self._ask("/suggest", {"text": text[-_MOST_CHARACTERS:], "language": language})
            categories = [
                {"id": str(one["id"]), "unit": str(one["unit"]), "score": one["score"]} for one in found["categories"]
            ]
            return Proposed(categories, [dict(one) for one in found["knowledge"]])
        except _FAILURES as error:
            logger.info("nothing can be proposed: %s", error or type(error).__name__)
            return _NOTHING

    async def duplicates(self, draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Open tickets that may be about the same as the draft: number, what, where, how far, how many people."""
        if self._address is None or len(str(draft.get("description") or "")) < _LEAST_CHARACTERS:
            return []
        asked = {name: str(draft.get(name) or "")[:_MOST_CHARACTERS] for name in _COMPARED}
        try:
            return [dict(one) for one in (await self._ask("/duplicates", asked))["duplicates"]]
        except _FAILURES as error:
            logger.info("duplicates cannot be shown: %s", error or type(error).__name__)
            return []

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, path: str, body: Mapping[str, str]) -> Mapping[str, Any]:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_AT_ONCE)
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        data, headers = orjson.dumps(body), {"Content-Type": "application/json"}
        async with self._session.post(f"{self._address}{path}", data=data, headers=headers) as response:
            if response.status != 200:
                raise ValueError(f"the actions answered {response.status}")
            found: Mapping[str, Any] = orjson.loads(await response.read())
        return found
