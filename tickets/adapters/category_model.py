"""A trained category model: one linear layer over a sentence vector, as plain arrays.

It is applied with numpy alone and stored as an .npz file without pickled objects, so that a model file can hold
nothing but numbers and names. Training is elsewhere.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class CategoryModel:
    """The arrays of a model with n classes and d vector dimensions.

    Attributes:
        mean: of the training vectors, (d,); e5's vectors all point much the same way.
        weights, bias: (n, d) and (n,).
        temperature: what the sums are divided by, fitted so that the scores are probabilities on held-out texts.
    """

    categories: tuple[str, ...]
    mean: Floats
    weights: Floats
    bias: Floats
    temperature: float

    def scores(self, vectors: Floats) -> Floats:
        """Probabilities of shape (len(vectors), n)."""
        return softmax(((vectors - self.mean) @ self.weights.T + self.bias) / self.temperature)

    def save(self, path: Path) -> None:
        """Writes the file in one step, so that a reader never sees half of it."""
        partial = path.with_suffix(".partial.npz")
        np.savez(
            partial,
            meta=np.array(json.dumps({"categories": self.categories, "temperature": self.temperature})),
            mean=self.mean,
            weights=self.weights,
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
                    weights=arrays["weights"],
                    bias=arrays["bias"],
                    temperature=float(meta["temperature"]),
                )
        except (KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is no category model") from error


def softmax(sums: NDArray[np.floating[Any]]) -> Floats:
    """Row-wise, without overflow."""
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
