"""Tells the desk of hand-overs: opens them there, pushes what is said, closes them; each thing once and in order.

The rows and the table of messages are the outbox: `pushed_seq` says how far the desk knows. A crash between a
desk's answer and the note of it makes one repeat, which the desk tells by `handoff_id` and `seq`. Nothing is
decided here about who has a conversation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from channels.conversations import Message
from channels.errors import ChannelsError, TurnBusy
from channels.handoff import briefing
from channels.handoff.backoff import pause_seconds
from channels.handoff.briefing import Known, Link, Names
from channels.handoff.contract import MOST_HISTORY
from channels.handoff.errors import DeskRefused, DeskUnavailable
from channels.handoff.no_desk import NoDesk
from channels.handoff.ports import HandoffDesk
from channels.handoff.rows import BY_DESK, Handoff
from channels.handoff.sql import SqlHandoffs
from channels.handoff.sql_letters import SqlLetters
from channels.metrics import Metrics
from channels.ports import ConversationStore, Sentences, TurnLocks

logger = logging.getLogger(__name__)

_PAGE = 50
_AT_ONCE = 64
T = TypeVar("T")

GivenUp = Callable[[Handoff], Awaitable[None]]
"""Called when a desk could not be told of a hand-over at all."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a desk may take for a call, and after how many failures in a row a delivery is given up."""

    call_seconds: float = 15.0
    tries: int = 12
    accept_timeout_seconds: int = 600


@dataclass
class Delivery:
    """One task a conversation, started by `wake`.

    Attributes:
        known: what is known of a conversation beside its messages.
        locks: two gateways do not talk to the desk about one conversation at once; free when a process dies.
    """

    handoffs: SqlHandoffs
    letters: SqlLetters
    store: ConversationStore
    sentences: Sentences
    desk: HandoffDesk
    metrics: Metrics
    known: Callable[[str], Awaitable[Known]]
    secret: bytes
    pace: Pace
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]
    locks: TurnLocks
    link: Link | None = None
    categories: Names | None = None
    given_up: GivenUp | None = None

    def __post_init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def wake(self, conversation_id: str) -> None:
        """There may be something to tell of this conversation; comes back at once."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id))
        self._running[conversation_id] = task
        task.add_done_callback(lambda done: self._ended(conversation_id, done))

    async def sweep(self) -> int:
        """Wakes what is due: after a pause, or left behind by a gateway that is gone."""
        due = await self.handoffs.due(self.clock(), 500)
        for conversation_id in dict.fromkeys(due):
            self.wake(conversation_id)
        return len(due)

    async def settled(self) -> None:
        """Comes back when nothing runs any more."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def close(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def resend(self, row: Handoff, seq: int) -> None:
        """Pushes one message again that was given up. Raises DeskUnavailable, DeskRefused."""
        found = await self.store.messages_after(row.conversation_id, seq - 1, 1)
        if row.ref is None or not found:
            raise DeskRefused("The desk does not know this conversation.")
        await self._called("message", self.desk.push(row.ref, briefing.handed(found[0], self.link)))

    async def reclose(self, row: Handoff) -> None:
        """Says again that a hand-over is over. Raises DeskUnavailable, DeskRefused."""
        if row.ref is not None:
            await self._close(row)

    def _ended(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        self._running.pop(conversation_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a hand-over could not be delivered: %s", error, exc_info=error)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            if not task.cancelled():
                self.wake(conversation_id)

    async def _run(self, conversation_id: str) -> None:
        try:
            async with self._places, self.locks.hold(f"desk:{conversation_id}"):
                self._again.discard(conversation_id)
                for row in await self.handoffs.untold_of(conversation_id):
                    if row.next_attempt_at is None or row.next_attempt_at <= self.clock():
                        await self._deliver(row)
        except TurnBusy:
            logger.info("another gateway tells the desk of this conversation")

    async def _deliver(self, row: Handoff) -> None:
        try:
            if row.ref is None:
                if not row.is_open and not row.summary:  # over before the desk could hear of it
                    await self.handoffs.note(row.id, told_end=True)
                    return
                row = await self._open(row)
            row = await self._push(row)
            if not row.is_open:
                await self._close(row)
                self.checkpoint("desk_closed")
                await self.handoffs.note(row.id, told_end=True, attempts=0, next_attempt_at=None)
        except _Failed as failure:
            await self._failed(failure)

    async def _open(self, row: Handoff) -> Handoff:
        """Opens it at the desk. What the desk is told is fixed before, so that a repeat tells the same."""
        known = await self.known(row.conversation_id)
        caller_key = briefing.caller_key_of(self.secret, known.slots)
        if not row.summary:
            conversation = await self.store.conversation(row.conversation_id)
            upto = conversation.last_seq if row.until_seq is None else row.until_seq
            messages = await self._history(row.conversation_id, upto)
            summary = briefing.summary_of(row, messages, known, self.sentences, self.categories)
            row = replace(row, pushed_seq=upto, summary=summary, desk=self.desk.name, caller_key=caller_key)
            await self.handoffs.note(
                row.id, pushed_seq=upto, summary=summary, desk=self.desk.name, caller_key=caller_key
            )
            self.checkpoint("opening_noted")
            self.metrics.handoffs.labels(row.reason).inc()
        else:
            messages = await self._history(row.conversation_id, row.pushed_seq)
        request = briefing.request_of(row, messages, known, self.pace.accept_timeout_seconds, row.caller_key, self.link)
        ref = await self._guarded(row, "open", None, self.desk.open(request))
        self.checkpoint("desk_opened")
        await self.handoffs.note(row.id, ref=ref, attempts=0, next_attempt_at=None, last_error=None)
        return replace(row, ref=ref, attempts=0)

    async def _push(self, row: Handoff) -> Handoff:
        assert row.ref is not None
        while page := await self.handoffs.page(row, _PAGE):
            for message in page:
                if message.sender != "agent":  # the desk's own people wrote that
                    handed = briefing.handed(message, self.link)
                    await self._guarded(row, "message", message.seq, self.desk.push(row.ref, handed))
                    self.checkpoint("desk_pushed")
                row = replace(row, pushed_seq=message.seq, attempts=0)
            await self.handoffs.note(row.id, pushed_seq=row.pushed_seq, attempts=0, next_attempt_at=None)
            self.checkpoint("push_noted")
        return row

    async def _close(self, row: Handoff) -> None:
        if row.ended in BY_DESK or row.ref is None:
            return
        reason = row.ended or "taken_back"
        await self._guarded(row, "close", None, self.desk.close(row.ref, reason))  # type: ignore[arg-type]

    async def _history(self, conversation_id: str, upto: int) -> list[Message]:
        after = max(0, upto - MOST_HISTORY)
        return await self.store.messages_after(conversation_id, after, upto - after) if upto > after else []

    async def _guarded(self, row: Handoff, kind: str, seq: int | None, call: Awaitable[T]) -> T:
        try:
            return await self._called(kind, call)
        except (DeskUnavailable, DeskRefused) as error:
            raise _Failed(row, kind, seq, error) from error

    async def _called(self, kind: str, call: Awaitable[T]) -> T:
        """One call of the desk; whatever goes wrong is one of two things: later, or never."""
        try:
            async with asyncio.timeout(self.pace.call_seconds):
                result = await call
        except DeskRefused:
            self.metrics.desk_calls.labels(kind, "refused").inc()
            raise
        except DeskUnavailable:
            self.metrics.desk_calls.labels(kind, "failed").inc()
            raise
        except TimeoutError as error:
            self.metrics.desk_calls.labels(kind, "failed").inc()
            raise DeskUnavailable("the desk did not answer in time") from error
        except ChannelsError as error:
            self.metrics.desk_calls.labels(kind, "failed").inc()
            raise DeskUnavailable(str(error)) from error
        except Exception as error:
            logger.exception("the desk %s failed", self.desk.name)
            self.metrics.desk_calls.labels(kind, "failed").inc()
            raise DeskUnavailable(f"the desk failed: {type(error).__name__}") from error
        self.metrics.desk_calls.labels(kind, "ok").inc()
        return result

    async def _failed(self, failure: _Failed) -> None:
        row, now = failure.row, self.clock()
        attempts = row.attempts + 1
        error = str(failure.error)[:300]
        if isinstance(failure.error, DeskRefused) or attempts >= self.pace.tries:
            await self._give_up(replace(row, attempts=attempts), failure, error, now)
            return
        pause = pause_seconds(attempts, failure.error.retry_after_seconds)
        logger.warning("the desk %s: %s (again in %.1f s)", self.desk.name, error, pause)
        await self.handoffs.note(
            row.id,
            pushed_seq=row.pushed_seq,
            attempts=attempts,
            next_attempt_at=now + timedelta(seconds=pause),
            last_error=error,
        )

    async def _give_up(self, row: Handoff, failure: _Failed, error: str, now: datetime) -> None:
        """Puts it to the dead letters (unless there is no desk at all); what comes after it goes on."""
        if not isinstance(self.desk, NoDesk):
            logger.error("the desk %s was not told (%s): %s", self.desk.name, failure.kind, error)
            await self.letters.bury(row, failure.kind, error, now, seq=failure.seq)
            self.metrics.dead_letters.labels(failure.kind).inc()
        if failure.kind == "message" and failure.seq is not None:
            await self.handoffs.note(row.id, pushed_seq=failure.seq, attempts=0, next_attempt_at=None, last_error=error)
            self._again.add(row.conversation_id)
            return
        await self.handoffs.note(row.id, told_end=True, attempts=0, next_attempt_at=None, last_error=error)
        if failure.kind == "open" and self.given_up is not None:
            await self.given_up(row)


class _Failed(Exception):
    """A call of the desk failed while this row was delivered."""

    def __init__(self, row: Handoff, kind: str, seq: int | None, error: DeskUnavailable | DeskRefused) -> None:
        super().__init__(str(error))
        self.row, self.kind, self.seq, self.error = row, kind, seq, error
