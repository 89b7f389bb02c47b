"""Learns the ranker from the items' own questions, each seen by an index that does not hold it.

Nothing is learned from texts that are measured on. Questions are left out in five parts; what the others find for them
fits the weights of the features (conditional logit; McFadden 1974), the certainty and the bars of each language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge import projection as projections
from knowledge.finder import FEATURES, Finder, Found, Query
from knowledge.projection import Projection
from knowledge.ranker import CERTAINTY_FEATURES, Bar, Ranker, certainty_features, softmax
from knowledge.segment import Entry, build
from language.identify import LANGUAGES

Floats = NDArray[np.float32]
PARTS = 5
TRIED = 2
"""So many of an item's questions that were left out are tried in each part; more change little."""
WRONG_SERVED = 0.025
"""The bars let at most this share of all answerable questions be served a wrong topic."""
SPOKEN_TO = 0.04
"""And answer at most this share of what must not be answered."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """A question that was left out, with what was found for it."""

    topic: str
    language: str
    found: Sequence[Found]
    projected: Floats
    quiet: Floats


def train(
    entries: Sequence[Entry], vectors: Floats, silence: Sequence[tuple[str, str]], quiet: Floats, progress: Progress
) -> Ranker:
    """A ranker for these items.

    Args:
        entries: all that is searched.
        vectors: (m, d) raw vectors of all their questions, entry by entry.
        silence: (text, language) of what must not be answered.
        quiet: (k, d) its raw vectors.
        progress: told what is being done.
    """
    asked: list[Asked] = []
    for part in range(PARTS):
        progress(f"questions left out, part {part + 1} of {PARTS}")
        asked += _left_out(entries, vectors, silence, quiet, part)
    known = [each for each in asked if each.topic]
    weights, temperature = _fit_weights(known)
    certainty = _fit_certainty(asked, weights, temperature)
    projection = _projection(entries, vectors, silence, quiet)
    ranker = Ranker(projection, weights, temperature, certainty, projection.apply(quiet, [of for _, of in silence]), {})
    bars = {language: _bar(ranker, [each for each in asked if each.language == language]) for language in LANGUAGES}
    return Ranker(projection, weights, temperature, certainty, ranker.silence, bars)


def _left_out(
    entries: Sequence[Entry],
    vectors: Floats,
    silence: Sequence[tuple[str, str]],
    quiet: Floats,
    part: int,
) -> list[Asked]:
    kept, rows, tried = [], [], []
    at = 0
    for number, entry in enumerate(entries):
        among = [place for place in range(len(entry.questions)) if (place + number) % PARTS != part]
        outside = [place for place in range(len(entry.questions)) if (place + number) % PARTS == part]
        if among:
            questions = [entry.questions[place] for place in among]
            kept.append(Entry(entry.topic, entry.language, questions, entry.document))
            rows += [at + place for place in among]
        tried += [(entry.topic, entry.language, entry.questions[place], at + place) for place in outside[:TRIED]]
        at += len(entry.questions)
    inside = [row for row in range(len(silence)) if row % PARTS != part]
    kept_silence = [silence[row] for row in inside]
    projection = _projection(kept, vectors[rows], kept_silence, quiet[inside])
    finder = Finder(projection, [build(kept, vectors[rows], projection)])
    inside_quiet = projection.apply(quiet[inside], [language for _, language in kept_silence])
    asked = []
    for topic, language, text, row in tried:
        asked.append(_asked(finder, topic, Query(text, language, vectors[row]), inside_quiet))
    for row in range(part, len(silence), PARTS):
        text, language = silence[row]
        asked.append(_asked(finder, "", Query(text, language, quiet[row]), inside_quiet))
    return asked


def _projection(
    entries: Sequence[Entry], vectors: Floats, silence: Sequence[tuple[str, str]], quiet: Floats
) -> Projection:
    """Learned from all questions; what must not be answered only counts for the means of the languages."""
    languages = [entry.language for entry in entries for _ in entry.questions]
    topics = [entry.topic for entry in entries for _ in entry.questions]
    return projections.fit(
        np.concatenate([vectors, quiet]),
        [*languages, *(language for _, language in silence)],
        [*topics, *[""] * len(silence)],
    )


def _asked(finder: Finder, topic: str, query: Query, quiet: Floats) -> Asked:
    projected = finder.projection.apply(query.vector.reshape(1, -1), [query.language])[0]
    return Asked(topic, query.language, finder.find(query), projected, quiet @ projected)


def _fit_weights(asked: Sequence[Asked]) -> tuple[Floats, float]:
    """Weights that make the right candidate likely among its rivals; its temperature is one."""
    from scipy.optimize import minimize

    features, right = [], []
    for each in asked:
        names = [found.topic for found in each.found]
        if each.topic in names:
            features.append(np.stack([found.features for found in each.found]))
            right.append(names.index(each.topic))
    widest = max(len(rows) for rows in features)
    table = np.zeros((len(features), widest, len(FEATURES)), dtype=np.float64)
    missing = np.ones((len(features), widest), dtype=bool)
    for row, values in enumerate(features):
        table[row, : len(values)] = values
        missing[row, : len(values)] = False
    chosen = np.array(right)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sums = np.where(missing, -1e9, table @ weights)
        sums -= sums.max(axis=1, keepdims=True)
        shares = np.exp(sums)
        shares /= shares.sum(axis=1, keepdims=True)
        at = np.arange(len(chosen))
        value = -np.log(np.maximum(shares[at, chosen], 1e-12)).mean() + 1e-3 * (weights**2).mean()
        slope = np.einsum("ij,ijk->k", shares, table) - table[at, chosen].sum(axis=0)
        return float(value), slope / len(chosen) + 2e-3 * weights / len(weights)

    start = np.full(len(FEATURES), 5.0)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 200.0)] * len(FEATURES))
    return np.asarray(fitted.x, dtype=np.float32), 1.0


def _fit_certainty(asked: Sequence[Asked], weights: Floats, temperature: float) -> Floats:
    """A logistic model of the first candidate being right."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows, right = [], []
    for each in asked:
        row, best = _ordered(each, weights, temperature)
        rows.append(row)
        right.append(best == each.topic)
    table = np.stack(rows)
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(max_iter=2000, class_weight="balanced").fit(scaler.transform(table), right)
    slopes = model.coef_[0] / scaler.scale_
    bias = model.intercept_[0] - float(slopes @ scaler.mean_)
    assert len(slopes) == CERTAINTY_FEATURES
    return np.asarray([*slopes, bias], dtype=np.float32)


def _ordered(each: Asked, weights: Floats, temperature: float) -> tuple[Floats, str]:
    features = np.stack([found.features for found in each.found])
    sums = features @ weights
    order = np.argsort(-sums, kind="stable")
    shares = softmax(sums[order] / temperature)
    return certainty_features(features[order], sums[order], shares, each.quiet), each.found[order[0]].topic


def _bar(ranker: Ranker, asked: Sequence[Asked]) -> Bar:
    """The lowest certainty that keeps wrong answers and answers to small talk within their shares."""
    sure, right, known = [], [], []
    for each in asked:
        row, best = _ordered(each, ranker.weights, ranker.temperature)
        logit = float(row @ ranker.certainty[:-1] + ranker.certainty[-1])
        sure.append(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
        right.append(best == each.topic)
        known.append(bool(each.topic))
    certainty, correct, answerable = np.array(sure), np.array(right), np.array(known)
    if not len(certainty):
        return Bar(0.8, 0.4)

    def lowest(wrong_share: float, spoken_share: float) -> float:
        for bar in np.arange(0.02, 0.99, 0.01):
            above = certainty >= bar
            wrong = (above & answerable & ~correct).sum() / max(answerable.sum(), 1)
            spoken = (above & ~answerable).sum() / max((~answerable).sum(), 1)
            if wrong <= wrong_share and spoken <= spoken_share:
                return float(bar)
        return 0.99

    served = lowest(WRONG_SERVED, SPOKEN_TO)
    return Bar(served, min(served, lowest(1.0, 3 * SPOKEN_TO)))
