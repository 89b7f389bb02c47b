"""Turns raw sentence vectors into ones in which questions about one matter lie close, whatever their language.

Each language's vectors lose the mean of their language, then the directions in which questions about one and the same
topic differ are damped (whitening by the pooled within-class covariance, as in Fisher's linear discriminant), with
shrinkage towards a sphere (Ledoit & Wolf 2004). Learned once from questions of known topics; applied to any item, so a
new or changed item needs no new training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SHRINKAGE = 0.6
CENTRED_FROM = 30
"""A language needs this many questions for a mean of its own."""


@dataclass(frozen=True)
class Projection:
    """The learned arrays.

    Attributes:
        means: (d,) by language, "" for all together.
        whitening: (d, d).
    """

    means: Mapping[str, Floats]
    whitening: Floats

    def apply(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """Gives normalised vectors of shape (n, d)."""
        if not len(vectors):
            return np.zeros((0, self.whitening.shape[0]), dtype=np.float32)
        means = np.stack([self.means.get(language, self.means[""]) for language in languages])
        return normalised((vectors - means) @ self.whitening)


def fit(vectors: Floats, languages: Sequence[str], topics: Sequence[str], shrinkage: float = SHRINKAGE) -> Projection:
    """Learns from questions of known topics.

    Args:
        vectors: (n, d) raw sentence vectors.
        languages, topics: of each row; a topic "" (belongs to none) only counts for the means.
        shrinkage: 0 to 1, how far the covariance is drawn to a sphere.
    """
    of = np.array(languages)
    means: dict[str, Floats] = {"": vectors.mean(axis=0)}
    for language in dict.fromkeys(languages):
        rows = vectors[of == language]
        if len(rows) >= CENTRED_FROM:
            means[language] = rows.mean(axis=0)
    centred = vectors - np.stack([means.get(language, means[""]) for language in languages])
    known = np.array([bool(topic) for topic in topics])
    _, group = np.unique(np.array(topics)[known], return_inverse=True)
    rows = centred[known]
    sums = np.zeros((group.max() + 1, rows.shape[1]), dtype=np.float32)
    np.add.at(sums, group, rows)
    inside = rows - (sums / np.bincount(group)[:, None])[group]
    covariance = (inside.T @ inside) / max(len(rows) - len(sums), 1)
    sphere = np.trace(covariance) / len(covariance) * np.eye(len(covariance), dtype=np.float32)
    values, axes = np.linalg.eigh((1 - shrinkage) * covariance + shrinkage * sphere)
    whitening: Any = axes / np.sqrt(np.maximum(values, 1e-9)) @ axes.T
    return Projection(means, np.asarray(whitening / np.abs(whitening).max(), dtype=np.float32))


def normalised(vectors: Any) -> Floats:
    """Rows of length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)
