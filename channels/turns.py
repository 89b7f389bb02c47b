"""Runs one turn: the stored message of a citizen goes to the bot, what comes back is stored and published.

The turns of a conversation are strictly serial. A turn is done when its replies are stored, in the same
transaction; until then the same `message_id` starts it again. No success is claimed for a turn that failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels import notices, replies
from channels.conversations import Answer, Conversation, Draft, Message
from channels.errors import BotOutOfTurn, BotUnavailable, ConversationBusy
from channels.metrics import Metrics
from channels.ports import (
    Bot,
    BotReply,
    BotTurn,
    ConversationStore,
    FinishedTurn,
    FrontDesk,
    Instead,
    Sentences,
    TurnLocks,
)
from channels.publisher import Publisher

logger = logging.getLogger(__name__)

OPENING_PAYLOAD = "/session_opened"
OPENING_MESSAGE_ID = "opening"
FORM_LEFT_AFTER = timedelta(hours=24)
"""After this silence a form was left lying: the bot may ask something else, and keeps the draft."""
_LOOK_BACK = 50

Checkpoint = Callable[[str], None]
"""Called at each step of a turn by its name; tests stop the process there."""


@dataclass(frozen=True, slots=True)
class TurnRunner:
    """Runs turns; it holds no state of its own."""

    store: ConversationStore
    bot: Bot
    sentences: Sentences
    locks: TurnLocks
    publisher: Publisher
    metrics: Metrics
    front: FrontDesk
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
            instead = await self.front.before_bot(conversation, asked)
            if instead is not None:
                return await self._instead(conversation, asked, seqs, instead)
            return await self._ask_bot(conversation, asked, seqs)

    async def open(self, conversation: Conversation) -> None:
        """Stores what a new conversation begins with: announcements, then the greeting of the bot or of people.

        The bot's greeting may come when a person has the conversation already; then it is not said.
        """
        async with self.locks.hold(conversation.id):
            told, instead = await self.front.greeting(conversation)
            await self._begin(conversation, "announcement", told)
            if instead is not None:
                await self._begin(conversation, OPENING_MESSAGE_ID, instead.drafts)
                if instead.asked == "handoff":
                    version = conversation.owner_version
                    waiting = await self.store.set_owner(conversation.id, "queue", version, self.clock(), instead.why)
                    await self.publisher.owner(waiting)
                return
            await self._begin(conversation, OPENING_MESSAGE_ID, await self._greeting(conversation))

    async def initiate(self, conversation_id: str, name: str, payload: str) -> list[Message]:
        """The bot speaks first: `payload` is run as if a citizen had pressed it, and what the bot says is stored once.

        Args:
            name: names the occasion; the same one again says nothing twice.

        Raises:
            ConversationBusy: a person has the conversation, people answer first, or the citizen is within a form.
            BotUnavailable: nothing was said.
        """
        async with self.locks.hold(conversation_id):
            conversation = await self.store.conversation(conversation_id)
            known = await self.store.find(conversation_id, f"{name}:0")
            if known is not None:
                return [known]
            _, instead = await self.front.greeting(conversation)
            if conversation.owner != "bot" or instead is not None or await self._within_form(conversation):
                raise ConversationBusy
            turn = BotTurn(conversation_id, name, conversation.channel, conversation.language, payload=payload)
            drafts = replies.plan(await self._timed(turn), conversation.language, {}).drafts
            await self._begin(conversation, name, drafts)
            asked = await self.store.messages_after(conversation_id, conversation.last_seq, _LOOK_BACK)
            return [message for message in asked if message.sender == "bot"] if drafts else []

    async def _within_form(self, conversation: Conversation) -> bool:
        """Whether the bot asked something last within a form, and not so long ago that the citizen has gone."""
        before = max(0, conversation.last_seq - _LOOK_BACK)
        recent = await self.store.messages_after(conversation.id, before, _LOOK_BACK)
        last = next((message for message in reversed(recent) if message.sender == "bot"), None)
        if last is None or not last.data.get("form"):
            return False
        return self.clock() - recent[-1].at < FORM_LEFT_AFTER

    async def _greeting(self, conversation: Conversation) -> tuple[Draft, ...]:
        turn = BotTurn(
            conversation.id, OPENING_MESSAGE_ID, conversation.channel, conversation.language, payload=OPENING_PAYLOAD
        )
        try:
            return replies.plan(await self._timed(turn), conversation.language, {}).drafts
        except BotUnavailable:
            return (notices.opening_down(self.sentences, conversation),)

    async def _begin(self, conversation: Conversation, name: str, drafts: tuple[Draft, ...]) -> None:
        for number, draft in enumerate(drafts):
            try:
                stored = await self.store.add(conversation.id, draft, self.clock(), f"{name}:{number}")
            except BotOutOfTurn:
                return
            if stored.created:
                await self.publisher.messages(stored.conversation, [stored.message])

    async def _instead(
        self, conversation: Conversation, asked: Message, seqs: tuple[int, ...], instead: Instead
    ) -> Answer:
        finished = FinishedTurn(seqs, asked.seq, instead.drafts, asked=instead.asked, why=instead.why)
        return await self._finish(conversation, finished)

    async def _ask_bot(self, conversation: Conversation, asked: Message, seqs: tuple[int, ...]) -> Answer:
        await self.publisher.typing(conversation.id)
        self.checkpoint("before_bot")
        did = await self.front.agent_did(conversation)
        turn = BotTurn(
            conversation.id,
            asked.message_id or "",
            conversation.channel,
            asked.language,
            text=asked.text if asked.payload is None else None,
            payload=asked.payload,
            other=asked.data.get("other"),
            agent_did=None if did is None else did[1],
        )
        try:
            reply = await self._timed(turn)
        except BotUnavailable as error:
            logger.warning("the bot failed (%s): %s", error.reason, error)
            return await self._without_bot(conversation, asked, seqs)
        self.checkpoint("after_bot")
        if not reply.messages:
            self.metrics.bot_failures.labels("empty").inc()
            return await self._without_words(conversation, asked, seqs)
        answer = await self._answered(conversation, asked, seqs, reply)
        if did is not None:
            await self.front.bot_told(did[0])
        return answer

    async def _answered(
        self, conversation: Conversation, asked: Message, seqs: tuple[int, ...], reply: BotReply
    ) -> Answer:
        queue = await self.front.waiting(conversation) if replies.wants_person(reply) else {}
        plan = replies.plan(reply, asked.language, queue)
        beside = await self.front.after_answer(conversation, plan.asked)
        drafts = plan.drafts if beside is None else (*beside.drafts, *plan.drafts)
        change = plan.asked if beside is None else beside.asked
        finished = FinishedTurn(seqs, asked.seq, drafts, plan.language, change, plan.why, reply.slots)
        return await self._finish(conversation, finished)

    async def _without_bot(self, conversation: Conversation, asked: Message, seqs: tuple[int, ...]) -> Answer:
        """The bot failed: people may take the message, else the citizen hears that nothing was done."""
        instead = await self.front.after_failure(conversation, asked)
        if instead is None:
            return await self._failed(conversation, asked, seqs, empty=False)
        return await self._instead(conversation, asked, seqs, instead)

    async def _without_words(self, conversation: Conversation, asked: Message, seqs: tuple[int, ...]) -> Answer:
        """The bot answered with nothing: after some of that, as after failures, people take over."""
        instead = None if asked.payload is not None else await self.front.after_failure(conversation, asked)
        if instead is None:
            return await self._failed(conversation, asked, seqs, empty=True)
        return await self._instead(conversation, asked, seqs, instead)

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

    async def _again(self, message: Message) -> Message:
        found = await self.store.find(message.conversation_id, message.message_id or "")
        return found or message

    async def _repeated(self, message: Message) -> Message:
        """The message that a pressed "try again" repeats, or the message itself."""
        if message.turn_of is None:
            return message
        wanted = notices.resent_message_id(message.payload) or ""
        return await self.store.find(message.conversation_id, wanted) or message
