"""Trains a `CategoryModel` from examples: <language>.csv files with the columns category and text.

scikit-learn is needed here and nowhere else. Training is deterministic: the same files give the same model. Character
n-grams beside the sentence vector were tried and left out: 0.2 points of accuracy for forty times the training time.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tickets.adapters.category_model import CategoryModel, Floats, softmax
from tickets.errors import CityDataInvalid, ClassifierUnavailable

RECIPE = "1"
"""Part of every model's key; raise it when the training changes."""
# Chosen on held-out texts from 5, 12, 30, 100 and 300; see `cross_validated`.
INVERSE_REGULARISATION = 12.0
FOLDS = 5


@dataclass(frozen=True)
class Example:
    """One text of which the category is known."""

    category: str
    text: str
    language: str


def read_examples(folder: Path, categories: Collection[str], languages: Sequence[str]) -> list[Example]:
    """Reads the languages that are there.

    Raises:
        ClassifierUnavailable: no language is there.
        CityDataInvalid: a row is empty or names an unknown category.
    """
    examples: list[Example] = []
    for language in languages:
        path = folder / f"{language}.csv"
        if path.exists():
            examples += _read(path, language, categories)
    if not examples:
        raise ClassifierUnavailable(f"there are no examples of categories in {folder}: it needs <language>.csv files")
    return examples


def examples_key(examples: Sequence[Example], encoder_name: str) -> str:
    """Names the model that these examples give."""
    digest = hashlib.blake2b(f"{RECIPE}|{encoder_name}".encode(), digest_size=12)
    for example in examples:
        digest.update(f"\x1e{example.category}\x1f{example.text}".encode("utf-8", "replace"))
    return digest.hexdigest()


def train(examples: Sequence[Example], vectors: Floats) -> CategoryModel:
    """Trains on all examples; the temperature is fitted on held-out folds."""
    categories, labels = _labels(examples)
    temperature = _temperature(_held_out_sums(vectors, labels, len(categories)), labels)
    return CategoryModel(categories, *_fit(vectors, labels, len(categories)), temperature)


def cross_validated(examples: Sequence[Example], vectors: Floats) -> dict[str, tuple[float, float]]:
    """Top-1 and top-3 accuracy on held-out folds, by language and for `all`."""
    categories, labels = _labels(examples)
    sums = _held_out_sums(vectors, labels, len(categories))
    best = np.argsort(-sums, axis=1)[:, :3]
    first, third = best[:, 0] == labels, (best == labels[:, None]).any(axis=1)
    languages = np.array([example.language for example in examples])
    result = {"all": (float(first.mean()), float(third.mean()))}
    for language in dict.fromkeys(languages.tolist()):
        at = languages == language
        result[language] = (float(first[at].mean()), float(third[at].mean()))
    return result


def _labels(examples: Sequence[Example]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    categories = tuple(sorted({example.category for example in examples}))
    if len(categories) < 2:
        raise ClassifierUnavailable("the examples name fewer than two categories")
    places = {category: place for place, category in enumerate(categories)}
    return categories, np.array([places[example.category] for example in examples])


def _fit(vectors: Floats, labels: NDArray[np.int64], classes: int) -> tuple[Floats, Floats, Floats]:
    """Mean, weights, bias."""
    # deferred: slow to import, and only training needs it
    from sklearn.linear_model import LogisticRegression

    mean = vectors.mean(axis=0)
    # In double precision: with float32 the optimiser takes its first step for the last.
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=500)
    model.fit((vectors - mean).astype(np.float64), labels)
    weights, bias = _complete(model, classes)
    return mean.astype(np.float32), weights.astype(np.float32), bias.astype(np.float32)


def _complete(model: Any, classes: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """One row a class, also for two classes (one row in scikit-learn) and classes the fold has not seen."""
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    all_weights, all_bias = np.zeros((classes, weights.shape[1])), np.full(classes, -50.0)
    all_weights[model.classes_], all_bias[model.classes_] = weights, bias
    return all_weights, all_bias


def _held_out_sums(vectors: Floats, labels: NDArray[np.int64], classes: int) -> Floats:
    """The sums before the softmax for every example, from a model that has not seen it."""
    sums = np.zeros((len(labels), classes), dtype=np.float32)
    folds = np.random.default_rng(7).permutation(len(labels)) % FOLDS
    for fold in range(FOLDS):
        known, asked = folds != fold, folds == fold
        if not asked.any() or len(set(labels[known])) < 2:
            continue
        mean, weights, bias = _fit(vectors[known], labels[known], classes)
        sums[asked] = (vectors[asked] - mean) @ weights.T + bias
    return sums


def _temperature(sums: Floats, labels: NDArray[np.int64]) -> float:
    """The one of many temperatures under which the held-out categories are likeliest."""
    rows = np.arange(len(labels))
    losses = {
        float(temperature): float(-np.log(np.maximum(softmax(sums / temperature)[rows, labels], 1e-12)).mean())
        for temperature in np.geomspace(0.2, 5.0, 41)
    }
    return min(losses, key=losses.__getitem__)


def _read(path: Path, language: str, categories: Collection[str]) -> list[Example]:
    examples = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"category", "text"} <= set(reader.fieldnames or ()):
                raise CityDataInvalid(f"{path}: the columns category and text are needed")
            for row in reader:
                category, text = (row["category"] or "").strip(), (row["text"] or "").strip()
                if category not in categories:
                    raise CityDataInvalid(f"{path}:{reader.line_num}: the category {category!r} is unknown")
                if not text:
                    raise CityDataInvalid(f"{path}:{reader.line_num}: the text is empty")
                examples.append(Example(category, text, language))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CityDataInvalid(f"{path}: cannot be read: {error}") from error
    return examples
