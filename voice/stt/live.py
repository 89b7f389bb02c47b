"""An utterance being heard from the event loop: feeding never waits, the engine works in a thread of its own pool.

Sound that the engine cannot keep up with is dropped oldest first; words are never dropped. When the utterance ends is
the caller's decision.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from voice.audio.frames import AudioFrame
from voice.background import background_pool
from voice.errors_speech import RecognitionFailed, SpeechError
from voice.ports_speech import Heard, RecognitionStream, Wanted, always

log = logging.getLogger(__name__)
_MOST_WAITING_SECONDS = 20.0
_CHUNK_SECONDS = 0.1
_SETTLED_EVERY_SECONDS = 10.0
_CLOSED_WITHIN_SECONDS = 5.0
T = TypeVar("T")


class LiveRecognition:
    """One utterance; belongs to one task of the event loop.

    Args:
        stream: the engine's end.
        pool: where it works utterances out; shared by all calls.
        on_partial: told in the event loop whenever what is heard so far changes.
        along: where it takes sound, behind nobody's finished utterance; None: in `pool`.
    """

    def __init__(
        self,
        stream: RecognitionStream,
        pool: ThreadPoolExecutor,
        on_partial: Callable[[Heard], None] | None = None,
        along: ThreadPoolExecutor | None = None,
    ) -> None:
        self._stream = stream
        self._pool = pool
        self._along = along or pool
        self._on_partial = on_partial
        self._waiting: deque[AudioFrame] = deque()
        self._waiting_seconds = 0.0
        self._worker: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None
        self._unsettled_seconds = 0.0
        self._error: SpeechError | None = None
        self._closed = False
        self.partial: Heard | None = None
        self.dropped_seconds = 0.0

    def feed(self, frame: AudioFrame) -> None:
        """Takes sound; a broken engine is reported by `finish`, not here."""
        if self._closed:
            return
        self._waiting.append(frame)
        self._waiting_seconds += frame.duration_seconds
        while self._waiting_seconds > _MOST_WAITING_SECONDS:
            lost = self._waiting.popleft().duration_seconds
            self._waiting_seconds -= lost
            self.dropped_seconds += lost
        if self._waiting_seconds >= _CHUNK_SECONDS:
            self._work()

    async def peek(self, wanted: Wanted = always, timeout_seconds: float = 10.0) -> Heard | None:
        """What has been said up to here, worked out in full; see `RecognitionStream.peek`.

        Raises:
            RecognitionFailed: the engine broke down or took too long.
        """
        async with within(timeout_seconds):
            await self._caught_up()
            heard = await self._in_pool(lambda: self._stream.peek(wanted) if wanted() else None)
            self.partial = heard or self.partial
            return heard

    async def finish(self, timeout_seconds: float = 15.0) -> Heard:
        """Ends the utterance and gives what was said.

        Raises:
            RecognitionFailed: the engine broke down or took too long.
        """
        async with within(timeout_seconds):
            await self._caught_up()
            self._closed = True
            return await self._in_pool(self._stream.finish)

    async def close(self) -> None:
        """Drops the utterance; safe to repeat."""
        self._closed = True
        self._waiting.clear()
        self._waiting_seconds = 0.0
        if self._settling is not None:
            self._settling.cancel()
        if self._worker is not None:  # the thread cannot be stopped; its chunk is short
            await asyncio.wait([self._worker], timeout=_CLOSED_WITHIN_SECONDS)
        self._stream.close()

    async def _caught_up(self) -> None:
        """Waits here for what still works, not in a thread that other calls want."""
        self._work()
        while working := [one for one in (self._worker, self._settling) if one is not None]:
            await asyncio.wait(working)
            self._work()  # what was fed meanwhile
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        if self._worker is None and self._waiting and self._error is None:
            self._worker = asyncio.get_running_loop().create_task(self._drain())
            self._worker.add_done_callback(self._stopped)

    def _stopped(self, worker: asyncio.Task[None]) -> None:
        self._worker = None

    async def _drain(self) -> None:
        while self._waiting and self._error is None:
            chunk = AudioFrame(
                b"".join(frame.samples for frame in self._waiting),
                self._waiting[0].sample_rate_hz,
                at_seconds=self._waiting[0].at_seconds,
            )
            self._waiting.clear()
            self._waiting_seconds = 0.0
            try:
                heard = await asyncio.get_running_loop().run_in_executor(self._along, self._stream.feed, chunk)
            except SpeechError as error:
                self._error = error
                return
            if heard is not None and not self._closed:
                self.partial = heard
                if self._on_partial is not None:
                    self._on_partial(heard)
            self._unsettled_seconds += chunk.duration_seconds
            if self._unsettled_seconds >= _SETTLED_EVERY_SECONDS and self._settling is None and not self._closed:
                self._unsettled_seconds = 0.0
                self._settling = asyncio.get_running_loop().create_task(self._settle())
                self._settling.add_done_callback(self._settled)

    async def _settle(self) -> None:
        try:
            await self._in_pool(self._stream.settle)
        except SpeechError:
            log.warning("a part of a long story could not be worked out yet", exc_info=True)

    def _settled(self, settling: asyncio.Task[None]) -> None:
        self._settling = None

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """An end to a wait for a recogniser.

    Raises:
        RecognitionFailed: it took longer.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise RecognitionFailed("the recogniser took too long") from error


def stt_pool(threads: int, name: str = "stt") -> ThreadPoolExecutor:
    """A pool recognisers work in; its threads show by name in a dump."""
    return background_pool(threads, name)
