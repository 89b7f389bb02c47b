"""What the desk proposes: categories from the ticket core's classifier; knowledge and duplicates once they are there.

A proposal is never waited for long and its failure is never an error: the page then shows none. The classifier's model
is used only when it was trained already, so that no gateway begins to train.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tickets.bootstrap import open_classifier
from tickets.config import TicketsConfig
from tickets.errors import TicketError
from tickets.service.ports import CategoryClassifier

logger = logging.getLogger(__name__)

_SECONDS = 2.0
_LEAST_CHARACTERS = 4
_MOST_CHARACTERS = 1000
_MOST = 3
Lookup = Callable[[str, str], Awaitable[list[Mapping[str, Any]]]]
Likely = Callable[[Mapping[str, Any]], Awaitable[list[Mapping[str, Any]]]]


class CoreSuggestions:
    """Suggestions from the ticket core, with ports for what else there may be.

    Args:
        find_knowledge: (text, language) -> items.
        find_duplicates: (draft of a ticket) -> open tickets that may be about the same.
    """

    def __init__(
        self, config: TicketsConfig, find_knowledge: Lookup | None = None, find_duplicates: Likely | None = None
    ) -> None:
        self._config = config
        self._knowledge = find_knowledge
        self._duplicates = find_duplicates
        self._classifier: CategoryClassifier | None = None
        self._busy = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk-suggestions")

    async def categories(self, text: str, language: str) -> list[Mapping[str, Any]]:
        if len(text) < _LEAST_CHARACTERS or self._busy.locked() or not self._trained():
            return []
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._suggest, text[:_MOST_CHARACTERS])
        return await _soon(asyncio.shield(work), "categories")

    async def knowledge(self, text: str, language: str) -> list[Mapping[str, Any]]:
        if self._knowledge is None or len(text) < _LEAST_CHARACTERS:
            return []
        return await _soon(self._knowledge(text[:_MOST_CHARACTERS], language), "knowledge")

    async def duplicates(self, draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [] if self._duplicates is None else await _soon(self._duplicates(draft), "duplicates")

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _trained(self) -> bool:
        return self._classifier is not None or any(self._config.models_dir.glob("categories-*.npz"))

    def _suggest(self, text: str) -> list[Mapping[str, Any]]:
        with self._busy:
            if self._classifier is None:
                self._classifier = open_classifier(self._config)
            found = self._classifier.suggest(text, limit=_MOST)
            return [{"id": one.category, "unit": one.unit, "score": round(one.score, 3)} for one in found]


async def _soon(work: Awaitable[list[Mapping[str, Any]]], name: str) -> list[Mapping[str, Any]]:
    try:
        async with asyncio.timeout(_SECONDS):
            return await work
    except TimeoutError:
        logger.info("no %s were proposed in time", name)
    except (TicketError, OSError, ValueError) as error:
        logger.warning("no %s can be proposed: %s", name, error)
    return []
