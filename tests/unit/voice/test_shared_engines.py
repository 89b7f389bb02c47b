"""Many calls, few engines: who has finished speaking waits for the utterances before it, and for nothing else."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, silence
from voice.ears import RecognizingEars
from voice.endpointing import Expectation
from voice.ports_speech import Heard, Wanted, always
from voice.stt.whisper_engine import Encoded, Written
from voice.stt.whisper_recognizer import WhisperRecognizer

SPEECH = np.full(SPEECH_RATE_HZ, 0.1, np.float32)


class Stream:
    def __init__(self) -> None:
        self.fed_seconds = 0.0

    def feed(self, frame: Any) -> Heard | None:
        self.fed_seconds += frame.duration_seconds
        return Heard("路灯", "zh", 0.9, False, "shared")

    def settle(self) -> None: ...

    def peek(self, wanted: Wanted = always) -> Heard:
        return Heard("路灯坏了", "zh", 0.9, False, "shared")

    def finish(self) -> Heard:
        return Heard("路灯坏了", "zh", 0.9, True, "shared")

    def close(self) -> None: ...


class Recognizer:
    name = "shared"
    languages = frozenset({"zh"})
    streams = True

    def __init__(self) -> None:
        self.stream = Stream()

    def warm(self, language: str) -> None: ...

    def open(self, language: str, *, hints: object = (), grammar: object = None) -> Stream:
        return self.stream


@pytest.mark.asyncio
async def test_sound_is_taken_in_while_other_calls_utterances_are_worked_out() -> None:
    recognizer, others = Recognizer(), threading.Event()
    partial = asyncio.Event()
    with ThreadPoolExecutor(1) as pool, ThreadPoolExecutor(1) as along:
        try:
            pool.submit(others.wait, 20.0)
            ear = RecognizingEars(recognizer, pool, along=along).open(
                Expectation(language="zh"), lambda heard: partial.set()
            )
            for _ in range(50):
                ear.feed(silence(0.02))
                await asyncio.sleep(0)
            async with asyncio.timeout(5.0):
                await partial.wait()
                finishing = asyncio.create_task(ear.finish(1.0))
                while recognizer.stream.fed_seconds < 1.0 - 1e-6:
                    await asyncio.sleep(0.005)
                assert not finishing.done()
                others.set()
                assert (await finishing).text == "路灯坏了"
        finally:
            others.set()


class Engine:
    """Takes its time, and notes how many it worked for at once."""

    def __init__(self) -> None:
        self.at_once, self.most, self.encoded = 0, 0, 0
        self.go_on = threading.Event()
        self.go_on.set()
        self._counting = threading.Lock()

    def encode(self, samples: NDArray[np.float32], whole_window: bool = False) -> Encoded:
        with self._counting:
            self.encoded += 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        time.sleep(0.05)
        assert self.go_on.wait(20.0)
        with self._counting:
            self.at_once -= 1
        return Encoded(None, len(samples) / SPEECH_RATE_HZ, 700)

    def write(self, encoded: Encoded, language: str, before: str = "", hints: object = ()) -> Written:
        return Written("路灯坏了", 0.9, 0.0, False)

    def identify(self, encoded: Encoded) -> dict[str, float]:
        return {"zh": 0.9, "en": 0.1}


def whisper(folder: Path, workers: int) -> tuple[WhisperRecognizer, Engine]:
    recognizer, engine = WhisperRecognizer(folder, workers=workers), Engine()
    recognizer._engine = engine  # type: ignore[assignment]
    return recognizer, engine


@pytest.mark.parametrize("workers", [1, 2])
def test_as_many_utterances_are_worked_out_at_once_as_there_are_cores_for(tmp_path: Path, workers: int) -> None:
    recognizer, engine = whisper(tmp_path, workers)
    with ThreadPoolExecutor(6) as pool:
        written = [pool.submit(recognizer.written, SPEECH, "zh") for _ in range(4)]
        told = [pool.submit(recognizer.identify, SPEECH, ("zh", "en")) for _ in range(4)]
        assert all(one.result() is not None for one in written) and all(one.result()["zh"] > 0.8 for one in told)
    assert engine.most == workers and engine.encoded == 8


def test_a_guess_that_became_idle_while_it_waited_costs_nothing(tmp_path: Path) -> None:
    recognizer, engine = whisper(tmp_path, 1)
    wanted = threading.Event()
    wanted.set()
    engine.go_on.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(recognizer.written, SPEECH, "zh")
        while not engine.encoded:
            time.sleep(0.001)
        guess = pool.submit(recognizer.written, SPEECH, "zh", (), wanted.is_set)
        time.sleep(0.01)
        wanted.clear()  # the caller speaks on
        engine.go_on.set()
        assert first.result() is not None and guess.result() is None
    assert engine.encoded == 1
