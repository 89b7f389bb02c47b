"""A whole complaint by telephone: the caller speaks each answer when the line has gone quiet, until a ticket is filed.

Which prepared answer comes next is chosen by what the store says is asked for; a question of the line's own (was that
heard right?) is told by its sound. How good all this was is judged by its users.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.calls.store import Store
from benchmarks.calls.telephone import AUDIBLE, RATE_HZ, CallersPhone, Telephone
from benchmarks.calls.voices import CallerVoices
from voice.audio.frames import SPEECH_RATE_HZ
from voice.heard.distance import character_error
from voice.prompts import Prompts
from voice.stt.whisper_recognizer import WhisperRecognizer
from voice.timeline import Event, Timeline
from voice.tts.sound import resample

Samples = NDArray[np.int16]
COMPLAINTS: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("complaints.yml").read_text("utf-8")
)
KEYS = "13812345678#"
_PRESSED = re.compile(r"[0-9*#]+")
QUIET_SECONDS = 1.3
_GREETING_SECONDS, _REPLY_SECONDS = 60.0, 40.0
_MOST_TURNS = 24
_LAST_SECONDS = 8.0
_PAUSE_SECONDS, _PIECE_SECONDS = 0.15, 2.0
_LOOKS_EVERY_SECONDS = 0.15
_OWN_SECONDS = 2.6  # silence after a word of the line's own, such as a filler, until nothing more is waited for
_INTO_READ_BACK_SECONDS = 5.0
_NUMBER_SECONDS = 12.0  # silence after the ticket's number, until nothing of it is still to come
_WAITS = ("filler_first", "filler_second", "hold")
_OWN_PROMPTS = (
    "heard_right",
    "not_heard",
    "not_heard_again",
    "silence_first",
    "silence_asked",
    "silence_second",
    "number_again",
    "keypad_number",
    *_WAITS,
)


def answers(language: str, *, pressed: bool = False) -> dict[str, str]:
    """What callers answer by what is asked for: with their voice, or by keys."""
    texts = {slot: text for slot, text in COMPLAINTS[language].items() if isinstance(text, str)}
    return {slot: text for slot, text in texts.items() if bool(_PRESSED.fullmatch(text)) == pressed}


@dataclass(frozen=True)
class Spoken:
    """Something the caller said: what for, and when in the caller's time."""

    slot: str
    text: str
    began: float
    ended: float


@dataclass
class Walk:
    """One call from dialling to hanging up."""

    language: str
    phone: CallersPhone
    conversation: str = ""
    ticket: str = ""
    spoken: list[Spoken] = field(default_factory=list)
    texts: tuple[str, ...] = ()
    call_id: str = ""
    turns: int = 0
    problem: str = ""


class Callers:
    """Makes calls to one system.

    Args:
        port: of the line.
        pool: threads of the callers' voices and ears.
        ears: hears what the line says.
        dials: makes a call, as `Telephone.calling` does.
    """

    def __init__(
        self,
        port: int,
        store: Store,
        voices: CallerVoices,
        ears: WhisperRecognizer,
        prompts: Prompts,
        pool: ThreadPoolExecutor,
        dials: Callable[..., AbstractAsyncContextManager[CallersPhone]] = Telephone.calling,
    ) -> None:
        self._dials = dials
        self._port = port
        self._store = store
        self._voices = voices
        self._ears = ears
        self._prompts = prompts
        self._pool = pool
        self._opening = asyncio.Lock()

    async def complain(self, language: str, save: Path | None = None, number: str = "anonymous") -> Walk:
        """Calls, complains and hears the ticket number; what went wrong stands in the result.

        Args:
            save: where the caller's recording is kept.
        """
        sounds = {slot: await self._run(self._voices.say, text, language) for slot, text in answers(language).items()}
        async with self._dials(self._port, number) as phone:
            walk = Walk(language, phone, call_id=phone.call_id)
            try:
                await self._talk(walk, sounds)
            finally:
                walk.texts = self._store.stand(walk.conversation).texts if walk.conversation else ()
                if save is not None:
                    phone.save(save)
        return walk

    async def _talk(self, walk: Walk, sounds: Mapping[str, Samples]) -> None:
        phone = walk.phone
        async with self._opening:  # the conversation of this call is the one that appears
            before = set(self._store.phone_conversations())
            if not await phone.spoken_to(-1.0, QUIET_SECONDS, _GREETING_SECONDS):
                walk.problem = "no greeting"
                return
            if "language" in self._keys(walk):
                await self._press(walk, "language")
                await phone.spoken_to(walk.spoken[-1].ended, QUIET_SECONDS, _GREETING_SECONDS)
            await self._say(walk, "opening", sounds)
            until = phone.seconds + _REPLY_SECONDS
            while not walk.conversation and phone.seconds < until and not phone.ended.is_set():
                await asyncio.sleep(_LOOKS_EVERY_SECONDS)
                walk.conversation = next((one for one in self._store.phone_conversations() if one not in before), "")
        if not walk.conversation:
            walk.problem = "no conversation was opened"
            return
        await self._answered(walk)
        for _ in range(_MOST_TURNS):
            stand = self._store.stand(walk.conversation)
            if stand.ticket:
                walk.ticket = stand.ticket
                await phone.spoken_to(walk.spoken[-1].ended, _NUMBER_SECONDS, _GREETING_SECONDS)
                return
            if phone.ended.is_set():
                walk.problem = "the line hung up"
                return
            slot = await self._next(walk, stand.slot, stand.turns == walk.turns)
            walk.turns = self._store.stand(walk.conversation).turns
            if slot == "keypad" or slot in self._keys(walk):
                await self._press(walk, slot)
            else:
                await self._say(walk, slot if slot in sounds else "opening", sounds)
            await self._answered(walk)
        walk.problem = f"no ticket after {_MOST_TURNS} turns"

    async def _say(self, walk: Walk, slot: str, sounds: Mapping[str, Samples]) -> None:
        began, ended = await walk.phone.say(sounds[slot])
        walk.spoken.append(Spoken(slot, str(COMPLAINTS[walk.language][slot]), began, ended))

    @staticmethod
    def _keys(walk: Walk) -> dict[str, str]:
        return answers(walk.language, pressed=True)

    async def _press(self, walk: Walk, slot: str) -> None:
        began, keys = walk.phone.seconds, self._keys(walk).get(slot, KEYS)
        await walk.phone.press(keys)
        walk.spoken.append(Spoken("keypad", keys, began, walk.phone.seconds))

    async def _answered(self, walk: Walk) -> None:
        """Waits until the line has answered what was said last, to the end, or has said something of its own."""
        phone, after = walk.phone, walk.spoken[-1].ended
        until = phone.seconds + _REPLY_SECONDS
        while phone.seconds < until and not phone.ended.is_set():
            stand = self._store.stand(walk.conversation)
            if stand.answered and stand.turns > walk.turns:
                if stand.slot == "confirm" and not COMPLAINTS[walk.language].get("patient"):
                    await phone.spoken_to(phone.seconds - _LOOKS_EVERY_SECONDS, 0.0, _REPLY_SECONDS)
                    await asyncio.sleep(_INTO_READ_BACK_SECONDS)
                    return
                await phone.spoken_to(phone.seconds - _LOOKS_EVERY_SECONDS, QUIET_SECONDS, _REPLY_SECONDS)
                return
            if await phone.spoken_to(after, _OWN_SECONDS, _LOOKS_EVERY_SECONDS):
                return

    async def _next(self, walk: Walk, slot: str | None, same: bool) -> str:
        """Which answer is said next."""
        if not same or not walk.spoken:
            return slot or "yes"
        said, last = await self._run(self._heard_last, walk), walk.spoken[-1]
        own = {name: self._prompts.text(name, walk.language, text=last.text) for name in _OWN_PROMPTS}
        nearest = min(own, key=lambda name: character_error(own[name], said))
        if nearest in _WAITS:
            await self._answered(walk)
            stand = self._store.stand(walk.conversation)
            return stand.slot or "yes" if stand.turns != walk.turns else last.slot
        if nearest == "heard_right":
            return "yes"
        if nearest in ("number_again", "keypad_number"):
            return "keypad"
        return last.slot if last.slot != "yes" else slot or "yes"

    def _heard_last(self, walk: Walk) -> str:
        """What the line said since the caller last spoke."""
        heard = walk.phone.heard()[round(walk.spoken[-1].ended * RATE_HZ) :][: round(_LAST_SECONDS * RATE_HZ)]
        return transcript(self._ears, heard, walk.language)

    async def _run(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)


def transcript(ears: WhisperRecognizer, heard: Samples, language: str) -> str:
    """What is said in a piece of a call (8 kHz)."""
    wide = resample(heard.astype(np.float32) / 32768.0, RATE_HZ, SPEECH_RATE_HZ)
    return ears.transcribe(wide, language).text if len(wide) else ""


def transcript_by_pauses(ears: WhisperRecognizer, heard: Samples, language: str) -> str:
    """The same, cut in pauses: Whisper is apt to stop after the first of several sentences."""
    return " ".join(transcript(ears, part, language) for part in by_pauses(heard))


def with_short_pauses(heard: Samples, most_seconds: float) -> Samples:
    """A sound whose pauses are no longer than that: Whisper is apt to drop what comes behind a long one."""
    loud = np.flatnonzero(np.abs(heard.astype(np.int32)) > AUDIBLE)
    if not len(loud):
        return heard
    breaks = np.flatnonzero(np.diff(loud) >= most_seconds * RATE_HZ)
    begins, ends = [loud[0], *loud[breaks + 1]], [*loud[breaks], loud[-1]]
    half = round(most_seconds * RATE_HZ / 2)
    parts = [heard[max(0, begin - half) : end + half] for begin, end in zip(begins, ends, strict=True)]
    return np.concatenate(parts)


def by_pauses(heard: Samples) -> list[Samples]:
    """A sound in pieces of two seconds or a little more, cut in the middle of pauses."""
    loud = np.flatnonzero(np.abs(heard) > AUDIBLE)
    cuts, last = [0], 0
    for before, after in itertools.pairwise(loud.tolist()):
        middle = (before + after) // 2
        if after - before >= _PAUSE_SECONDS * RATE_HZ and middle - last >= _PIECE_SECONDS * RATE_HZ:
            cuts.append(last := middle)
    return [heard[begin:end] for begin, end in itertools.pairwise([*cuts, len(heard)])]


@dataclass(frozen=True)
class Line:
    """Something the line said, as it came to the caller.

    Attributes:
        finished: it was said to its end.
    """

    text: str
    language: str
    samples: Samples
    finished: bool


def lines_of(walk: Walk, timeline: Timeline) -> list[Line]:
    """What the line said in a call: its texts by its own timeline, their sound by the caller's recording."""
    heard, found = walk.phone.heard(), list[Line]()
    prompt: Event | None = None
    began = 0.0
    for event in timeline.events:
        if event.kind == "prompt":
            prompt, began = event, event.at_seconds
        elif event.kind == "prompt_heard":
            began = event.at_seconds
        elif event.kind in ("prompt_finished", "prompt_interrupted") and prompt is not None:
            span = slice(round(max(0.0, began - 0.3) * RATE_HZ), round((event.at_seconds + 0.5) * RATE_HZ))
            values = prompt.values
            finished = event.kind == "prompt_finished"
            found.append(Line(str(values["text"]), str(values["language"]), heard[span], finished))
            prompt = None
    return found
