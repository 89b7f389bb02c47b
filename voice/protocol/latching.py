"""Symmetric RTP (RFC 4961) that a stranger cannot take over: which sender is listened to, and where sound is sent.

The address in the session description is where sending starts. The first sender of valid packets is followed, since
a description behind an address translator names an address that cannot be reached. After that, packets from anywhere
else are ignored until the followed one has been silent for a while or a new description was agreed on.
"""

from __future__ import annotations

SILENT_SECONDS = 1.0
Address = tuple[str, int]


class Latch:
    """Follows one sender. Time is an argument, in seconds of any clock that only goes forward."""

    def __init__(self, described: Address | None = None) -> None:
        self._described = described
        self._followed: Address | None = None
        self._heard_at = 0.0

    @property
    def target(self) -> Address | None:
        """Where to send."""
        return self._followed or self._described

    def describe(self, address: Address | None) -> None:
        """A new session description names `address`; the next valid packet decides again."""
        if address != self._described:
            self._described = address
            self._followed = None

    def accepts(self, source: Address, now: float) -> bool:
        """Whether a valid packet from `source` belongs to the call."""
        if self._followed is None or source == self._followed:
            self._followed = source
        elif now - self._heard_at < SILENT_SECONDS:
            return False
        elif source != self._followed:
            self._followed = source
        self._heard_at = now
        return True
