"""Character n-grams of a text as sparse numbers, without a vocabulary and without a framework.

They see names, short words and spellings that a sentence vector blurs. The hash is CRC-32, which is the same on every
machine and in every version.
"""

from __future__ import annotations

import math
import unicodedata
import zlib
from collections import Counter

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 15
SIZES = (1, 2, 3, 4)
_LONGEST_TEXT = 1000


def ngrams(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Buckets and weights (1 + ln count, length 1 in all) of the n-grams of `text`.

    Case, width and repeated spaces do not matter; only the first 1,000 characters are read.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).lower().split())
    padded = f" {folded} ".encode("utf-32-le", "replace")
    counts: Counter[int] = Counter()
    for size in SIZES:
        width = 4 * size
        counts.update(
            zlib.crc32(padded[start : start + width], size) % BUCKETS for start in range(0, len(padded) - width + 1, 4)
        )
    buckets = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    weights = np.fromiter((1 + math.log(count) for count in counts.values()), dtype=np.float32, count=len(counts))
    return buckets, weights / max(float(np.linalg.norm(weights)), 1e-9)
