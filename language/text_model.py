"""One text classifier for all who need one: kernel ridge regression on sentence vectors and character n-grams.

The kernel is a Gaussian on sentence vectors, centred per language so that languages share what they mean and not what
they look like, plus a cosine of tf-idf character n-grams for names, short words and endings. Ridge regression on it
(Rifkin & Klautau 2004, "In Defense of One-Vs-All Classification") was the best of what was measured here, ahead of
logistic regression, linear and Gaussian support vectors and a small network, and one factorisation serves any number
of questions about the same texts. Scores become probabilities by a softmax whose temperature is fitted on texts left
out (Guo et al. 2017). Stores plain arrays, never pickles, so a model file cannot run code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np

HASHED_FEATURES = 2**18
GAUSSIAN_WIDTH = 1.0
NGRAM_SHARE = 0.5
RIDGE = 0.3
BLOCK = 4096
CENTRED_FROM = 50
"""A language needs this many training texts to be centred on its own mean."""


@dataclass
class TextModel:
    """A fitted model.

    Attributes:
        labels: names of the classes, in the order of the first columns of `weights`.
        extra: names of further yes/no questions, in the order of the columns behind them.
        vectors: (n, 384) centred, normalised sentence vectors of the training texts.
        ngrams: (n, HASHED_FEATURES) sparse, rows normalised.
        idf: (HASHED_FEATURES,) weights of n-grams.
        means: mean sentence vector by language, "" for all.
        weights: (n, len(labels) + len(extra)).
        temperature: divides the class scores before the softmax.
    """

    labels: List[str]
    extra: List[str]
    vectors: np.ndarray
    ngrams: Any
    idf: np.ndarray
    means: Dict[str, np.ndarray]
    weights: np.ndarray
    temperature: float

    def scores(self, texts: Sequence[str], languages: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Gives raw scores of shape (len(texts), len(labels) + len(extra)); about 1 for yes, 0 for no."""
        kernel = _gaussian(centred(vectors, languages, self.means), self.vectors)
        kernel += NGRAM_SHARE * (_weighted(_counts(texts), self.idf) @ self._by_ngram).toarray()
        return np.asarray(kernel @ self.weights, dtype=np.float32)

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Turns the scores of `labels` into probabilities, rows summing to one."""
        return _softmax(scores[:, : len(self.labels)] / self.temperature)

    @cached_property
    def _by_ngram(self) -> Any:
        return self.ngrams.T.tocsr()

    def save(self, file: Path) -> None:
        """Writes the model as one .npz file (half precision where that changes nothing)."""
        np.savez_compressed(
            file,
            labels=np.array(self.labels),
            extra=np.array(self.extra),
            vectors=self.vectors.astype(np.float16),
            data=self.ngrams.data.astype(np.float16),
            indices=self.ngrams.indices.astype(np.int32),
            indptr=self.ngrams.indptr.astype(np.int64),
            idf=self.idf.astype(np.float16),
            languages=np.array(list(self.means)),
            means=np.stack(list(self.means.values())),
            weights=self.weights.astype(np.float32),
            temperature=np.array([self.temperature]),
        )

    @classmethod
    def load(cls, file: Path) -> TextModel:
        """Reads what `save` wrote."""
        from scipy.sparse import csr_matrix

        with np.load(file, allow_pickle=False) as stored:
            parts = (stored["data"].astype(np.float32), stored["indices"], stored["indptr"])
            return cls(
                labels=stored["labels"].tolist(),
                extra=stored["extra"].tolist(),
                vectors=stored["vectors"].astype(np.float32),
                ngrams=csr_matrix(parts, shape=(len(stored["vectors"]), HASHED_FEATURES)),
                idf=stored["idf"].astype(np.float32),
                means=dict(zip(stored["languages"].tolist(), stored["means"])),
                weights=stored["weights"],
                temperature=float(stored["temperature"][0]),
            )


def fit(
    texts: Sequence[str],
    languages: Sequence[str],
    vectors: np.ndarray,
    labels: Sequence[str],
    extra: Optional[Dict[str, np.ndarray]] = None,
    importance: Optional[np.ndarray] = None,
    progress: Optional[Callable[[str], None]] = None,
) -> TextModel:
    """Fits and calibrates a model. Needs memory for half a matrix of len(texts)^2 single-precision numbers.

    Args:
        texts: training texts.
        languages: the language of each.
        vectors: (len(texts), 384) sentence vectors.
        labels: the class of each.
        extra: further yes/no questions by name, each an array of 0 and 1.
        importance: how much each text counts; default 1.
        progress: told in a few words what is going on.
    """
    say = progress or (lambda words: None)
    names = sorted(set(labels))
    classes = np.array([names.index(label) for label in labels])
    further = extra or {}
    targets = np.zeros((len(texts), len(names) + len(further)), dtype=np.float32)
    targets[np.arange(len(texts)), classes] = 1.0
    for column, answers in enumerate(further.values(), start=len(names)):
        targets[:, column] = answers
    counted = np.ones(len(texts)) if importance is None else np.asarray(importance)
    means = _means(vectors, languages)
    points = centred(vectors, languages, means)
    counts = _counts(texts)
    idf = _idf(counts)
    ngrams = _weighted(counts, idf)

    say("calibrating on a half left out")
    chosen = np.random.default_rng(7).permutation(len(texts))
    half, rest = np.sort(chosen[: len(texts) // 2]), np.sort(chosen[len(texts) // 2 :])
    alpha = _solve(points[half], ngrams[half], targets[half], counted[half])
    held = _kernel(points[rest], ngrams[rest], points[half], ngrams[half]) @ alpha
    temperature = _temperature(held[:, : len(names)], classes[rest])
    say(f"{float((held[:, : len(names)].argmax(axis=1) == classes[rest]).mean()):.3f} right on the half left out")
    say("final fit")
    weights = _solve(points, ngrams, targets, counted)
    return TextModel(names, list(further), points, ngrams, idf, means, weights, temperature)


def centred(vectors: np.ndarray, languages: Sequence[str], means: Dict[str, np.ndarray]) -> np.ndarray:
    """Takes each vector's language mean away and normalises it."""
    shifts = np.stack([means.get(language, means[""]) for language in languages])
    moved = vectors - shifts
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def folded(text: str) -> str:
    """Lower case, digits made alike: "13800138000" and "13912345678" are the same shape."""
    return "".join("0" if character.isdigit() else character for character in text.lower())


def _means(vectors: np.ndarray, languages: Sequence[str]) -> Dict[str, np.ndarray]:
    known = np.array(languages)
    means = {"": vectors.mean(axis=0)}
    for language in sorted(set(languages)):
        if (known == language).sum() >= CENTRED_FROM:
            means[language] = vectors[known == language].mean(axis=0)
    return means


def _counts(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    hasher = HashingVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), n_features=HASHED_FEATURES, alternate_sign=False, norm=None,
        dtype=np.float32,
    )  # fmt: skip
    return hasher.transform([folded(text) for text in texts])


def _idf(counts: Any) -> np.ndarray:
    """Inverse document frequency; n-grams seen once tell nothing and weigh nothing."""
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.where(seen >= 2, np.log((1 + counts.shape[0]) / (1 + seen)) + 1, 0.0).astype(np.float32)


def _weighted(counts: Any, idf: np.ndarray) -> Any:
    from sklearn.preprocessing import normalize

    weighted = counts.copy()
    weighted.data = ((1 + np.log(weighted.data)) * idf[weighted.indices]).astype(np.float32)
    weighted.eliminate_zeros()
    return normalize(weighted, copy=False)


def _gaussian(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    kernel = left @ right.T
    kernel -= 1.0
    kernel *= 2.0 * GAUSSIAN_WIDTH
    return np.asarray(np.exp(kernel, out=kernel))


def _kernel(left: np.ndarray, left_ngrams: Any, right: np.ndarray, right_ngrams: Any) -> np.ndarray:
    kernel = _gaussian(left, right)
    turned = right_ngrams.T.tocsr()
    for start in range(0, len(left), 2048):  # slices: the sparse product is dense enough to fill memory
        part = left_ngrams[start : start + 2048] @ turned
        kernel[start : start + 2048] += NGRAM_SHARE * part.toarray()
    return kernel


def _solve(points: np.ndarray, ngrams: Any, targets: np.ndarray, counted: np.ndarray, block: int = BLOCK) -> np.ndarray:
    """Solves (kernel + ridge) weights = targets by a Cholesky factorisation in blocks.

    Only the lower half of the symmetric matrix is ever computed and kept, and no call of the linear algebra library
    sees the whole of it: in one piece, more than 37,000 texts crash it.
    """
    from scipy.linalg import cholesky, solve_triangular

    cuts = [slice(start, start + block) for start in range(0, len(points), block)]
    lower: Dict[Any, np.ndarray] = {}
    for row, here in enumerate(cuts):
        for column, there in enumerate(cuts[: row + 1]):
            lower[row, column] = _kernel(points[here], ngrams[here], points[there], ngrams[there])
        diagonal = lower[row, row]
        diagonal[np.diag_indices(len(diagonal))] += (RIDGE / counted[here]).astype(np.float32)
    for done in range(len(cuts)):
        factor = lower[done, done] = cholesky(lower[done, done], lower=True, overwrite_a=True, check_finite=False)
        for row in range(done + 1, len(cuts)):
            turned = solve_triangular(factor, lower[row, done].T, lower=True, check_finite=False)
            lower[row, done] = np.ascontiguousarray(turned.T)
        for row in range(done + 1, len(cuts)):
            for column in range(done + 1, row + 1):
                lower[row, column] -= lower[row, done] @ lower[column, done].T
    weights = targets.astype(np.float32, copy=True)
    for row, here in enumerate(cuts):
        for column, there in enumerate(cuts[:row]):
            weights[here] -= lower[row, column] @ weights[there]
        weights[here] = solve_triangular(lower[row, row], weights[here], lower=True, check_finite=False)
    for row, here in reversed(list(enumerate(cuts))):
        for below in range(row + 1, len(cuts)):
            weights[here] -= lower[below, row].T @ weights[cuts[below]]
        weights[here] = solve_triangular(lower[row, row], weights[here], lower=True, trans=1, check_finite=False)
    return weights


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _temperature(scores: np.ndarray, classes: np.ndarray) -> float:
    """The temperature with the least log loss on texts left out."""
    losses = {}
    for temperature in np.geomspace(0.03, 0.5, 40):
        chances = _softmax(scores / temperature)[np.arange(len(classes)), classes]
        losses[float(temperature)] = float(-np.log(np.maximum(chances, 1e-9)).mean())
    return min(losses, key=lambda temperature: losses[temperature])
