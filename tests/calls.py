"""A call without telephone, recogniser and voice: for tests of what is said in one, in time that a test lets pass.

A sound of a level is speech; what was said is what the test has written beforehand; a text spoken is a tone as long as
the text.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import numpy as np
from numpy.typing import NDArray

from hotline.settings import ROOT
from voice.audio.frames import AudioFrame
from voice.call import Call, Equipment
from voice.ears import OnPartial
from voice.endpointing import Expectation, TurnWords
from voice.heard.words import CallerWords
from voice.ports_speech import Heard, Wanted
from voice.transports.simulated import SimulatedLeg
from voice.vad import Activity

CALLER_WORDS = CallerWords.load(ROOT / "data" / "voice" / "words")
TURN_WORDS = TurnWords.load(ROOT / "data" / "voice" / "turns.yml")
SECONDS_A_CHARACTER = 0.1


class Loudness:
    """Speech is what is loud."""

    def feed(self, frame: AudioFrame) -> Activity:
        loud = float(np.abs(frame.as_array()).mean()) > 300
        return Activity(frame.at_seconds, loud, loud, None)


class WrittenEar:
    """Understands what was written down for this utterance."""

    def __init__(self, ears: WrittenEars, expectation: Expectation, on_partial: OnPartial) -> None:
        self._ears, self._on_partial = ears, on_partial
        self.expectation, self.language = expectation, expectation.language
        self.seconds = 0.0
        self.closed = False
        self.peeked: list[Wanted] = []
        self._text = ears.texts.popleft() if ears.texts else ""

    def _heard(self, text: str, *, final: bool) -> Heard:
        return Heard(text, self.expectation.language or "zh", 0.9, final, "written")

    def feed(self, frame: AudioFrame) -> None:
        self.seconds += frame.duration_seconds
        if self._ears.partials and isinstance(self._text, str):
            known = self._text[: int(self.seconds / self._ears.seconds_a_character)]
            self._on_partial(self._heard(known, final=False))

    def know(self, language: str) -> None:
        self.language = language

    async def peek(self, speech_seconds: float, wanted: Wanted) -> Heard | None:
        self.peeked.append(wanted)
        known = self._ears.partials or self._ears.ahead
        return self._heard(self._text, final=False) if known and isinstance(self._text, str) else None

    async def finish(self, speech_seconds: float) -> Heard:
        for _ in range(self._ears.ticks_to_finish):
            await self._ears.next_tick()
        self.closed = True
        if isinstance(self._text, Exception):
            raise self._text
        return self._heard(self._text, final=True)

    async def close(self) -> None:
        self.closed = True


class WrittenEars:
    """Gives one written text an utterance, in their order; an error among them breaks down."""

    def __init__(self, *texts: str | Exception, partials: bool = True) -> None:
        self.texts: deque[str | Exception] = deque(texts)
        self.partials = partials
        self.free, self.ahead = True, False
        self.seconds_a_character = 0.15
        self.ticks_to_finish = 0
        self.opened: list[WrittenEar] = []
        self._tick = asyncio.Event()

    def open(self, expectation: Expectation, on_partial: OnPartial) -> WrittenEar:
        self.opened.append(WrittenEar(self, expectation, on_partial))
        return self.opened[-1]

    async def next_tick(self) -> None:
        await self._tick.wait()
        self._tick.clear()

    def tick(self) -> None:
        self._tick.set()


class ToneSaying:
    def __init__(self, text: str, error: Exception | None) -> None:
        self.text, self._error = text, error
        self.clauses: list[object] = []

    async def frames(self) -> AsyncIterator[AudioFrame]:
        if self._error is not None:
            raise self._error
        for number in range(round(len(self.text) * SECONDS_A_CHARACTER / 0.02)):
            yield AudioFrame(np.full(160, 1_000, "<i2").tobytes(), 8_000, at_seconds=number * 0.02)


class ToneMouth:
    """Says each character as a tenth of a second of sound, and remembers the texts."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.error: Exception | None = None

    def say(self, text: str, language: str) -> ToneSaying:
        self.said.append(text)
        return ToneSaying(text, self.error)


class Scene:
    """A call in progress: `async with Scene("你好") as scene`, with one text for each utterance of the caller."""

    def __init__(self, *texts: str | Exception, partials: bool = True, leg: SimulatedLeg | None = None) -> None:
        self.leg = leg or SimulatedLeg()
        self.ears = WrittenEars(*texts, partials=partials)
        self.mouth = ToneMouth()
        self.notes: list[tuple[str, float]] = []
        equipment = Equipment(self.ears, self.mouth, Loudness, TURN_WORDS, CALLER_WORDS)
        self.call = Call(self.leg, equipment, lambda kind, at, values: self.notes.append((kind, at)))

    async def __aenter__(self) -> Scene:
        await self.call.__aenter__()
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.call.__aexit__()

    async def pass_seconds(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            await self.leg.pass_seconds(0.02)
            self.ears.tick()
            for _ in range(3):
                await asyncio.sleep(0)

    async def caller_speaks(self, seconds: float) -> None:
        """The caller makes sound for so long, and time passes with it."""
        self.leg.caller_says(np.full(round(seconds * 8_000), 3_000, dtype=np.int16))
        await self.pass_seconds(seconds)

    def when(self, kind: str) -> list[float]:
        """When something was noted."""
        return [at for noted, at in self.notes if noted == kind]

    def sound_seconds(self) -> float:
        """How much sound of ours went out so far."""
        return float(np.count_nonzero(self.leg.said) / 8_000)


def speech(seconds: float) -> NDArray[np.int16]:
    return np.full(round(seconds * 8_000), 3_000, dtype=np.int16)
