"""Character n-grams and words as sparse rows: what sentence vectors blur (names of papers, figures, short words).

Pure. One hashed space for all languages, so an index needs no vocabulary and a changed item no new one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEATURES = 2**18


def folded(text: str) -> str:
    """The text without case, width and decoration."""
    return unicodedata.normalize("NFKC", text).casefold()


def counts(texts: Sequence[str]) -> Any:
    """Gives a sparse CSR matrix of shape (len(texts), FEATURES): damped counts of n-grams of 1 to 4 characters.

    N-grams do not cross white space, so in English, Russian and Korean they are words and their parts.
    """
    matrix = _vectorizer().transform([folded(text) for text in texts])
    matrix.data = np.log1p(matrix.data)
    return matrix


def weights(matrix: Any) -> NDArray[np.float32]:
    """Inverse document frequency of each feature over the rows of a matrix, shape (FEATURES,)."""
    rows = matrix.shape[0]
    seen = np.bincount(matrix.indices, minlength=FEATURES)
    return np.asarray(np.log((1.0 + rows) / (1.0 + seen)), dtype=np.float32)


def weighted(matrix: Any, idf: NDArray[np.float32]) -> Any:
    """The rows times their weights, of length one."""
    result = matrix.astype(np.float32, copy=True)
    result.data *= idf[result.indices]
    squares = result.copy()
    squares.data **= 2
    lengths = np.sqrt(np.asarray(squares.sum(axis=1)).ravel())
    result.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(result.indptr))
    return result


@cache
def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), n_features=FEATURES, alternate_sign=False, norm=None, lowercase=False
    )
