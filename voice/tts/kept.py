"""Texts spoken before, kept on disk by voice and text, so that nothing is spoken twice.

It holds what citizens were told, so it has a limit and lies in the speech folder, readable by the owner alone.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path

from voice.errors_speech import SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.programs import read_wav
from voice.tts.rendered import write_wav

_IN_MEMORY = 200
_BETWEEN_CLEANINGS = 50


class KeptSpeech:
    """A folder of spoken texts; the least used go first.

    Args:
        limit_bytes: most that is kept on disk; 0: nothing is.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._recent: OrderedDict[str, Sound] = OrderedDict()
        self._lock = threading.Lock()
        self._puts = 0

    def get(self, engine: str, voice: str, text: str) -> Sound | None:
        key = _key(engine, voice, text)
        with self._lock:
            sound = self._recent.get(key)
            if sound is not None:
                self._recent.move_to_end(key)
                return sound
        file = self._file(key)
        try:
            samples, rate = read_wav(file.read_bytes())
            os.utime(file)
        except (OSError, SynthesisFailed):
            return None
        sound = Sound((samples * 32768.0).astype("<i2").tobytes(), rate)
        self._remember(key, sound)
        return sound

    def put(self, engine: str, voice: str, text: str, sound: Sound) -> None:
        key = _key(engine, voice, text)
        self._remember(key, sound)
        if self._limit <= 0:
            return
        file = self._file(key)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # what citizens were told is the owner's alone
        file.parent.mkdir(exist_ok=True)
        write_wav(file, sound)
        with self._lock:
            self._puts += 1
            clean = self._puts % _BETWEEN_CLEANINGS == 1
        if clean:
            self.clean()

    def clean(self) -> None:
        """Removes the least used files until the limit is kept to."""
        found = []
        for file in self._folder.glob("*/*.wav"):
            try:
                status = file.stat()
            except FileNotFoundError:
                continue
            found.append((status.st_mtime, status.st_size, file))
        size = sum(one[1] for one in found)
        for _, bytes_, file in sorted(found, key=lambda one: one[0]):
            if size <= self._limit:
                return
            file.unlink(missing_ok=True)
            size -= bytes_

    def _remember(self, key: str, sound: Sound) -> None:
        with self._lock:
            self._recent[key] = sound
            self._recent.move_to_end(key)
            while len(self._recent) > _IN_MEMORY:
                self._recent.popitem(last=False)

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.wav"


def _key(engine: str, voice: str, text: str) -> str:
    return hashlib.sha256(f"{engine}\0{voice}\0{text}".encode()).hexdigest()[:32]
