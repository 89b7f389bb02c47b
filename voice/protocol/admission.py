"""Who may call, and how many at once: the allow-list by address, limits per caller and in all, and against floods.

A refusal costs little: no state is kept for strangers, and beyond some refusals a second they get no answer at all, so
that nobody can be flooded by way of this line.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voice.protocol.addresses import ANONYMOUS
from voice.protocol.messages import Refusal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True)
class Limits:
    """What one line bears.

    Attributes:
        calls_most: calls at once in all.
        calls_per_caller: calls at once of one number; withheld numbers share what half of all calls would be.
        invites_per_second: new calls a second of one address, beyond a burst of twice as many.
        refusals_per_second: answers a second to addresses that may not call.
    """

    calls_most: int = 30
    calls_per_caller: int = 2
    invites_per_second: float = 20.0
    refusals_per_second: float = 10.0


class Bucket:
    """Lets `rate_per_second` through on average, and `burst` at once."""

    def __init__(self, rate_per_second: float, burst: float) -> None:
        self._rate = rate_per_second
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None

    def take(self, now: float) -> bool:
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + max(now - self._at, 0.0) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def networks_of(text: str) -> tuple[Network, ...]:
    """Reads networks and single addresses, separated by commas.

    Raises:
        ValueError: one of them is neither.
    """
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


class Admission:
    """Keeps count of the calls that are going on.

    Attributes:
        announced_most: so many calls beyond the limit are taken all the same, to be told that all lines are busy.
        turned_away: hears of each call for which no line was free, by its Call-ID and the caller's number.
    """

    def __init__(self, allowed: Iterable[Network], limits: Limits) -> None:
        self.open = True
        self.announced_most = 0
        self.turned_away: Callable[[str, str], None] = lambda name, caller: None
        self._announced: dict[str, str] = {}
        self._allowed = tuple(allowed)
        self._limits = limits
        self._calls: dict[str, str] = {}
        self._per_caller: Counter[str] = Counter()
        self._invites: dict[str, Bucket] = {}
        self._refusals = Bucket(limits.refusals_per_second, 2 * limits.refusals_per_second)

    @property
    def count(self) -> int:
        """Calls that are going on."""
        return len(self._calls)

    def allows(self, host: str) -> bool:
        """Whether calls from this address are taken at all."""
        try:
            address = ipaddress.ip_address(host.split("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address.version == network.version and address in network for network in self._allowed)

    def also_allow(self, host: str) -> None:
        """Takes calls from one more address (the trunk's)."""
        self._allowed = (*self._allowed, ipaddress.ip_network(host))

    def answers_stranger(self, now: float) -> bool:
        """Whether an address that may not call is still told so."""
        return self._refusals.take(now)

    def is_announced(self, name: str) -> bool:
        """Whether a call was taken only to be told that all lines are busy."""
        return name in self._announced.values()

    def admit(self, call_id: str, caller: str, host: str, now: float, name: str = "") -> Refusal | None:
        """Counts a new call in, or says why not. A busy line is 503, so that the exchange can try elsewhere.

        Args:
            call_id: under which it is counted out again; name: its Call-ID.
        """
        later = (("Retry-After", str(RETRY_AFTER_SECONDS)),)
        if not self._within_rate(host, now):
            return Refusal(503, "Too many calls at once", later)
        if not self.open:
            return Refusal(503, headers=later)
        beyond = len(self._calls) - self._limits.calls_most
        if beyond >= 0:
            self.turned_away(name or call_id, caller)
            if beyond >= self.announced_most:
                return Refusal(503, "All lines are busy", later)
            self._announced[call_id] = name or call_id
            self._calls[call_id] = caller
            self._per_caller[caller] += 1
            return None
        most = self._limits.calls_per_caller if caller != ANONYMOUS else max(self._limits.calls_most // 2, 1)
        if self._per_caller[caller] >= most:
            return Refusal(486)
        self._calls[call_id] = caller
        self._per_caller[caller] += 1
        return None

    def release(self, call_id: str) -> None:
        """Counts a call out; one that was never counted in changes nothing."""
        self._announced.pop(call_id, None)
        caller = self._calls.pop(call_id, None)
        if caller is not None:
            self._per_caller[caller] -= 1
            if self._per_caller[caller] <= 0:
                del self._per_caller[caller]

    def _within_rate(self, host: str, now: float) -> bool:
        if len(self._invites) > 1_000:
            self._invites.clear()
        rate = self._limits.invites_per_second
        return self._invites.setdefault(host, Bucket(rate, 2 * rate)).take(now)
