"""The engines of this machine, heard and speaking: skipped by name where a model or a program is not here."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from hotline.settings import ROOT, load
from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.bootstrap_speech import Hearing, Voices, hearing, voices
from voice.doctor import examine, hear
from voice.heard.distance import character_error
from voice.heard.tidy import tidy
from voice.ports_speech import Sound
from voice.prompts import LANGUAGES
from voice.speakable.rules import speakable
from voice.stt.first_utterance import FirstUtterance
from voice.tts.openjtalk import reading
from voice.tts.sound import resample

CLIPS = ROOT.parent / "shared" / "clips"
# Mean character error that the engines here stay below, over the line; what was measured: docs/benchmarks-speech.md.
SPOKEN_BOUND = {"zh": 0.25, "en": 0.1, "ja": 0.25, "ko": 0.4, "ru": 0.25}


@pytest.fixture(scope="module")
def ears() -> Hearing:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (make voice)")
    found = hearing(load())
    if not found.engines:
        pytest.skip("no recogniser's model is here (make voice)")
    return found


@pytest.fixture(scope="module")
def mouths() -> Voices:
    return voices(load(), keep=False)


def samples_of(sound: Sound) -> np.ndarray:
    return resample(
        np.frombuffer(sound.samples, "<i2").astype(np.float32) / 32768.0, sound.sample_rate_hz, SPEECH_RATE_HZ
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_first_voice_says_over_the_line_is_heard_back(ears: Hearing, mouths: Voices, language: str) -> None:
    if language not in ears.engines:
        pytest.skip(f"nothing hears {language} here (make voice)")
    if not [voice for voice in mouths.chain.voices[language] if voice.name != "espeak-ng"]:
        pytest.skip(f"only espeak-ng speaks {language} here, which is not understood (make voice)")
    [check] = examine(ears, mouths, [language], quick=True)
    assert check.voices[0].error is not None, check.voices[0].problem
    assert check.voices[0].error <= SPOKEN_BOUND[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_heard(ears: Hearing, language: str) -> None:
    clips = sorted((CLIPS / language).glob("*.wav"))
    if not clips:
        pytest.skip("the clips of human speech are not here")
    if language not in ears.engines:
        pytest.skip(f"nothing hears {language} here (make voice)")
    errors = []
    for clip in clips:
        heard, _ = tidy(hear(ears, read(clip), language))
        said = clip.with_suffix(".txt").read_text("utf-8").strip()
        errors.append(character_error(spelled(said, language), spelled(heard.text, language)))
    assert sum(errors) / len(errors) <= 0.4


def read(file: Path) -> Sound:
    with wave.open(str(file)) as content:
        return Sound(content.readframes(content.getnframes()), content.getframerate())


def spelled(text: str, language: str) -> str:
    from voice.heard.figures import figures
    from voice.heard.writing import rewrite

    return figures(rewrite(text.lower(), language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_the_first_utterance_is_told(ears: Hearing, mouths: Voices, language: str) -> None:
    if ears.whisper is None:
        pytest.skip("no Whisper model is here (hotline models fetch whisper-base)")
    if not [voice for voice in mouths.chain.voices[language] if voice.name != "espeak-ng"]:
        pytest.skip(f"only espeak-ng speaks {language} here, which is not understood (make voice)")
    spoken = mouths.chain.speak(mouths.prompts.text("not_heard", language), language)
    first = FirstUtterance(ears.recognizer, ears.whisper)
    first.feed(AudioFrame((samples_of(spoken.sound) * 32767).astype("<i2").tobytes()))
    heard = first.finish()
    assert heard.language == language
    assert heard.text


def test_who_says_a_sentence_where_yes_or_no_was_asked_is_still_heard(ears: Hearing) -> None:
    if "vosk" not in ears.engines.get("ko", ""):
        pytest.skip("no Vosk model of Korean is here (hotline models fetch vosk-ko)")
    clips = sorted((CLIPS / "ko").glob("*.wav"))
    if not clips:
        pytest.skip("the clips of human speech are not here")
    stream = ears.recognizer.open("ko", grammar=["네", "아니요"])
    stream.feed(AudioFrame(read(clips[0]).samples))
    heard = stream.finish()
    assert not heard.limited and len(heard.text) > 10


def test_a_machine_without_engines_is_told_what_helps(tmp_path: Path) -> None:
    nothing = load({"HOTLINE_SPEECH_DIR": str(tmp_path)})
    [check] = examine(hearing(nothing), voices(nothing, keep=False), ["zh"], quick=True)
    assert not check.usable
    assert check.hears == "none"
    assert any("hotline models fetch vosk-zh" in remedy for remedy in check.remedies)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20260813957488", "ニー、ゼロ、ニー、ロク。ゼロ、ハチ、イチ、サン。キュー、ゴー、ナナ。ヨン、ハチ、ハチ"),
        ("13885677089", "イチサンハチ。ハチゴーロクナナ。ナナゼロハチキュー"),
    ],
)
def test_the_japanese_voice_reads_every_digit_by_its_name(written: str, read: str) -> None:
    """In hiragana it takes the first half of an eight for a particle: わち."""
    pytest.importorskip("pyopenjtalk", reason="pyopenjtalk-plus is not installed (make voice)")
    assert reading(speakable(written, "ja")) == read
