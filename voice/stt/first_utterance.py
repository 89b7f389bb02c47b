"""The first utterance of a call, whose language nobody knows yet.

With an identifier (Whisper) the language is told from the sound; without one every installed recogniser hears the
utterance and the one that is surest wins. What the choice means for the call is not decided here.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import AudioFrame
from voice.errors_speech import LanguageUnheard, RecognitionFailed
from voice.heard.language_choice import LanguageChoice, choose, likelihood
from voice.ports_speech import Heard, RecognitionStream, SpeechRecognizer, Wanted, always

_DECIDED_SECONDS = 25.0
"""After so much sound the language is certain, and nobody needs to hear along in another one any more."""


class LanguageIdentifier(Protocol):
    """Tells languages apart by sound."""

    def identify(self, samples: NDArray[np.float32], among: Collection[str]) -> dict[str, float]: ...


class FirstUtterance:
    """One utterance in an unknown language: a `RecognitionStream` whose result is in the language that was spoken.

    Args:
        recognizer: hears the languages.
        identifier: tells them apart; None: all of them are heard and compared.
        default: the language of most callers, whose partial results are shown.
        among: the languages in question; those nobody can hear are left out.
        hints: words that are likely, in whatever language.

    Attributes:
        choice: the language and how sure it is; None before `peek` or `finish`.
        speech_seconds: how much of the sound was speech, where somebody knows; None: all of it.
        language: what it must be, once the caller's language has become known; None: whatever it sounds like.
    """

    def __init__(
        self,
        recognizer: SpeechRecognizer,
        identifier: LanguageIdentifier | None,
        default: str = "zh",
        among: Sequence[str] = ("zh", "en", "ja", "ko", "ru"),
        hints: Sequence[str] = (),
    ) -> None:
        self._recognizer = recognizer
        self._identifier = identifier
        self._among = [language for language in among if language in recognizer.languages]
        if not self._among:
            raise LanguageUnheard("nothing hears any language here: hotline voice doctor")
        self._default = default if default in self._among else self._among[0]
        self._sound: list[AudioFrame] = []
        heard_along = [self._default] if identifier is not None else self._among
        self._hints = tuple(hints)
        self._streams: dict[str, RecognitionStream] = {one: recognizer.open(one, hints=hints) for one in heard_along}
        self._adding = threading.Lock()
        self._choosing = threading.Lock()  # taken before `_adding`
        self._fed_seconds = 0.0
        self._decided: RecognitionStream | None = None
        self.choice: LanguageChoice | None = None
        self.speech_seconds: float | None = None
        self.language: str | None = None

    def feed(self, frame: AudioFrame) -> Heard | None:
        if not self._streams:
            raise RecognitionFailed("this utterance has ended")
        with self._adding:
            self._fed_seconds += frame.duration_seconds
            if self._decided is None:
                self._sound.append(frame)
            heard = {language: stream.feed(frame) for language, stream in self._streams.items()}
        return heard.get(self._default)

    def settle(self) -> None:
        if self._identifier is None:
            for stream in tuple(self._streams.values()):
                stream.settle()
        elif self._streams and self._fed_seconds >= _DECIDED_SECONDS:
            self._decide(self._identifier).settle()

    def peek(self, wanted: Wanted = always) -> Heard | None:
        if self._identifier is not None:
            stream = self._identified(self._identifier)
            return stream.peek(wanted) if wanted() else None
        results = {}
        for language, stream in self._streams.items():
            if (heard := stream.peek(wanted)) is None:
                return None
            results[language] = heard
        return self._surest(results, final=False)

    def finish(self) -> Heard:
        if self._identifier is None:
            heard = self._surest({one: stream.finish() for one, stream in self._streams.items()}, final=True)
        else:
            heard = self._identified(self._identifier).finish()
        self.close()
        return heard

    def close(self) -> None:
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()

    def _surest(self, results: dict[str, Heard], final: bool) -> Heard:
        seconds = self._seconds()
        likely = {one: likelihood(heard, seconds) for one, heard in results.items()}
        self.choice = self._known() or choose(likely, seconds, self._default)
        nothing = Heard("", self.choice.language, 0.0, final, self._recognizer.name)
        return results.get(self.choice.language, nothing)

    def _identified(self, identifier: LanguageIdentifier) -> RecognitionStream:
        """Tells the language, and gives the recogniser's end that has heard everything in it."""
        with self._choosing:
            if self._decided is not None:
                return self._decided
            self.choice = self._known() or choose(
                identifier.identify(self._samples(), self._among), self._seconds(), self._default
            )
            language = self.choice.language
            if language not in self._streams:
                stream = self._recognizer.open(language, hints=self._hints)
                with self._adding:
                    for frame in self._sound:
                        stream.feed(frame)
                    self._streams[language] = stream
            return self._streams[language]

    def _decide(self, identifier: LanguageIdentifier) -> RecognitionStream:
        """Hears on in one language only."""
        stream = self._identified(identifier)
        with self._adding:
            if self._decided is None:
                self._decided = stream
                self._sound.clear()
                self._streams = {language: one for language, one in self._streams.items() if one is stream}
        return stream

    def _known(self) -> LanguageChoice | None:
        if self.language is None or self.language not in self._among:
            return None
        return LanguageChoice(self.language, True, {self.language: 1.0})

    def _seconds(self) -> float:
        if self.speech_seconds is not None:
            return self.speech_seconds
        return self._fed_seconds

    def _samples(self) -> NDArray[np.float32]:
        parts = [frame.as_array().astype(np.float32) / 32768.0 for frame in tuple(self._sound)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)
