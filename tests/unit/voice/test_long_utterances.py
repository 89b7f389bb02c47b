"""A story of any length is kept whole: what is settled of it is worked out while it goes on, and its sound let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.errors_speech import RecognitionFailed
from voice.ports_speech import Wanted, always
from voice.stt.whisper_engine import LONGEST_SECONDS, Written
from voice.stt.whisper_recognizer import WhisperRecognizer, WhisperStream, loudest


class Recognizer(WhisperRecognizer):
    """Writes down how loud a part is, in place of words."""

    during: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.worked_seconds: list[float] = []

    def written(
        self, samples: NDArray[np.float32], language: str, hints: Sequence[str] = (), wanted: Wanted = always
    ) -> Written:
        self.during()
        self.worked_seconds.append(len(samples) / SPEECH_RATE_HZ)
        return Written(f"{loudest(samples):.2f}", 1.0, 0.0, False)


@pytest.fixture
def recognizer(tmp_path: Path) -> Recognizer:
    return Recognizer(tmp_path)


def sound(seconds: float, loudness: float) -> AudioFrame:
    samples = np.full(round(seconds * SPEECH_RATE_HZ), loudness * 32768.0, np.int16)
    return AudioFrame(samples.tobytes(), SPEECH_RATE_HZ, at_seconds=0.0)


def test_a_story_of_ten_minutes_keeps_its_first_words_and_little_is_left_to_do_at_its_end(
    recognizer: Recognizer,
) -> None:
    stream = WhisperStream(recognizer, "en", ())
    for second in range(600):
        stream.feed(sound(1.0, 0.90 if second < 10 else 0.10))
        if second % 10 == 9:
            stream.settle()
    before = len(recognizer.worked_seconds)
    heard = stream.finish()
    assert heard.text.startswith("0.90 0.10") and len(heard.text.split()) == len(recognizer.worked_seconds)
    assert sum(recognizer.worked_seconds) == pytest.approx(600)
    assert len(recognizer.worked_seconds) - before <= 2
    assert max(recognizer.worked_seconds) <= LONGEST_SECONDS


def test_a_look_ahead_is_used_again_after_a_part_was_settled(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "en", ())
    stream.feed(sound(40.0, 0.5))
    assert stream.peek() is not None and len(recognizer.worked_seconds) == 2
    stream.feed(sound(0.5, 0.0))
    assert stream.finish().text == "0.50 0.50" and len(recognizer.worked_seconds) == 2


@pytest.mark.parametrize(("then", "worked"), [(0.0005, 1), (0.003, 2), (0.1, 2)])
def test_a_look_ahead_is_used_again_only_where_nothing_followed_that_is_louder_than_the_room(
    recognizer: Recognizer, then: float, worked: int
) -> None:
    stream = WhisperStream(recognizer, "en", ())
    for seconds, loudness in ((0.25, 0.0003), (1.0, 0.1), (0.14, 0.008)):
        stream.feed(sound(seconds, loudness))
    assert stream.peek() is not None
    stream.feed(sound(0.2, then))
    stream.finish()
    assert len(recognizer.worked_seconds) == worked


def test_nothing_more_is_worked_out_once_it_is_closed(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "en", ())
    stream.feed(sound(100.0, 0.1))
    recognizer.during = stream.close  # type: ignore[method-assign]
    stream.settle()
    assert len(recognizer.worked_seconds) == 1


def test_what_is_said_while_a_part_is_settled_is_heard(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "en", ())
    stream.feed(sound(30.0, 0.1))
    recognizer.during = lambda: stream.feed(sound(0.3, 0.5)) and None  # type: ignore[method-assign,assignment]
    stream.settle()
    recognizer.during = lambda: None  # type: ignore[method-assign,assignment]
    assert stream.finish().text == "0.10 0.50"


def test_two_who_ask_at_once_work_nothing_out_twice(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "en", ())
    stream.feed(sound(30.0, 0.1))
    working, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        working.set()
        go_on.wait(2.0)

    recognizer.during = wait  # type: ignore[method-assign]
    settling, peeking = threading.Thread(target=stream.settle), threading.Thread(target=stream.peek)
    settling.start()
    assert working.wait(2.0)
    peeking.start()
    go_on.set()
    settling.join()
    peeking.join()
    assert len(recognizer.worked_seconds) == 2 and sum(recognizer.worked_seconds) == pytest.approx(30)


def test_a_recogniser_that_is_minutes_behind_is_told_rather_than_half_a_story_lost(recognizer: Recognizer) -> None:
    stream = WhisperStream(recognizer, "en", ())
    with pytest.raises(RecognitionFailed, match="behind"):
        for _ in range(400):
            stream.feed(sound(1.0, 0.1))
