"""Consultation items for the person who answers: the best few for what the citizen wrote.

The items and their search are opened at the first question, and only when the ranker was learned already, so that no
gateway begins to learn. What cannot be opened is not there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

from knowledge.config import KnowledgeConfig
from knowledge.errors import KnowledgeError
from tickets.domain.calendar import LOCAL_ZONE

if TYPE_CHECKING:
    from knowledge.consultant import Consultant

logger = logging.getLogger(__name__)

_MOST = 3
_LEAST_SCORE = 0.05


class Consultation:
    """Finds items in a thread of its own; call it with (text, language)."""

    def __init__(self, config: KnowledgeConfig) -> None:
        self._config = config
        self._consultant: Consultant | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk-knowledge")
        self._waiting = 0

    async def __call__(self, text: str, language: str) -> list[Mapping[str, Any]]:
        """`[{"id","title","text","score"}]`, best first; empty when somebody else is asking or nothing is learned."""
        if self._waiting or not self._learned():
            return []
        self._waiting += 1
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._find, text, language)
        work.add_done_callback(self._done)
        return await asyncio.shield(work)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._consultant is not None:
            self._consultant.close()

    def _done(self, work: asyncio.Future[Any]) -> None:
        self._waiting -= 1
        if not work.cancelled():
            work.exception()  # whoever asked may have gone: it is not reported a second time

    def _learned(self) -> bool:
        return self._consultant is not None or any((self._config.models_dir / "knowledge").glob("ranker-*.npz"))

    def _find(self, text: str, language: str) -> list[Mapping[str, Any]]:
        try:
            consultant = self._opened()
            consultant.refresh()
            found = consultant.rank(text, language).candidates[:_MOST]
        except KnowledgeError as error:
            logger.warning("no consultation items can be proposed: %s", error)
            return []
        shown: list[Mapping[str, Any]] = []
        for candidate in found:
            item = consultant.item(candidate.topic, language)
            if item is not None and candidate.score >= _LEAST_SCORE:
                text_of = {"id": item.id, "title": item.title, "text": item.sections.get("short", "")}
                shown.append({**text_of, "score": round(candidate.score, 3)})
        return shown

    def _opened(self) -> Consultant:
        if self._consultant is None:
            from knowledge.bootstrap import open_consultant

            self._consultant = open_consultant(self._config, lambda: datetime.now(LOCAL_ZONE))
        return self._consultant
