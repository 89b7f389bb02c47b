"""A trained category model: two linear layers over a sentence vector and character n-grams, as plain arrays.

It is applied with numpy alone and stored as an .npz file without pickled objects, so that a model file can hold
nothing but numbers and names. Training is elsewhere.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tickets.adapters.text_features import ngrams

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class CategoryModel:
    """The arrays of a model with n classes, d vector dimensions and b n-gram buckets.

    Attributes:
        mean: of the training vectors, (d,); e5's vectors all point much the same way.
        idf: weight of each bucket, (b,).
        of_vector, of_ngrams, bias: (n, d), (n, b), (n,).
        temperature: what the sums are divided by, fitted so that the scores are probabilities on held-out texts.
    """

    categories: tuple[str, ...]
    mean: Floats
    idf: Floats
    of_vector: Floats
    of_ngrams: Floats
    bias: Floats
    temperature: float

    def scores(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Probabilities of shape (len(texts), n)."""
        sums = (vectors - self.mean) @ self.of_vector.T + self.bias
        for row, text in enumerate(texts):
            buckets, weights = weighted_ngrams(text, self.idf)
            sums[row] += self.of_ngrams[:, buckets] @ weights
        return softmax(sums / self.temperature)

    def save(self, path: Path) -> None:
        """Writes the file in one step, so that a reader never sees half of it."""
        partial = path.with_suffix(".partial.npz")
        np.savez(
            partial,
            meta=np.array(json.dumps({"categories": self.categories, "temperature": self.temperature})),
            mean=self.mean,
            idf=self.idf,
            of_vector=self.of_vector,
            of_ngrams=self.of_ngrams.astype(np.float16),
            bias=self.bias,
        )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> CategoryModel:
        """Reads a saved model.

        Raises:
            ValueError: the file is no such model.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                meta = json.loads(str(arrays["meta"]))
                return cls(
                    categories=tuple(meta["categories"]),
                    mean=arrays["mean"],
                    idf=arrays["idf"],
                    of_vector=arrays["of_vector"],
                    of_ngrams=arrays["of_ngrams"].astype(np.float32),
                    bias=arrays["bias"],
                    temperature=float(meta["temperature"]),
                )
        except (KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is no category model") from error


def weighted_ngrams(text: str, idf: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The n-grams of `text` weighted by `idf`, of length 1."""
    buckets, weights = ngrams(text)
    weighted = weights * idf[buckets]
    return buckets, (weighted / max(float(np.linalg.norm(weighted)), 1e-9)).astype(np.float32)


def softmax(sums: NDArray[np.floating[Any]]) -> Floats:
    """Row-wise, without overflow."""
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
