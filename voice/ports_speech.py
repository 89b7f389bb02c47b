"""What the conversation needs of hearing and speaking: recognisers and voices as nouns.

No engine is named or imported here. Both ports are blocking on purpose: engines are; `voice.stt.live` and
`voice.tts.speaker` run them in named executors for the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from voice.audio.frames import AudioFrame

Wanted = Callable[[], bool]
"""Whether work in a thread is still wanted; asked between its steps."""


def always() -> bool:
    """Work that is wanted whatever comes."""
    return True


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One recognised word with its place in the utterance and how sure the engine is (0 to 1)."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine made of an utterance, or of its beginning.

    Attributes:
        text: the words, tidied when `tidy` has been over them; "" when nothing was said.
        language: one of zh, en, ja, ko, ru.
        confidence: 0 to 1; how engines count it differs, see `voice.heard.verdict`.
        final: False while the utterance goes on.
        whole: worked out in full: `finish` would say the same if nothing more came.
        engine: name of the recogniser.
        raw: the engine's own words; equal to `text` before tidying.
        words: empty when the engine gives none.
        limited: the engine could only choose among the phrases of a grammar; unknown: something else was said, too.
    """

    text: str
    language: str
    confidence: float
    final: bool
    engine: str
    raw: str = ""
    words: tuple[HeardWord, ...] = field(default=())
    limited: bool = False
    unknown: bool = False
    whole: bool = False

    def with_text(self, text: str) -> Heard:
        """The same with other words; `raw` keeps the engine's."""
        return replace(self, text=text, raw=self.raw or self.text)


class RecognitionStream(Protocol):
    """One utterance being heard. Every method may block; `feed` and `settle` may come while others work."""

    def feed(self, frame: AudioFrame) -> Heard | None:
        """Takes sound (mono, 16 bits, 16 kHz); gives what is heard so far when that changed.

        Raises:
            RecognitionFailed: the engine broke down.
        """
        ...

    def settle(self) -> None:
        """Works out what nothing that comes can change: of a long story, so that its end is not waited for long.

        Raises:
            RecognitionFailed: the engine broke down; `finish` tries again.
        """
        ...

    def peek(self, wanted: Wanted = always) -> Heard | None:
        """Works out what has been said up to here, as `finish` would if nothing more came.

        For engines that do not stream this is the whole work: done while a pause runs, its result is at hand when the
        pause turns out to be the end. None: it was not wanted any more before it was done.
        """
        ...

    def finish(self) -> Heard:
        """Ends the utterance and gives the result; the stream takes nothing more."""
        ...

    def close(self) -> None:
        """Lets go of the engine's memory; safe to repeat, also instead of `finish`."""
        ...


class SpeechRecognizer(Protocol):
    """Hears one or several languages; shared by all calls, safe to use from several threads."""

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]:
        """What it can hear on this machine now."""
        ...

    @property
    def streams(self) -> bool:
        """It gives partial results while someone speaks."""
        ...

    def warm(self, language: str) -> None:
        """Loads what `open` would load; blocks for seconds."""
        ...

    def open(
        self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None
    ) -> RecognitionStream:
        """Begins an utterance.

        Args:
            language: one of `languages`.
            hints: words that are likely: streets, units, names of choices.
            grammar: the only phrases there are; engines that cannot be limited take them as hints.

        Raises:
            LanguageUnheard: not one of `languages`.
            EngineUnavailable: the model cannot be loaded.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sound:
    """A spoken text: mono, 16 bits, little-endian."""

    samples: bytes
    sample_rate_hz: int

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / 2 / self.sample_rate_hz


class SpeechSynthesizer(Protocol):
    """A voice; shared by all calls, safe to use from several threads."""

    @property
    def name(self) -> str:
        """Engine and version of the voice: part of every cache key."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """What it can speak on this machine now."""
        ...

    def voice(self, language: str) -> str:
        """Name of the voice for a language: part of every cache key."""
        ...

    def warm(self, language: str) -> None:
        """Loads what `speak` would load."""
        ...

    def speak(self, text: str, language: str) -> Sound:
        """Speaks a text that `voice.speakable` has spelled out. Blocks.

        Raises:
            SynthesisFailed: it broke down or made nothing audible.
            EngineUnavailable: the engine is not there.
        """
        ...
