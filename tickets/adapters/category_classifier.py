"""Suggests categories with a trained linear model over sentence vectors.

The model is loaded, or trained when it is missing, at the first question. Models are kept by a key of everything that
goes into them, so changed examples give another file, and of several processes one trains and the others wait.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hotline.file_lock import file_lock
from language.encoder import CachedEncoder, SentenceEncoder
from tickets.adapters.category_model import CategoryModel, Floats
from tickets.adapters.category_training import examples_key, read_examples, train
from tickets.adapters.city_files import LANGUAGES
from tickets.domain.city import Catalogue
from tickets.domain.text import clean_text
from tickets.service.ports import Candidate


class TrainedCategoryClassifier:
    """The `CategoryClassifier` of the city's own categories.

    Args:
        examples_dir: folder of <language>.csv with category and text; missing languages are done without.
        models_dir: where trained models are kept.
    """

    def __init__(self, catalogue: Catalogue, encoder: SentenceEncoder, examples_dir: Path, models_dir: Path) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._examples_dir = examples_dir
        self._models_dir = models_dir
        self._guard = threading.Lock()
        self._model: CategoryModel | None = None

    def suggest(self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 5) -> list[Candidate]:
        vectors = None if vector is None else np.asarray(vector, dtype=np.float32).reshape(1, -1)
        return self.suggest_many([text], vectors, limit)[0]

    def suggest_many(
        self, texts: Sequence[str], vectors: np.ndarray[Any, Any] | None = None, limit: int = 5
    ) -> list[list[Candidate]]:
        """As `suggest`, for many texts at once.

        Raises:
            ClassifierUnavailable: there are no examples to train a model from.
        """
        model = self.prepare()
        if not texts:
            return []
        if vectors is None:
            vectors = self._encoder.encode([clean_text(text) for text in texts])
        known = np.asarray(vectors, dtype=np.float32)
        scores = model.scores(known)
        best = np.argsort(-scores, axis=1, kind="stable")[:, : max(limit, 1)]
        return [
            [self._candidate(model, at, row[at]) for at in places] for row, places in zip(scores, best, strict=True)
        ]

    def prepare(self) -> CategoryModel:
        """Loads the model, or trains and keeps it; done once, by whoever comes first."""
        with self._guard:
            if self._model is None:
                self._model = self._load_or_train()
            return self._model

    def _candidate(self, model: CategoryModel, at: int, score: float) -> Candidate:
        category = model.categories[at]
        return Candidate(category, self._catalogue.unit_of(category), float(score))

    def _load_or_train(self) -> CategoryModel:
        examples = read_examples(self._examples_dir, self._catalogue.categories.keys(), LANGUAGES)
        path = self._models_dir / f"categories-{examples_key(examples, self._encoder.name)}.npz"
        with file_lock(self._models_dir / "categories.lock"):
            if path.exists():
                try:
                    return CategoryModel.load(path)
                except ValueError:
                    path.unlink()  # half a file of an earlier crash or an older kind: made again
            _tell(f"training the category model from {len(examples):,} examples")
            encoder = CachedEncoder(self._encoder, folder=self._models_dir / "category-vectors")
            vectors: Floats = encoder.encode_corpus([example.text for example in examples], _tell_progress)
            model = train(examples, vectors)
            model.save(path)
            _tell(f"category model ready: {path.name}")
            return model


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell_progress(done: int, total: int) -> None:
    if done == total or done % 1024 == 0:
        _tell(f"  {done:,} of {total:,} texts read")
