"""Recognisers that hear how long something was, for tests of what is built on them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from voice.audio.frames import AudioFrame, silence
from voice.ports_speech import Heard, Wanted, always


class FakeStream:
    """ "Hears" the number of seconds; remembers what it got."""

    def __init__(self, language: str = "zh", confidence: float = 0.9, text: str = "", slow: float = 0.0) -> None:
        self.language, self.confidence, self.text, self.slow = language, confidence, text, slow
        self.seconds = 0.0
        self.starts: list[float] = []
        self.error: Exception | None = None
        self.closed = False
        self.threads: set[str] = set()
        self.settled = 0

    def _heard(self, final: bool) -> Heard:
        return Heard(self.text or f"{self.seconds:.1f}", self.language, self.confidence, final, "fake")

    def feed(self, frame: AudioFrame) -> Heard | None:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.slow)
        if self.error:
            raise self.error
        self.starts.append(frame.at_seconds)
        self.seconds += frame.duration_seconds
        return self._heard(False)

    def settle(self) -> None:
        self.settled += 1

    def peek(self, wanted: Wanted = always) -> Heard:
        return self._heard(False)

    def finish(self) -> Heard:
        time.sleep(self.slow)
        return self._heard(True)

    def close(self) -> None:
        self.closed = True


class FakeRecognizer:
    streams = True

    def __init__(self, name: str, languages: Sequence[str] = ("zh", "en", "ko"), **more: float | str) -> None:
        self.name, self.languages, self.more = name, frozenset(languages), more
        self.opened: list[FakeStream] = []

    def warm(self, language: str) -> None:
        pass

    def open(self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None) -> FakeStream:
        stream = FakeStream(language, **self.more)  # type: ignore[arg-type]
        self.opened.append(stream)
        return stream


def frames(seconds: float) -> list[AudioFrame]:
    return [silence(0.02, at_seconds=at * 0.02) for at in range(round(seconds / 0.02))]
