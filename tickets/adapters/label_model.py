"""A city's own classification: two models that err in different places, and a weighted mean of their probabilities.

A linear one on character n-grams knows the words of the files it was trained on; kernel ridge on sentence vectors knows
what they mean. Stored as plain arrays and names, never as pickled objects. Training is elsewhere.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from language.text_model import TextModel
from tickets.errors import LabelledFileInvalid, LabelModelMissing

Floats = NDArray[np.float32]
HASHED_FEATURES = 2**20
KERNEL_SHARE = 0.4
"""By five-fold validation on appeals of two cities; between 0.3 and 0.5 it makes little difference."""
_NAME = re.compile(r"[\w-]{1,64}")
_LINEAR, _KERNEL, _MEANING = "linear.npz", "kernel.npz", "labels.json"


@dataclass(frozen=True)
class LinearModel:
    """One linear layer over tf-idf n-grams; only the m columns that were seen twice are kept.

    Attributes:
        columns: the hashed features they stand for, (m,), ascending.
        idf: their inverse document frequencies, (m,).
        weights, bias: (n, m) and (n,).
        temperature: divides the sums before the softmax.
    """

    columns: NDArray[np.int64]
    idf: Floats
    weights: Floats
    bias: Floats
    temperature: float

    def sums(self, texts: Sequence[str]) -> Floats:
        """Before the softmax, (len(texts), n)."""
        return np.asarray(weighted(counted(texts)[:, self.columns], self.idf) @ self.weights.T + self.bias)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        return softmax(self.sums(texts) / self.temperature)


@dataclass(frozen=True)
class LabelModel:
    """Both models. `texts` says how many it was trained on, `source` from which columns of which file."""

    labels: tuple[str, ...]
    linear: LinearModel
    kernel: TextModel
    encoder: str
    texts: int
    source: str

    def probabilities(self, texts: Sequence[str], languages: Sequence[str], vectors: Floats) -> Floats:
        """Rows sum to one, columns in the order of `labels`."""
        scored = self.kernel.probabilities(self.kernel.scores(texts, languages, vectors))
        places = [self.labels.index(label) for label in self.kernel.labels]
        meaning = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        meaning[:, places] = scored
        return np.asarray(
            (1 - KERNEL_SHARE) * self.linear.probabilities(texts) + KERNEL_SHARE * meaning, dtype=np.float32
        )

    def save(self, folder: Path) -> None:
        """Writes the folder in one step; other files in it (the reports) stay."""
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        if folder.exists():
            shutil.copytree(folder, partial)
        partial.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            partial / _LINEAR,
            columns=self.linear.columns.astype(np.int32),
            idf=self.linear.idf.astype(np.float32),
            weights=self.linear.weights.astype(np.float16),
            bias=self.linear.bias.astype(np.float32),
            temperature=np.array([self.linear.temperature]),
        )
        self.kernel.save(partial / _KERNEL)
        meaning = {"labels": self.labels, "encoder": self.encoder, "texts": self.texts, "source": self.source}
        (partial / _MEANING).write_text(json.dumps(meaning, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)

    @classmethod
    def load(cls, folder: Path) -> LabelModel:
        """Reads a saved model.

        Raises:
            LabelModelMissing: there is none, or not a whole one.
        """
        try:
            meaning: dict[str, Any] = json.loads((folder / _MEANING).read_text(encoding="utf-8"))
            with np.load(folder / _LINEAR, allow_pickle=False) as stored:
                linear = LinearModel(
                    stored["columns"].astype(np.int64),
                    stored["idf"],
                    stored["weights"].astype(np.float32),
                    stored["bias"],
                    float(stored["temperature"][0]),
                )
            kernel = TextModel.load(folder / _KERNEL)
            return cls(
                tuple(meaning["labels"]), linear, kernel, meaning["encoder"], meaning["texts"], meaning["source"]
            )
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise LabelModelMissing(
                f"there is no model {folder.name!r}; train it first: "
                f"hotline dispatch train FILE.csv --name {folder.name}"
            ) from error


def folder_of(models_dir: Path, name: str) -> Path:
    """Where a model lives.

    Raises:
        LabelledFileInvalid: the name cannot be one of a folder.
    """
    if not _NAME.fullmatch(name):
        raise LabelledFileInvalid(f"the name {name!r} cannot be used: 1 to 64 letters, digits, - and _")
    return models_dir / "labels" / name


def counted(texts: Sequence[str]) -> Any:
    """How often each hashed character n-gram stands in each text, sparse (len(texts), HASHED_FEATURES)."""
    from sklearn.feature_extraction.text import HashingVectorizer  # deferred: slow to import

    hasher = HashingVectorizer(
        analyzer="char", ngram_range=(1, 4), n_features=HASHED_FEATURES, alternate_sign=False, norm=None,
        dtype=np.float32,
    )  # fmt: skip
    return hasher.transform([" ".join(text.split()) for text in texts])


def weighted(counts: Any, idf: Floats) -> Any:
    """Tf-idf with the logarithm of the counts, rows of length one."""
    from sklearn.preprocessing import normalize  # deferred: slow to import

    result = counts.tocsr(copy=True)
    result.data = ((1 + np.log(result.data)) * idf[result.indices]).astype(np.float32)
    return normalize(result, copy=False)


def softmax(sums: NDArray[np.floating[Any]]) -> Floats:
    """Row-wise, without overflow."""
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
