"""An utterance beyond what is kept of one: the oldest sound goes, never what was said last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.ports_speech import Wanted, always
from voice.stt.whisper_engine import Written
from voice.stt.whisper_recognizer import WhisperRecognizer, WhisperStream, loudest

KEPT_SECONDS = 2


class Recognizer(WhisperRecognizer):
    """Writes down how long a part is and how loud, in place of words."""

    during: Callable[[], None] = staticmethod(lambda: None)

    def written(
        self, samples: NDArray[np.float32], language: str, hints: Sequence[str] = (), wanted: Wanted = always
    ) -> Written:
        self.during()
        return Written(f"{len(samples) / SPEECH_RATE_HZ:.1f}s {loudest(samples):.2f}", 1.0, 0.0, False)


@pytest.fixture
def recognizer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recognizer:
    monkeypatch.setattr("voice.stt.whisper_recognizer._KEPT_SAMPLES", KEPT_SECONDS * SPEECH_RATE_HZ)
    return Recognizer(tmp_path)


def sound(seconds: float, loudness: float) -> AudioFrame:
    samples = np.full(round(seconds * SPEECH_RATE_HZ), loudness * 32768.0, np.int16)
    return AudioFrame(samples.tobytes(), SPEECH_RATE_HZ, at_seconds=0.0)


def test_only_what_is_too_much_is_dropped_also_after_a_look_ahead(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "zh", ())
    stream.feed(sound(1.9, 0.5))
    assert stream.peek() is not None
    stream.feed(sound(0.2, 0.25))
    assert stream.finish().text == "2.0s 0.50"


def test_what_is_said_while_a_look_ahead_runs_is_heard_though_the_oldest_is_dropped(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "zh", ())
    stream.feed(sound(1.9, 0.1))
    recognizer.during = lambda: stream.feed(sound(0.3, 0.5))  # type: ignore[method-assign,assignment] # of this object
    stream.peek()
    recognizer.during = lambda: None  # type: ignore[method-assign,assignment]
    assert stream.finish().text == "2.0s 0.50"
