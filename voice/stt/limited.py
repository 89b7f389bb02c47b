"""A recogniser that may only choose among a few phrases, with a free one beside it for who says something else.

The choice stands when it is sure; a doubtful one, or words that are none of the phrases, leave it to the free one, so a
correction said instead of a yes is not lost. It knows no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voice.audio.frames import AudioFrame
from voice.ports_speech import Heard, RecognitionStream, Wanted, always
from voice.stt.expendable import ExpendableStream

SURE = 0.7
_NUMBER_WORDS = 3


class LimitedStream:
    """One utterance, heard by both; the free one works it out only when that is needed."""

    def __init__(self, limited: RecognitionStream, free: RecognitionStream, phrases: Sequence[str]) -> None:
        self._limited = limited
        self._free = ExpendableStream(free)
        self._phrases = frozenset("".join(phrase.split()) for phrase in phrases)
        self._words = frozenset(phrase for phrase in phrases if len(phrase.split()) == 1)

    def feed(self, frame: AudioFrame) -> Heard | None:
        self._free.feed(frame)
        return self._limited.feed(frame)

    def settle(self) -> None:
        self._free.settle()

    def peek(self, wanted: Wanted = always) -> Heard | None:
        limited = self._limited.peek(wanted)
        if limited is not None and self._is_among(limited):
            return limited
        free = self._free.peek(wanted)
        return replace(free, whole=False) if free is not None else None  # in the end the choice may be sure

    def finish(self) -> Heard:
        try:
            limited = self._limited.finish()
            if self._is_among(limited) and limited.confidence >= SURE:
                return limited
            free = self._free.finish()
            return free if free is not None and free.text else limited
        finally:
            self.close()

    def close(self) -> None:
        self._limited.close()
        self._free.close()

    def _is_among(self, heard: Heard) -> bool:
        """Whether it is one of the phrases as a whole, or a number of single words; parts of phrases are guesses."""
        words = heard.text.split()
        if not words or heard.unknown:
            return False
        return "".join(words) in self._phrases or (
            len(words) >= _NUMBER_WORDS and all(word in self._words for word in words)
        )
