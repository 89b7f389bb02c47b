"""The face of this package for those who talk with citizens: one question in, one decision out.

It holds the present items and their search, takes changes up by itself within seconds, and never raises because an
edited item is bad: the last good one stays. It makes no sentence.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.aspects import Aspects
from knowledge.decision import Decision, Question, decide
from knowledge.errors import KnowledgeError
from knowledge.gaps import Gap, Kind
from knowledge.items import Item
from knowledge.library import Library, entry_of
from knowledge.ports import GapStore, Rewriter
from knowledge.ranker import Ranking
from knowledge.rewriting import accepted
from knowledge.searching import Search
from language.phones import find_phones

logger = logging.getLogger(__name__)
LOOK_SECONDS = 2.0


def without_phones(text: str, language: str) -> str:
    """The text with its telephone numbers masked: whoever writes items need not know whose question it was."""
    for found in reversed(find_phones(text, language)):
        text = f"{text[: found.start]}***{text[found.end :]}"
    return text


class Shelf(Protocol):
    """Where the items come from."""

    def stamp(self) -> object:
        """Changes whenever an item does."""
        ...

    def library(self) -> Library:
        """The present items."""
        ...


class Consultant:
    """Answers questions from the items of a shelf.

    Args:
        now: gives the present, aware, in the city's zone.
        gaps: where unanswered questions are noted; None: nowhere.
        shared_vectors: vectors that callers bring are of the same encoder; else they are not used.
        rewriter: may say an item's words for the question; None: they are said as they stand.
    """

    def __init__(
        self,
        shelf: Shelf,
        search: Search,
        aspects: Mapping[str, Aspects],
        now: Callable[[], datetime],
        gaps: GapStore | None = None,
        rewriter: Rewriter | None = None,
        shared_vectors: bool = True,
    ) -> None:
        self._shelf = shelf
        self._search = search
        self._aspects = aspects
        self._now = now
        self._gaps = gaps
        self._rewriter = rewriter
        self._shared_vectors = shared_vectors
        self._stamp: object = shelf.stamp()
        self._library = shelf.library()
        self._stopping = threading.Event()
        self._day = self.today
        search.update(entry_of(item) for item in self._library.served(self._day))

    @property
    def today(self) -> date:
        """The day in the city."""
        return self._now().date()

    @property
    def library(self) -> Library:
        """The present items."""
        return self._library

    def item(self, topic: str, language: str) -> Item | None:
        """The item if it may be served now."""
        return self._library.item(topic, language, self.today)

    def rank(self, text: str, language: str, vector: NDArray[np.float32] | None = None) -> Ranking:
        """Candidates for a question; see `knowledge.searching.Search.rank`."""
        return self._search.rank(text, language, vector)

    def consult(self, question: Question, vector: NDArray[np.float32] | None = None) -> Decision:
        """What a question gets.

        Args:
            vector: the question's raw sentence vector where it is known.

        Raises:
            EncoderUnavailable: it is not known, and the encoder does not answer in time.
        """
        known = vector if self._shared_vectors else None
        ranking = self._search.rank(question.text, question.language, known)
        bars = self._search.ranker.bars
        return decide(question, ranking, self._library, self._aspects[question.language], bars, self.today)

    def note_gap(
        self,
        text: str,
        language: str,
        kind: Kind,
        conversation_id: str,
        vector: NDArray[np.float32] | None = None,
        topic: str | None = None,
    ) -> None:
        """Notes a question that had no answer, or an answer that did not help; a store that is down is logged."""
        if self._gaps is None:
            return
        try:
            raw = vector if vector is not None and self._shared_vectors else self._search.encode(text)
            asked = without_phones(text, language)
            self._gaps.record(Gap(asked, language, kind, self._now(), conversation_id, raw, topic))
        except KnowledgeError as error:
            logger.warning("a gap could not be noted: %s", error)

    def rewritten(self, question: str, passage: str, language: str) -> str:
        """The passage said for this question by a language model, or as it stands when there is none or it fails."""
        if self._rewriter is None:
            return passage
        try:
            said = accepted(passage, self._rewriter.rewrite(question, passage, language))
        except KnowledgeError as error:
            logger.warning("an answer was not rewritten: %s", error)
            return passage
        if said is None:
            logger.warning("a rewriting was refused: it said more than the item")
        return said or passage

    def refresh(self) -> bool:
        """Takes changes up; gives whether there were any. An edit that cannot be read changes nothing."""
        try:
            stamp, day = self._shelf.stamp(), self.today
            if stamp == self._stamp and day == self._day:
                return False
            library = self._shelf.library()
            indexed = self._search.update(entry_of(item) for item in library.served(day))
        except KnowledgeError as error:
            logger.error("the consultation items could not be read again: %s", error)
            return False
        self._library, self._stamp, self._day = library, stamp, day
        logger.info("consultation items read again, %d topics indexed anew", indexed)
        return True

    def watch(self) -> None:
        """Looks for changes in a thread of its own until `close`."""
        threading.Thread(target=self._watch, name="knowledge", daemon=True).start()

    def close(self) -> None:
        """Ends the watching."""
        self._stopping.set()

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self.refresh()
