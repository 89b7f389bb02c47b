"""A prompt that can stop and go on: its sound is kept as it is made, and read again from any moment.

It makes nothing ahead of its reader, and a reader that leaves does not end the making.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from voice.audio.frames import FRAME_SECONDS, AudioFrame


class Tape:
    """Frames of 20 ms from a source that can be read once."""

    def __init__(self, source: AsyncIterator[AudioFrame]) -> None:
        self._source = source
        self._frames: list[AudioFrame] = []
        self._coming: asyncio.Future[AudioFrame | None] | None = None
        self._whole = False

    async def read(self, from_seconds: float = 0.0) -> AsyncIterator[AudioFrame]:
        """The frames from a moment on.

        Raises:
            Exception: what the source raises.
        """
        at = max(0, round(from_seconds / FRAME_SECONDS))
        while True:
            while at < len(self._frames):
                yield self._frames[at]
                at += 1
            if self._whole:
                return
            if self._coming is None:
                self._coming = asyncio.ensure_future(self._next())
            frame = await asyncio.shield(self._coming)
            self._coming = None
            if frame is None:
                self._whole = True
            elif at == len(self._frames):
                self._frames.append(frame)

    async def _next(self) -> AudioFrame | None:
        return await anext(self._source, None)

    async def close(self) -> None:
        """Ends the making."""
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait([self._coming])
            if not self._coming.cancelled():
                self._coming.exception()
        close = getattr(self._source, "aclose", None)
        if close is not None:
            await close()
