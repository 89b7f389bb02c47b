"""The hub: who listens to which conversation, and how each listener gets every message exactly once.

Frames are bytes, made once for all listeners. A listener that cannot keep up is let go: it connects again with
`after=` its last number, and nothing is lost. The hub stores nothing; what was missed is read from the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from channels.conversations import Conversation, Message
from channels.errors import TooManyRequests

_QUEUE_LENGTH = 256
_MOST_LISTENERS = 16
_REPLAY_PAGE = 200

Replay = Callable[[int, int], Awaitable[list[Message]]]
"""(after, limit) -> the messages of one conversation."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One line for listeners; `seq` only of messages."""

    body: bytes
    seq: int | None = None


NUDGE = Frame(b"")
"""Tells listeners to look into the store: something may have been missed."""


def message_frame(message: Message) -> Frame:
    return Frame(orjson.dumps({"type": "message", **message.wire()}), message.seq)


def owner_frame(conversation: Conversation, face: Mapping[str, Any] | None = None) -> Frame:
    """Who has the conversation; `face` adds the person's name or the place in the queue."""
    body = {
        "type": "owner",
        "owner": conversation.owner,
        "version": conversation.owner_version,
        "language": conversation.language,
        **(face or {}),
    }
    return Frame(orjson.dumps(body))


TYPING = Frame(orjson.dumps({"type": "typing"}))
AGENT_TYPING = Frame(orjson.dumps({"type": "typing", "who": "agent"}))


def parse_frame(body: bytes) -> Frame:
    """A frame that came from another gateway."""
    content: dict[str, Any] = orjson.loads(body)
    seq = content.get("seq") if content.get("type") == "message" else None
    return Frame(body, seq if isinstance(seq, int) else None)


class Listener:
    """One open stream. Its queue is bounded; `lost` says that it was let go."""

    def __init__(self, queue_length: int = _QUEUE_LENGTH) -> None:
        self._queue: asyncio.Queue[Frame | None] = asyncio.Queue(queue_length)
        self.lost = False

    def put(self, frame: Frame) -> None:
        if self.lost:
            return
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.lose()

    def lose(self) -> None:
        """Ends the stream, dropping what waits in it."""
        self.lost = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def frames(self, after: int, replay: Replay) -> AsyncIterator[Frame]:
        """All messages with a number above `after`, in order, stored ones first and then as they come.

        A number that was seen is skipped; a gap in the numbers (another process published, or two turns crossed)
        is filled from the store first.
        """
        last = after
        async for frame in _stored(last, replay):
            last = frame.seq or last
            yield frame
        while (live := await self._queue.get()) is not None:
            if live is NUDGE or (live.seq is not None and live.seq > last + 1):
                async for frame in _stored(last, replay):
                    last = frame.seq or last
                    yield frame
            if live is NUDGE or (live.seq is not None and live.seq <= last):
                continue
            last = live.seq or last
            yield live


class Hub:
    """The listeners of all conversations in this process."""

    def __init__(self, queue_length: int = _QUEUE_LENGTH) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._queue_length = queue_length
        self.closed = False

    def listen(self, conversation_id: str) -> Listener:
        """Registers a listener; call `leave` when its stream ends.

        Raises:
            TooManyRequests: the conversation has very many open streams.
        """
        listeners = self._listeners.setdefault(conversation_id, set())
        if len(listeners) >= _MOST_LISTENERS:
            raise TooManyRequests(5, "This conversation has too many open streams; close some of them.")
        listener = Listener(self._queue_length)
        listeners.add(listener)
        if self.closed:
            listener.lose()
        return listener

    def leave(self, conversation_id: str, listener: Listener) -> bool:
        """Takes a listener off; True when it was the conversation's last one."""
        listeners = self._listeners.get(conversation_id, set())
        listeners.discard(listener)
        if listeners:
            return False
        self._listeners.pop(conversation_id, None)
        return True

    def publish(self, conversation_id: str, frames: Sequence[Frame]) -> None:
        for listener in list(self._listeners.get(conversation_id, ())):
            for frame in frames:
                listener.put(frame)

    def nudge(self) -> None:
        """Lets every listener look into the store, after a connection between gateways was lost."""
        for conversation_id in list(self._listeners):
            self.publish(conversation_id, [NUDGE])

    def close(self) -> None:
        """Ends all streams; new ones end at once."""
        self.closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.lose()


async def _stored(after: int, replay: Replay) -> AsyncIterator[Frame]:
    while True:
        page = await replay(after, _REPLAY_PAGE)
        for message in page:
            after = message.seq
            yield message_frame(message)
        if len(page) < _REPLAY_PAGE:
            return
