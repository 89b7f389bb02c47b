"""Sends what waits, each way by itself: a provider that is slow or away holds up no other way.

Whether a notice is still wished, where it goes and whether it is night is asked at the moment of sending. A letter is
claimed, sent and noted; a gateway that dies in between leaves it to be sent again with the same id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from channels.delivery.notices import CONFIRM, EMAIL, Letter, Way
from channels.delivery.ports import AddressGone, Carrier, NotNow, Refused
from channels.delivery.preferences import PHONE, Preferences
from channels.delivery.quiet import Quiet
from channels.delivery.sql_notices import CLAIM, SqlNotices
from channels.delivery.sql_preferences import SqlPreferences
from channels.errors import ChannelsError, ConversationNotFound
from channels.metrics import Metrics
from channels.ports import ConversationStore
from channels.sms.outbox import GivenUp, pause_after

logger = logging.getLogger(__name__)
TRIES = 20
"""Failures after which a letter is given up: with the pauses between them about half a day."""
AT_ONCE = 8
SWEEP_SECONDS = 5.0
_SEND_SECONDS = CLAIM.total_seconds() - 15
_CLOSE_SECONDS = 1.5

Gone = Callable[[Letter], Awaitable[None]]
"""Is told of a letter whose address does not exist."""


@dataclass(slots=True)
class Sending:
    """Sends by all the ways there are."""

    notices: SqlNotices
    preferences: SqlPreferences
    store: ConversationStore
    carriers: Mapping[Way, Carrier]
    quiet: Quiet
    metrics: Metrics
    clock: Callable[[], datetime]
    gone: Gone
    alarm: GivenUp
    sweep_seconds: float = SWEEP_SECONDS
    _wakers: dict[Way, asyncio.Event] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _closing: bool = False

    def start(self) -> None:
        """Sends what is due from now on, and what an earlier process left."""
        for way in self.carriers:
            self._wakers[way] = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._sweeps(way)))

    def wake(self, way: Way) -> None:
        """Something new waits."""
        if way in self._wakers:
            self._wakers[way].set()

    async def close(self) -> None:
        """Gives what is on its way a moment; what is not done by then is sent again after the next start."""
        self._closing = True
        for waker in self._wakers.values():
            waker.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_CLOSE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for carrier in self.carriers.values():
            await carrier.aclose()

    async def sweep(self, way: Way) -> int:
        """Sends what is due by one way; gives how many letters that were."""
        done = 0
        while not self._closing and (letters := await self.notices.take(way, self.clock(), AT_ONCE)):
            await asyncio.gather(*(self._deliver(letter) for letter in letters))
            done += len(letters)
        return done

    async def _sweeps(self, way: Way) -> None:
        waker = self._wakers[way]
        while not self._closing:
            waker.clear()
            try:
                await self.sweep(way)
            except ChannelsError as error:
                logger.warning("notices by %s could not be sent: %s", way, error)
            except Exception:  # the loop must go on; what waits is tried again
                logger.exception("notices by %s could not be sent", way)
            if not self._closing:
                waiting = asyncio.create_task(waker.wait())
                await asyncio.wait([waiting], timeout=self.sweep_seconds)
                waiting.cancel()

    async def _deliver(self, letter: Letter) -> None:
        """One letter, to the end: sent, put back, given up or dropped. Raises StoreUnavailable."""
        ready: Letter | None = None
        try:
            if (ready := await self._ready(letter)) is None:
                return
            async with asyncio.timeout(_SEND_SECONDS):
                await self.carriers[letter.way].send(ready)
        except AddressGone as error:
            logger.warning("a notice by %s reaches nobody: %s", letter.way, error)
            await self.gone(ready or letter)
            await self._note(letter, "gone", self.notices.dropped(letter, error.code, self.clock()))
        except Refused as error:
            logger.error("a notice by %s is refused and given up: %s", letter.way, error)
            await self._given_up(letter, f"{error.code}: {error}", self.clock())
        except NotNow as error:
            await self._failed(letter, str(error), answered=error.answered)
        except TimeoutError:
            await self._failed(letter, "no answer in time", answered=False)
        except ChannelsError:
            raise  # our own store; the claim runs out and the letter is sent again
        except Exception as error:  # a mistake of ours in one letter keeps none of the others
            logger.exception("a notice by %s could not be made", letter.way)
            await self._failed(letter, f"a mistake in the program: {type(error).__name__}", answered=True)
        else:
            await self._note(letter, "sent", self.notices.sent(letter, ready.notices, self.clock()))

    async def _ready(self, letter: Letter) -> Letter | None:
        """The letter as it goes out now: what is still wished, to whom, in which language; None: not (now)."""
        if letter.notices[-1].key == CONFIRM:
            return replace(letter, notices=letter.notices[-1:])
        try:
            person, language = await self._person(letter)
        except ConversationNotFound:
            await self._note(letter, "dropped", self.notices.dropped(letter, "conversation_gone", self.clock()))
            return None
        wanted = tuple(one for one in letter.notices if person.wants(letter.way, letter.channel, one.importance))
        address = person.address if letter.way == EMAIL else letter.address
        if not wanted or (letter.way == EMAIL and address is None):
            why = "no_address" if wanted else "not_wished"
            await self._note(letter, "dropped", self.notices.dropped(letter, why, self.clock()))
            return None
        over_at = None if letter.urgent else person.quiet(self.quiet).over_at(self.clock())
        if over_at is not None:
            await self.notices.later(letter, over_at)
            return None
        return replace(letter, notices=wanted, address=address, language=language)

    async def _person(self, letter: Letter) -> tuple[Preferences, str]:
        if letter.conversation_id is None:
            return Preferences(""), letter.language
        person = await self.preferences.of(letter.conversation_id)
        if person.language is not None:
            return person, person.language
        if letter.channel == PHONE:
            return person, letter.language
        return person, (await self.store.conversation(letter.conversation_id)).language

    async def _failed(self, letter: Letter, error: str, *, answered: bool) -> None:
        logger.warning("a notice by %s was not taken (%d): %s", letter.way, letter.attempts + 1, error)
        now = self.clock()
        if letter.attempts + 1 >= TRIES:
            await self._given_up(letter, f"{NotNow.code}: {error}", now)
            return
        again_at: datetime = now + pause_after(letter.attempts)
        await self._note(letter, "failed", self.notices.failed(letter, again_at, error, answered=answered))

    async def _given_up(self, letter: Letter, error: str, now: datetime) -> None:
        await self.alarm(letter.way, now)
        await self._note(letter, "dead", self.notices.given_up(letter, error, now))

    async def _note(self, letter: Letter, outcome: str, work: Awaitable[None]) -> None:
        await work
        self.metrics.notices.labels(letter.way, outcome).inc()
