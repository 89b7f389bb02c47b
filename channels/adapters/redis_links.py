"""What several gateways share through Redis: frames for each other's listeners, and one-use stream tickets.

Redis holds nothing that cannot be lost: messages are in the store, and after a lost connection every listener
looks there. While Redis is away a gateway serves its own listeners and says that it is degraded.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Sequence
from typing import Any

import redis.asyncio as redis
from redis.exceptions import RedisError

from channels.errors import StoreUnavailable
from channels.stream import Hub, parse_frame

logger = logging.getLogger(__name__)

_PREFIX = "hotline:frames:"
_TICKET_PREFIX = "hotline:stream-ticket:"
_TICKET_SECONDS = 60
_CONFIRM_SECONDS = 2.0
_RECONNECT_SECONDS = 1.0
_CONTROL = "hotline:frames"


def connect(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30)


class RedisStreamTickets:
    """StreamTickets that any gateway can take, once."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def issue(self, conversation_id: str) -> str:
        ticket = secrets.token_urlsafe(24)
        try:
            await self._client.set(_TICKET_PREFIX + ticket, conversation_id, ex=_TICKET_SECONDS)
        except RedisError as error:
            raise StoreUnavailable("Streams cannot be opened right now; messages can still be sent.") from error
        return ticket

    async def take(self, ticket: str) -> str | None:
        try:
            found = await self._client.getdel(_TICKET_PREFIX + ticket)
        except RedisError as error:
            raise StoreUnavailable("Streams cannot be opened right now; messages can still be sent.") from error
        return found.decode() if isinstance(found, bytes) else None


class RedisRelay:
    """Relay by publish/subscribe: one channel a conversation, subscribed while somebody here listens to it."""

    def __init__(self, client: redis.Redis, hub: Hub) -> None:
        self._client = client
        self._hub = hub
        self._me = secrets.token_bytes(8)
        self._watched: dict[str, asyncio.Event] = {}
        self._pubsub = client.pubsub()
        self._reader: asyncio.Task[None] | None = None
        self._subscribing = asyncio.Lock()  # two first subscriptions at once would open two connections, and lose one

    async def start(self) -> None:
        """Starts to read; the connection is made, and made again, in the background."""
        self._reader = asyncio.create_task(self._read())

    async def publish(self, conversation_id: str, frames: Sequence[bytes]) -> None:
        try:
            for frame in frames:
                await self._client.publish(_PREFIX + conversation_id, self._me + frame)
        except RedisError as error:
            logger.warning("frames did not reach the other gateways: %s", error)

    async def watch(self, conversation_id: str) -> None:
        """Comes back once frames of other gateways arrive (or Redis is away: then they come from the store)."""
        confirmed = self._watched.get(conversation_id)
        if confirmed is None:
            confirmed = self._watched[conversation_id] = asyncio.Event()
            with contextlib.suppress(RedisError):
                async with self._subscribing:
                    await self._pubsub.subscribe(_PREFIX + conversation_id)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(confirmed.wait(), _CONFIRM_SECONDS)

    async def unwatch(self, conversation_id: str) -> None:
        if self._watched.pop(conversation_id, None) is not None:
            with contextlib.suppress(RedisError):
                async with self._subscribing:
                    await self._pubsub.unsubscribe(_PREFIX + conversation_id)

    async def ping(self) -> None:
        try:
            await self._client.ping()
        except RedisError as error:
            raise StoreUnavailable("Redis cannot be reached") from error

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        with contextlib.suppress(RedisError):
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis leaves it untyped
        await self._client.aclose()

    async def _read(self) -> None:
        while True:
            try:
                async with self._subscribing:
                    await self._pubsub.subscribe(_CONTROL, *(_PREFIX + watched for watched in self._watched))
                self._hub.nudge()
                async for item in self._pubsub.listen():
                    self._take(item)
            except RedisError as error:
                logger.warning("the connection to the other gateways is lost: %s", error)
            await asyncio.sleep(_RECONNECT_SECONDS)

    def _take(self, item: dict[str, Any]) -> None:
        conversation_id = item["channel"].decode().removeprefix(_PREFIX)
        if item["type"] == "subscribe" and (confirmed := self._watched.get(conversation_id)):
            confirmed.set()
        if item["type"] == "message":
            sender, body = item["data"][:8], item["data"][8:]
            if sender != self._me:
                self._hub.publish(conversation_id, [parse_frame(body)])
