"""One utterance being heard, from the event loop: from the moment somebody speaks, though the engine opens later.

The engine is opened, fed and asked in threads (`voice.stt.live`). Which utterance is heard when is not decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from voice.audio.frames import AudioFrame
from voice.audio.hush import Hush
from voice.endpointing import Expectation
from voice.ports_speech import Heard, RecognitionStream, SpeechRecognizer, Wanted
from voice.stt.first_utterance import FirstUtterance, LanguageIdentifier
from voice.stt.gauge import Gauge
from voice.stt.live import LiveRecognition, within

_PEEKED_WITHIN_SECONDS, _FINISHED_WITHIN_SECONDS = 10.0, 15.0
"""Opening the engine and waiting for its turn included: a caller never waits longer for the line to say something."""
OnPartial = Callable[[Heard], None]
Right = Callable[[Heard, Expectation], Heard]
"""Puts an answer right by what was asked (`voice.heard.answers`); may block a little."""


def _as_heard(heard: Heard, expectation: Expectation) -> Heard:
    return heard


class Ear(Protocol):
    """One utterance."""

    def feed(self, frame: AudioFrame) -> None: ...

    def know(self, language: str) -> None:
        """The language has become known since it was opened; too late for a first utterance decided already."""
        ...

    async def peek(self, speech_seconds: float, wanted: Wanted) -> Heard | None:
        """What was said so far, worked out as if it were all; None where that is not known, or not wanted any more.

        Args:
            speech_seconds: how much of it was speech.
            wanted: whether nothing was said since; asked from other threads too.
        """
        ...

    async def finish(self, speech_seconds: float) -> Heard:
        """What was said: at once when it was worked out already and nothing was said since.

        Raises:
            SpeechError: the engine could not be opened, broke down, or took too long.
        """
        ...

    async def close(self) -> None: ...


class Ears(Protocol):
    """Opens utterances."""

    @property
    def partials(self) -> bool:
        """Words are known while somebody speaks."""
        ...

    @property
    def free(self) -> bool:
        """Nobody who has finished speaking would wait longer for a peek."""
        ...

    def open(self, expectation: Expectation, on_partial: OnPartial) -> Ear: ...


class RecognizingEars:
    """Hears with the recognisers of this machine.

    Args:
        identifier: tells the language of a first utterance by its sound; None: all recognisers hear it.
        default_language: of most callers.
        right: puts answers right by what was asked.
        gauge: counts what is being worked out, for all who use the recognisers.
        telling: whether the first words of a call are such that they tell its language.
        along: where sound is taken and answers are put right, quick work that waits for no other call's utterance;
            None: in `pool`.
    """

    def __init__(
        self,
        recognizer: SpeechRecognizer,
        pool: ThreadPoolExecutor,
        identifier: LanguageIdentifier | None = None,
        default_language: str = "zh",
        right: Right = _as_heard,
        gauge: Gauge | None = None,
        along: ThreadPoolExecutor | None = None,
        telling: Callable[[Heard], bool] | None = None,
    ) -> None:
        self._telling = telling
        self._along = along or pool
        self._gauge = gauge or Gauge()
        self._right = right
        self._recognizer = recognizer
        self._pool = pool
        self._identifier = identifier
        self._default = default_language

    @property
    def partials(self) -> bool:
        return self._recognizer.streams

    @property
    def free(self) -> bool:
        return self._gauge.free

    def open(self, expectation: Expectation, on_partial: OnPartial) -> Ear:
        return _Ear(
            self._pool,
            self._along,
            self._gauge,
            on_partial,
            lambda: self._stream(expectation),
            lambda heard: self._right(heard, expectation),
        )

    def _stream(self, expectation: Expectation) -> RecognitionStream:
        if expectation.language is None:
            default = expectation.likely or self._default
            return FirstUtterance(
                self._recognizer, self._identifier, default, hints=expectation.hints, telling=self._telling
            )
        grammar = expectation.grammar or None
        return self._recognizer.open(expectation.language, hints=expectation.hints, grammar=grammar)


class _Ear:
    """Keeps the sound until the engine is open, then hears on. The engine does one thing at a time."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        along: ThreadPoolExecutor,
        gauge: Gauge,
        on_partial: OnPartial,
        opens: Callable[[], RecognitionStream],
        right: Callable[[Heard], Heard],
    ) -> None:
        self._pool = pool
        self._along = along
        self._gauge = gauge
        self._right = right
        self._on_partial = on_partial
        self._waiting: list[AudioFrame] = []
        self._live: LiveRecognition | None = None
        self._engine = asyncio.Lock()
        self._ahead: tuple[Heard, Wanted] | None = None
        self._hush = Hush()
        self._language: str | None = None
        self._opened = asyncio.ensure_future(self._open(opens))
        self._opened.add_done_callback(_look_away)

    async def _open(self, opens: Callable[[], RecognitionStream]) -> RecognitionStream:
        stream = await asyncio.get_running_loop().run_in_executor(self._along, opens)
        live = LiveRecognition(stream, self._pool, self._on_partial, self._along)
        for frame in self._waiting:
            live.feed(frame)
        self._waiting.clear()
        self._live = live
        return stream

    def feed(self, frame: AudioFrame) -> None:
        self._hush.feed(frame.as_array())
        if self._live is not None:
            self._live.feed(frame)
        else:
            self._waiting.append(frame)

    def know(self, language: str) -> None:
        self._language = language

    async def peek(self, speech_seconds: float, wanted: Wanted) -> Heard | None:
        """As `Ear.peek`; None too while the engine works."""
        if self._engine.locked():
            return None
        async with within(_PEEKED_WITHIN_SECONDS), self._engine:
            self._ahead = None
            self._hush.begin()
            with self._gauge.guess():
                live = await self._ready(speech_seconds)
                heard = await live.peek(wanted)
                if heard is not None:
                    heard = await self._put_right(heard)
            if heard is not None and heard.whole:
                self._ahead = heard, wanted
            return heard

    async def finish(self, speech_seconds: float) -> Heard:
        with self._gauge.finish():
            async with within(_FINISHED_WITHIN_SECONDS), self._engine:
                if (ahead := self._at_hand()) is not None:
                    return ahead
                live = await self._ready(speech_seconds)
                return await self._put_right(await live.finish())

    def _at_hand(self) -> Heard | None:
        """What was worked out already, if it is all and in the caller's language.

        Whether it is all, the detector of speech does not decide alone: it misses who ends softly.
        """
        if self._ahead is None or self._hush.broken:
            return None
        heard, is_all = self._ahead
        return replace(heard, final=True) if is_all() and self._language in (None, heard.language) else None

    async def _ready(self, speech_seconds: float) -> LiveRecognition:
        """The engine's end, once it is open; a first utterance is told what is known of it."""
        stream = await asyncio.shield(self._opened)  # who gives up waiting does not end the opening
        if isinstance(stream, FirstUtterance):
            stream.speech_seconds, stream.language = speech_seconds, self._language
        assert self._live is not None
        return self._live

    async def _put_right(self, heard: Heard) -> Heard:
        return await asyncio.get_running_loop().run_in_executor(self._along, self._right, heard)

    async def close(self) -> None:
        self._opened.cancel()
        self._waiting.clear()
        if self._live is not None:
            await self._live.close()


def _look_away(opening: asyncio.Future[RecognitionStream]) -> None:
    if not opening.cancelled():
        opening.exception()  # told to whoever finishes the utterance; nobody may
