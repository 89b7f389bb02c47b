"""What is heard where a packet is missing: the last pitch period again, fading out (after ITU-T G.711 Appendix I).

It does not know why something is missing, and never makes sound out of nothing: without a past it gives silence, and
after 60 ms of loss it is silent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

_HISTORY = 400
_LAG_LEAST, _LAG_MOST = 40, 120
_MATCHED = 160
_JOINED = 32
_HOLD, _FADE = 80, 400


class Concealer:
    """Fills gaps in one stream of 8 kHz samples.

    `heard` takes what came and gives it back, joined softly to what was made up before; `missing` makes something up.
    """

    def __init__(self) -> None:
        self._history: Samples = np.zeros(_HISTORY, dtype=np.int16)
        self._period: NDArray[np.float32] | None = None
        self._made = 0

    def heard(self, samples: Samples) -> Samples:
        """Takes the next samples that came; the first 4 ms after a gap are cross-faded."""
        if self._made and len(samples) >= _JOINED:
            ahead = self._continue(_JOINED)
            if ahead.any():  # what begins after silence begins as it is
                rise = np.arange(1, _JOINED + 1, dtype=np.float32) / (_JOINED + 1)
                samples = samples.copy()
                samples[:_JOINED] = (ahead * (1 - rise) + samples[:_JOINED] * rise).astype(np.int16)
        self._made = 0
        self._period = None
        self._remember(samples)
        return samples

    def missing(self, count: int) -> Samples:
        """Makes up `count` samples."""
        made = self._continue(count).astype(np.int16)
        self._made += count
        return made

    def _remember(self, samples: Samples) -> None:
        if len(samples) >= _HISTORY:
            self._history = samples[-_HISTORY:]
        else:
            self._history = np.concatenate([self._history[len(samples) :], samples])

    def _continue(self, count: int) -> NDArray[np.float32]:
        """The repeated period from where it stands now, with its fading."""
        if self._made >= _HOLD + _FADE:
            return np.zeros(count, dtype=np.float32)
        if self._period is None:
            self._period = self._last_period()
        at = self._made + np.arange(count)
        gain = np.clip(1 - (at - _HOLD) / _FADE, 0, 1).astype(np.float32)
        return self._period[at % len(self._period)] * gain

    def _last_period(self) -> NDArray[np.float32]:
        """The last pitch period, its end blended into what came before its start, so that it loops without a click."""
        past = self._history.astype(np.float32)
        lag = _pitch(past)
        period = past[-lag:].copy()
        blended = min(_JOINED, lag // 4)
        before = past[-lag - blended : -lag]
        rise = np.arange(1, blended + 1, dtype=np.float32) / (blended + 1)
        period[-blended:] = period[-blended:] * (1 - rise) + before * rise
        return period


def _pitch(past: NDArray[np.float32]) -> int:
    """The lag (5 to 15 ms) at which the last 20 ms resemble what came before most."""
    recent = past[-_MATCHED:]
    reach = past[-_MATCHED - _LAG_MOST : -_LAG_LEAST]
    likeness = np.correlate(reach, recent, "valid")
    squares = np.concatenate([[0.0], np.cumsum(reach.astype(np.float64) ** 2)])
    energy = squares[_MATCHED:] - squares[:-_MATCHED]
    best = int(np.argmax(likeness / np.sqrt(energy + 1.0)))
    return _LAG_MOST - best
