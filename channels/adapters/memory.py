"""A store of conversations in memory, for tests and trials.

It passes the same contract tests as the SQL store. It keeps nothing over a restart.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from channels.conversations import (
    Answer,
    Button,
    Conversation,
    Draft,
    Message,
    Owner,
    Stored,
    TurnState,
    title_of,
)
from channels.errors import BotOutOfTurn, ConversationNotFound, OwnerChanged, TooManyAttachments
from channels.ownership import ASKED, Why, owner_after, spoken_beside
from channels.ports import FinishedTurn

RECENT_OFFERS = 10


class MemoryConversationStore:
    """ConversationStore in dictionaries; each method runs without awaiting, so it is one transaction."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._messages: dict[str, list[Message]] = {}
        self._replies: dict[tuple[str, int], list[int]] = {}
        self._outcomes: dict[tuple[str, int], tuple[str, Owner]] = {}

    async def create(self, conversation: Conversation) -> None:
        self._conversations[conversation.id] = conversation
        self._messages[conversation.id] = []

    async def conversation(self, conversation_id: str) -> Conversation:
        try:
            return self._conversations[conversation_id]
        except KeyError:
            raise ConversationNotFound from None

    async def add_citizen(
        self, conversation_id: str, message_id: str, draft: Draft, at: datetime, turn_of: int | None = None
    ) -> Stored:
        conversation = await self.conversation(conversation_id)
        known = await self.find(conversation_id, message_id)
        if known is not None:
            return Stored(known, False, conversation)
        if not draft.text and isinstance(payload := draft.data.get("payload"), str):
            draft = replace(draft, text=title_of(payload, self._offers(conversation_id)))
        self._conversations[conversation_id] = replace(conversation, language=draft.language)
        message = self._append(conversation_id, draft, at, message_id)
        turn: TurnState = "done" if conversation.owner == "agent" else "pending"
        message = self._put(replace(message, turn=turn, turn_of=turn_of))
        if turn == "done":
            self._outcomes[conversation_id, message.seq] = (draft.language, "agent")
        return Stored(message, True, self._conversations[conversation_id])

    async def add(self, conversation_id: str, draft: Draft, at: datetime, message_id: str | None = None) -> Stored:
        conversation = await self.conversation(conversation_id)
        known = await self.find(conversation_id, message_id) if message_id is not None else None
        if known is not None:
            return Stored(known, False, conversation)
        message = self._append(conversation_id, draft, at, message_id)
        return Stored(message, True, self._conversations[conversation_id])

    async def add_attachment(
        self, conversation_id: str, message_id: str, draft: Draft, at: datetime, limit: int
    ) -> Stored:
        conversation = await self.conversation(conversation_id)
        known = await self.find(conversation_id, message_id)
        if known is None and conversation.attachments >= limit:
            raise TooManyAttachments
        if known is None:
            self._conversations[conversation_id] = replace(conversation, attachments=conversation.attachments + 1)
        return await self.add(conversation_id, draft, at, message_id)

    async def finish_turn(self, conversation_id: str, turn: FinishedTurn, at: datetime) -> Answer:
        conversation = await self.conversation(conversation_id)
        was_done = self._message(conversation_id, turn.reply_to).turn == "done"
        if not was_done:
            owner = owner_after(conversation.owner, turn.asked)
            conversation = replace(conversation, language=turn.language or conversation.language)
            self._conversations[conversation_id] = conversation.owned_by(owner, at)
            replies = [
                self._append(conversation_id, draft, at, None).seq
                for draft in spoken_beside(conversation.owner, turn.drafts)
            ]
            self._replies[conversation_id, turn.reply_to] = replies
        for seq in turn.seqs:
            if (message := self._message(conversation_id, seq)).turn != "done":
                self._put(replace(message, turn="done"))
                current = self._conversations[conversation_id]
                self._outcomes[conversation_id, seq] = (current.language, current.owner)
        answer = await self.answer(self._message(conversation_id, turn.seqs[0]))
        return answer if was_done else replace(answer, conversation=self._conversations[conversation_id])

    async def fail_turn(self, conversation_id: str, seqs: tuple[int, ...], notice: Draft, at: datetime) -> Answer:
        first = self._message(conversation_id, seqs[0])
        if first.turn == "done":
            return await self.answer(first)
        if self._conversations[conversation_id].owner == "agent":
            for seq in seqs:
                self._put(replace(self._message(conversation_id, seq), turn="done"))
                self._outcomes[conversation_id, seq] = (self._conversations[conversation_id].language, "agent")
            return replace(
                await self.answer(self._message(conversation_id, seqs[0])),
                conversation=self._conversations[conversation_id],
            )
        for seq in seqs:
            self._put(replace(self._message(conversation_id, seq), turn="failed"))
        message = self._append(conversation_id, notice, at, None)
        conversation = self._conversations[conversation_id]
        return Answer(first.seq, conversation.language, conversation.owner, [message], True, None, conversation)

    async def find(self, conversation_id: str, message_id: str) -> Message | None:
        messages = self._messages.get(conversation_id, [])
        return next((message for message in messages if message.message_id == message_id), None)

    async def answer(self, message: Message) -> Answer:
        language, owner = self._outcomes[message.conversation_id, message.seq]
        seqs = self._replies.get((message.conversation_id, message.answered_as), [])
        messages = [self._message(message.conversation_id, seq) for seq in seqs]
        return Answer(message.seq, language, owner, messages)

    async def messages_after(self, conversation_id: str, after: int, limit: int) -> list[Message]:
        return self._messages.get(conversation_id, [])[max(0, after) :][:limit]

    async def set_owner(
        self, conversation_id: str, owner: Owner, expected_version: int, at: datetime, why: Why = ASKED
    ) -> Conversation:
        conversation = await self.conversation(conversation_id)
        if conversation.owner_version != expected_version:
            raise OwnerChanged
        self._conversations[conversation_id] = conversation.owned_by(owner, at)
        return self._conversations[conversation_id]

    async def queue_length(self) -> int:
        return sum(conversation.owner == "queue" for conversation in self._conversations.values())

    async def unfinished(self, since: datetime, limit: int) -> list[Message]:
        pending = [
            message
            for messages in self._messages.values()
            for message in messages
            if message.turn == "pending" and message.at >= since
        ]
        return sorted(pending, key=lambda message: (message.at, message.seq))[:limit]

    async def ping(self) -> None:
        """Memory is always there."""

    async def close(self) -> None:
        """Nothing to close."""

    def _offers(self, conversation_id: str) -> list[tuple[Button, ...]]:
        said = [message.buttons for message in self._messages[conversation_id] if message.sender != "citizen"]
        return said[::-1][:RECENT_OFFERS]

    def _append(self, conversation_id: str, draft: Draft, at: datetime, message_id: str | None) -> Message:
        conversation = self._conversations[conversation_id]
        if conversation.owner == "agent" and draft.sender == "bot":
            raise BotOutOfTurn
        seq = conversation.last_seq + 1
        message = Message(
            conversation_id, seq, draft.sender, draft.language, draft.text, draft.buttons, draft.data, at, message_id
        )
        self._messages[conversation_id].append(message)
        self._conversations[conversation_id] = replace(conversation, last_seq=seq)
        return message

    def _message(self, conversation_id: str, seq: int) -> Message:
        return self._messages[conversation_id][seq - 1]

    def _put(self, message: Message) -> Message:
        self._messages[message.conversation_id][message.seq - 1] = message
        return message
