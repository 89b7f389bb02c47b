"""Two recognisers on one utterance: the first hears along, the second works the finished utterance out again.

The second is asked only while it keeps up; when it is busy, fails, falls minutes behind or hears nothing, the first
one's word stands.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from voice.audio.frames import AudioFrame
from voice.errors_speech import SpeechError
from voice.ports_speech import Heard, RecognitionStream, SpeechRecognizer, Wanted, always
from voice.stt.expendable import ExpendableStream
from voice.stt.limited import LimitedStream

log = logging.getLogger(__name__)


class TwoPassRecognizer:
    """Hears what the first hears.

    Args:
        first: streams; its partial results are shown.
        second: its result counts when it has one; None: the first alone, but for answers that are none of a grammar.
        most_waiting: how many finished utterances may be with the second at once; further ones do without.
    """

    streams = True

    def __init__(self, first: SpeechRecognizer, second: SpeechRecognizer | None, most_waiting: int = 2) -> None:
        self._first = first
        self._second = second
        self._places = threading.BoundedSemaphore(most_waiting)

    @property
    def name(self) -> str:
        return self._first.name if self._second is None else f"{self._first.name}+{self._second.name}"

    @property
    def languages(self) -> frozenset[str]:
        return self._first.languages

    def warm(self, language: str) -> None:
        self._first.warm(language)
        if self._second is not None and language in self._second.languages:
            self._second.warm(language)

    def open(
        self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None
    ) -> RecognitionStream:
        first = self._first.open(language, hints=hints, grammar=grammar)
        if grammar and getattr(first, "limited", False):  # among a few phrases it is right, and eighteen times cheaper
            return LimitedStream(first, self._free(language, hints), grammar)
        if self._second is None or language not in self._second.languages:
            return first
        try:
            return _TwoPassStream(first, self._second.open(language, hints=hints), self._places)
        except SpeechError:
            log.warning("no second pass for %s", language, exc_info=True)
            return first

    def _free(self, language: str, hints: Sequence[str]) -> RecognitionStream:
        """What hears those who say none of the phrases: the second, which only works when it is asked."""
        if self._second is not None and language in self._second.languages:
            try:
                return self._second.open(language, hints=hints)
            except SpeechError:
                log.warning("no second pass for %s", language, exc_info=True)
        return self._first.open(language, hints=hints)


class _TwoPassStream:
    def __init__(self, first: RecognitionStream, second: RecognitionStream, places: threading.BoundedSemaphore) -> None:
        self._first = first
        self._second = ExpendableStream(second)
        self._places = places

    def feed(self, frame: AudioFrame) -> Heard | None:
        self._second.feed(frame)
        return self._first.feed(frame)

    def settle(self) -> None:
        self._second.settle()

    def peek(self, wanted: Wanted = always) -> Heard | None:
        first = self._first.peek(wanted)
        if first is None or not first.text:
            return first
        return self._better(first, _unless_it_fails(lambda: self._second.peek(wanted)))  # takes no one's place

    def finish(self) -> Heard:
        first = self._first.finish()
        try:
            return self._better(first, self._ask())
        finally:
            self.close()

    def close(self) -> None:
        self._first.close()
        self._second.close()

    def _ask(self) -> Heard | None:
        if not self._places.acquire(blocking=False):
            return None
        try:
            return _unless_it_fails(self._second.finish)
        finally:
            self._places.release()

    @staticmethod
    def _better(first: Heard, second: Heard | None) -> Heard:
        return second if second is not None and second.text else first


def _unless_it_fails(work: Callable[[], Heard | None]) -> Heard | None:
    try:
        return work()
    except SpeechError:
        log.warning("the second pass failed", exc_info=True)
        return None
