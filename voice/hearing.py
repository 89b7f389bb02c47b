"""The listening half of a call: sound in, turns out (the edge around `voice.turn`).

It detects speech, keeps a little of the past, opens and closes utterances as the turns say, and hands what was said to
an inbox. What is answered is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from voice import acts
from voice.audio.frames import AudioFrame
from voice.ears import Ear, Ears
from voice.endpointing import Ended
from voice.errors_speech import RecognitionFailed, SpeechError
from voice.heard.inventions import folded
from voice.ports_calls import CallLeg
from voice.ports_dialogue import BackFromHold, Silence
from voice.ports_speech import Heard
from voice.speculation import Speculation
from voice.turn import Prompt, Turns
from voice.vad import Activity

log = logging.getLogger(__name__)
_KEPT_SECONDS = 0.8
_BEFORE_SECONDS = 0.25
_DOUBTED = 0.3
_HELD_LEAST_SECONDS = 2.0
_SLOW_SECONDS = 1.0
Note = Callable[..., None]


class SpeechDetector(Protocol):
    """Tells speech, frame by frame (`voice.vad.VoiceActivity`)."""

    def feed(self, frame: AudioFrame) -> Activity: ...


class EchoGuard(Protocol):
    """Tells our own voice, coming back from the line, from the caller's (`voice.echo`)."""

    def covers(self, frame: AudioFrame) -> bool: ...


class Hearing:
    """Listens to one leg until it ends.

    Attributes:
        now: the call's time, seconds; it moves with the frames.
        inbox: turns of the caller: `Heard`, `Silence`, or the `SpeechError` that hearing ended with.
        deaf: nothing is detected or recognised (two people are connected).
        verdicts: what becomes of a stopped prompt: True: it goes on; False: it is over.
        slow: what was said takes long to be worked out.
        filling: something is said meanwhile, which is no prompt.
    """

    def __init__(
        self, leg: CallLeg, turns: Turns, ears: Ears, detector: SpeechDetector, echo: EchoGuard, note: Note
    ) -> None:
        self.now = 0.0
        self.deaf = False
        self.inbox: asyncio.Queue[Heard | Silence | BackFromHold | SpeechError] = asyncio.Queue(maxsize=16)
        self.verdicts: asyncio.Queue[bool] = asyncio.Queue()
        self.slow = asyncio.Event()
        self.filling = False
        self._leg = leg
        self._turns = turns
        self._ears = ears
        self._detector = detector
        self._echo = echo
        self._note = note
        self._held_since: float | None = None
        self._working: deque[tuple[float, Ear]] = deque()  # since when words are being worked out
        self._past: deque[AudioFrame] = deque()
        self._ear: Ear | None = None
        self._finishing: asyncio.Queue[tuple[Ear, Ended] | None] = asyncio.Queue()
        self._result: Heard | SpeechError | None = None
        self._kept: list[Heard] = []
        self._peeking: set[asyncio.Task[None]] = set()
        self._speculation = Speculation()

    async def run(self) -> None:
        """Listens until the leg ends; words of an utterance cut off by it are still worked out."""
        finisher = asyncio.ensure_future(self._finish_all())
        try:
            async for frame in self._leg.frames():
                self._hear(frame)
            self._finishing.put_nowait(None)
            await finisher
        finally:
            finisher.cancel()
            for task in self._peeking:
                task.cancel()
            if self._ear is not None:
                await self._ear.close()

    def know(self, language: str) -> None:
        """The caller's language is known: what is being said, and what is not worked out yet, is in it.

        A first utterance whose language was decided already, because it was sure and long, stays in that one.
        """
        for ear in (self._ear, *(one for _, one in self._working)):
            if ear is not None:
                ear.know(language)

    def _hear(self, frame: AudioFrame) -> None:
        self.now = frame.ends_at_seconds
        if self.deaf:
            self._past.clear()
            if self._ear is not None:
                self._close(self._ear)
                self._ear = None
            self._turns.forget()
            return
        self._past.append(frame)
        while self._past[0].at_seconds < frame.at_seconds - _KEPT_SECONDS:
            self._past.popleft()
        if self._ear is not None:
            self._ear.feed(frame)
        if self._leg.on_hold:  # what comes now is the music of the other side's exchange
            self._turns.still_listening(self.now)
            self._held_since = self.now if self._held_since is None else self._held_since
            speech = False
        else:
            activity = self._detector.feed(frame)
            doubted = activity.probability is not None and activity.probability < _DOUBTED
            speech = activity.speech and not doubted
        ours = self.filling or self._turns.prompt is Prompt.PLAYING
        if speech and ours and self._echo.covers(frame):
            speech = False
        if self._working and self.now - self._working[0][0] >= _SLOW_SECONDS:
            self.slow.set()
        if self._held_since is not None and not self._leg.on_hold:
            self._taken_back(self._held_since)
        self.act(self._turns.hear(frame.at_seconds, speech))
        if self._ear is not None and self._speculation.begins(self.now, self._ears.free):
            self._peek(self._ear)

    def _taken_back(self, since: float) -> None:
        """The other side has ended its hold: whoever waits for the caller hears of it."""
        self._held_since = None
        self._note("taken_back", held=self.now - since)
        if self._turns.waits_for_caller and self.now - since >= _HELD_LEAST_SECONDS:
            self._put(BackFromHold(self.now - since))

    def act(self, to_do: list[acts.Act]) -> None:
        """Does what the turns say."""
        for one in to_do:
            match one:
                case acts.Open(at):
                    self._open(at)
                case acts.Peek(_, since):
                    self._speculation.paused(since)
                case acts.Unpeek():
                    self._speculation.goes_on()
                case acts.Finish(ended):
                    self._note("speech_ended", spoken_until=ended.spoken_until_seconds, speech=ended.speech_seconds)
                    if self._ear is not None:
                        self._working.append((self.now, self._ear))
                        self._finishing.put_nowait((self._ear, ended))
                        self._ear = None
                case acts.Drop(at):
                    self._drop()
                case acts.StopSound(at):
                    self._leg.stop_playing()
                    self._note("prompt_stopped", began=at)
                case acts.GoOn():
                    self._note("prompt_goes_on")
                    self.verdicts.put_nowait(True)
                case acts.Taken():
                    self.verdicts.put_nowait(False)
                case acts.Keep():
                    if isinstance(self._result, Heard):
                        self._kept.append(self._result)
                case acts.Deliver():
                    self._deliver()
                case acts.NothingSaid():
                    self._note("silence")
                    self._put(Silence(self._turns.expectation.silence_seconds))

    def _open(self, at_seconds: float) -> None:
        self._note("speech_began", began=at_seconds)
        ear = self._ears.open(self._turns.expectation, lambda heard: self._understood(ear, heard))
        for frame in self._past:
            if frame.at_seconds >= at_seconds - _BEFORE_SECONDS:
                ear.feed(frame)
        if self._ear is not None:
            self._close(self._ear)
        self._ear, self._speculation = ear, Speculation()

    def _understood(self, ear: Ear, heard: Heard, until_seconds: float | None = None) -> None:
        """Words have become known while the caller speaks, or in a pause."""
        if ear is self._ear:
            self._note("partial", text=heard.text)
            self.act(self._turns.understood(heard.text, self.now, until_seconds))

    def _peek(self, ear: Ear) -> None:
        """Works out what was said so far, while the pause runs on."""
        speculation, until, wanted = self._speculation, self.now, self._speculation.wanted()
        self._note("worked_ahead")

        async def peek() -> None:
            try:
                heard = await ear.peek(self._turns.speech_seconds, wanted)
            except SpeechError:
                return  # finishing meets it again, and tells
            finally:
                speculation.done()
            if heard is not None and heard.text:
                self._understood(ear, heard, until)

        task = asyncio.ensure_future(peek())
        self._peeking.add(task)
        task.add_done_callback(self._peeking.discard)

    def _drop(self) -> None:
        """What was just finished, or what had just begun, is forgotten."""
        if self._result is not None:
            self._result = None
        elif self._ear is not None:
            ear, self._ear = self._ear, None
            self._close(ear)

    def _close(self, ear: Ear) -> None:
        task = asyncio.ensure_future(ear.close())
        self._peeking.add(task)
        task.add_done_callback(self._peeking.discard)

    async def _finish_all(self) -> None:
        """Works utterances out one after the other, and tells the turns what they were."""
        while (finished := await self._finishing.get()) is not None:
            ear, ended = finished
            began = self.now
            try:
                result: Heard | SpeechError = await ear.finish(ended.speech_seconds)
            except SpeechError as error:
                log.warning("an utterance could not be worked out", exc_info=True)
                result = error
            except Exception:  # a mistake in one engine must not leave the call deaf
                log.exception("an utterance could not be worked out")
                result = RecognitionFailed()
            self._close(ear)
            text = result.text if isinstance(result, Heard) else ""
            self._result = result
            self._note(
                "heard",
                text=text,
                confidence=getattr(result, "confidence", 0.0),
                engine=getattr(result, "engine", ""),
                spoken_until=ended.spoken_until_seconds,
                took=self.now - began,
            )
            if isinstance(result, Heard):
                self.act(self._turns.result(text, self.now))
            else:
                self.act(self._turns.failed(self.now))
            self._result = None
            self._working.popleft()
            self.slow.clear()

    def _deliver(self) -> None:
        result = self._result
        if self._kept and not isinstance(result, SpeechError):
            result = joined([*self._kept, result] if result is not None else self._kept)
        self._kept.clear()
        if result is not None:
            self._put(result)

    def _put(self, turn_of_theirs: Heard | Silence | BackFromHold | SpeechError) -> None:
        if self.inbox.full():
            self.inbox.get_nowait()
        self.inbox.put_nowait(turn_of_theirs)


def joined(parts: list[Heard]) -> Heard:
    """Utterances that belong together as one."""
    texts = [part.text for part in parts if folded(part.text)]
    last = parts[-1]
    gap = "" if last.language in ("zh", "ja") else " "
    confidence = min(part.confidence for part in parts)
    return Heard(gap.join(texts), last.language, confidence, True, last.engine, limited=last.limited)
