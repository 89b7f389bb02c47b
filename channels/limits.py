"""Keyed token buckets: how often one conversation or one address may do something.

Pure: time comes in as seconds of any steady clock. Memory is bounded; when it is full, the bucket that was not
used for longest goes, so a flood of invented keys costs a forgotten bucket and never memory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` on average, `burst` at once."""

    per_second: float
    burst: int

    def __post_init__(self) -> None:
        if self.per_second <= 0 or self.burst < 1:
            raise ValueError("a rate needs a positive number a second and a burst of at least 1")

    def times(self, factor: int) -> Rate:
        return Rate(self.per_second * factor, self.burst * factor)


class TokenBuckets:
    """One bucket a key, all with the same rate."""

    def __init__(self, rate: Rate, max_keys: int = 50_000) -> None:
        self.rate = rate
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float) -> float:
        """Takes one token of `key`: 0.0 when there was one, else the seconds until there is one."""
        wait = self.wait(key, now)
        if wait > 0:
            return wait
        tokens = self._tokens(key, now) - 1.0
        self._buckets[key] = (tokens, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return 0.0

    def give(self, key: str, now: float) -> None:
        """Gives a token back that was taken for something harmless."""
        self._buckets[key] = (min(float(self.rate.burst), self._tokens(key, now) + 1.0), now)

    def wait(self, key: str, now: float) -> float:
        """The seconds until `key` has a token, 0.0 when it has one; takes nothing."""
        missing = 1.0 - self._tokens(key, now)
        return 0.0 if missing <= 1e-9 else missing / self.rate.per_second

    def _tokens(self, key: str, now: float) -> float:
        bucket = self._buckets.get(key)
        if bucket is None:
            return float(self.rate.burst)
        tokens, at = bucket
        return min(float(self.rate.burst), tokens + max(0.0, now - at) * self.rate.per_second)


def take_all(claims: list[tuple[TokenBuckets, str]], now: float) -> float:
    """Takes one token from each bucket, or from none: 0.0 or the longest wait of those that are empty."""
    wait = max(buckets.wait(key, now) for buckets, key in claims)
    if wait > 0:
        return wait
    for buckets, key in claims:
        buckets.take(key, now)
    return 0.0
