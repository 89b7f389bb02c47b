"""What SSE and WebSocket have in common: one listener from where the client left off, let go when it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from channels.conversations import Conversation, Message
from channels.service import Gateway
from channels.stream import Frame, Listener, owner_frame


@dataclass(frozen=True, slots=True)
class Listening:
    """An open stream of a conversation."""

    listener: Listener
    frames: AsyncIterator[Frame]


@asynccontextmanager
async def listening(gateway: Gateway, conversation_id: str, after: int, kind: str) -> AsyncIterator[Listening]:
    """Registers first and reads the store afterwards, so nothing falls between replay and live.

    Raises:
        TooManyRequests: the conversation has very many streams.
        ConversationNotFound: it was deleted.
    """
    listener = gateway.hub.listen(conversation_id)
    gauge = gateway.metrics.open_streams.labels(kind)
    gauge.inc()
    try:
        if gateway.relay is not None:
            await gateway.relay.watch(conversation_id)
        conversation = await gateway.store.conversation(conversation_id)
        yield Listening(listener, _frames(gateway, conversation, listener, after))
    finally:
        gauge.dec()
        if listener.lost and not gateway.hub.closed:
            gateway.metrics.lost_listeners.inc()
        if gateway.hub.leave(conversation_id, listener) and gateway.relay is not None:
            await gateway.relay.unwatch(conversation_id)


async def _frames(gateway: Gateway, conversation: Conversation, listener: Listener, after: int) -> AsyncIterator[Frame]:
    """Who owns the conversation, then its messages."""

    async def replay(after: int, limit: int) -> list[Message]:
        return await gateway.store.messages_after(conversation.id, after, limit)

    face = {} if gateway.people is None else await gateway.people.face(conversation)
    yield owner_frame(conversation, face)
    async for frame in listener.frames(min(after, conversation.last_seq), replay):
        yield frame
