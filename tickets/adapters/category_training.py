"""Trains a `CategoryModel` from examples: <language>.csv files with the columns category and text, and corrections.

One model for all five languages, so that each learns from the others. Training is deterministic: the same files give
the same model. How sure it must be to choose without a person is measured on texts left out, never set by feel.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from language.text_model import TextModel, fit
from tickets.adapters.category_model import CategoryModel, Example, Floats, Measured
from tickets.errors import CityDataInvalid, ClassifierUnavailable

RECIPE = "2"
"""Part of every model's key; raise it when the training changes."""
CORRECTED_WEIGHT = 2.0
"""A person's correction counts as much as this many examples."""
FOLDS = 4
PRECISION = 0.97
"""What is chosen without a person must be right at least this often."""
_NEVER = 1.01


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
            examples += _read(path, categories, lambda row, language=language: language)  # type: ignore[misc]
    if not examples:
        raise ClassifierUnavailable(f"there are no examples of categories in {folder}: it needs <language>.csv files")
    return examples


def read_corrections(path: Path, categories: Collection[str], languages: Collection[str]) -> list[Example]:
    """Reads the corrections that were taken out of the tickets, if there are any; see `write_corrections`.

    A correction to a category that the city no longer has teaches nothing and is left out.
    """
    if not path.exists():
        return []
    known = _read(path, None, lambda row: row.get("language") or "", weight=CORRECTED_WEIGHT)
    return [each for each in known if each.category in categories and each.language in languages]


def write_corrections(path: Path, examples: Sequence[Example]) -> None:
    """Writes corrections for the next training, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("category", "language", "text"))
        writer.writerows((each.category, each.language, each.text) for each in examples)
    partial.replace(path)


def examples_key(examples: Sequence[Example], encoder: str) -> str:
    """Changes with whatever would change the trained model."""
    digest = hashlib.sha256(f"{RECIPE}\0{encoder}".encode())
    for example in examples:
        digest.update(f"\0{example.category}\0{example.language}\0{example.weight}\0{example.text}".encode())
    return digest.hexdigest()[:16]


def train(examples: Sequence[Example], vectors: Floats, progress: Callable[[str], None] | None = None) -> CategoryModel:
    """Trains on all examples; the threshold is measured on a share that a model of the others has not seen.

    Raises:
        ClassifierUnavailable: the examples name fewer than two categories.
    """
    if len({example.category for example in examples}) < 2:
        raise ClassifierUnavailable("the examples name fewer than two categories")
    measured = _measured(examples, vectors, progress)
    return CategoryModel(_fitted(examples, vectors, progress), tuple(examples), measured)


def threshold_of(sure: NDArray[np.floating], right: NDArray[np.bool_], precision: float = PRECISION) -> Measured:
    """The lowest probability at and above which the first choice was right often enough."""
    order = np.argsort(-sure, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # equal probabilities stand or fall together
    ends = np.append(np.diff(sure[order]) != 0, True)
    good = np.flatnonzero((share >= precision) & ends)
    if not len(good):
        return Measured(_NEVER, 0.0, 0.0, len(sure))
    last = int(good[-1])
    return Measured(float(sure[order][last]), float(share[last]), (last + 1) / len(order), len(sure))


def cross_validated(examples: Sequence[Example], vectors: Floats, folds: int = FOLDS) -> dict[str, tuple[float, float]]:
    """Top-1 and top-3 accuracy on held-out folds, by language and for `all`."""
    languages = np.array([example.language for example in examples])
    first, third = np.zeros(len(examples), bool), np.zeros(len(examples), bool)
    parts = _parts(examples, folds)
    for part in range(folds):
        asked = np.flatnonzero(parts == part)
        scores, labels, classes = _asked(examples, vectors, asked)
        best = np.argsort(-scores, axis=1)[:, :3]
        first[asked] = best[:, 0] == labels
        third[asked] = (best == labels[:, None]).any(axis=1)
    result = {"all": (float(first.mean()), float(third.mean()))}
    for language in dict.fromkeys(languages.tolist()):
        at = languages == language
        result[language] = (float(first[at].mean()), float(third[at].mean()))
    return result


def _measured(examples: Sequence[Example], vectors: Floats, progress: Callable[[str], None] | None) -> Measured:
    asked = np.flatnonzero(_parts(examples, FOLDS) == 0)
    if not len(asked) or len({examples[at].category for at in _others(len(examples), asked)}) < 2:
        return Measured(_NEVER, 0.0, 0.0, 0)
    if progress:
        progress("measuring on a quarter left out")
    scores, labels, _ = _asked(examples, vectors, asked)
    return threshold_of(scores.max(axis=1), scores.argmax(axis=1) == labels)


def _asked(
    examples: Sequence[Example], vectors: Floats, asked: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.int64], Sequence[str]]:
    """Probabilities of the asked examples from a model of all others, and their labels (-1: never seen)."""
    known = _others(len(examples), asked)
    model = _fitted([examples[at] for at in known], vectors[known], None)
    texts, languages = [examples[at].text for at in asked], [examples[at].language for at in asked]
    scores = model.probabilities(model.scores(texts, languages, vectors[asked]))
    places = {label: place for place, label in enumerate(model.labels)}
    labels = np.array([places.get(examples[at].category, -1) for at in asked])
    return np.asarray(scores, dtype=np.float32), labels, model.labels


def _others(count: int, asked: NDArray[np.intp]) -> NDArray[np.intp]:
    kept = np.ones(count, bool)
    kept[asked] = False
    return np.flatnonzero(kept)


def _parts(examples: Sequence[Example], folds: int) -> NDArray[np.int64]:
    """A fold for each example; the same text is always in the same one."""
    texts: dict[str, int] = {}
    chosen = np.random.default_rng(7).permutation(len(examples)) % folds
    return np.array([texts.setdefault(each.text, int(fold)) for each, fold in zip(examples, chosen, strict=True)])


def _fitted(examples: Sequence[Example], vectors: Floats, progress: Callable[[str], None] | None) -> TextModel:
    return fit(
        [example.text for example in examples],
        [example.language for example in examples],
        vectors,
        [example.category for example in examples],
        importance=np.array([example.weight for example in examples]),
        progress=progress,
    )


def _read(
    path: Path,
    categories: Collection[str] | None,
    language_of: Callable[[dict[str, str]], str],
    weight: float = 1.0,
) -> list[Example]:
    examples = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"category", "text"} <= set(reader.fieldnames or ()):
                raise CityDataInvalid(f"{path}: the columns category and text are needed")
            for row in reader:
                category, text = (row["category"] or "").strip(), (row["text"] or "").strip()
                if categories is not None and category not in categories:
                    raise CityDataInvalid(f"{path}:{reader.line_num}: the category {category!r} is unknown")
                if not text:
                    raise CityDataInvalid(f"{path}:{reader.line_num}: the text is empty")
                examples.append(Example(category, text, language_of(row), weight))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CityDataInvalid(f"{path}: cannot be read: {error}") from error
    return examples
