"""Tells everyone who listens to a conversation, here and at the other gateways, what was just stored.

It is called after the transaction and only with what the store returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.conversations import Answer, Conversation, Message
from channels.metrics import Metrics
from channels.ports import Relay
from channels.stream import TYPING, Frame, Hub, message_frame, owner_frame


@dataclass(slots=True)
class Publisher:
    """Publishes here and, when `relay` is set, to the other gateways."""

    hub: Hub
    metrics: Metrics
    relay: Relay | None = None

    async def messages(self, conversation: Conversation, messages: Sequence[Message]) -> None:
        for message in messages:
            self.metrics.messages.labels(message.language, message.sender).inc()
        await self._send(conversation.id, [message_frame(message) for message in messages])

    async def answer(self, before: Conversation, answer: Answer) -> None:
        """The replies of a turn, then the new owner or language when they changed."""
        after = answer.conversation
        if after is None:
            return  # it was stored, and told, before
        await self.messages(after, answer.messages)
        if (before.owner_version, before.language) != (after.owner_version, after.language):
            await self.owner(after)

    async def owner(self, conversation: Conversation) -> None:
        await self._send(conversation.id, [owner_frame(conversation)])

    async def typing(self, conversation_id: str) -> None:
        await self._send(conversation_id, [TYPING])

    async def _send(self, conversation_id: str, frames: Sequence[Frame]) -> None:
        if not frames:
            return
        self.hub.publish(conversation_id, frames)
        if self.relay is not None:
            await self.relay.publish(conversation_id, [frame.body for frame in frames])
