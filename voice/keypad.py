"""Keys into answers: one key at once where one is expected, a number when it is complete.

Pure: told the time. A number ends with #, with its last possible digit, or when no key has come for a while.
"""

from __future__ import annotations

from voice.endpointing import Expectation

BETWEEN_KEYS_SECONDS = 3.0
_LONGEST = 32


class KeyPad:
    """Collects the keys of one caller."""

    def __init__(self) -> None:
        self._keys = ""
        self._last_at = 0.0

    @property
    def collecting(self) -> bool:
        """A number has begun."""
        return bool(self._keys)

    def press(self, key: str, expectation: Expectation, at_seconds: float) -> str | None:
        """Takes a key; gives the answer when it is complete with it.

        A # that ends nothing is none: people press it after the last digit too.
        """
        if key == "#" and not self._keys:
            return None
        if expectation.kind != "digits":
            return key
        self._last_at = at_seconds
        if key == "#":
            return self._complete()
        self._keys += key
        return self._complete() if expectation.is_full(self._keys) or len(self._keys) >= _LONGEST else None

    def pause(self, at_seconds: float) -> str | None:
        """Gives the number when the caller seems to have finished it."""
        if self._keys and at_seconds - self._last_at >= BETWEEN_KEYS_SECONDS:
            return self._complete()
        return None

    def _complete(self) -> str:
        keys, self._keys = self._keys, ""
        return keys
