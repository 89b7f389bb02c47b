"""Runs one turn: the stored message of a citizen goes to the bot, what comes back is stored and published.

The turns of a conversation are strictly serial. A turn is done when its replies are stored, in the same
transaction; until then the same `message_id` starts it again. No success is claimed for a turn that failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels import notices, replies
from channels.conversations import Answer, Conversation, Draft, Message
from channels.errors import BotUnavailable
from channels.metrics import Metrics
from channels.ports import Bot, BotReply, BotTurn, ConversationStore, FinishedTurn, Sentences, TurnLocks
from channels.publisher import Publisher

logger = logging.getLogger(__name__)

OPENING_PAYLOAD = "/session_opened"
OPENING_MESSAGE_ID = "opening"

Checkpoint = Callable[[str], None]
"""Called at each step of a turn by its name; tests stop the process there."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is told to who waits for a person: each one before takes `seconds_each`."""

    seconds_each: int

    def told(self, before: int) -> dict[str, Any]:
        position = before + 1
        return {"state": "queued", "queue_position": position, "wait_seconds": position * self.seconds_each}


@dataclass(frozen=True, slots=True)
class TurnRunner:
    """Runs turns; it holds no state of its own."""

    store: ConversationStore
    bot: Bot
    sentences: Sentences
    locks: TurnLocks
    publisher: Publisher
    metrics: Metrics
    waiting: Waiting
    clock: Callable[[], datetime]
    checkpoint: Checkpoint

    async def run(self, message: Message, fresh: Conversation | None) -> Answer:
        """The answer to a stored message of a citizen.

        Args:
            message: the stored message.
            fresh: its conversation, when it was stored just now; else both are read again once its turn has come.

        Raises:
            TurnBusy, StoreUnavailable: nothing more was stored; the message can be sent again.
        """
        conversation_id = message.conversation_id
        async with self.locks.hold(conversation_id) as waited:
            current = message if fresh is not None else await self._again(message)
            if current.turn == "done":
                return await self.store.answer(current)
            asked = await self._repeated(current)
            seqs = (current.seq,) if asked is current else (current.seq, asked.seq)
            conversation = fresh
            if conversation is None or waited:
                conversation = await self.store.conversation(conversation_id)
            nothing = FinishedTurn(seqs, asked.seq, ())
            if asked.turn == "done" or conversation.owner == "agent":
                return await self.store.finish_turn(conversation_id, nothing, self.clock())
            return await self._ask_bot(conversation, asked, seqs)

    async def open(self, conversation: Conversation) -> None:
        """Stores the greeting of a new conversation."""
        turn = BotTurn(
            conversation.id, OPENING_MESSAGE_ID, conversation.channel, conversation.language, payload=OPENING_PAYLOAD
        )
        async with self.locks.hold(conversation.id):
            drafts: tuple[Draft, ...]
            try:
                drafts = replies.plan(await self._timed(turn), conversation.language, {}).drafts
            except BotUnavailable:
                drafts = (notices.opening_down(self.sentences, conversation),)
            for number, draft in enumerate(drafts):
                stored = await self.store.add(conversation.id, draft, self.clock(), f"{OPENING_MESSAGE_ID}:{number}")
                if stored.created:
                    await self.publisher.messages(stored.conversation, [stored.message])

    async def _ask_bot(self, conversation: Conversation, asked: Message, seqs: tuple[int, ...]) -> Answer:
        await self.publisher.typing(conversation.id)
        self.checkpoint("before_bot")
        turn = BotTurn(
            conversation.id,
            asked.message_id or "",
            conversation.channel,
            asked.language,
            text=asked.text if asked.payload is None else None,
            payload=asked.payload,
            other=asked.data.get("other"),
        )
        try:
            reply = await self._timed(turn)
        except BotUnavailable as error:
            logger.warning("the bot failed (%s): %s", error.reason, error)
            return await self._without_bot(conversation, asked, seqs)
        self.checkpoint("after_bot")
        if not reply.messages:
            self.metrics.bot_failures.labels("empty").inc()
            return await self._failed(conversation, asked, seqs, empty=True)
        return await self._answered(conversation, asked, seqs, reply)

    async def _answered(
        self, conversation: Conversation, asked: Message, seqs: tuple[int, ...], reply: BotReply
    ) -> Answer:
        queue: dict[str, Any] = {}
        if replies.wants_person(reply):
            queue = self.waiting.told(await self._before(conversation))
        plan = replies.plan(reply, asked.language, queue)
        finished = FinishedTurn(seqs, asked.seq, plan.drafts, plan.language, plan.asked)
        return await self._finish(conversation, finished)

    async def _without_bot(self, conversation: Conversation, asked: Message, seqs: tuple[int, ...]) -> Answer:
        """Whoever asks for a person gets into the queue without the bot; everybody else hears that it failed."""
        if asked.payload != notices.HUMAN_PAYLOAD or conversation.owner != "bot":
            return await self._failed(conversation, asked, seqs, empty=False)
        queue = self.waiting.told(await self._before(conversation))
        draft = notices.queued(self.sentences, conversation, queue)
        return await self._finish(conversation, FinishedTurn(seqs, asked.seq, (draft,), asked="handoff"))

    async def _finish(self, conversation: Conversation, finished: FinishedTurn) -> Answer:
        answer = await self.store.finish_turn(conversation.id, finished, self.clock())
        self.checkpoint("after_finish")
        await self.publisher.answer(conversation, answer)
        return answer

    async def _failed(self, conversation: Conversation, asked: Message, seqs: tuple[int, ...], empty: bool) -> Answer:
        notice = notices.bot_down(self.sentences, conversation, asked.message_id or "", empty)
        answer = await self.store.fail_turn(conversation.id, seqs, notice, self.clock())
        await self.publisher.answer(conversation, answer)
        return answer

    async def _timed(self, turn: BotTurn) -> BotReply:
        with self.metrics.turn_seconds.time():
            try:
                return await self.bot.turn(turn)
            except BotUnavailable as error:
                self.metrics.bot_failures.labels(error.reason).inc()
                raise

    async def _before(self, conversation: Conversation) -> int:
        waiting = await self.store.queue_length()
        return max(0, waiting - 1) if conversation.owner == "queue" else waiting

    async def _again(self, message: Message) -> Message:
        found = await self.store.find(message.conversation_id, message.message_id or "")
        return found or message

    async def _repeated(self, message: Message) -> Message:
        """The message that a pressed "try again" repeats, or the message itself."""
        if message.turn_of is None:
            return message
        wanted = notices.resent_message_id(message.payload) or ""
        return await self.store.find(message.conversation_id, wanted) or message
