"""Every recogniser keeps to the same: the fake of the tests, Vosk, Whisper, and two of them on one utterance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import pytest

from hotline.settings import load
from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame, silence
from voice.bootstrap_speech import vosk_folders
from voice.errors_speech import LanguageUnheard, RecognitionFailed
from voice.ports_speech import Heard, RecognitionStream, SpeechRecognizer, Wanted, always
from voice.stt.two_pass import TwoPassRecognizer
from voice.stt.vosk_recognizer import VoskRecognizer
from voice.stt.whisper_recognizer import WhisperRecognizer


class SilentStream:
    """The fake: hears nothing, properly."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._open = True

    def feed(self, frame: AudioFrame) -> Heard | None:
        if not self._open:
            raise RecognitionFailed("this utterance has ended")
        if frame.sample_rate_hz != SPEECH_RATE_HZ:
            raise ValueError("16 kHz")
        return None

    def settle(self) -> None: ...

    def peek(self, wanted: Wanted = always) -> Heard:
        return Heard("", self._language, 0.0, False, "silent")

    def finish(self) -> Heard:
        self._open = False
        return Heard("", self._language, 0.0, True, "silent")

    def close(self) -> None:
        self._open = False


class SilentRecognizer:
    name = "silent"
    languages = frozenset(("ko",))
    streams = True

    def warm(self, language: str) -> None:
        pass

    def open(
        self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None
    ) -> RecognitionStream:
        if language not in self.languages:
            raise LanguageUnheard
        return SilentStream(language)


@lru_cache(maxsize=1)
def vosk() -> SpeechRecognizer:
    folders = vosk_folders(load().path("SPEECH_DIR"))
    if "ko" not in folders:
        pytest.skip("no Vosk model of Korean is here (hotline models fetch vosk-ko)")
    return VoskRecognizer(folders)


@lru_cache(maxsize=1)
def whisper() -> SpeechRecognizer:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (make voice)")
    recognizer = WhisperRecognizer(load().path("SPEECH_DIR") / "whisper" / "base")
    if not recognizer.languages:
        pytest.skip("no Whisper model is here (hotline models fetch whisper-base)")
    return recognizer


MADE: dict[str, Callable[[], SpeechRecognizer]] = {
    "silent": SilentRecognizer,
    "vosk": vosk,
    "whisper": whisper,
    "two-pass": lambda: TwoPassRecognizer(vosk(), whisper()),
}


@pytest.fixture(scope="module", params=list(MADE))
def recognizer(request: pytest.FixtureRequest) -> SpeechRecognizer:
    return MADE[request.param]()


def test_silence_is_heard_as_nothing(recognizer: SpeechRecognizer) -> None:
    stream = recognizer.open("ko")
    for number in range(50):
        stream.feed(silence(0.02, at_seconds=number * 0.02))
    heard = stream.finish()
    assert (heard.text, heard.language, heard.final) == ("", "ko", True)


def test_looking_ahead_does_not_end_the_utterance(recognizer: SpeechRecognizer) -> None:
    stream = recognizer.open("ko")
    stream.feed(silence(0.2))
    ahead = stream.peek()
    assert ahead is not None and ahead.final is False
    stream.feed(silence(0.2))
    assert stream.finish().final is True


def test_an_ended_utterance_takes_nothing_more(recognizer: SpeechRecognizer) -> None:
    stream = recognizer.open("ko")
    stream.finish()
    stream.close()
    stream.close()
    with pytest.raises(RecognitionFailed):
        stream.feed(silence(0.02))


def test_a_dropped_utterance_is_closed_without_a_result(recognizer: SpeechRecognizer) -> None:
    stream = recognizer.open("ko")
    stream.feed(silence(0.02))
    stream.close()
    with pytest.raises(RecognitionFailed):
        stream.feed(silence(0.02))


def test_sound_of_another_rate_is_refused(recognizer: SpeechRecognizer) -> None:
    stream = recognizer.open("ko")
    with pytest.raises(ValueError, match="16 kHz"):
        stream.feed(silence(0.02, sample_rate_hz=8_000))
    stream.close()


def test_an_unknown_language_is_refused(recognizer: SpeechRecognizer) -> None:
    with pytest.raises(LanguageUnheard):
        recognizer.open("xx")


def test_two_utterances_at_once_do_not_mix(recognizer: SpeechRecognizer) -> None:
    first, second = recognizer.open("ko"), recognizer.open("ko")
    first.feed(silence(0.1))
    second.feed(silence(0.1))
    assert first.finish().text == ""
    second.feed(silence(0.1))
    assert second.finish().text == ""
