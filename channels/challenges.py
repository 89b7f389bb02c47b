"""Proof of work for who goes beyond the usual share: the client's machine computes, the person does nothing.

Challenges are ALTCHA's (version 2): signed, good for five minutes, each used once whatever copy of the gateway it
comes to. A solved one gives a conversation a rate of its own for a while. Nothing is remembered of unsolved ones.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import altcha

from channels.errors import ChallengeRefused
from channels.metrics import Metrics

LIFETIME_SECONDS = 300
MOST_WORK = 50_000_000
_SOLUTION_LIMIT = 4096
_ASK_AGAIN_SECONDS = 0.5
_MOST_REMEMBERED = 20_000


class SolvedChallenges(Protocol):
    """What all copies of the gateway know of solved challenges; each method is one transaction."""

    async def use(self, nonce: str, conversation_id: str | None, until: int, kept_until: int, now: int) -> int:
        """Notes a challenge as used, for the allowance of a conversation `until` then; gives when that ends.

        The same conversation may use it again and hears the same; for anybody else it is 0. What was to be kept
        until before `now` is forgotten. Times are seconds since 1970.
        """
        ...

    async def give(self, nonce: str, conversation_id: str) -> None:
        """Gives the allowance of a used challenge to the conversation that it opened."""
        ...

    async def allowed_until(self, conversation_id: str) -> int:
        """When the conversation's allowance ends or ended, 0 when it never had one."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """A challenge that was used for opening a conversation."""

    nonce: str
    until: int


class Challenges:
    """Sets challenges, takes solutions, and knows who has an allowance.

    Args:
        secret: the installation's; a key of our own is derived from it.
        work: the most hashes that a challenge costs, the half on average; 0 switches challenges off.
        seconds: how long an allowance lasts.
    """

    def __init__(
        self,
        secret: bytes,
        work: int,
        seconds: float,
        solved: SolvedChallenges,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._key = hmac.new(secret, b"challenges", sha256).hexdigest()
        self._work = work
        self._seconds = seconds
        self._solved = solved
        self._count = metrics.challenges.labels
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @property
    def on(self) -> bool:
        return self._work > 0

    def fresh(self) -> dict[str, Any]:
        """A new challenge, `{"parameters", "signature"}`: SHA-256 of salt, nonce and a counter must have its prefix."""
        self._count("set").inc()
        made = altcha.create_challenge(
            "SHA-256",
            1,
            counter=1 + secrets.randbelow(self._work),
            expires_at=int(self._clock()) + LIFETIME_SECONDS,
            hmac_secret=self._key,
        )
        return made.to_dict()

    async def redeem(self, solution: object, conversation_id: str) -> float:
        """Takes a solution of a conversation; gives the seconds of its allowance.

        Raises:
            ChallengeRefused: it is wrong, too old, or was used by somebody else.
        """
        spent = await self._use(solution, conversation_id)
        self._remember(conversation_id, spent.until)
        return spent.until - self._clock()

    async def spend(self, solution: object) -> Spent:
        """Takes a solution for opening a conversation. Raises ChallengeRefused, also at the second use."""
        return await self._use(solution, None)

    async def give(self, spent: Spent, conversation_id: str) -> None:
        """The conversation that was opened gets the allowance."""
        await self._solved.give(spent.nonce, conversation_id)
        self._remember(conversation_id, spent.until)

    async def allowed(self, conversation_id: str) -> bool:
        """Whether the conversation has an allowance; what another copy gave is known within half a second."""
        now = self._clock()
        until, asked_at = self._known.get(conversation_id, (0.0, 0.0))
        if until <= now and now - asked_at >= _ASK_AGAIN_SECONDS:
            until = await self._solved.allowed_until(conversation_id)
            self._remember(conversation_id, until)
        return until > now

    async def _use(self, solution: object, conversation_id: str | None) -> Spent:
        now = int(self._clock())
        if not self.on or not isinstance(solution, str) or len(solution) > _SOLUTION_LIMIT:
            raise self._refused()
        nonce, expires_at = self._nonce_of(solution)
        until = now + int(self._seconds)
        until = await self._solved.use(nonce, conversation_id, until, max(until, expires_at), now)
        if until == 0:
            raise self._refused()
        self._count("solved").inc()
        return Spent(nonce, until)

    def _nonce_of(self, solution: str) -> tuple[str, int]:
        """Nonce and end of the challenge that was solved. Raises ChallengeRefused."""
        try:
            payload = altcha.Payload.from_base64(solution)
            good = altcha.verify_solution(payload, self._key).verified
            parameters = payload.challenge.parameters
            if good and isinstance(parameters.expires_at, int):
                return parameters.nonce, parameters.expires_at
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass  # no solution at all
        raise self._refused()

    def _refused(self) -> ChallengeRefused:
        self._count("refused").inc()
        return ChallengeRefused(self.fresh() if self.on else None)

    def _remember(self, conversation_id: str, until: float) -> None:
        self._known[conversation_id] = (until, self._clock())
        self._known.move_to_end(conversation_id)
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
