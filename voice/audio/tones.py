"""Sounds that need no voice: the two tones of a key, ringing, and the sound a caller hears while being connected.

Everything is made by arithmetic, so nothing has to be licensed or shipped. Samples are mono, 16 bits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import FRAME_SECONDS, LINE_RATE_HZ, AudioFrame

ROWS_HZ = (697, 770, 852, 941)
COLUMNS_HZ = (1209, 1336, 1477, 1633)
KEYS = ("123A", "456B", "789C", "*0#D")
_RING_HZ = 450  # one tone, 1 s on and 4 s off: what a caller in China knows as ringing (GB/T 3380)
_HOLD_NOTES_HZ = (523.25, 659.25, 783.99, 659.25, 587.33, 698.46, 880.0, 698.46)
_HOLD_NOTE_SECONDS = 0.6


def _tone(frequencies: tuple[float, ...], seconds: float, rate_hz: int, peak: float) -> NDArray[np.int16]:
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = np.sum([np.sin(2 * np.pi * hz * at) for hz in frequencies], axis=0) / len(frequencies)
    edge = min(len(wave) // 2, round(0.005 * rate_hz))
    if edge:
        ramp = np.linspace(0, 1, edge)
        wave[:edge] *= ramp
        wave[-edge:] *= ramp[::-1]
    return (wave * peak * 32_767).astype(np.int16)


def key_tone(key: str, seconds: float = 0.1, rate_hz: int = LINE_RATE_HZ) -> NDArray[np.int16]:
    """The two tones of a key (ITU-T Q.23).

    Raises:
        ValueError: there is no such key.
    """
    for row, keys in zip(ROWS_HZ, KEYS, strict=True):
        if len(key) == 1 and key.upper() in keys:
            return _tone((row, COLUMNS_HZ[keys.index(key.upper())]), seconds, rate_hz, peak=0.5)
    raise ValueError(f"no key: {key!r}")


def ringing(rate_hz: int = LINE_RATE_HZ) -> NDArray[np.int16]:
    """Five seconds of ringing tone, to be repeated."""
    return np.concatenate([_tone((_RING_HZ,), 1.0, rate_hz, peak=0.15), np.zeros(4 * rate_hz, dtype=np.int16)])


def hold_sound(rate_hz: int = LINE_RATE_HZ) -> NDArray[np.int16]:
    """A few seconds of a soft, slow figure, to be repeated: "you are still connected", not music to listen to."""
    notes = []
    for hz in _HOLD_NOTES_HZ:
        at = np.arange(round(_HOLD_NOTE_SECONDS * rate_hz)) / rate_hz
        swell = np.minimum(at / 0.05, 1) * np.exp(-3 * at)
        wave = (np.sin(2 * np.pi * hz * at) + 0.3 * np.sin(4 * np.pi * hz * at)) * swell
        notes.append((wave * 0.12 * 32_767).astype(np.int16))
    return np.concatenate([*notes, np.zeros(2 * rate_hz, dtype=np.int16)])


def frames_of(samples: NDArray[np.int16], rate_hz: int = LINE_RATE_HZ, *, repeat: bool = False) -> Iterator[AudioFrame]:
    """Cuts samples into frames of 20 ms, once or without end; the last frame may be shorter."""
    size = round(rate_hz * FRAME_SECONDS)
    data = samples.astype("<i2").tobytes()
    for round_number in count():
        before = round_number * len(samples) / rate_hz
        for start in range(0, len(samples), size):
            yield AudioFrame(data[2 * start : 2 * (start + size)], rate_hz, at_seconds=before + start / rate_hz)
        if not repeat or not len(samples):
            return


async def playable(
    samples: NDArray[np.int16], rate_hz: int = LINE_RATE_HZ, *, repeat: bool = False
) -> AsyncIterator[AudioFrame]:
    """The same as `frames_of`, in the shape that `CallLeg.play` takes."""
    for frame in frames_of(samples, rate_hz, repeat=repeat):
        yield frame
