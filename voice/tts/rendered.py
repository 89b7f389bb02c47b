"""Sentences rendered ahead: the fixed prompts, and clauses of the bot's replies, ready without any engine.

A recording that the operator made stands before a rendered one. It speaks only what it has, word for word.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import wave
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from voice.errors_speech import SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.programs import read_wav
from voice.tts.sound import finish

_LOOKS_EVERY_SECONDS = 5.0


@dataclass(frozen=True)
class Rendering:
    """One rendered clause: its file beside the index, and which voice made it."""

    file: str
    engine: str
    voice: str
    text: str


def text_key(text: str) -> str:
    """Identifies a text; spaces at its ends do not count."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:24]


class RenderedSpeech:
    """Rendered clauses under `folder/<language>`, with an index.json each.

    Args:
        folder: where they are.
        recordings: the operator's own: `<folder>/<language>/<name>.wav`; the text each name stands for is in `texts`.
        texts: of each language, the text of each prompt name.
    """

    def __init__(
        self, folder: Path, recordings: Path | None = None, texts: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._index: dict[str, dict[str, Rendering]] = {}
        self._read_at: dict[str, tuple[float, int]] = {}
        self._changed: set[str] = set()
        self._recorded: dict[tuple[str, str], Path] = {}
        self._sounds: dict[Path, Sound] = {}
        for language, prompts in (texts or {}).items():
            for name, text in prompts.items():
                file = recordings / language / f"{name}.wav" if recordings else None
                if file is not None and file.exists():
                    self._recorded[language, text_key(text)] = file

    def find(self, text: str, language: str) -> tuple[Sound, str] | None:
        """Gives the sound of a text and what made it; None when there is none."""
        key = text_key(text)
        recorded = self._recorded.get((language, key))
        if recorded is not None:
            return self._read(recorded), "recording"
        rendering = self._of(language).get(key)
        if rendering is None:
            return None
        try:
            return self._read(self._folder / language / rendering.file), rendering.engine
        except (OSError, SynthesisFailed):
            return None  # a lost file: an engine speaks it

    def has(self, text: str, language: str, engine: str, voice: str) -> bool:
        """Whether exactly this voice has rendered the text."""
        found = self._of(language).get(text_key(text))
        if found is None or (found.engine, found.voice) != (engine, voice):
            return False
        return (self._folder / language / found.file).exists()

    def put(self, text: str, language: str, sound: Sound, engine: str, voice: str) -> None:
        """Keeps a rendered text; the index is written by `save`."""
        digest = hashlib.sha256(f"{engine}\0{voice}\0{text.strip()}".encode()).hexdigest()[:24]
        rendering = Rendering(f"{digest}.wav", engine, voice, text.strip())
        folder = self._folder / language
        folder.mkdir(parents=True, exist_ok=True)
        write_wav(folder / rendering.file, sound)
        rows = self._of(language)
        with self._lock:
            self._changed.add(language)
            rows[text_key(text)] = rendering

    def save(self, language: str) -> None:
        """Writes the index and removes files that it does not name."""
        rows = self._of(language)
        folder = self._folder / language
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / "index.partial"
        content = {key: asdict(one) for key, one in sorted(rows.items())}
        partial.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
        os.replace(partial, folder / "index.json")
        with self._lock:
            self._changed.discard(language)
            self._read_at[language] = (time.monotonic(), (folder / "index.json").stat().st_mtime_ns)
        named = {one.file for one in rows.values()}
        for file in folder.glob("*.wav"):
            if file.name not in named:
                file.unlink()

    def keep_only(self, language: str, texts: set[str]) -> None:
        """Forgets texts that are said no more."""
        keys = {text_key(text) for text in texts}
        rows = self._of(language)
        with self._lock:
            self._changed.add(language)
            for key in [key for key in rows if key not in keys]:
                del rows[key]

    def count(self, language: str) -> int:
        return len(self._of(language))

    def _of(self, language: str) -> dict[str, Rendering]:
        """The index; what another process rendered meanwhile is taken up within seconds."""
        with self._lock:
            looked_at, written_at = self._read_at.get(language, (0.0, -1))
            now = time.monotonic()
            if language in self._index and (language in self._changed or now - looked_at < _LOOKS_EVERY_SECONDS):
                return self._index[language]
            file = self._folder / language / "index.json"
            newest = file.stat().st_mtime_ns if file.exists() else 0
            self._read_at[language] = (now, newest)
            if newest != written_at:
                rows = json.loads(file.read_text("utf-8")) if newest else {}
                self._index[language] = {key: Rendering(**row) for key, row in rows.items()}
            return self._index[language]

    def _read(self, file: Path) -> Sound:
        sound = self._sounds.get(file)
        if sound is None:
            samples, rate = read_wav(file.read_bytes())
            sound = finish(samples, rate)
            self._sounds[file] = sound
        return sound


def write_wav(file: Path, sound: Sound) -> None:
    """Writes a sound; the file is whole or not there."""
    partial = file.with_name(f"{file.name}.{os.getpid()}-{threading.get_ident()}.partial")
    with wave.open(str(partial), "wb") as content:
        content.setparams((1, 2, sound.sample_rate_hz, 0, "NONE", ""))
        content.writeframes(sound.samples)
    os.replace(partial, file)
