"""Takes in what citizens, agents and the worker say, stores it first, and sees that each message gets its turn.

A citizen's message is stored before anything else happens to it. Repeats are told by `message_id` and answered
from the store; a message whose turn was broken off (a crash, a failing bot) gets a new one. The rules of one turn
are in `channels.turns`.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from channels import notices
from channels.conversations import Answer, Conversation, Draft, Message, Owner, Stored
from channels.errors import ChannelsError, InvalidField
from channels.languages import spoken
from channels.ports import ConversationStore, Identify, Sentences
from channels.publisher import Publisher
from channels.turns import TurnRunner

logger = logging.getLogger(__name__)

TEXT_LIMIT = 4000
_REVISIT = "/revisit_opened"
_GREETING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a citizen sent: exactly one of `text` and `payload`."""

    message_id: str
    text: str | None = None
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is stored: its number is settled, its answer is on the way."""

    seq: int
    answer: asyncio.Future[Answer]
    refused: str | None = None


@dataclass(slots=True)
class Router:
    """The one way into a conversation."""

    store: ConversationStore
    turns: TurnRunner
    sentences: Sentences
    publisher: Publisher
    identify: Identify
    clock: Callable[[], datetime]
    _running: dict[tuple[str, str], asyncio.Task[Answer]] = field(default_factory=dict)
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self, channel: str, language: str) -> Conversation:
        """A new conversation; waits a moment for the greeting, so that it comes before the citizen's first words."""
        conversation = Conversation(str(uuid.uuid4()), channel, language, self.clock())
        await self.store.create(conversation)
        greeting = asyncio.create_task(self._greet(conversation))
        self._background.add(greeting)
        greeting.add_done_callback(self._background.discard)
        await asyncio.wait([greeting], timeout=_GREETING_SECONDS)
        return conversation

    async def receive(self, conversation_id: str, incoming: Incoming) -> Received:
        """Stores a citizen's message and starts its turn, unless it was stored or answered before.

        A text above 4,000 characters is not stored and not sent to the bot; the citizen hears the limit from a
        system message, whose answer has refused="text_too_long", and the client still holds the text.

        Raises:
            ConversationNotFound, InvalidField, StoreUnavailable: nothing was stored.
        """
        running = self._running.get((conversation_id, incoming.message_id))
        if running is not None and (known := await self.store.find(conversation_id, incoming.message_id)):
            return Received(known.seq, _shared(running))
        conversation = await self.store.conversation(conversation_id)
        if incoming.text is not None and len(incoming.text) > TEXT_LIMIT:
            return await self._refuse_length(conversation, incoming.message_id, len(incoming.text))
        draft = self._draft(conversation, incoming)
        repeated = await self._repeated(conversation_id, incoming.payload)
        stored = await self.store.add_citizen(conversation_id, incoming.message_id, draft, self.clock(), repeated)
        self.turns.checkpoint("after_store")
        message = stored.message
        if stored.created:
            await self.publisher.messages(stored.conversation, [message])
            if stored.conversation.language != conversation.language:
                await self.publisher.owner(stored.conversation)
        if message.turn == "done":
            return Received(message.seq, _ready(await self.store.answer(message)))
        return Received(message.seq, _shared(self._start(message, stored.conversation if stored.created else None)))

    async def resume(self, message: Message) -> None:
        """Runs a turn that an earlier process left unfinished."""
        await asyncio.wait([self._start(message, None)])

    async def agent_message(self, conversation_id: str, message_id: str, text: str, agent: str) -> Message:
        """Stores and publishes what a person at the desk wrote; `agent` is the name that the citizen sees."""
        conversation = await self.store.conversation(conversation_id)
        draft = Draft("agent", conversation.language, text, data={"agent": {"name": agent}})
        return (await self._say(conversation_id, draft, f"agent:{message_id}")).message

    async def set_owner(self, conversation_id: str, owner: Owner, expected_version: int) -> Conversation:
        """Gives the conversation to bot, queue or agent.

        Raises:
            OwnerChanged: it is not at `expected_version` any more.
        """
        conversation = await self.store.set_owner(conversation_id, owner, expected_version, self.clock())
        if conversation.owner_version != expected_version:
            await self.publisher.owner(conversation)
        return conversation

    async def news(
        self, conversation_id: str, event_id: str, key: str, values: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Stored:
        """Says a sentence of the catalogue in the conversation's language, once an event.

        Args:
            values: what stands in the sentence; a value that differs by language is a mapping of them.

        Raises:
            KeyError: the catalogue has no such key.
        """
        conversation = await self.store.conversation(conversation_id)
        said = {name: _in_language(value, conversation.language) for name, value in values.items()}
        text = self.sentences.text(key, conversation.language, conversation.channel, **said)
        buttons = notices.buttons_of(self.sentences, key, conversation)
        draft = Draft("system", conversation.language, text, buttons, data)
        return await self._say(conversation_id, draft, f"news:{event_id}")

    async def revisit(self, conversation_id: str, event_id: str, number: str) -> list[Message]:
        """Lets the bot ask whether the matter of ticket `number` is solved, once an event; [] when it is settled.

        Raises:
            ConversationBusy: not now; ask again later.
            BotUnavailable: nothing was asked.
        """
        payload = _REVISIT + orjson.dumps({"ticket_number": number}).decode()
        return await self.turns.initiate(conversation_id, f"revisit:{event_id}", payload)

    async def attachment(self, conversation_id: str, message_id: str, draft: Draft, limit: int) -> Stored:
        """Stores an attachment of the citizen and says that it arrived.

        Raises:
            TooManyAttachments: the conversation has `limit` of them.
        """
        stored = await self.store.add_attachment(conversation_id, message_id, draft, self.clock(), limit)
        if stored.created:
            await self.publisher.messages(stored.conversation, [stored.message])
            left = limit - stored.conversation.attachments
            notice = notices.attachment_saved(self.sentences, stored.conversation, left)
            await self._say(conversation_id, notice, f"attachment:{message_id}")
        return stored

    async def close(self, seconds: float) -> None:
        """Waits for running turns; what is not done by then stays pending in the store."""
        running = [*self._running.values(), *self._background]
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _draft(self, conversation: Conversation, incoming: Incoming) -> Draft:
        if incoming.text is None:
            return Draft("citizen", conversation.language, data={"payload": incoming.payload})
        found = spoken(self.identify, incoming.text, conversation.language)
        data = {} if found.other is None else {"other": found.other}
        return Draft("citizen", found.language, incoming.text, data=data)

    async def _repeated(self, conversation_id: str, payload: str | None) -> int | None:
        wanted = notices.resent_message_id(payload)
        if wanted is None:
            return None
        message = await self.store.find(conversation_id, wanted)
        if message is None or message.turn is None:
            raise InvalidField("payload", "There is no such message to try again.")
        return message.seq

    async def _refuse_length(self, conversation: Conversation, message_id: str, length: int) -> Received:
        notice = notices.too_long(self.sentences, conversation, message_id, length, TEXT_LIMIT)
        stored = await self._say(conversation.id, notice, f"too_long:{message_id}")
        now = stored.conversation
        answer = Answer(stored.message.seq, now.language, now.owner, [stored.message], refused="text_too_long")
        return Received(stored.message.seq, _ready(answer), answer.refused)

    async def _say(self, conversation_id: str, draft: Draft, message_id: str) -> Stored:
        stored = await self.store.add(conversation_id, draft, self.clock(), message_id)
        if stored.created:
            await self.publisher.messages(stored.conversation, [stored.message])
        return stored

    async def _greet(self, conversation: Conversation) -> None:
        try:
            await self.turns.open(conversation)
        except ChannelsError as error:
            logger.warning("a conversation has no greeting: %s", error)

    def _start(self, message: Message, fresh: Conversation | None) -> asyncio.Task[Answer]:
        key = (message.conversation_id, message.message_id or "")
        running = self._running.get(key)
        if running is None:
            running = asyncio.create_task(self.turns.run(message, fresh))
            self._running[key] = running
            running.add_done_callback(lambda done: self._ended(key, done))
        return running

    def _ended(self, key: tuple[str, str], task: asyncio.Task[Answer]) -> None:
        self._running.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a turn broke off: %s", error, exc_info=None if isinstance(error, ChannelsError) else error)


def _shared(task: asyncio.Task[Answer]) -> asyncio.Future[Answer]:
    """The task's result for one more caller, who may go away without ending the turn."""
    return asyncio.shield(task)


def _ready(answer: Answer) -> asyncio.Future[Answer]:
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future


def _in_language(value: Any, language: str) -> Any:
    """A value that differs by language, in this one; Chinese where it has no other."""
    return value.get(language) or value.get("zh", "") if isinstance(value, Mapping) else value
