"""When a failed delivery is tried again, and when it is given up. Pure."""

from __future__ import annotations

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 60.0


def pause_seconds(attempts: int, retry_after_seconds: float = 0.0) -> float:
    """The pause after `attempts` failures in a row: doubling up to a minute, never less than was asked for."""
    doubled = _FIRST_SECONDS * 2.0 ** min(max(attempts, 1) - 1, 20)
    return max(min(_LONGEST_SECONDS, doubled), min(retry_after_seconds, 10 * _LONGEST_SECONDS))
