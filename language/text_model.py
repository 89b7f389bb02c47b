"""One text classifier for all who need one: sentence vector and character n-grams, a softmax, calibrated.

Two multinomial logistic regressions (on the 384-dimensional sentence vector, and on hashed character n-grams) are
added as logits; their weights and one temperature come from out-of-fold predictions on the training data (Guo et al.
2017, "On Calibration of Modern Neural Networks"). Needs scikit-learn to fit and for hashing; stores plain arrays,
never pickles, so a model file cannot run code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, List, Optional, Sequence, Tuple

import numpy as np

HASHED_FEATURES = 2**16
FOLDS = 4


def _hasher() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), n_features=HASHED_FEATURES, alternate_sign=False, norm="l2"
    )


@dataclass
class TextModel:
    """A fitted classifier over `labels`.

    Attributes:
        dense: (384 + 1, classes), last row the intercept.
        sparse: (HASHED_FEATURES + 1, classes), float16, last row the intercept.
        weights: how much the dense and the sparse logits count.
        temperature: divides the summed logits.
    """

    labels: List[str]
    dense: np.ndarray
    sparse: np.ndarray
    weights: Tuple[float, float]
    temperature: float

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Gives float32 probabilities of shape (len(texts), len(labels)), rows summing to one."""
        logits = self._logits(texts, vectors) / self.temperature
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    def _logits(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        if not hasattr(self, "_vectorizer"):
            self._vectorizer = _hasher()
            self._sparse32 = self.sparse[:-1].astype(np.float32)
        dense = vectors @ self.dense[:-1] + self.dense[-1]
        hashed = self._vectorizer.transform(folded(texts))
        sparse = hashed @ self._sparse32 + self.sparse[-1].astype(np.float32)
        return np.asarray(self.weights[0] * dense + self.weights[1] * sparse)

    def save(self, file: Path) -> None:
        """Writes the model as one .npz file."""
        np.savez_compressed(
            file,
            labels=np.array(self.labels),
            dense=self.dense.astype(np.float32),
            sparse=self.sparse.astype(np.float16),
            scale=np.array([*self.weights, self.temperature], dtype=np.float64),
        )

    @classmethod
    def load(cls, file: Path) -> TextModel:
        """Reads what `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            first, second, temperature = (float(value) for value in stored["scale"])
            return cls(stored["labels"].tolist(), stored["dense"], stored["sparse"], (first, second), temperature)


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    vectors: np.ndarray,
    weights: Optional[np.ndarray] = None,
    progress: Optional[Callable[[str], None]] = None,
) -> TextModel:
    """Fits and calibrates a model.

    Args:
        texts: training texts.
        labels: one label a text; each needs at least FOLDS examples.
        vectors: (len(texts), 384) sentence vectors.
        weights: how much each example counts; default 1.
        progress: told in a few words what is going on.
    """
    from sklearn.model_selection import StratifiedKFold

    say = progress or (lambda words: None)
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    counted = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=float)
    hashed = _hasher().transform(folded(texts))
    held_dense = np.zeros((len(target), len(names)))
    held_sparse = np.zeros((len(target), len(names)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(vectors, target)
    for number, (train, test) in enumerate(folds, start=1):
        say(f"fold {number} of {FOLDS}")
        dense = _regression(vectors[train], target[train], counted[train], DENSE_C, len(names))
        sparse = _regression(hashed[train], target[train], counted[train], SPARSE_C, len(names))
        held_dense[test] = vectors[test] @ dense[:-1] + dense[-1]
        held_sparse[test] = hashed[test] @ sparse[:-1] + sparse[-1]
    chosen, temperature = _calibrated(held_dense, held_sparse, target, counted)
    say("final fit")
    return TextModel(
        names,
        _regression(vectors, target, counted, DENSE_C, len(names)),
        _regression(hashed, target, counted, SPARSE_C, len(names)).astype(np.float16),
        chosen,
        temperature,
    )


DENSE_C = 30.0
SPARSE_C = 30.0


def folded(texts: Sequence[str]) -> List[str]:
    """Lower case, digits made alike: "13800138000" and "13912345678" are the same shape."""
    return ["".join("0" if character.isdigit() else character for character in text.lower()) for text in texts]


def _regression(features: Any, target: np.ndarray, weights: np.ndarray, strength: float, classes: int) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=150, tol=1e-3)
    model.fit(features, target, sample_weight=weights)
    coefficients, intercept = model.coef_, model.intercept_
    if classes == 2:
        coefficients, intercept = np.vstack([-coefficients, coefficients]) / 2, np.array([-1, 1]) * intercept[0] / 2
    return np.vstack([coefficients.T, intercept[None, :]]).astype(np.float32)


def _calibrated(
    dense: np.ndarray, sparse: np.ndarray, target: np.ndarray, counted: np.ndarray
) -> Tuple[Tuple[float, float], float]:
    """Gives the mix and the temperature with the least log loss on held-out logits."""
    best = (np.inf, (1.0, 0.0), 1.0)
    for share in (0.0, 0.15, 0.3, 0.45, 0.6):
        logits = (1 - share) * dense + share * sparse
        for temperature in np.geomspace(0.2, 3.0, 28):
            scaled = logits / temperature
            scaled = scaled - scaled.max(axis=1, keepdims=True)
            log_norm = np.log(np.exp(scaled).sum(axis=1))
            loss = float(((log_norm - scaled[np.arange(len(target)), target]) * counted).sum() / counted.sum())
            if loss < best[0]:
                best = (loss, (1 - share, share), float(temperature))
    return best[1], best[2]
