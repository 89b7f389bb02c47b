"""How loud sound is, and keeping it from getting too loud: for synthesised speech, whose engines differ widely.

It works on mono samples of 16 bits and never raises noise: a quiet passage is not pulled up, only a whole utterance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

FULL_SCALE = 32_768.0
SILENCE_DBFS = -96.0


def rms_dbfs(samples: Samples) -> float:
    """Loudness against full scale; -96 for silence and for nothing."""
    if not len(samples):
        return SILENCE_DBFS
    numbers = samples.astype(np.float64)
    power = float(np.mean(numbers * numbers)) / FULL_SCALE**2
    return max(10 * np.log10(power), SILENCE_DBFS) if power > 0 else SILENCE_DBFS


def spoken_dbfs(samples: Samples, rate_hz: int) -> float:
    """Loudness of the spoken part: of those 20 ms pieces that are within 25 dB of the loudest ones."""
    size = max(rate_hz // 50, 1)
    count = len(samples) // size
    if not count:
        return rms_dbfs(samples)
    pieces = samples[: count * size].astype(np.float64).reshape(count, size)
    power = np.mean(pieces * pieces, axis=1) / FULL_SCALE**2
    loud = power[power >= np.quantile(power, 0.95) * 10**-2.5]
    mean = float(np.mean(loud))
    return max(10 * np.log10(mean), SILENCE_DBFS) if mean > 0 else SILENCE_DBFS


def to_level(samples: Samples, rate_hz: int, wanted_dbfs: float = -20.0, boost_most_db: float = 18.0) -> Samples:
    """A whole utterance at the wanted loudness of its speech, with its peaks held below full scale."""
    now = spoken_dbfs(samples, rate_hz)
    if now <= SILENCE_DBFS:
        return samples
    gain = 10 ** (min(wanted_dbfs - now, boost_most_db) / 20)
    return Limiter(rate_hz).process(samples.astype(np.float32) * gain)


class Limiter:
    """Holds the peaks of a stream below a ceiling: down at once, up again within a tenth of a second.

    Samples may come as floats beyond the 16-bit range (1.2 times full scale has been seen of synthesisers).
    """

    def __init__(self, rate_hz: int, ceiling_dbfs: float = -3.0) -> None:
        self._ceiling = FULL_SCALE * 10 ** (ceiling_dbfs / 20)
        self._block = max(rate_hz // 200, 1)
        self._recovery = 0.05
        self._gain = 1.0

    def process(self, samples: NDArray[np.float32] | Samples) -> Samples:
        """Limits the next samples of the stream."""
        numbers = np.nan_to_num(samples.astype(np.float32))
        made = np.empty(len(numbers), dtype=np.int16)
        for start in range(0, len(numbers), self._block):
            block = numbers[start : start + self._block]
            peak = float(np.max(np.abs(block)))
            allowed = min(1.0, self._ceiling / peak) if peak > 0 else 1.0
            target = min(allowed, self._gain + self._recovery)
            ramp = np.linspace(self._gain, target, len(block), dtype=np.float32) if target > self._gain else target
            made[start : start + self._block] = np.clip(np.rint(block * ramp), -FULL_SCALE, FULL_SCALE - 1)
            self._gain = target
        return made
