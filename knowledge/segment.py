"""One searchable part of an index: the questions and texts of some topics as plain arrays, mapped from files.

It is built once and never changed; a changed topic gets a newer segment that hides this one's (knowledge.finder).
Nothing here decides what is served.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import lexical
from knowledge.projection import Projection, normalised
from language.identify import LANGUAGES

Floats = NDArray[np.float32]
_ARRAYS = ("offsets", "languages", "rows", "centroids", "idf")
_SPARSE = ("questions", "documents", "asked")


@dataclass(frozen=True)
class Entry:
    """What is searched of one topic in one language."""

    topic: str
    language: str
    questions: Sequence[str]
    document: str


@dataclass(frozen=True)
class Segment:
    """The arrays of n topics with m questions.

    Attributes:
        topics: names, sorted.
        offsets: (n + 1,) where the questions of each topic begin.
        languages: (m,) place of each question's language in LANGUAGES.
        rows: (m, d) projected vectors of the questions, half precision.
        centroids: (n, d) the mean of each topic's questions, normalised.
        questions: (m, FEATURES) sparse, weighted.
        documents: (FEATURES, n * len(LANGUAGES)) sparse, weighted: a column a topic and language.
        asked: the same of all questions of a topic and language together.
        idf: (FEATURES,).
    """

    topics: Sequence[str]
    offsets: NDArray[np.int64]
    languages: NDArray[np.int8]
    rows: NDArray[np.float16]
    centroids: Floats
    idf: Floats
    questions: Any
    documents: Any
    asked: Any

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each topic."""
        return {topic: row for row, topic in enumerate(self.topics)}

    def save(self, folder: Path) -> None:
        """Writes the folder in one step; an unfinished one is never seen under that name."""
        partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name in _ARRAYS:
            np.save(partial / f"{name}.npy", getattr(self, name))
        for name in _SPARSE:
            matrix = getattr(self, name)
            for part in ("data", "indices", "indptr"):
                np.save(partial / f"{name}-{part}.npy", getattr(matrix, part))
        (partial / "topics.json").write_text(json.dumps(list(self.topics)), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)

    @classmethod
    def load(cls, folder: Path) -> Segment:
        """Maps what `save` wrote; nothing is read before it is searched.

        Raises:
            OSError, ValueError: the folder holds no segment.
        """
        topics = json.loads((folder / "topics.json").read_text("utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
        shapes = {
            "questions": (len(arrays["rows"]), lexical.FEATURES),
            "documents": (lexical.FEATURES, len(topics) * len(LANGUAGES)),
            "asked": (lexical.FEATURES, len(topics) * len(LANGUAGES)),
        }
        sparse = {name: _mapped(folder, name, shapes[name]) for name in _SPARSE}
        return cls(topics, **arrays, **sparse)


def build(entries: Sequence[Entry], vectors: Floats, projection: Projection) -> Segment:
    """A segment of entries.

    Args:
        entries: of each topic in any of the languages; at least one.
        vectors: (m, d) raw sentence vectors of all questions, entry by entry in the order given.
        projection: how vectors are turned.
    """
    starts = np.cumsum([0] + [len(entry.questions) for entry in entries])
    order = sorted(range(len(entries)), key=lambda at: (entries[at].topic, LANGUAGES.index(entries[at].language)))
    rows = np.concatenate([np.arange(starts[at], starts[at + 1]) for at in order])
    languages = [entries[at].language for at in order for _ in entries[at].questions]
    projected = projection.apply(vectors[rows], languages)
    topics = sorted({entry.topic for entry in entries})
    place = {topic: row for row, topic in enumerate(topics)}
    of_topic = np.array([place[entries[at].topic] for at in order for _ in entries[at].questions])
    sums = np.zeros((len(topics), projected.shape[1]), dtype=np.float32)
    np.add.at(sums, of_topic, projected)
    questions = lexical.counts([question for at in order for question in entries[at].questions])
    documents = lexical.counts([entries[at].document for at in order])
    asked = lexical.counts([" ".join(entries[at].questions) for at in order])
    idf = lexical.weights(documents)
    column = [place[entries[at].topic] * len(LANGUAGES) + LANGUAGES.index(entries[at].language) for at in order]
    return Segment(
        topics=topics,
        offsets=np.concatenate([[0], np.cumsum(np.bincount(of_topic, minlength=len(topics)))]).astype(np.int64),
        languages=np.array([LANGUAGES.index(language) for language in languages], dtype=np.int8),
        rows=projected.astype(np.float16),
        centroids=normalised(sums),
        idf=idf,
        questions=lexical.weighted(questions, idf),
        documents=_by_feature(lexical.weighted(documents, idf), column, len(topics) * len(LANGUAGES)),
        asked=_by_feature(lexical.weighted(asked, lexical.weights(asked)), column, len(topics) * len(LANGUAGES)),
    )


def _by_feature(matrix: Any, column: Sequence[int], columns: int) -> Any:
    """Transposes rows to columns at the given places, so that a query only touches the features it has."""
    from scipy.sparse import csr_matrix

    spread = matrix.tocoo()
    places = np.asarray(column)[spread.row]
    return csr_matrix((spread.data, (spread.col, places)), shape=(lexical.FEATURES, columns))


def _mapped(folder: Path, name: str, shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_matrix

    data, indices, indptr = (
        np.load(folder / f"{name}-{part}.npy", mmap_mode="r") for part in ("data", "indices", "indptr")
    )
    return csr_matrix((data, indices, indptr), shape=shape, copy=False)
