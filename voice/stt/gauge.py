"""How much recognition is in hand, of all calls together: who has finished speaking comes before any guess.

Counted in the event loop. It starts and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Gauge:
    """Counts what is being worked out.

    Args:
        places: utterances that are not over yet and may be worked out at once.

    Attributes:
        finishing: utterances that are over; guesses: those that may not be.
    """

    def __init__(self, places: int = 1) -> None:
        self._places = places
        self.finishing = 0
        self.guesses = 0

    @property
    def free(self) -> bool:
        """A guess would hold nobody up."""
        return not self.finishing and self.guesses < self._places

    @contextmanager
    def finish(self) -> Iterator[None]:
        """While somebody waits for an utterance that is over."""
        self.finishing += 1
        try:
            yield
        finally:
            self.finishing -= 1

    @contextmanager
    def guess(self) -> Iterator[None]:
        """While an utterance is worked out that may go on."""
        self.guesses += 1
        try:
            yield
        finally:
            self.guesses -= 1
