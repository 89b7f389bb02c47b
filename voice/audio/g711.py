"""G.711 A-law and mu-law by table, on 8 kHz samples of 16 bits.

It knows no packets: payload bytes in, samples out, and back. (aiortp has such tables too, but its A-law turns the
sign of every sample round.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

A_LAW = 8
MU_LAW = 0
NAMES = {A_LAW: "PCMA", MU_LAW: "PCMU"}
_BIAS = 33


class Codec:
    """One of the two laws, from the table that says what each of the 256 codes sounds like."""

    def __init__(self, name: str, heard: NDArray[np.int64]) -> None:
        self.name = name
        self._decode = heard.astype("<i2")
        self._encode = _nearest(heard)
        self.quiet = self.encode(bytes(320))
        """20 ms of silence: most of what goes out on a line where nobody is speaking."""

    def encode(self, pcm: bytes) -> bytes:
        """Signed 16-bit little-endian samples to one code each; an odd last byte is left out."""
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<u2")
        return self._encode.take(samples).tobytes()

    def decode(self, payload: bytes) -> bytes:
        """One code a byte to signed 16-bit little-endian samples."""
        return self._decode.take(np.frombuffer(payload, dtype=np.uint8)).tobytes()


def _a_law() -> NDArray[np.int64]:
    code = np.arange(256) ^ 0x55
    segment, step = (code >> 4) & 7, code & 15
    size = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size, -size)


def _mu_law() -> NDArray[np.int64]:
    code = ~np.arange(256) & 0xFF
    size = ((((code & 15) << 1) + _BIAS) << ((code >> 4) & 7)) - _BIAS << 2
    return np.where(code & 0x80, -size, size)


def _nearest(heard: NDArray[np.int64]) -> NDArray[np.uint8]:
    """For each 16-bit pattern the code that sounds nearest; where two do, the one further from zero."""
    order = np.argsort(heard, kind="stable")
    values = heard[order]
    samples = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)
    above = np.clip(np.searchsorted(values, samples, side="right"), 1, 255)
    low, high = values[above - 1], values[above]
    nearer_low = np.where(samples < 0, samples - low <= high - samples, samples - low < high - samples)
    return order[np.where(nearer_low, above - 1, above)].astype(np.uint8)


CODECS = {A_LAW: Codec("PCMA", _a_law()), MU_LAW: Codec("PCMU", _mu_law())}
