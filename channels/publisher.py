"""Tells everyone who listens to a conversation, here and at the other gateways, what was just stored.

It is called after the transaction and only with what the store returned.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.conversations import Answer, Conversation, Message
from channels.metrics import Metrics
from channels.ports import Relay
from channels.stream import AGENT_TYPING, TYPING, Frame, Hub, message_frame, owner_frame

_NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Publisher:
    """Publishes here and, when `relay` is set, to the other gateways.

    `heard` is told of each conversation that got a message or an owner, for whom people must be told of it;
    `describe` gives what an owner's frame says beside the owner.
    """

    hub: Hub
    metrics: Metrics
    relay: Relay | None = None
    heard: Callable[[Conversation], None] | None = None
    describe: Callable[[Conversation], Awaitable[Mapping[str, Any]]] | None = None

    async def messages(self, conversation: Conversation, messages: Sequence[Message]) -> None:
        for message in messages:
            self.metrics.messages.labels(message.language, message.sender).inc()
        if self.heard is not None and messages:
            self.heard(conversation)
        await self._send(conversation.id, [message_frame(message) for message in messages])

    async def answer(self, before: Conversation, answer: Answer) -> None:
        """The replies of a turn, then the new owner or language when they changed."""
        after = answer.conversation
        if after is None:
            return  # it was stored, and told, before
        await self.messages(after, answer.messages)
        if (before.owner_version, before.language) != (after.owner_version, after.language):
            await self.owner(after)

    async def owner(self, conversation: Conversation, face: Mapping[str, Any] = _NOTHING) -> None:
        """Who has the conversation now; `face`: the person's name, or the place in the queue."""
        if self.heard is not None:
            self.heard(conversation)
        if not face and self.describe is not None:
            face = await self.describe(conversation)
        await self._send(conversation.id, [owner_frame(conversation, face)])

    async def typing(self, conversation_id: str) -> None:
        await self._send(conversation_id, [TYPING])

    async def agent_typing(self, conversation_id: str) -> None:
        await self._send(conversation_id, [AGENT_TYPING])

    async def _send(self, conversation_id: str, frames: Sequence[Frame]) -> None:
        if not frames:
            return
        self.hub.publish(conversation_id, frames)
        if self.relay is not None:
            await self.relay.publish(conversation_id, [frame.body for frame in frames])
