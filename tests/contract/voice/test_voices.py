"""Every voice keeps to the same: an audible sound for the line, or a failure of the package's own; nothing else."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from hotline.settings import load
from voice.errors_speech import EngineUnavailable, SpeechError, SynthesisFailed
from voice.ports_speech import Sound, SpeechSynthesizer
from voice.tts.edge import EdgeVoice
from voice.tts.espeak import EspeakVoice
from voice.tts.festival import FestivalVoice
from voice.tts.flite import FliteVoice
from voice.tts.kokoro import KokoroVoice
from voice.tts.openjtalk import OpenJTalkVoice
from voice.tts.piper import PiperVoice
from voice.tts.sound import finish

SENTENCE = {
    "zh": "请稍等。",
    "en": "One moment, please.",
    "ja": "少々お待ちください。",
    "ko": "잠시만 기다려 주십시오.",
    "ru": "Подождите немного.",
}


class ToneVoice:
    """The fake: a tone of 100 ms a letter."""

    name = "tone"
    languages = frozenset(SENTENCE)

    def voice(self, language: str) -> str:
        return "a"

    def warm(self, language: str) -> None:
        pass

    def speak(self, text: str, language: str) -> Sound:
        seconds = 0.1 * sum(c.isalnum() for c in text)
        at = np.arange(round(seconds * 8_000)) / 8_000
        return finish(np.sin(2 * np.pi * 440 * at).astype(np.float32), 8_000)


@lru_cache(maxsize=1)
def everyone() -> dict[str, SpeechSynthesizer]:
    root = load().path("SPEECH_DIR")
    voices: list[SpeechSynthesizer] = [
        ToneVoice(),
        EspeakVoice(),
        FliteVoice(),
        FestivalVoice(),
        OpenJTalkVoice(),
        PiperVoice(root / "piper"),
        KokoroVoice(root / "kokoro"),
    ]
    return {voice.name: voice for voice in voices}


@pytest.fixture(params=["tone", "espeak-ng", "flite", "festival", "open-jtalk", "piper", "kokoro-1.0"])
def voice(request: pytest.FixtureRequest) -> SpeechSynthesizer:
    found = everyone()[request.param]
    if not found.languages:
        pytest.skip(f"{found.name} is not here (make voice)")
    return found


def first_language(voice: SpeechSynthesizer) -> str:
    return next(language for language in SENTENCE if language in voice.languages)


def test_a_sentence_becomes_a_sound_of_the_line(voice: SpeechSynthesizer) -> None:
    language = first_language(voice)
    voice.warm(language)
    sound = voice.speak(SENTENCE[language], language)
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float32) / 32768.0
    assert sound.sample_rate_hz == 8_000
    assert 0.2 < sound.duration_seconds < 8.0
    assert 0.02 < float(np.sqrt(np.mean(samples**2))) < 0.2
    assert float(np.abs(samples).max()) <= 0.71


@pytest.mark.parametrize("text", ["", "   ", "。……！"])
def test_a_text_without_a_word_is_a_failure(voice: SpeechSynthesizer, text: str) -> None:
    with pytest.raises(SynthesisFailed):
        voice.speak(text, first_language(voice))


NASTY = ('") (system "touch {file}") ("', "\\ \x00 \ud800 <speak><break/></speak> `touch {file}` $(id)", "-w {file} 1")


def test_no_text_becomes_a_command_or_another_kind_of_failure(voice: SpeechSynthesizer, tmp_path: Path) -> None:
    file = tmp_path / "evil"
    for text in NASTY[: 1 if voice.name.startswith("kokoro") else None]:  # the slow one is no program
        with suppress(SpeechError):
            voice.speak(text.replace("{file}", str(file)), first_language(voice))
    assert not file.exists()
    assert voice.speak(SENTENCE[first_language(voice)], first_language(voice)).duration_seconds > 0.2


def test_a_voice_names_itself_for_the_cache(voice: SpeechSynthesizer) -> None:
    assert voice.name
    assert all(voice.voice(language) for language in voice.languages)


def test_festival_that_died_is_started_again() -> None:
    voice = everyone()["festival"]
    if not voice.languages:
        pytest.skip("festival with festvox-ru is not here (apt-get install festival festvox-ru)")
    assert isinstance(voice, FestivalVoice)
    voice.warm("ru")
    assert voice._process is not None
    voice._process.kill()
    voice._process.wait(5)
    assert voice.speak(SENTENCE["ru"], "ru").duration_seconds > 0.5
    voice.close()


def test_edge_tts_speaks_nothing_unasked_and_offline_fails_within_seconds() -> None:
    with pytest.raises(EngineUnavailable):
        EdgeVoice([]).speak(SENTENCE["ko"], "ko")
    assert EdgeVoice(["ko"]).languages == {"ko"}
