"""The beat of a call: one tick every 20 ms, by absolute deadlines, so that no delay adds up.

A late loop is caught up with, a few ticks at a time; no tick is ever left out, since time in a call has no gaps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from voice.audio.frames import FRAME_SECONDS

_CAUGHT_UP_AT_ONCE = 5


class Ticker:
    """Calls `on_tick` until stopped.

    Attributes:
        on_late: told each time how many seconds after its deadline the tick came, when set (for measurements).
    """

    def __init__(self, on_tick: Callable[[], None], seconds: float = FRAME_SECONDS) -> None:
        self.on_late: Callable[[float], None] | None = None
        self._on_tick = on_tick
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._deadline = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begins; the first tick comes after one beat."""
        if self._handle is None:
            self._deadline = self._loop.time() + self._seconds
            self._handle = self._loop.call_at(self._deadline, self._run)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _run(self) -> None:
        now = self._loop.time()
        if self.on_late is not None:
            self.on_late(now - self._deadline)
        for _ in range(_CAUGHT_UP_AT_ONCE):
            self._deadline += self._seconds
            self._on_tick()
            if self._handle is None or self._deadline > now:
                break
        if self._handle is not None:
            self._handle = self._loop.call_at(self._deadline, self._run)
