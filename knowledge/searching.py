"""Keeps an index of the items that are served, and follows their changes without learning anew.

Vectors are computed for new and changed items only; the rest is taken from the index that is there. What it searches
is replaced in one step, so a question sees either the old items or the new ones.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.finder import Finder, Query
from knowledge.ranker import Ranker, Ranking
from knowledge.segment import Entry, Segment, build
from language.encoder import SentenceEncoder

Floats = NDArray[np.float32]
MERGED_FROM = 0.25
"""When more than this share of the topics is in the newer segment, all are put into one again."""


@dataclass(frozen=True)
class _State:
    finder: Finder
    digests: dict[str, str]
    """What each topic's entries were when they were indexed."""


class Search:
    """Ranks questions over the present entries.

    Args:
        ranker: learned before.
        encoder: of the questions; the same one the ranker was learned with.
        vectors: gives (n, d) raw vectors of stored questions, from a cache where they are known.
    """

    def __init__(self, ranker: Ranker, encoder: SentenceEncoder, vectors: Callable[[Sequence[str]], Floats]) -> None:
        self.ranker = ranker
        self._encoder = encoder
        self._vectors = vectors
        self._state = _State(Finder(ranker.projection, ()), {})
        self._changing = threading.Lock()

    def start(self, base: Segment | None, digests: dict[str, str]) -> None:
        """Begins with a stored segment; `digests` of the entries it was built from."""
        segments = () if base is None else (base,)
        self._state = _State(Finder(self.ranker.projection, segments), dict(digests))

    def update(self, entries: Iterable[Entry]) -> int:
        """Makes the search fit the entries; gives how many topics were indexed anew."""
        with self._changing:
            by_topic: dict[str, list[Entry]] = {}
            for entry in entries:
                by_topic.setdefault(entry.topic, []).append(entry)
            digests = {topic: digest(group) for topic, group in by_topic.items()}
            old = self._state
            changed = [topic for topic, value in digests.items() if old.digests.get(topic) != value]
            gone = frozenset(topic for topic in old.digests if topic not in digests)
            if not changed and not gone - old.finder.hidden:
                return 0
            self._state = _State(self._grown(old.finder, by_topic, changed, gone), digests)
            return len(changed)

    def rank(self, text: str, language: str, vector: Floats | None = None) -> Ranking:
        """Candidates for a question.

        Args:
            vector: its raw vector where it is known; else it is computed.

        Raises:
            EncoderUnavailable: it is not known, and the encoder does not answer.
        """
        finder = self._state.finder
        raw = self._encoder.encode([text])[0] if vector is None else vector
        projected = finder.projection.apply(raw.reshape(1, -1), [language])[0]
        return self.ranker.rank(finder.find(Query(text, language, raw)), language, projected)

    def encode(self, text: str) -> Floats:
        """The raw vector of a text. Raises EncoderUnavailable."""
        return np.asarray(self._encoder.encode([text])[0], dtype=np.float32)

    @property
    def segments(self) -> Sequence[Segment]:
        """What is searched now."""
        return self._state.finder.segments

    def _grown(
        self, finder: Finder, by_topic: dict[str, list[Entry]], changed: list[str], gone: frozenset[str]
    ) -> Finder:
        base = finder.segments[0] if finder.segments else None
        newer = set(changed).union(*(segment.topics for segment in finder.segments[1:])) - gone
        if base is None or len(newer) > MERGED_FROM * len(by_topic):
            entries = [entry for group in by_topic.values() for entry in group]
            return Finder(finder.projection, (self._segment(entries),) if entries else ())
        segments = [base]
        if newer:
            segments.append(self._segment([entry for topic in sorted(newer) for entry in by_topic[topic]]))
        return Finder(finder.projection, tuple(segments), gone)

    def _segment(self, entries: Sequence[Entry]) -> Segment:
        questions = [question for entry in entries for question in entry.questions]
        return build(entries, self._vectors(questions), self.ranker.projection)


def digest(entries: Iterable[Entry]) -> str:
    """Tells whether the searched text of a topic changed."""
    value = hashlib.sha256()
    for entry in sorted(entries, key=lambda each: each.language):
        value.update(repr((entry.topic, entry.language, tuple(entry.questions), entry.document)).encode())
    return value.hexdigest()[:24]
