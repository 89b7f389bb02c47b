"""Finds the topics that a question may be about, with what speaks for each; it decides nothing.

First the nearest topics by sentence vector and by n-grams are gathered, then each of these candidates is looked at
question by question. Pure arithmetic on the arrays of `knowledge.segment`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import lexical
from knowledge.projection import Projection
from knowledge.segment import Segment
from language.identify import LANGUAGES

Floats = NDArray[np.float32]
GATHERED = 12
"""So many topics from each way of gathering are looked at closely."""
FEATURES = ("nearest_own", "nearest", "nearest_three", "centroid", "words", "words_three", "document", "asked")


@dataclass(frozen=True)
class Query:
    """A question: its text, its language and its raw sentence vector (d,)."""

    text: str
    language: str
    vector: Floats


@dataclass(frozen=True)
class Found:
    """A candidate with its features (FEATURES)."""

    topic: str
    features: Floats


@dataclass(frozen=True)
class Finder:
    """Searches segments; a topic in a later one hides the same topic in those before, `hidden` ones are left out."""

    projection: Projection
    segments: Sequence[Segment]
    hidden: frozenset[str] = frozenset()

    def find(self, query: Query) -> list[Found]:
        """The candidates, in no order."""
        projected = self.projection.apply(query.vector.reshape(1, -1), [query.language])[0]
        grams = lexical.counts([query.text])
        found: list[Found] = []
        for number, segment in enumerate(self.segments):
            newer = self.segments[number + 1 :]
            for topic, features in _search(segment, query.language, projected, grams):
                if topic not in self.hidden and not any(topic in each.place for each in newer):
                    found.append(Found(topic, features))
        return found


def _search(segment: Segment, language: str, projected: Floats, grams: Any) -> list[tuple[str, Floats]]:
    weighted = lexical.weighted(grams, segment.idf)
    own = LANGUAGES.index(language)
    centroids = np.asarray(segment.centroids @ projected)
    documents = _of_language(weighted @ segment.documents, own, len(segment.topics))
    asked = _of_language(weighted @ segment.asked, own, len(segment.topics))
    places = np.union1d(_best(centroids), _best(documents + asked))
    ends = np.cumsum(segment.offsets[places + 1] - segment.offsets[places])
    rows = np.concatenate([np.arange(segment.offsets[at], segment.offsets[at + 1]) for at in places])
    near = np.asarray(segment.rows[rows], dtype=np.float32) @ projected
    words = np.asarray((segment.questions[rows] @ weighted.T).todense()).ravel()
    mine = np.asarray(segment.languages[rows]) == own
    found = []
    for at, begin, end in zip(places, [0, *ends[:-1]], ends, strict=True):
        close, alike, of_own = near[begin:end], words[begin:end], mine[begin:end]
        features = (
            close[of_own].max(initial=0.0),
            close.max(initial=0.0),
            _top(close, 3),
            centroids[at],
            alike[of_own].max(initial=0.0),
            _top(alike[of_own], 3),
            documents[at],
            asked[at],
        )
        found.append((segment.topics[at], np.array(features, dtype=np.float32)))
    return found


def _of_language(hits: Any, own: int, topics: int) -> Floats:
    """One value a topic from a row with a column a topic and language."""
    found = np.zeros(topics, dtype=np.float32)
    entries = hits.tocoo()
    mine = entries.col % len(LANGUAGES) == own
    found[entries.col[mine] // len(LANGUAGES)] = entries.data[mine]
    return found


def _best(scores: NDArray[Any]) -> NDArray[Any]:
    if len(scores) <= GATHERED:
        return np.arange(len(scores))
    return np.argpartition(-scores, GATHERED)[:GATHERED]


def _top(values: NDArray[Any], count: int) -> float:
    if not len(values):
        return 0.0
    return float(np.sort(values)[-count:].mean())
