"""Whether a pause stayed one: sound that is softer than a detector of speech wants, but louder than the pause was.

It tells loudness only: a slamming door breaks a hush too. Whoever asks loses a little time by that, and no words.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from voice.audio.frames import AudioFrame
from voice.audio.level import rms_dbfs

_FLOOR_DBFS = -48.0
_LOUDER_DB = 6.0
_BEFORE_FRAMES = 5


class Hush:
    """Of one utterance; its frames are 20 ms of mono, 16 bits.

    Attributes:
        broken: something louder than the pause came since it was begun.
    """

    def __init__(self) -> None:
        self._before: deque[float] = deque(maxlen=_BEFORE_FRAMES)
        self._allowed_dbfs: float | None = None
        self.broken = False

    def begin(self) -> None:
        """What came in the last tenth of a second is the pause: noise of the line, of a room."""
        pause_dbfs = median(self._before) if self._before else _FLOOR_DBFS
        self._allowed_dbfs = max(_FLOOR_DBFS, pause_dbfs + _LOUDER_DB)
        self.broken = False

    def feed(self, frame: AudioFrame) -> None:
        level_dbfs = rms_dbfs(frame.as_array())
        self._before.append(level_dbfs)
        if self._allowed_dbfs is not None and level_dbfs > self._allowed_dbfs:
            self.broken = True
