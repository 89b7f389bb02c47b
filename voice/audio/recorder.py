"""Recording of a call: a stereo wav file, what the caller said on the left and what was said to them on the right.

It writes to a file opened by itself, which only its owner may read, and nowhere else. Who may record, for how long it
is kept and who may listen is decided elsewhere. A process that dies leaves a file that players can open: the header is
kept up to date.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from voice.audio.frames import LINE_RATE_HZ

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_HELD_BYTES = 2 * 2 * LINE_RATE_HZ * 2  # two seconds: one write then, not one each 20 ms


class StereoRecorder:
    """Writes 20 ms pieces of both sides; `write` is cheap, every two seconds it touches the file."""

    def __init__(self, path: Path, rate_hz: int = LINE_RATE_HZ) -> None:
        self.path = path
        self._rate_hz = rate_hz
        self._held = bytearray()
        self._data_bytes = 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file: BinaryIO | None = os.fdopen(descriptor, "w+b")
        self._write_header(self._file)

    @property
    def recorded_seconds(self) -> float:
        return (self._data_bytes + len(self._held)) / (4 * self._rate_hz)

    def write(self, heard: bytes, said: bytes) -> None:
        """Adds a piece of mono 16-bit samples of each side; the shorter one is filled up with silence."""
        if self._file is None:
            return
        count = max(len(heard), len(said)) // 2
        both = np.zeros((count, 2), dtype="<i2")
        both[: len(heard) // 2, 0] = np.frombuffer(heard[: len(heard) // 2 * 2], dtype="<i2")
        both[: len(said) // 2, 1] = np.frombuffer(said[: len(said) // 2 * 2], dtype="<i2")
        self._held += both.tobytes()
        if len(self._held) >= _HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Brings the file up to date."""
        if self._file is None:
            return
        self._file.seek(0, 2)
        self._file.write(self._held)
        self._data_bytes += len(self._held)
        self._held.clear()
        self._write_header(self._file)
        self._file.flush()

    def close(self) -> None:
        """Finishes the file; more calls do nothing."""
        if self._file is not None:
            self.flush()
            self._file.close()
            self._file = None

    def _write_header(self, file: BinaryIO) -> None:
        size, rate = self._data_bytes, self._rate_hz
        file.seek(0)
        file.write(_HEADER.pack(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, rate, 4 * rate, 4, 16, b"data", size))
