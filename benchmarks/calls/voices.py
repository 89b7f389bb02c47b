"""Voices of callers: the project's own engines, where possible with another voice than the line's.

What was spoken once is kept in `build/caller-speech`, since some engines take seconds. It decides nothing about calls.
"""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.settings import ROOT, Settings
from voice.errors_speech import SpeechError
from voice.ports_speech import SpeechSynthesizer
from voice.speakable.rules import speakable
from voice.tts.festival import FestivalVoice
from voice.tts.flite import FliteVoice
from voice.tts.kokoro import KokoroVoice
from voice.tts.sound import resample

Samples = NDArray[np.int16]
KEPT = ROOT / "build" / "caller-speech"
KOKORO_VOICES: Mapping[str, str] = {"zh": "zm_yunjian", "en": "am_michael", "ja": "jm_kumo", "ko": "jf_nezumi"}
# Where one voice only is understood, the caller speaks it a little lower and slower than the line.
LOWER: Mapping[str, float] = {"ko": 1.04, "ru": 1.08}


class CallerVoices:
    """Speaks what callers say.

    Args:
        settings: where models are.
        kept: folder of what was spoken before.
    """

    def __init__(self, settings: Settings, kept: Path = KEPT) -> None:
        self._kept = kept
        kokoro = KokoroVoice(
            settings.path("SPEECH_DIR") / "kokoro", settings.integer("TTS_THREADS"), voices=KOKORO_VOICES
        )
        order: dict[str, list[SpeechSynthesizer]] = {
            "zh": [kokoro], "en": [kokoro, FliteVoice()], "ja": [kokoro], "ko": [kokoro], "ru": [FestivalVoice()],
        }  # fmt: skip
        self._voices = {one: [voice for voice in voices if one in voice.languages] for one, voices in order.items()}

    @property
    def languages(self) -> frozenset[str]:
        """What callers can speak on this machine."""
        return frozenset(language for language, voices in self._voices.items() if voices)

    def say(self, text: str, language: str) -> Samples:
        """Gives a text as sound at 8 kHz.

        Raises:
            SpeechError: no voice could say it.
        """
        problem: SpeechError | None = None
        for voice in self._voices[language]:
            key = hashlib.sha256(f"{voice.name}\0{voice.voice(language)}\0{language}\0{text}".encode()).hexdigest()[:24]
            file = self._kept / f"{language}-{key}.wav"
            if not file.exists():
                try:
                    self._speak(voice, text, language, file)
                except SpeechError as error:
                    problem = error
                    continue
            with wave.open(str(file)) as content:
                return np.frombuffer(content.readframes(content.getnframes()), dtype="<i2")
        raise problem or SpeechError(f"no voice for callers in {language}")

    def _speak(self, voice: SpeechSynthesizer, text: str, language: str, file: Path) -> None:
        sound = voice.speak(speakable(text, language), language)
        samples = np.frombuffer(sound.samples, dtype="<i2").astype(np.float32) / 32768.0
        lower = LOWER.get(language, 1.0)
        if lower != 1.0:
            samples = resample(samples, sound.sample_rate_hz, round(sound.sample_rate_hz * lower))
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        with wave.open(str(partial), "wb") as content:
            content.setparams((1, 2, sound.sample_rate_hz, 0, "NONE", ""))
            content.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        partial.replace(file)
