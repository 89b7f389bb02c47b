"""When words are worked out before a turn is over: in a pause that may be its end, so that recognition runs beside it.

Pure: told the time and whether anybody would be held up, it says when to begin. Once at a time and once a pause; who
hesitates often is waited for longer, and after some times no more, so that guessing never becomes the work.
"""

from __future__ import annotations

from collections.abc import Callable

EAGER, LATER_SECONDS = 3, 0.3
"""So many times in a turn as soon as a pause is noticed; later ones when it has lasted longer."""
MOST = 8


class Speculation:
    """Of one utterance. All times are seconds since the start of the call."""

    def __init__(self) -> None:
        self._silent_since: float | None = None
        self._running = False
        self._begun = 0
        self._pauses = 0

    def paused(self, silent_since: float) -> None:
        """A pause has begun that may be the end; `silent_since` is the last sound before it."""
        self._silent_since = silent_since

    def goes_on(self) -> None:
        """It was no end: the caller speaks on."""
        self._silent_since = None
        self._pauses += 1

    def wanted(self) -> Callable[[], bool]:
        """Whether what is begun now still is all that was said, whenever it is asked."""
        pause = self._pauses
        return lambda: pause == self._pauses

    def begins(self, now: float, free: bool) -> bool:
        """Whether to begin now.

        Args:
            free: nobody who has finished speaking would wait longer for it.
        """
        if self._silent_since is None or self._running or not free or self._begun >= MOST:
            return False
        if self._begun >= EAGER and now - self._silent_since < LATER_SECONDS - 1e-6:
            return False
        self._silent_since = None
        self._running = True
        self._begun += 1
        return True

    def done(self) -> None:
        """What was begun has come to its end."""
        self._running = False
