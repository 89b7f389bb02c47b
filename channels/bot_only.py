"""The front desk of a gateway without people behind it: the bot answers, and who asks for a person waits.

For tests and trials; a real gateway has `channels.handoff.reception.Reception`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels import notices
from channels.conversations import Conversation, Draft, Message
from channels.ownership import Asked
from channels.ports import ConversationStore, Instead, Sentences


@dataclass(frozen=True, slots=True)
class BotOnly:
    """FrontDesk on the store alone; each one who waits takes `seconds_each`."""

    store: ConversationStore
    sentences: Sentences
    seconds_each: int

    async def greeting(self, conversation: Conversation) -> tuple[tuple[Draft, ...], Instead | None]:
        return (), None

    async def before_bot(self, conversation: Conversation, message: Message) -> Instead | None:
        return None

    async def after_failure(self, conversation: Conversation, message: Message) -> Instead | None:
        if message.payload != notices.HUMAN_PAYLOAD or conversation.owner != "bot":
            return None
        told = await self.waiting(conversation)
        return Instead((notices.queued(self.sentences, conversation, told),), "handoff")

    async def after_answer(self, conversation: Conversation, asked: Asked | None) -> Instead | None:
        return None

    async def waiting(self, conversation: Conversation) -> dict[str, Any]:
        waiting = await self.store.queue_length()
        position = (max(0, waiting - 1) if conversation.owner == "queue" else waiting) + 1
        return {"state": "queued", "queue_position": position, "wait_seconds": position * self.seconds_each}

    async def agent_did(self, conversation: Conversation) -> tuple[str, Mapping[str, Any]] | None:
        return None

    async def bot_told(self, handoff_id: str) -> None:
        """There is nobody whose doing the bot could be told."""
