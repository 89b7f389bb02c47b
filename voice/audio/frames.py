"""AudioFrame: a piece of sound that never travels without its rate, width and channels.

It does not decode, resample or play; samples are signed little-endian integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINE_RATE_HZ = 8_000
SPEECH_RATE_HZ = 16_000
FRAME_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Sound of some length.

    Attributes:
        samples: signed little-endian integers of `width_bytes` each, channels interleaved.
        at_seconds: when its first sample was (or is to be) heard, counted from the start of the call or utterance.
    """

    samples: bytes
    sample_rate_hz: int = SPEECH_RATE_HZ
    width_bytes: int = 2
    channels: int = 1
    at_seconds: float = 0.0

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / (self.width_bytes * self.channels * self.sample_rate_hz)

    @property
    def ends_at_seconds(self) -> float:
        return self.at_seconds + self.duration_seconds

    def as_array(self) -> NDArray[np.int16]:
        """The samples as 16-bit numbers.

        Raises:
            ValueError: the frame is not mono of 16 bits.
        """
        if self.width_bytes != 2 or self.channels != 1:
            raise ValueError(f"not mono of 16 bits: {self.width_bytes} bytes, {self.channels} channels")
        return np.frombuffer(self.samples[: len(self.samples) // 2 * 2], dtype="<i2").astype(np.int16, copy=False)


def silence(seconds: float, sample_rate_hz: int = SPEECH_RATE_HZ, at_seconds: float = 0.0) -> AudioFrame:
    """A mono frame of 16-bit zeros."""
    return AudioFrame(bytes(2 * round(seconds * sample_rate_hz)), sample_rate_hz, at_seconds=at_seconds)
