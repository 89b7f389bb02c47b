"""Keys heard in the sound itself (ITU-T Q.24), for lines whose other side sends them as tones and not as events.

It listens to 8 kHz samples in pieces of 20 ms and says a key once, when it has been down for 40 ms. Speech is not a
key: both tones must hold most of the energy, at levels like each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voice.audio.tones import COLUMNS_HZ, KEYS, ROWS_HZ

_SIZE = 160
_LEAST_RMS = 150.0
_SHARE = 0.75
_TWIST = 8.0
_FRAMES_DOWN = 2


class KeyListener:
    """Listens to one stream; `listen` takes the next 20 ms."""

    def __init__(self) -> None:
        at = np.arange(_SIZE) / 8_000
        hz = np.array([*ROWS_HZ, *COLUMNS_HZ])[:, None]
        window = np.hamming(_SIZE)
        self._waves = np.exp(-2j * np.pi * hz * at) * window / window.sum() * 2
        self._key: str | None = None
        self._frames = 0
        self._missing = 0

    def listen(self, samples: NDArray[np.int16]) -> str | None:
        """Gives the key that has just been recognised, else None."""
        heard = self._heard(samples)
        if heard is None:
            self._missing += 1
            if self._missing >= 2:
                self._key, self._frames = None, 0
            return None
        self._missing = 0
        if heard != self._key:
            self._key, self._frames = heard, 0
        self._frames += 1
        return heard if self._frames == _FRAMES_DOWN else None

    def _heard(self, samples: NDArray[np.int16]) -> str | None:
        if len(samples) != _SIZE:
            return None
        numbers = samples.astype(np.float32)
        power = float(numbers @ numbers) / _SIZE
        if power < _LEAST_RMS * _LEAST_RMS:
            return None
        sizes = np.abs(self._waves @ numbers) ** 2 / 2
        row, column = int(np.argmax(sizes[:4])), int(np.argmax(sizes[4:]))
        low, high = float(sizes[row]), float(sizes[4 + column])
        if low + high < _SHARE * power or max(low, high) > _TWIST * min(low, high):
            return None
        return KEYS[row][column]
