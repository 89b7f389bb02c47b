"""Suggests categories with a trained model of sentence vectors and n-grams, and says why.

The model is loaded, or trained when it is missing, at the first question. Models are kept by a key of everything that
goes into them, so changed examples give another folder, and of several processes one trains and the others wait.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hotline.file_lock import file_lock
from language.encoder import CachedEncoder, SentenceEncoder
from language.identify import identify
from tickets.adapters.category_model import CategoryModel, Example, Floats
from tickets.adapters.category_training import (
    CORRECTED_WEIGHT,
    examples_key,
    read_corrections,
    read_examples,
    train,
    write_corrections,
)
from tickets.adapters.city_files import LANGUAGES
from tickets.domain.city import Catalogue
from tickets.domain.corrections import Correction
from tickets.domain.text import clean_text
from tickets.errors import ClassifierUnavailable
from tickets.service.ports import Candidate, EvidenceExample, EvidenceWord, Suggestion

CORRECTIONS = "category-corrections.csv"
"""Beside the models, so that whoever uses them also has what they were taught."""


class TrainedCategoryClassifier:
    """The `CategoryClassifier` of the city's own categories.

    Args:
        examples_dir: folder of <language>.csv with category and text; missing languages are done without.
        models_dir: where trained models and the corrections they learnt are kept.
        trains: a model that is missing is trained; else there is nothing to suggest from.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: SentenceEncoder,
        examples_dir: Path,
        models_dir: Path,
        *,
        trains: bool = True,
    ) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._examples_dir = examples_dir
        self._models_dir = models_dir
        self._trains = trains
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
        cleaned = [clean_text(text) for text in texts]
        languages = [identify(text).language for text in cleaned]
        return self._ranked(model, model.scores(cleaned, languages, self._vectors(cleaned, vectors)), limit)

    def suggest_with_evidence(
        self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 3
    ) -> Suggestion:
        model = self.prepare()
        cleaned = clean_text(text)
        language = identify(cleaned).language
        given = None if vector is None else np.asarray(vector, dtype=np.float32).reshape(1, -1)
        known = self._vectors([cleaned], given)
        candidates = self._ranked(model, model.scores([cleaned], [language], known), limit)[0]
        first = candidates[0]
        words = model.words(cleaned, language, known[0], first.category)
        return Suggestion(
            candidates,
            bool(first.sure),
            model.measured.threshold,
            tuple(EvidenceWord(cleaned[start:end], start, end, weight) for start, end, weight in words),
            tuple(
                EvidenceExample(example.text, example.language, example.category, score)
                for example, score in model.nearest(language, known[0], limit)
            ),
        )

    def prepare(self) -> CategoryModel:
        """Loads the model, or trains and keeps it; done once, by whoever comes first."""
        with self._guard:
            if self._model is None:
                self._model = self._load_or_train()
            return self._model

    def learn(self, corrections: Sequence[Correction], *, store: bool = True) -> int:
        """Takes over what people corrected: of each ticket the last word. Gives how many tickets taught something.

        The next `prepare`, here or in a process that starts later, trains with them.
        """
        last = {each.ticket: each for each in corrections if each.after in self._catalogue.categories}
        if store:
            taught = [Example(each.after, each.text, each.language, CORRECTED_WEIGHT) for each in last.values()]
            with file_lock(self._models_dir / "categories.lock"):
                write_corrections(self._models_dir / CORRECTIONS, [each for each in taught if each.text])
            with self._guard:
                self._model = None
        return len(last)

    @staticmethod
    def corrected(corrections: Sequence[Correction]) -> list[tuple[tuple[str | None, str], int]]:
        """Which category was corrected to which how often, the most frequent first."""
        return Counter((each.before, each.after) for each in corrections).most_common()

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors of texts, as the model was trained on."""
        return self._vectors([clean_text(text) for text in texts], None)

    def _vectors(self, texts: Sequence[str], known: np.ndarray[Any, Any] | None) -> Floats:
        return np.asarray(self._encoder.encode(texts) if known is None else known, dtype=np.float32)

    def _ranked(self, model: CategoryModel, scores: Floats, limit: int) -> list[list[Candidate]]:
        best = np.argsort(-scores, axis=1, kind="stable")[:, : max(limit, 1)]
        return [
            [self._candidate(model, at, row[at]) for at in places] for row, places in zip(scores, best, strict=True)
        ]

    def _candidate(self, model: CategoryModel, at: int, score: float) -> Candidate:
        category = model.categories[at]
        sure = float(score) >= model.measured.threshold
        return Candidate(category, self._catalogue.unit_of(category), float(score), sure)

    def trained(self) -> bool:
        """Whether the model for the present examples is there already."""
        return self._model is not None or self._folder(self.examples()).exists()

    def examples(self) -> list[Example]:
        """What the model is trained on: the examples' files and what people corrected.

        Raises:
            ClassifierUnavailable: there are none.
            CityDataInvalid: a row cannot be used.
        """
        categories = self._catalogue.categories.keys()
        examples = read_examples(self._examples_dir, categories, LANGUAGES)
        return examples + read_corrections(self._models_dir / CORRECTIONS, categories, LANGUAGES)

    def _folder(self, examples: Sequence[Example]) -> Path:
        return self._models_dir / f"categories-{examples_key(examples, self._encoder.name)}"

    def _load_or_train(self) -> CategoryModel:
        with file_lock(self._models_dir / "categories.lock"):
            examples = self.examples()
            folder = self._folder(examples)
            if folder.exists():
                try:
                    return CategoryModel.load(folder)
                except ValueError as error:
                    _tell(f"{error}; it is made again")
            if not self._trains:
                raise ClassifierUnavailable("the model of the categories is not trained: make model")
            _tell(f"training the category model from {len(examples):,} examples")
            encoder = CachedEncoder(self._encoder, folder=self._models_dir / "category-vectors")
            vectors: Floats = encoder.encode_corpus([example.text for example in examples], _tell_progress)
            model = train(examples, vectors, lambda words: _tell(f"  {words}"))
            model.save(folder)
            _tell(f"category model ready: {folder.name}")
            return model


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell_progress(done: int, total: int) -> None:
    if done == total or done % 1024 == 0:
        _tell(f"  {done:,} of {total:,} texts read")
