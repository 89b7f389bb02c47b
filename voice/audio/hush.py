"""Whether a pause stayed one: sound that is softer than a detector of speech wants, but louder than the line is.

It tells loudness only: a slamming door breaks a hush too. Whoever asks loses a little time by that, and no words.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from voice.audio.frames import FRAME_SECONDS, SPEECH_RATE_HZ
from voice.audio.level import Samples, rms_dbfs

_FLOOR_DBFS = -60.0
_NOTHING_DBFS = -80.0
"""A gap in the packets, or a telephone that sends no silence: it tells nothing of the line."""
_SPEECHLESS_DBFS = -54.0
_LOUDER_DB = 6.0
_PIECE_SAMPLES = round(FRAME_SECONDS * SPEECH_RATE_HZ)
_PIECES = 5


class Hush:
    """Of one utterance: mono, 16 bits, 16 kHz.

    What a pause sounds like is told by the quietest tenth of a second of all, not by the last one: who ends softly is
    fading there already.

    Attributes:
        broken: something louder than a pause came since it was begun.
    """

    def __init__(self) -> None:
        self._latest_dbfs: deque[float] = deque(maxlen=_PIECES)
        self._quietest_dbfs: float | None = None
        self._allowed_dbfs: float | None = None
        self.broken = False

    def begin(self) -> None:
        """A pause has begun: what comes from here on belongs to it, or breaks it."""
        quietest_dbfs = _FLOOR_DBFS if self._quietest_dbfs is None else self._quietest_dbfs
        if self._latest_dbfs and median(self._latest_dbfs) <= _NOTHING_DBFS:
            quietest_dbfs = min(quietest_dbfs, _SPEECHLESS_DBFS)  # all that was louder was speech, perhaps
        self._allowed_dbfs = max(_FLOOR_DBFS, quietest_dbfs + _LOUDER_DB)
        self.broken = False

    def feed(self, samples: Samples) -> None:
        """Takes what comes next; of any length, but counted by 20 ms."""
        for at in range(0, len(samples), _PIECE_SAMPLES):
            self._take(rms_dbfs(samples[at : at + _PIECE_SAMPLES]))

    def _take(self, level_dbfs: float) -> None:
        self._latest_dbfs.append(level_dbfs)
        if len(self._latest_dbfs) == _PIECES:
            tenth_dbfs = median(self._latest_dbfs)
            known = self._quietest_dbfs
            if tenth_dbfs > _NOTHING_DBFS:
                self._quietest_dbfs = tenth_dbfs if known is None else min(known, tenth_dbfs)
        if self._allowed_dbfs is not None and level_dbfs > self._allowed_dbfs:
            self.broken = True


def stayed_quiet(samples: Samples, since: int) -> bool:
    """Whether an utterance has been a pause from one of its samples on."""
    hush = Hush()
    hush.feed(samples[:since])
    hush.begin()
    hush.feed(samples[since:])
    return not hush.broken
