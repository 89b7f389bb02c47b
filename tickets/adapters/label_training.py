"""Trains and measures a city's own classification from rows of text and label.

Training is deterministic. The same text in several rows counts once a label; a share of the texts, every label's, is
held out to measure on before the model that is kept is trained on all. A city with very many past tickets gives the
linear model all of them, and the kernel a fixed number, evenly over the labels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from language.identify import identify
from language.text_model import TextModel, fit
from tickets.adapters.confusion import Outcome
from tickets.adapters.label_model import Floats, LabelModel, LinearModel, counted, softmax, weighted
from tickets.adapters.labelled_rows import LabelledText
from tickets.errors import LabelledFileInvalid

Encode = Callable[[Sequence[str]], Floats]
Progress = Callable[[str], None]
MOST_IN_KERNEL = 12_000
INVERSE_REGULARISATION = 1.0
SEEN_AT_LEAST = 2
FOLDS = 3
_SEED = 7


@dataclass(frozen=True)
class Sample:
    """One text with its label."""

    text: str
    label: str
    language: str


def samples_of(rows: Sequence[LabelledText]) -> list[Sample]:
    """The texts with their labels, in the order of the file."""
    return [Sample(row.text, row.label, identify(row.text[:200]).language) for row in rows]


def for_training(samples: Sequence[Sample]) -> list[Sample]:
    """The samples, each pair of text and label once.

    Raises:
        LabelledFileInvalid: there are not two labels to tell apart.
    """
    labels = sorted({sample.label for sample in samples})
    if len(labels) < 2:
        raise LabelledFileInvalid(
            f"at least two labels are needed to tell apart; the usable rows have {', '.join(labels) or 'none'}"
        )
    return list(dict.fromkeys(samples))


def split(samples: Sequence[Sample], share: float) -> tuple[list[Sample], list[Sample]]:
    """Training and held-out samples. Every label gives its share, but keeps at least one for training; a text that
    stands there with several labels is on one side only."""
    texts: dict[str, bool] = {}
    by_label: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_label[sample.label].append(sample)
    generator = np.random.default_rng(_SEED)
    for label in sorted(by_label):
        members = by_label[label]
        order = generator.permutation(len(members))
        out = min(round(len(members) * share), len(members) - 1)
        for place, at in enumerate(order):
            texts.setdefault(members[at].text, place < out)
    known = [sample for sample in samples if not texts[sample.text]]
    asked = [sample for sample in samples if texts[sample.text]]
    if len({sample.label for sample in known}) < 2 or not asked:
        raise LabelledFileInvalid("there are too few texts to hold some out: at least two labels with two texts each")
    return known, asked


def train(
    samples: Sequence[Sample], encode: Encode, *, encoder: str, source: str, progress: Progress = lambda words: None
) -> LabelModel:
    """Trains on all samples.

    Args:
        encode: gives sentence vectors; what was asked before should be remembered.
    """
    labels = sorted({sample.label for sample in samples})
    places = np.array([labels.index(sample.label) for sample in samples])
    progress(f"linear model on {len(samples):,} texts")
    linear = _linear([sample.text for sample in samples], places, len(labels))
    chosen = _evenly(places, MOST_IN_KERNEL)
    progress(f"kernel on {len(chosen):,} texts")
    kernel = _kernel([samples[at] for at in chosen], encode)
    return LabelModel(tuple(labels), linear, kernel, encoder, len(samples), source)


def measure(model: LabelModel, samples: Sequence[Sample], encode: Encode) -> Outcome:
    """How a model does on samples; a label it does not know is always wrong."""
    said: list[str] = []
    for start in range(0, len(samples), 256):
        part = samples[start : start + 256]
        texts = [sample.text for sample in part]
        scores = model.probabilities(texts, [sample.language for sample in part], encode(texts))
        said += [model.labels[at] for at in scores.argmax(axis=1)]
    return Outcome.of([sample.label for sample in samples], said)


def _kernel(samples: Sequence[Sample], encode: Encode) -> TextModel:
    texts = [sample.text for sample in samples]
    return fit(texts, [sample.language for sample in samples], encode(texts), [sample.label for sample in samples])


def _linear(texts: Sequence[str], places: NDArray[np.int64], classes: int) -> LinearModel:
    counts = counted(texts)
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    columns = np.flatnonzero(seen >= min(SEEN_AT_LEAST, len(texts)))
    idf = (np.log((1 + len(texts)) / (1 + seen[columns])) + 1).astype(np.float32)
    features = weighted(counts[:, columns], idf)
    temperature = _temperature(_held_out(features, places, classes), places)
    weights, bias = _fit(features, places, classes)
    return LinearModel(columns, idf, weights, bias, temperature)


def _fit(features: Any, places: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    from sklearn.svm import LinearSVC  # deferred: slow to import

    model = LinearSVC(C=INVERSE_REGULARISATION, random_state=_SEED).fit(features, places)
    weights = np.zeros((classes, features.shape[1]), dtype=np.float32)
    bias = np.full(classes, -1.0, dtype=np.float32)
    if len(model.classes_) == 2:  # one row for two classes
        weights[model.classes_] = np.vstack([-model.coef_, model.coef_])
        bias[model.classes_] = np.concatenate([-model.intercept_, model.intercept_])
    else:
        weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return weights, bias


def _held_out(features: Any, places: NDArray[np.int64], classes: int) -> Floats:
    """Sums for every text from a model that has not seen it."""
    sums = np.zeros((len(places), classes), dtype=np.float32)
    folds = np.random.default_rng(_SEED).permutation(len(places)) % FOLDS
    for fold in range(FOLDS):
        known, asked = folds != fold, folds == fold
        if asked.any() and len(set(places[known])) >= 2:
            weights, bias = _fit(features[known], places[known], classes)
            sums[asked] = np.asarray(features[asked] @ weights.T + bias)
    return sums


def _temperature(sums: Floats, places: NDArray[np.int64]) -> float:
    """The one of many under which the labels of texts left out are likeliest."""
    rows = np.arange(len(places))
    losses = {
        float(temperature): float(-np.log(np.maximum(softmax(sums / temperature)[rows, places], 1e-9)).mean())
        for temperature in np.geomspace(0.05, 2.0, 41)
    }
    return min(losses, key=losses.__getitem__)


def _evenly(places: NDArray[np.int64], most: int) -> NDArray[np.intp]:
    """At most `most` places of texts, rare labels whole and frequent ones equally; in order."""
    if len(places) <= most:
        return np.arange(len(places))
    quota, left = most, Counter(places.tolist())
    allowed: dict[int, int] = {}
    for label, count in sorted(left.items(), key=lambda item: item[1]):
        allowed[label] = min(count, quota // (len(left) - len(allowed)))
        quota -= allowed[label]
    generator = np.random.default_rng(_SEED)
    chosen = [generator.permutation(np.flatnonzero(places == label))[: allowed[label]] for label in sorted(allowed)]
    return np.sort(np.concatenate(chosen))
