"""The sound of one leg, whatever carries it: what is heard is queued for its reader, what is played goes out in time.

Whoever carries the sound (RTP, AudioSocket, a test) calls `tick` every 20 ms with what came and sends what it gives.
Nothing here knows packets, codecs or calls.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import FRAME_SECONDS, LINE_RATE_HZ, SPEECH_RATE_HZ, AudioFrame
from voice.audio.resample import Resampler
from voice.ports_calls import Listener, PlayResult

FRAME = round(LINE_RATE_HZ * FRAME_SECONDS)
_HEARD_MOST = 500
_KEYS_MOST = 64
_AHEAD = 10
_RELAYED_MOST = 5
_SILENCE = bytes(2 * FRAME)
Samples = NDArray[np.int16]


class _Playback:
    """One `play`: its pieces of 20 ms on the line's rate, and how many of them went out."""

    def __init__(self) -> None:
        self.over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.room = asyncio.Event()
        self.room.set()
        self.pieces: deque[bytes] = deque()
        self.played = 0
        self.complete = False
        self._resampler: Resampler | None = None
        self._rate_hz = 0
        self._rest: Samples = np.zeros(0, dtype=np.int16)

    def cut(self, frame: AudioFrame) -> list[bytes]:
        """Pieces that a frame completes."""
        if self._resampler is None or frame.sample_rate_hz != self._rate_hz:
            self._rate_hz = frame.sample_rate_hz
            self._resampler = Resampler(frame.sample_rate_hz, LINE_RATE_HZ)
        samples = np.concatenate([self._rest, self._resampler.convert(frame.as_array())])
        whole = len(samples) // FRAME * FRAME
        self._rest = samples[whole:]
        data = samples[:whole].astype("<i2").tobytes()
        return [data[at : at + 2 * FRAME] for at in range(0, len(data), 2 * FRAME)]

    def last(self) -> list[bytes]:
        """The last piece, filled up with silence."""
        if not len(self._rest):
            return []
        return [self._rest.astype("<i2").tobytes().ljust(2 * FRAME, b"\0")]

    def finish(self, *, finished: bool) -> None:
        if not self.over.done():
            self.over.set_result(finished)

    def result(self, *, finished: bool) -> PlayResult:
        return PlayResult(self.played * FRAME_SECONDS, finished)


class LegSound:
    """Both directions of one leg."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.dropped_frames = 0
        self.send_key: Callable[[str], None] | None = None
        self._heard: deque[tuple[float, Samples]] = deque()
        self._keys: deque[str] = deque()
        self._news = asyncio.Event()
        self._key_news = asyncio.Event()
        self._playback: _Playback | None = None
        self._listener: Listener | None = None
        self._other: LegSound | None = None
        self._relayed: deque[bytes] = deque(maxlen=_RELAYED_MOST)
        self._ticks = 0

    # For whoever carries the sound.

    def tick(self, heard: Samples, *, audible: bool = True) -> bytes | None:
        """Takes the 20 ms that came and gives those to be sent, None for silence.

        Args:
            audible: False while the other side does not listen (hold): playing waits.
        """
        at_seconds = self._ticks * FRAME_SECONDS
        self._ticks += 1
        if self._other is not None:
            self._other._relayed.append(heard.astype("<i2").tobytes())
        if len(self._heard) >= _HEARD_MOST:
            self._heard.popleft()
            self.dropped_frames += 1
        self._heard.append((at_seconds, heard))
        self._news.set()
        said = self._next() if audible else None
        if self._listener is not None:
            self._listener(heard.astype("<i2").tobytes(), said or _SILENCE)
        return said

    def press(self, key: str) -> None:
        """A key was pressed on the other side; a bridged leg gets it as well."""
        if self._other is not None and self._other.send_key is not None:
            self._other.send_key(key)
        if len(self._keys) >= _KEYS_MOST:
            self._keys.popleft()
        self._keys.append(key)
        self._key_news.set()

    def end(self) -> None:
        """The call is over: readers come to their end, a playback is cut off."""
        self.ended.set()
        self._news.set()
        self._key_news.set()
        self._other = None
        self.stop_playing()

    def _next(self) -> bytes | None:
        playback = self._playback
        if playback is None:
            return self._relayed.popleft() if self._relayed else None
        if not playback.pieces:
            return None
        piece = playback.pieces.popleft()
        playback.played += 1
        if not playback.pieces and playback.complete:
            playback.finish(finished=True)
        elif len(playback.pieces) < _AHEAD:
            playback.room.set()
        return piece

    # For the conversation.

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """What is heard, in frames of 20 ms at 16 kHz, until the call ends."""
        resampler = Resampler(LINE_RATE_HZ, SPEECH_RATE_HZ)
        while True:
            while self._heard:
                at_seconds, samples = self._heard.popleft()
                data = resampler.convert(samples).astype("<i2").tobytes()
                yield AudioFrame(data, SPEECH_RATE_HZ, at_seconds=at_seconds)
            if self.ended.is_set():
                return
            self._news.clear()
            await self._news.wait()

    async def digits(self) -> AsyncIterator[str]:
        """Keys, until the call ends."""
        while True:
            while self._keys:
                yield self._keys.popleft()
            if self.ended.is_set():
                return
            self._key_news.clear()
            await self._key_news.wait()

    async def play(self, frames: AsyncIterable[AudioFrame]) -> PlayResult:
        """Plays, in real time; see `CallLeg.play`."""
        self.stop_playing()
        playback = _Playback()
        if self.ended.is_set():
            return playback.result(finished=False)
        self._playback = playback
        filling = asyncio.ensure_future(self._fill(playback, frames))
        waited: list[asyncio.Future[Any]] = [filling, playback.over]
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if filling.done() and not filling.cancelled() and filling.exception() is None:
                await playback.over
            elif not playback.over.done():
                playback.finish(finished=False)
        finally:
            if self._playback is playback:
                self._playback = None
            filling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await filling
        return playback.result(finished=playback.over.result())

    def stop_playing(self) -> None:
        """Silence from the next 20 ms on."""
        playback, self._playback = self._playback, None
        if playback is not None:
            playback.pieces.clear()
            playback.finish(finished=False)

    async def _fill(self, playback: _Playback, frames: AsyncIterable[AudioFrame]) -> None:
        """Keeps a playback supplied, a fifth of a second ahead of the line."""
        try:
            async for frame in frames:
                await self._supply(playback, playback.cut(frame))
            await self._supply(playback, playback.last())
            playback.complete = True
            if not playback.pieces:
                playback.finish(finished=True)
        finally:
            close = getattr(frames, "aclose", None)
            if close is not None:
                await close()

    @staticmethod
    async def _supply(playback: _Playback, pieces: list[bytes]) -> None:
        for piece in pieces:
            while len(playback.pieces) >= _AHEAD:
                playback.room.clear()
                await playback.room.wait()
            playback.pieces.append(piece)

    def tap(self, listener: Listener | None) -> None:
        """Hands both sides to `listener`, every 20 ms."""
        self._listener = listener

    async def bridge(self, other: LegSound) -> None:
        """Lets two legs hear each other until one of them ends or this is cancelled."""
        self._other, other._other = other, self
        self._relayed.clear()
        other._relayed.clear()
        endings = [asyncio.ensure_future(self.ended.wait()), asyncio.ensure_future(other.ended.wait())]
        try:
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for ending in endings:
                ending.cancel()
            self._other = other._other = None
            self._relayed.clear()
            other._relayed.clear()
