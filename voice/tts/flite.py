"""flite: a small English voice of the system, a hundred times faster than real time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from voice.ports_speech import Sound
from voice.tts.programs import path_of, read_wav, run
from voice.tts.saying import pace, sayable
from voice.tts.sound import finish


class FliteVoice:
    """Speaks English."""

    name = "flite"

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(("en",)) if path_of("flite") else frozenset()

    def voice(self, language: str) -> str:
        return "slt"

    def warm(self, language: str) -> None:
        pass

    def speak(self, text: str, language: str) -> Sound:
        text = sayable(text)
        handle, name = tempfile.mkstemp(suffix=".wav")
        os.close(handle)
        file = Path(name)
        try:
            stretch = f"duration_stretch={1 / pace(text, language):.2f}"
            run(["flite", "-voice", "slt", "--setf", stretch, "-f", "/dev/stdin", "-o", name], text)
            samples, rate = read_wav(file.read_bytes())
        finally:
            file.unlink(missing_ok=True)
        return finish(samples, rate)
