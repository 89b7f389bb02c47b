"""Our own voice coming back from the line, told from the caller's by loudness alone.

Exchanges take most of an echo out; what is left is far quieter than what was played. Sound much quieter than what has
been played in the last fifth of a second does not count as the caller's speech while it plays.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from voice.audio.frames import AudioFrame

_DELAYS_FRAMES = 15
_SHARE = 0.08  # -22 dB


class Echo:
    """Knows what has been played lately."""

    def __init__(self) -> None:
        self._played: deque[float] = deque([0.0] * _DELAYS_FRAMES, maxlen=_DELAYS_FRAMES)

    def played(self, said: bytes) -> None:
        """Takes the 20 ms that went out (16 bits)."""
        self._played.append(_loudness(np.frombuffer(said, dtype="<i2")))

    def covers(self, frame: AudioFrame) -> bool:
        """Whether a frame that came may be no more than our own echo."""
        return _loudness(frame.as_array()) < _SHARE * max(self._played)


def _loudness(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    numbers = samples.astype(np.float32)
    return float(np.sqrt(numbers @ numbers / max(len(numbers), 1)))
