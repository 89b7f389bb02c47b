"""Who sits at the desk with an open page, and what each page is told at once.

A page is a seat with a bounded queue; one that cannot keep up is let go and comes back. Messages of a conversation
come from the same streams that citizens listen to, so their numbers are dense here too. Between gateways only hints
travel ("this case changed"): each gateway reads the store and tells its own pages what they may see.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

import orjson

from channels.conversations import Message
from channels.desk.people import DeskAgent
from channels.errors import ChannelsError, TooManyRequests
from channels.ports import ConversationStore, Relay
from channels.stream import Frame, Hub

logger = logging.getLogger(__name__)

DESK_KEY = "desk"
_QUEUE_LENGTH = 512
_MOST_SEATS = 8
_PAUSE_SECONDS = 1.0

Hint = Mapping[str, Any]
OnHint = Callable[[Hint], Awaitable[None]]


class Seat:
    """One open page of somebody.

    Attributes:
        viewing: the conversation it looks at; `silent`: as a listener whom nobody is shown.
        queue_told: the queue as the page knows it.
    """

    def __init__(self, agent: DeskAgent, session_id: str, queue_length: int = _QUEUE_LENGTH) -> None:
        self.agent = agent
        self.session_id = session_id
        self.viewing: str | None = None
        self.silent = False
        self.typing = False
        self.queue_told: bytes | None = None
        self.lost = False
        self.signed_out = False
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(queue_length)

    def put(self, body: bytes) -> None:
        if self.lost:
            return
        try:
            self._queue.put_nowait(body)
        except asyncio.QueueFull:
            self.lose()

    def lose(self, last: bytes | None = None) -> None:
        """Ends the page's stream after `last`, dropping what waits in it."""
        self.lost = True
        while not self._queue.empty():
            self._queue.get_nowait()
        if last is not None:
            self._queue.put_nowait(last)
        self._queue.put_nowait(None)

    async def frames(self) -> AsyncIterator[bytes]:
        while (body := await self._queue.get()) is not None:
            yield body


class Live:
    """The seats of this gateway.

    Args:
        key: under which the gateways of one installation tell each other; another installation has another one.
    """

    def __init__(self, hub: Hub, store: ConversationStore, key: str = DESK_KEY) -> None:
        self._hub = hub
        self._store = store
        self._key = key
        self.relay: Relay | None = None
        self.on_hint: OnHint | None = None
        self._seats: set[Seat] = set()
        self._follows: dict[str, set[Seat]] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}
        self._hearing: asyncio.Task[None] | None = None

    @property
    def seats(self) -> tuple[Seat, ...]:
        return tuple(self._seats)

    def agent_ids(self) -> list[str]:
        return sorted({seat.agent.id for seat in self._seats})

    def join(self, seat: Seat) -> None:
        """Raises TooManyRequests: this person has very many open pages."""
        if sum(other.agent.id == seat.agent.id for other in self._seats) >= _MOST_SEATS:
            raise TooManyRequests(5, "You have too many open pages of the desk; close some of them.")
        self._seats.add(seat)
        if self._hub.closed:
            seat.lose()

    def leave(self, seat: Seat) -> None:
        self._seats.discard(seat)
        for conversation_id in [key for key, seats in self._follows.items() if seat in seats]:
            self.unfollow(seat, conversation_id)

    async def follow(self, seat: Seat, conversation_id: str) -> None:
        """From now on the page hears every message of the conversation."""
        seats = self._follows.setdefault(conversation_id, set())
        seats.add(seat)
        if conversation_id not in self._watches:
            ready = asyncio.Event()
            self._watches[conversation_id] = asyncio.create_task(self._watch(conversation_id, ready))
            with suppress(TimeoutError):
                await asyncio.wait_for(ready.wait(), _PAUSE_SECONDS)

    def unfollow(self, seat: Seat, conversation_id: str) -> None:
        seats = self._follows.get(conversation_id, set())
        seats.discard(seat)
        if not seats:
            self._follows.pop(conversation_id, None)
            task = self._watches.pop(conversation_id, None)
            if task is not None:
                task.cancel()

    def followers(self, conversation_id: str) -> tuple[Seat, ...]:
        return tuple(self._follows.get(conversation_id, ()))

    async def hint(self, hint: Hint) -> None:
        """Something changed: tells the pages of this gateway, and the other gateways."""
        if self.on_hint is not None:
            await self.on_hint(hint)
        if self.relay is not None:
            await self.relay.publish(self._key, [orjson.dumps(hint)])

    def send(self, seats: Iterable[Seat], frame: Mapping[str, Any]) -> None:
        body = orjson.dumps(frame)
        for seat in seats:
            seat.put(body)

    def sign_out(self, agent_id: str, but: str | None = None, only: str | None = None) -> None:
        """Ends the pages of somebody whose sessions were revoked."""
        for seat in self.seats:
            chosen = seat.session_id == only if only is not None else seat.session_id != but
            if seat.agent.id == agent_id and chosen:
                seat.signed_out = True
                seat.lose(orjson.dumps({"type": "signed_out"}))

    async def start(self) -> None:
        """Begins to hear the other gateways."""
        if self.relay is not None:
            self._hearing = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        tasks = [*self._watches.values(), *([self._hearing] if self._hearing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for seat in self.seats:
            seat.lose()

    async def _watch(self, conversation_id: str, ready: asyncio.Event) -> None:
        """Passes the frames of one conversation on until nobody follows it."""

        async def replay(after: int, limit: int) -> list[Message]:
            return await self._store.messages_after(conversation_id, after, limit)

        after: int | None = None
        while not self._hub.closed:
            listener = None
            try:
                listener = self._hub.listen(conversation_id)
                if self.relay is not None:
                    await self.relay.watch(conversation_id)
                if after is None:
                    after = (await self._store.conversation(conversation_id)).last_seq
                ready.set()
                async for frame in listener.frames(after, replay):
                    after = frame.seq or after
                    self._pass_on(conversation_id, frame)
            except ChannelsError as error:
                logger.warning("a conversation cannot be followed: %s", error)
            finally:
                if listener is not None and self._hub.leave(conversation_id, listener) and self.relay is not None:
                    await self.relay.unwatch(conversation_id)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _pass_on(self, conversation_id: str, frame: Frame) -> None:
        content = orjson.loads(frame.body)
        kind = content.pop("type")
        if kind == "message":
            self.send(
                self.followers(conversation_id),
                {"type": "message", "conversation_id": conversation_id, "message": content},
            )
        elif kind == "owner":
            self.send(
                self.followers(conversation_id),
                {"type": "owner", "conversation_id": conversation_id, **content},
            )

    async def _hear(self) -> None:
        """Takes hints of other gateways."""
        assert self.relay is not None
        while not self._hub.closed:
            listener = self._hub.listen(self._key)
            try:
                await self.relay.watch(self._key)
                async for frame in listener.frames(0, _nothing):
                    await self._take(frame)
            finally:
                self._hub.leave(self._key, listener)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _take(self, frame: Frame) -> None:
        """One hint of another gateway; a bad one is not worth the others."""
        try:
            if self.on_hint is not None:
                await self.on_hint(orjson.loads(frame.body))
        except ChannelsError as error:
            logger.warning("a hint of another gateway was lost: %s", error)
        except Exception:
            logger.exception("a hint of another gateway cannot be read")


async def _nothing(after: int, limit: int) -> list[Message]:
    return []
