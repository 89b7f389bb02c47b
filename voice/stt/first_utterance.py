"""The first utterance of a call, whose language nobody knows yet.

With an identifier (Whisper) the language is told from the sound; without one every installed recogniser hears the
utterance and the one that is surest wins. A word or two tell little by their sound: there, words that callers usually
begin with count for more. What the choice means for the call is not decided here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.errors_speech import LanguageUnheard, RecognitionFailed, SpeechError
from voice.heard.inventions import folded
from voice.heard.language_choice import LanguageChoice, choose, likelihood
from voice.ports_speech import Heard, RecognitionStream, SpeechRecognizer, Wanted, always

log = logging.getLogger(__name__)
_DECIDED_SECONDS = 25.0
"""From so much sound on, once the language is sure, nobody needs to hear along in another one any more."""
_DECIDED_AT_LAST_SECONDS = 45.0
"""Sure or not: more than that, in another language after all, could not be worked out while a caller waits."""
_FEW_WORDS_SECONDS, _PLAUSIBLE = 2.0, 0.1
_DOUBTED_MOST, _DOUBTED_SECONDS = 2, 2.0
"""Up to so much speech, usual words are looked for in other languages that are so likely: so many, begun so soon."""


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
        telling: whether an utterance is one that callers usually begin with, in the language it was heard in.

    Attributes:
        choice: the language and how sure it is; None before `peek` or `finish`.
        speech_seconds: how much of the sound was speech, where somebody knows; None: all of it.
        language: what it must be, if the caller's language became known before it was decided here; None: whatever it
            sounds like.
    """

    def __init__(
        self,
        recognizer: SpeechRecognizer,
        identifier: LanguageIdentifier | None,
        default: str = "zh",
        among: Sequence[str] = ("zh", "en", "ja", "ko", "ru"),
        hints: Sequence[str] = (),
        telling: Callable[[Heard], bool] | None = None,
    ) -> None:
        self._recognizer = recognizer
        self._identifier = identifier
        self._telling = telling
        self._among = [language for language in among if language in recognizer.languages]
        if not self._among:
            raise LanguageUnheard("nothing hears any language here: hotline voice doctor")
        self._default = default if default in self._among else self._among[0]
        self._sound: list[AudioFrame] = []
        heard_along = [self._default] if identifier is not None else self._among
        self._hints = tuple(hints)
        self._streams: Mapping[str, RecognitionStream] = {one: recognizer.open(one, hints=hints) for one in heard_along}
        self._adding = threading.Lock()  # for moments: `close` is called where nothing may wait
        self._choosing = threading.Lock()  # taken before `_adding`
        self._feeding = threading.Lock()  # taken before `_adding`: no recogniser is dropped while it takes sound
        self._fed_seconds = 0.0
        self._decided: RecognitionStream | None = None
        self.choice: LanguageChoice | None = None
        self.speech_seconds: float | None = None
        self.language: str | None = None

    def feed(self, frame: AudioFrame) -> Heard | None:
        with self._feeding:
            with self._adding:
                if not self._streams:
                    raise RecognitionFailed("this utterance has ended")
                streams = self._streams
                self._fed_seconds += frame.duration_seconds
                if self._decided is None:
                    self._sound.append(frame)
            heard = {language: stream.feed(frame) for language, stream in streams.items()}
        return heard.get(self._default)

    def settle(self) -> None:
        if self._identifier is not None:
            if self._fed_seconds < _DECIDED_SECONDS:
                return
            self._decide(self._identifier)
        for stream in self._streams.values():
            stream.settle()

    def peek(self, wanted: Wanted = always) -> Heard | None:
        if self._identifier is not None:
            stream = self._identified(self._identifier)
            heard = stream.peek(wanted) if wanted() else None
            return heard and self._told_by_words(heard, wanted)
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
            heard = self._told_by_words(self._identified(self._identifier).finish(), always, ended=True)
        self.close()
        return replace(heard, final=True)

    def close(self) -> None:
        with self._adding:
            streams, self._streams = self._streams, {}
            self._sound.clear()
        for stream in streams.values():
            stream.close()

    def _surest(self, results: dict[str, Heard], final: bool) -> Heard:
        seconds = self._seconds()
        likely = {one: likelihood(heard, seconds) for one, heard in results.items()}
        self.choice = self._known() or choose(likely, seconds, self._default)
        nothing = Heard("", self.choice.language, 0.0, final, self._recognizer.name)
        heard = results.get(self.choice.language, nothing)
        return self._first_that_tells([heard, *(results[one] for one in self._doubts() if one in results)]) or heard

    def _told_by_words(self, heard: Heard, wanted: Wanted, ended: bool = False) -> Heard:
        """The utterance, or in another plausible language what callers usually begin with, if it is that."""
        until = time.monotonic() + _DOUBTED_SECONDS

        def in_time() -> bool:
            return wanted() and time.monotonic() < until

        def others() -> Iterator[Heard]:
            for language in self._doubts() if folded(heard.text) else ():
                if in_time() and (other := self._in_another(language, in_time, ended)) is not None:
                    yield other

        return self._first_that_tells(chain([heard], others())) or heard

    def _in_another(self, language: str, wanted: Wanted, ended: bool) -> Heard | None:
        """What was said if it was said in that language; None where nobody could tell, at no cost to what is known."""
        with self._adding:
            if not self._streams or self._decided is not None:
                return None
            along, sound = self._streams.get(language), tuple(self._sound)
        try:
            stream = along or self._recognizer.open(language, hints=self._hints)
            try:
                for frame in sound if along is None else ():
                    stream.feed(frame)
                return stream.finish() if ended else stream.peek(wanted)
            finally:
                if along is None:
                    stream.close()
        except SpeechError:
            log.warning("a first utterance could not be heard in %s, too", language, exc_info=True)
            return None

    def _doubts(self) -> list[str]:
        """Other languages in which a few words may have been said, the likeliest first."""
        if self._telling is None or self.choice is None or self._known() or self._seconds() > _FEW_WORDS_SECONDS:
            return []
        likely = self.choice.likely
        ordered = sorted(likely, key=lambda one: likely[one], reverse=True)
        doubted = [one for one in ordered if likely[one] >= _PLAUSIBLE and one != self.choice.language]
        return doubted[:_DOUBTED_MOST]

    def _first_that_tells(self, results: Iterable[Heard]) -> Heard | None:
        for heard in results:
            if self._telling is not None and self._telling(heard):
                if self.choice is not None and heard.language != self.choice.language:
                    self.choice = replace(self.choice, language=heard.language, sure=False)
                return heard
        return None

    def _identified(self, identifier: LanguageIdentifier) -> RecognitionStream:
        """Tells the language, and gives the recogniser's end that has heard everything in it."""
        with self._choosing:
            return self._decided if self._decided is not None else self._chosen(identifier)[1]

    def _decide(self, identifier: LanguageIdentifier) -> None:
        """Hears on in one language only, if it is sure which."""
        with self._choosing:
            if self._decided is not None:
                return
            choice, stream = self._chosen(identifier)
            if not choice.sure and self._fed_seconds < _DECIDED_AT_LAST_SECONDS:
                return
            with self._adding:
                if not self._streams:
                    return
                others = [one for one in self._streams.values() if one is not stream]
                self._decided, self._streams = stream, {choice.language: stream}
                self._sound.clear()
        with self._feeding:
            for one in others:
                one.close()

    def _chosen(self, identifier: LanguageIdentifier) -> tuple[LanguageChoice, RecognitionStream]:
        """The language by the newest sound: music or silence may have come before the words."""
        samples = self._samples()[-round(_DECIDED_SECONDS * SPEECH_RATE_HZ) :]
        choice = self._known() or choose(identifier.identify(samples, self._among), self._seconds(), self._default)
        self.choice = choice
        return choice, self._streams.get(choice.language) or self._opened(choice.language)

    def _opened(self, language: str) -> RecognitionStream:
        """A new end that has heard everything; who feeds does not wait for it to catch up."""
        stream = self._recognizer.open(language, hints=self._hints)
        try:
            self._catch_up(language, stream)
        except SpeechError:
            stream.close()
            raise
        return stream

    def _catch_up(self, language: str, stream: RecognitionStream) -> None:
        fed = 0
        while True:
            with self._adding:
                if not self._streams:
                    raise RecognitionFailed("this utterance has ended")
                late = self._sound[fed:]
                if not late:
                    self._streams = {**self._streams, language: stream}
                    return
            for frame in late:
                stream.feed(frame)
            fed += len(late)

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
