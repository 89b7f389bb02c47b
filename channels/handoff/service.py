"""The hand-over's one face: events of desks come in here, citizens cancel and rate here, people take over here.

Every change of who has a conversation is one transaction of the store; what it led to is published afterwards and
told to the desk by `channels.handoff.delivery`. The service holds no state that a restart could lose.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels.conversations import Conversation, Draft
from channels.errors import ChannelsError, InvalidField
from channels.handoff.contract import (
    Agent,
    AgentTyping,
    CloseReason,
    DeskEvent,
    Outcome,
    Queued,
    Skill,
    Staffing,
)
from channels.handoff.delivery import Delivery
from channels.handoff.errors import HandoffError, HandoffNotFound
from channels.handoff.moves import Notice, Word
from channels.handoff.operator import OperatorSettings
from channels.handoff.ports import AlertDesk, HandoffDesk
from channels.handoff.rows import DeadLetter, Handoff, Rating
from channels.handoff.sql import Applied, SqlHandoffs
from channels.handoff.sql_care import SqlCare
from channels.handoff.sql_letters import SqlLetters
from channels.handoff.words import worded
from channels.metrics import Metrics
from channels.ownership import Why
from channels.ports import ConversationStore, Sentences
from channels.publisher import Publisher

logger = logging.getLogger(__name__)

RATED = "utter_gateway_rated"
_SWEEP_SECONDS = 1.0
_MOST = 200
_TYPING_PAUSE_SECONDS = 2.0
_RATING_DAYS = 7
_STAFFING_SECONDS = 2.0
_COMMENT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a citizen waits before a call-back is offered, and before he or she is taken for gone."""

    accept_seconds: int = 600
    leave_seconds: int = 14_400
    seconds_each: int = 180


@dataclass
class HandoffService:
    """See the module. `start` it for what happens by time; everything else works without.

    Attributes:
        wakers: called at each look at the clock.
        rework: takes an event out of the dead letters again.
        alerts: who shows emergencies, whichever desk has the conversations.
    """

    store: ConversationStore
    handoffs: SqlHandoffs
    letters: SqlLetters
    care: SqlCare
    operator: OperatorSettings
    delivery: Delivery
    publisher: Publisher
    sentences: Sentences
    metrics: Metrics
    patience: Patience
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]
    sweep_seconds: float = _SWEEP_SECONDS
    wakers: list[Callable[[], None]] = field(default_factory=list)
    rework: Callable[[DeadLetter], Awaitable[None]] | None = None
    alerts: AlertDesk | None = None
    _live: set[str] = field(default_factory=set)
    _places: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    _typed: dict[str, float] = field(default_factory=dict)
    _sweeper: asyncio.Task[None] | None = None

    @property
    def desk(self) -> HandoffDesk:
        return self.delivery.desk

    # What desks say.

    async def event(self, event: DeskEvent) -> Outcome:
        """Takes an event of the desk, once per `event_id`; see `channels.handoff.ports.HandoffEvents`.

        Raises:
            HandoffNotFound, AlreadyTaken, NotYours: nothing was done.
        """
        try:
            outcome = await self._event(event)
        except HandoffError as error:
            self.metrics.desk_events.labels(event.type, error.code).inc()
            raise
        done = "duplicate" if outcome.duplicate else "ignored" if outcome.ignored else "done"
        self.metrics.desk_events.labels(event.type, done).inc()
        return outcome

    async def _event(self, event: DeskEvent) -> Outcome:
        if isinstance(event.what, Queued):
            return await self._queued(event, event.what)
        if isinstance(event.what, AgentTyping):
            return await self._typing(event)
        applied = await self.handoffs.apply(event, self.clock(), self._worded)
        self.checkpoint("event_applied")
        await self._publish(applied)
        return applied.outcome

    async def place(self, handoff_id: str, position: int, wait_seconds: int | None) -> None:
        """The desk's queue moved: tells the citizen the new place, when it is a new one."""
        if self._places.get(handoff_id) == (position, wait_seconds):
            return
        row = await self.handoffs.get(handoff_id)
        if row.state != "waiting":
            return
        self._places[handoff_id] = (position, wait_seconds)
        conversation = await self.store.conversation(row.conversation_id)
        if conversation.owner == "queue":
            await self.publisher.owner(conversation, _place(position, wait_seconds))

    async def take_over(self, conversation_id: str, agent: Agent, expected_version: int) -> Outcome:
        """A person takes a conversation, whoever has it. Raises AlreadyTaken when that changed meanwhile."""
        applied = await self.handoffs.take_over(conversation_id, agent, expected_version, self.clock(), self._worded)
        await self._publish(applied)
        return applied.outcome

    # What citizens and the gateway do.

    async def hand_over(self, conversation_id: str, expected_version: int, why: Why) -> Conversation:
        """Puts a conversation into the queue. Raises OwnerChanged."""
        conversation = await self.store.set_owner(conversation_id, "queue", expected_version, self.clock(), why)
        await self.publisher.owner(conversation, await self.face(conversation))
        return conversation

    async def cancel(self, conversation_id: str) -> bool:
        """The citizen waits no longer; False when nobody was waited for (or a person has come)."""
        applied = await self.handoffs.cancel(conversation_id, self.clock(), self._worded)
        if applied is None:
            return False
        self.checkpoint("cancelled")
        await self._publish(applied)
        return True

    async def end(self, handoff_id: str, reason: CloseReason) -> Handoff:
        """We end a hand-over. Raises HandoffNotFound."""
        applied = await self.handoffs.end(handoff_id, reason, self.clock(), self._worded)
        await self._publish(applied)
        return applied.row

    async def rate(
        self, conversation_id: str, score: int, solved: bool | None, comment: str, handoff_id: str | None = None
    ) -> Rating:
        """The citizen's judgement of the last talk with a person; again: in place of the earlier one.

        Raises:
            HandoffNotFound: there was no such talk, or it is over for more than a week.
            InvalidField: the score is not 1 to 5.
        """
        if type(score) is not int or not 1 <= score <= 5:
            raise InvalidField("score", "score must be a whole number from 1 to 5.")
        row = await self.handoffs.latest_of(conversation_id)
        if handoff_id is not None and (row is None or row.id != handoff_id):
            row = await self.handoffs.get(handoff_id)
        now = self.clock()
        if row is None or row.conversation_id != conversation_id or row.agent_id is None or row.ended_at is None:
            raise HandoffNotFound("There was no talk with a person that could be rated.")
        if now - row.ended_at > timedelta(days=_RATING_DAYS):
            raise HandoffNotFound("This talk was too long ago to be rated.")
        rating = Rating(row.id, conversation_id, row.agent_id, score, solved, comment[:_COMMENT_LIMIT], now)
        if await self.care.rate(rating):
            conversation = await self.store.conversation(conversation_id)
            await self.say(conversation, Notice(RATED, {}, {"rated": {"score": score}}), f"rated:{row.id}")
        return rating

    async def citizen_typing(self, conversation_id: str) -> None:
        """Tells the desk, at most every two seconds, and only when a person has the conversation."""
        if conversation_id not in self._live:
            return
        now = asyncio.get_running_loop().time()
        if now - self._typed.get(conversation_id, 0.0) < _TYPING_PAUSE_SECONDS:
            return
        self._typed[conversation_id] = now
        row = await self.handoffs.open_of(conversation_id)
        if row is None or row.ref is None or row.state != "accepted":
            return
        with contextlib.suppress(ChannelsError, TimeoutError):
            async with asyncio.timeout(2.0):
                await self.desk.typing(row.ref)

    async def face(self, conversation: Conversation) -> dict[str, Any]:
        """What the owner's frame says beside the owner: the person's name, or the place in the queue."""
        if conversation.owner == "bot":
            return {}
        row = await self.handoffs.open_of(conversation.id)
        if row is None:
            return {}
        if row.state == "accepted":
            return {"agent": {"name": row.agent_name} if row.agent_name else None}
        position, wait_seconds = self._places.get(row.id, (None, None))
        if position is None:
            position = await self.handoffs.place(row) + 1
            wait_seconds = position * self.patience.seconds_each
        return _place(position, wait_seconds)

    async def standing(self, handoff_id: str) -> tuple[str, str | None, int]:
        """A hand-over's state, who has it and the version of the conversation it knows. Raises HandoffNotFound."""
        row = await self.handoffs.get(handoff_id)
        return row.state, row.agent_id, row.owner_version

    async def staffing(self, skill: Skill) -> Staffing | None:
        """Who is on duty for a skill, as far as the desk says; None when it does not."""
        ask = getattr(self.desk, "staffing", None)
        if ask is None:
            return None
        try:
            async with asyncio.timeout(_STAFFING_SECONDS):
                staffing: Staffing = await ask(skill)
                return staffing
        except (ChannelsError, TimeoutError) as error:
            logger.warning("the desk does not say who is on duty: %s", error)
            return None

    # Dead letters.

    async def retry_letter(self, letter_id: str) -> None:
        """Tries again what was given up; the letter goes when it worked.

        Raises:
            HandoffNotFound: there is no such letter; DeskUnavailable, DeskRefused: it failed again.
        """
        letter = await self.letters.get(letter_id)
        row = await self.handoffs.get(letter.handoff_id)
        if letter.kind == "message" and letter.seq is not None:
            await self.delivery.resend(row, letter.seq)
        elif letter.kind == "close":
            await self.delivery.reclose(row)
        elif letter.kind == "open":
            await self._reopen(letter, row)
        elif letter.kind == "event" and self.rework is not None:
            await self.rework(letter)
        await self.letters.drop(letter_id)

    async def _reopen(self, letter: DeadLetter, row: Handoff) -> None:
        """The desk is back: the citizen who could not be handed over waits for a person again."""
        if row.is_open:
            await self.handoffs.note(row.id, attempts=0, next_attempt_at=None, told_end=False)
            self.delivery.wake(row.conversation_id)
            return
        conversation = await self.store.conversation(row.conversation_id)
        if conversation.owner == "bot":
            await self.hand_over(conversation.id, conversation.owner_version, Why(row.reason, row.priority))

    # What happens by itself.

    def heard(self, conversation: Conversation) -> None:
        """The publisher's word that something was stored in a conversation."""
        if conversation.owner != "bot":
            self._live.add(conversation.id)
        elif conversation.id not in self._live:
            return
        else:
            self._live.discard(conversation.id)
            self._typed.pop(conversation.id, None)
        self.delivery.wake(conversation.id)

    def start(self) -> None:
        """Starts what happens by time, and takes up what an earlier process left."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await self.delivery.close()

    async def tick(self) -> None:
        """One look at the clock: alerts that nobody heard before all else, deliveries that are due, who waits long."""
        await self._alert()
        await self.delivery.sweep()
        for wake in self.wakers:
            wake()
        now = self.clock()
        wait = (await self.operator.now()).queue_timeout_seconds or self.patience.accept_seconds
        for row in await self.handoffs.waiting_since(now - timedelta(seconds=wait), _MOST):
            if row.offered_at is None:
                await self._offer(row, now)
            elif row.waiting_since <= now - timedelta(seconds=self.patience.leave_seconds):
                await self._leave(row, now)

    async def given_up(self, row: Handoff) -> None:
        """The desk cannot be told of a hand-over: the citizen is offered a call-back."""
        await self.end(row.id, "timed_out")

    async def say(self, conversation: Conversation, notice: Notice, message_id: str) -> None:
        """A sentence of the system, once per `message_id`."""
        stored = await self.store.add(conversation.id, self._worded(notice, conversation), self.clock(), message_id)
        if stored.created:
            await self.publisher.messages(stored.conversation, [stored.message])

    async def _sweep(self) -> None:
        while True:
            try:
                await self.tick()
            except ChannelsError as error:
                logger.warning("hand-overs could not be looked through: %s", error)
            except Exception:
                logger.exception("hand-overs could not be looked through")
            await asyncio.sleep(self.sweep_seconds)

    async def _offer(self, row: Handoff, now: datetime) -> None:
        applied = await self.handoffs.offer(row.id, now, self._worded)
        if applied is not None:
            await self._publish(applied)

    async def _leave(self, row: Handoff, now: datetime) -> None:
        """Ends the wait of a citizen who has said nothing for as long as that."""
        conversation = await self.store.conversation(row.conversation_id)
        recent = await self.store.messages_after(row.conversation_id, max(0, conversation.last_seq - 20), 20)
        said = max((one.at for one in recent if one.sender == "citizen"), default=row.waiting_since)
        if said <= now - timedelta(seconds=self.patience.leave_seconds):
            await self.end(row.id, "citizen_left")

    async def _alert(self) -> None:
        for alert in await self.letters.untold_alerts(_MOST):
            if self.alerts is not None:
                try:
                    async with asyncio.timeout(self.delivery.pace.call_seconds):
                        await self.alerts.alert(alert)
                except (ChannelsError, TimeoutError) as error:
                    logger.error("an emergency could not be told to the desk, it is tried again: %s", error)
                    continue  # the others are told meanwhile
            self.checkpoint("alert_told")
            await self.letters.alert_told(alert, self.clock())

    async def _queued(self, event: DeskEvent, what: Queued) -> Outcome:
        row = await self.handoffs.get(event.handoff_id)
        if row.state != "waiting":
            return Outcome(ignored="ended" if row.state == "ended" else "taken", owner_version=row.owner_version)
        await self.place(row.id, what.position, what.wait_seconds)
        return Outcome(owner="queue", owner_version=row.owner_version)

    async def _typing(self, event: DeskEvent) -> Outcome:
        row = await self.handoffs.get(event.handoff_id)
        if row.state != "accepted":
            return Outcome(ignored="ended", owner="bot", owner_version=row.owner_version)
        await self.publisher.agent_typing(row.conversation_id)
        return Outcome(owner="agent", owner_version=row.owner_version)

    async def _publish(self, applied: Applied) -> None:
        conversation = applied.conversation
        await self.publisher.messages(conversation, applied.messages)
        if not applied.row.is_open or applied.row.state == "accepted":
            self._places.pop(applied.row.id, None)
        if applied.owner_changed:
            await self.publisher.owner(conversation, await self.face(conversation))
        elif not applied.row.is_open:
            self.delivery.wake(conversation.id)

    def _worded(self, said: Notice | Word, conversation: Conversation) -> Draft:
        return worded(self.sentences, said, conversation)


def _place(position: int, wait_seconds: int | None) -> dict[str, Any]:
    known: Mapping[str, Any] = {} if wait_seconds is None else {"wait_seconds": wait_seconds}
    return {"queue_position": position, **known}
