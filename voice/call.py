"""One call put together: what the dialogue says is played, what the caller says and presses comes back to it.

Stopping for the caller and going on again happen in here (`voice.turn`); what to say, and what to make of an answer,
is the dialogue's. It neither knows the gateway nor forms.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from voice.audio.frames import AudioFrame
from voice.audio.recorder import StereoRecorder
from voice.ears import Ears
from voice.echo import Echo
from voice.endpointing import Expectation, TurnWords
from voice.errors import CallEnded
from voice.errors_speech import SpeechError
from voice.hearing import Hearing, SpeechDetector
from voice.keypad import KeyPad
from voice.ports_calls import CallLeg
from voice.ports_dialogue import Answer, BackFromHold, Digits, HasEnded, Said, Silence, Transfer, Transferred
from voice.ports_speech import Heard
from voice.tape import Tape
from voice.transfer import transferred
from voice.turn import Turns
from voice.weight import Sayings

log = logging.getLogger(__name__)
_BACK_SECONDS = 0.3
_SOON_SECONDS = 1.0
_AUDIBLE = 200
T = TypeVar("T")
Note = Callable[[str, float, Mapping[str, object]], None]


class Clause(Protocol):
    """A part of a saying and where it begins in it."""

    @property
    def from_seconds(self) -> float: ...


class Saying(Protocol):
    """A text being spoken (`voice.tts.speaker.Saying`)."""

    @property
    def clauses(self) -> list[Any]: ...

    def frames(self) -> AsyncIterator[AudioFrame]: ...


class Mouth(Protocol):
    """Speaks texts (`voice.tts.speaker.Speaker`)."""

    def say(self, text: str, language: str) -> Saying: ...


@dataclass(frozen=True)
class Equipment:
    """What calls share, and what is made anew for each of them.

    Attributes:
        detector: makes a speech detector; one a call.
    """

    ears: Ears
    mouth: Mouth
    detector: Callable[[], SpeechDetector]
    words: TurnWords
    sayings: Sayings


class Call:
    """The person on the line; see `voice.ports_dialogue.Caller`. Use as an asynchronous context."""

    def __init__(self, leg: CallLeg, equipment: Equipment, note: Note | None = None) -> None:
        self.leg = leg
        self._equipment = equipment
        self._told = note
        self._echo = Echo()
        self._turns = Turns(equipment.words, equipment.sayings, partials=equipment.ears.partials)
        self._hearing = Hearing(leg, self._turns, equipment.ears, equipment.detector(), self._echo, self.note)
        self._keypad = KeyPad()
        self._digits: asyncio.Queue[Digits] = asyncio.Queue(maxsize=8)
        self._recorder: StereoRecorder | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._sounding: Saying | None = None
        self._deaf = False
        self.filler: tuple[str, str] | None = None
        self.filled = False
        self._filling: asyncio.Task[None] | None = None

    # Life.

    async def __aenter__(self) -> Call:
        self.leg.tap(self._on_the_line)
        self._tasks = [
            asyncio.ensure_future(work) for work in (self._hearing.run(), self._read_keys(), self._watch_keys())
        ]
        for task in self._tasks:
            task.add_done_callback(self._broke)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leg.hang_up()
        if self._filling is not None:
            self._tasks.append(self._filling)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.leg.tap(None)
        if self._recorder is not None:
            self._recorder.close()

    def _broke(self, task: asyncio.Task[None]) -> None:
        """Hearing broke down in a way nobody foresaw: the dialogue hears of it instead of waiting for ever."""
        if not task.cancelled() and task.exception() is not None:
            log.error("a call's listening broke down", exc_info=task.exception())
            with contextlib.suppress(asyncio.QueueFull):
                self._hearing.inbox.put_nowait(SpeechError("hearing broke down"))
            self._deaf = True

    def record(self, path: Path) -> None:
        """Records both sides from now on."""
        self._recorder = StereoRecorder(path)
        self.note("recording", path=path.name)

    def _on_the_line(self, heard: bytes, said: bytes) -> None:
        self._echo.played(said)
        if self._recorder is not None:
            self._recorder.write(heard, said)
        saying = self._sounding
        if saying is not None and int(np.abs(np.frombuffer(said, dtype="<i2")).max(initial=0)) > _AUDIBLE:
            self._sounding = None
            first = saying.clauses[0] if saying.clauses else None
            self.note("prompt_heard", how=first.spoken.how if first is not None else "")

    # Who is there.

    @property
    def number(self) -> str:
        return self.leg.caller

    @property
    def called(self) -> str:
        return self.leg.called

    @property
    def headers(self) -> Mapping[str, str]:
        return self.leg.headers

    @property
    def call_id(self) -> str:
        return self.leg.call_id

    @property
    def seconds(self) -> float:
        return self._hearing.now

    @property
    def has_ended(self) -> bool:
        return self.leg.ended.is_set()

    def note(self, kind: str, **values: object) -> None:
        """Adds an event to the timeline, at the call's time."""
        if self._told is not None:
            self._told(kind, self._hearing.now, values)

    # Speaking.

    async def say(
        self, text: str, language: str, *, interruptible: bool = True, expect: Expectation | None = None
    ) -> Said:
        """Says a text; see `Caller.say`."""
        if expect is not None:
            self._expect(expect)
        early = self._early() if interruptible else None
        if early is not None:
            return Said(0.0, False, early)
        saying = self._equipment.mouth.say(text, language)
        tape = Tape(saying.frames())
        self._forget_verdicts()
        self._turns.speaking(self.seconds, interruptible=interruptible)
        self._sounding = saying
        self.note("prompt", text=text, language=language, interruptible=interruptible)
        try:
            return await self._play(tape, saying)
        finally:
            self._turns.spoken(self.seconds)
            self._sounding = None
            await tape.close()

    def _expect(self, expect: Expectation) -> None:
        self._turns.expect(expect)
        if expect.language is not None:
            self._hearing.know(expect.language)

    async def _play(self, tape: Tape, saying: Saying) -> Said:
        at, played = 0.0, 0.0
        while True:
            result = await self.leg.play(tape.read(at))
            played = at + result.played_seconds
            if result.finished:
                self.note("prompt_finished", played=played)
                return Said(played, True)
            stopped_at = self.seconds
            goes_on = None if self.has_ended else await self._until(self._hearing.verdicts.get())
            if goes_on is None:
                return Said(played, False)
            if not goes_on:
                self.note("prompt_interrupted", played=played)
                return Said(played, False, await self._interruption())
            soon = self.seconds - stopped_at <= _SOON_SECONDS
            at = max(0.0, played - _BACK_SECONDS) if soon else _clause_at(saying, played)

    async def _interruption(self) -> Heard | Digits | None:
        """What took the floor: it follows at once, but for a number that is still being pressed."""
        answer = await self._next_answer(raises=False)
        return answer if isinstance(answer, (Heard, Digits)) else None

    def _early(self, *, raises: bool = False) -> Heard | Digits | None:
        """What was said or pressed while the dialogue was thinking; with `raises`, also that it was not understood."""
        if not self._digits.empty():
            return self._digits.get_nowait()
        while not self._hearing.inbox.empty():
            waiting = self._hearing.inbox.get_nowait()
            if isinstance(waiting, Heard):
                return waiting
            if raises and isinstance(waiting, SpeechError):
                raise waiting
        return None

    def _forget_verdicts(self) -> None:
        while not self._hearing.verdicts.empty():
            self._hearing.verdicts.get_nowait()

    # Listening.

    async def listen(self, expect: Expectation) -> Answer:
        """Waits for the caller; see `Caller.listen`."""
        self._expect(expect)
        early = self._early(raises=True)
        if early is not None:
            return early
        if self._deaf and not self.has_ended:  # nothing would ever come, not even silence
            raise SpeechError("hearing broke down")
        self._turns.listening(self.seconds)
        self.filled = False
        self._filling = asyncio.ensure_future(self._fill())
        try:
            return await self._next_answer()
        finally:
            self._turns.not_listening()
            if not self.filled:  # a word that is being said is heard to its end, or to the answer
                self._filling.cancel()

    async def _fill(self) -> None:
        """Says a word when what the caller said takes long to be worked out; it takes the floor from nobody."""
        await self._hearing.slow.wait()
        if self.filler is None:
            return
        self.filled = self._hearing.filling = True
        text, language = self.filler
        self.note("filler", text=text)
        try:
            await self.leg.play(self._equipment.mouth.say(text, language).frames())
        except SpeechError:
            log.warning("no word could be said while the caller's words are worked out", exc_info=True)
        finally:
            self._hearing.filling = False

    async def hold(self, seconds: float, expect: Expectation) -> Answer:
        """Gives the caller time; see `Caller.hold`."""
        return await self.listen(replace(expect, silence_seconds=seconds))

    async def _next_answer(self, *, raises: bool = True) -> Answer:
        heard = asyncio.ensure_future(self._hearing.inbox.get())
        pressed = asyncio.ensure_future(self._digits.get())
        ended = asyncio.ensure_future(self.leg.ended.wait())
        waited: list[asyncio.Future[Any]] = [pressed, heard, ended]
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            for answer in (pressed, heard):
                if answer.done():
                    result: Heard | Digits | Silence | BackFromHold | SpeechError = answer.result()
                    if not isinstance(result, SpeechError):
                        return result
                    if raises:
                        raise result
            return HasEnded(self.leg.end_reason)
        finally:
            for one in waited:
                one.cancel()

    async def _until(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Waits for something, or for the end of the call (None)."""
        wanted: asyncio.Future[T] = asyncio.ensure_future(work)
        ended = asyncio.ensure_future(self.leg.ended.wait())
        waited: list[asyncio.Future[Any]] = [wanted, ended]
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            return wanted.result() if wanted.done() else None
        finally:
            for one in waited:
                one.cancel()

    # Keys.

    async def _read_keys(self) -> None:
        async for key in self.leg.digits():
            self.note("key", key=key)
            self._hearing.act(self._turns.pressed(self.seconds))
            self._complete(self._keypad.press(key, self._turns.expectation, self.seconds))

    async def _watch_keys(self) -> None:
        while not self.has_ended:
            await asyncio.sleep(0.25)
            self._complete(self._keypad.pause(self.seconds))

    def _complete(self, keys: str | None) -> None:
        if keys is not None and not self._digits.full():
            self._digits.put_nowait(Digits(keys))

    # People.

    async def transfer(self, transfer: Transfer) -> Transferred:
        """Connects the caller with a person; see `Caller.transfer`."""
        if self.has_ended:
            raise CallEnded
        self.note("transfer", target=transfer.target)
        self._turns.not_listening()
        self._hearing.deaf = True  # what two people say to each other is not recognised
        try:
            result = await transferred(self.leg, transfer, self._equipment.mouth)
        finally:
            self._hearing.deaf = False
            while self._early() is not None:  # keys that were meant for the person
                pass
        self.note("transferred", outcome=result.outcome.value, talked=result.talked_seconds)
        return result

    async def hang_up(self, reason: str = "normal") -> None:
        self.note("hang_up", reason=reason)
        await self.leg.hang_up(reason)


def _clause_at(saying: Saying, played_seconds: float) -> float:
    """Where the clause begins in which the sound stopped: after a longer while it is said again from there."""
    starts = [float(clause.from_seconds) for clause in saying.clauses if clause.from_seconds <= played_seconds + 0.05]
    return max(starts, default=0.0)
