"""Saying a text on the line: clause by clause, the next one being made while the last is heard.

It gives frames and remembers what they say, so that a sentence can go on after a false interruption. When to speak and
when to stop is not decided here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from voice.audio.frames import FRAME_SECONDS, AudioFrame
from voice.background import background_pool
from voice.errors_speech import NothingSpeaks
from voice.ports_speech import Sound
from voice.speakable.digits import is_dictated, ticket_number, ticket_number_groups
from voice.speakable.rules import speakable
from voice.tts.chain import Spoken, VoiceChain
from voice.tts.clauses import clauses

_PAUSE_SECONDS = 0.22
_GROUP_PAUSE_SECONDS = 0.8
_AT_ONCE, _MOST_AHEAD = 2, 6
"""Clauses being made while one is said that was there at once; clauses made or being made that are not said yet."""
_TICKET_NUMBER = re.compile(r"(?<!\d)\d{14}(?!\d)")


@dataclass(frozen=True)
class ClauseHeard:
    """A clause and when it sounds, counted from the first frame of the saying."""

    spoken: Spoken
    from_seconds: float
    to_seconds: float


def pieces(clause: str, language: str) -> list[str]:
    """A clause, cut within a ticket's number: it is written down by who hears it, so each group has a pause behind it.

    Up to the day it was spoken before on that day, and is on the line at once. The rest are two groups of three digits:
    each is made sooner than both, and there are only a thousand of either (`render.number_pieces`).
    """
    found = _TICKET_NUMBER.search(clause)
    if found is None:
        return [clause]
    said, number = speakable(clause, language), ticket_number(found[0], language)
    if number not in said:
        return [clause]
    before, after = said[: said.index(number)], said[said.index(number) + len(number) :]
    *groups, last = ticket_number_groups(found[0], language)
    stop = "。" if language in ("zh", "ja") else "."
    return [*([before.rstrip()] if before.strip() else []), *(group + stop for group in groups), last + after]


class Saying:
    """One text being said: iterate `frames` once; the clauses so far are in `clauses`."""

    def __init__(self, chain: VoiceChain, pool: ThreadPoolExecutor, text: str, language: str) -> None:
        self._chain = chain
        self._pool = pool
        self.language = language
        self.texts = [piece for clause in clauses(text, language) for piece in pieces(clause, language)]
        self.clauses: list[ClauseHeard] = []

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """The sound in frames of 20 ms.

        Raises:
            NothingSpeaks: every voice failed; clauses said before were said.
        """
        loop = asyncio.get_running_loop()
        coming: list[asyncio.Future[Spoken]] = []
        waiting = list(self.texts)
        at_seconds = 0.0
        try:
            self._make(loop, waiting, coming)  # the first alone: somebody waits for it in silence
            while coming:
                spoken = await coming.pop(0)
                self._make(loop, waiting, coming)
                begin = at_seconds
                for frame in frames_of(spoken.sound, at_seconds):
                    at_seconds = frame.ends_at_seconds
                    if not self.clauses or self.clauses[-1].spoken is not spoken:
                        self.clauses.append(ClauseHeard(spoken, begin, begin + spoken.sound.duration_seconds))
                    if spoken.how != "fresh":  # what was there at once makes room for what must be made
                        self._make(loop, waiting, coming, _AT_ONCE)
                    yield frame
                if waiting or coming:
                    pause = _GROUP_PAUSE_SECONDS if is_dictated(spoken.text, self.language) else _PAUSE_SECONDS
                    for frame in frames_of(_silence(pause, spoken.sound.sample_rate_hz), at_seconds):
                        at_seconds = frame.ends_at_seconds
                        yield frame
        finally:
            for future in coming:
                future.cancel()
                future.add_done_callback(_forget)

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        waiting: list[str],
        coming: list[asyncio.Future[Spoken]],
        at_once: int = 1,
    ) -> None:
        """Has the next clauses made, a few at once and not too far ahead."""
        while waiting and len(coming) < _MOST_AHEAD and sum(not one.done() for one in coming) < at_once:
            coming.append(loop.run_in_executor(self._pool, self._chain.speak, waiting.pop(0), self.language))

    def said_after(self, played_seconds: float) -> str:
        """What the caller has heard to the end when the sound stopped after so many seconds."""
        return " ".join(one.spoken.text for one in self.clauses if one.to_seconds <= played_seconds + 0.05)

    def rest_after(self, played_seconds: float) -> str:
        """What is still to be said: from the clause in which the sound stopped."""
        heard = sum(one.to_seconds <= played_seconds + 0.05 for one in self.clauses)
        joint = "" if self.language in ("zh", "ja") else " "
        return joint.join(self.texts[heard:])


class Speaker:
    """Says texts with a chain of voices.

    Args:
        chain: the voices.
        pool: threads in which clauses are made; shared by all calls.
    """

    def __init__(self, chain: VoiceChain, pool: ThreadPoolExecutor) -> None:
        self.chain = chain
        self._pool = pool

    def say(self, text: str, language: str) -> Saying:
        """Begins to say a text; nothing is made before its frames are asked for.

        Raises:
            NothingSpeaks: there is no voice of the language at all.
        """
        if not self.chain.voices.get(language):
            raise NothingSpeaks(f"no voice of {language} is installed: hotline voice doctor")
        return Saying(self.chain, self._pool, text, language)


def frames_of(sound: Sound, at_seconds: float = 0.0) -> list[AudioFrame]:
    """Cuts a sound into frames of 20 ms; the last one is filled up with silence."""
    size = 2 * round(FRAME_SECONDS * sound.sample_rate_hz)
    cut = []
    for number, start in enumerate(range(0, len(sound.samples), size)):
        piece = sound.samples[start : start + size]
        piece += bytes(size - len(piece))
        cut.append(AudioFrame(piece, sound.sample_rate_hz, at_seconds=at_seconds + number * FRAME_SECONDS))
    return cut


def _silence(seconds: float, rate_hz: int) -> Sound:
    return Sound(bytes(2 * round(seconds * rate_hz)), rate_hz)


def _forget(future: asyncio.Future[Spoken]) -> None:
    if not future.cancelled():
        future.exception()  # taken, so that nobody warns of it


def tts_pool(threads: int) -> ThreadPoolExecutor:
    """The pool clauses are made in; its threads show by name in a dump."""
    return background_pool(threads, "tts")
