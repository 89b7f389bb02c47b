"""`GET /api/v1/conversations/{id}/ws`: the conversation over a WebSocket, in both directions.

In: `{"type":"message","message_id","text"|"payload"}`, `{"type":"typing"}`, `{"type":"ping"}`. Out: `message`,
`typing`, `owner`, `ack` when a message is stored, `pong`, and `error`, a problem document with the `message_id` it
is about. A turn goes on when its socket closes: the answer is read after connecting again.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from channels import problems
from channels.errors import ChannelsError, InvalidBody, InvalidField
from channels.router import Received
from channels.service import GATEWAY, Gateway
from channels.web.access import client_address, stream_conversation
from channels.web.bodies import BODY_LIMIT_BYTES, parse_incoming, parse_number, parse_object
from channels.web.listening import Listening, listening

_LARGEST_SEQ = 2**31 - 1
_CLOSE_SECONDS = 2.0


async def socket(request: web.Request) -> web.StreamResponse:
    gateway = request.app[GATEWAY]
    conversation_id = await stream_conversation(request)
    after = parse_number(request.query, "after", 0, _LARGEST_SEQ)
    channel = web.WebSocketResponse(
        heartbeat=gateway.heartbeat_seconds, max_msg_size=BODY_LIMIT_BYTES, compress=False, timeout=_CLOSE_SECONDS
    )
    async with listening(gateway, conversation_id, after, "ws") as stream:
        await channel.prepare(request)
        session = _Session(gateway, channel, conversation_id, client_address(request))
        sending = asyncio.create_task(session.send_all(stream, request.transport))
        try:
            async for message in channel:
                if message.type is WSMsgType.TEXT:
                    await session.take(message.data)
                elif message.type is WSMsgType.BINARY:
                    await session.problem(InvalidBody("Send text frames with JSON."), None)
        except ConnectionError:
            pass  # the client is gone
        finally:
            sending.cancel()
            session.end()
            await asyncio.gather(sending, return_exceptions=True)
    return channel


class _Session:
    """One open socket."""

    def __init__(self, gateway: Gateway, channel: web.WebSocketResponse, conversation_id: str, address: str) -> None:
        self._gateway = gateway
        self._channel = channel
        self._conversation_id = conversation_id
        self._address = address
        self._answers: set[asyncio.Task[None]] = set()

    async def send_all(self, stream: Listening, transport: asyncio.Transport | None) -> None:
        """Sends frames until the stream ends; a client that takes nothing for long is cut off."""
        try:
            async for frame in stream.frames:
                async with asyncio.timeout(self._gateway.send_seconds):
                    await self._channel.send_str(frame.body.decode())
            code = WSCloseCode.GOING_AWAY if self._gateway.hub.closed else WSCloseCode.TRY_AGAIN_LATER
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._channel.close(code=code)
        except TimeoutError:
            if transport is not None:
                transport.abort()
        except ConnectionError:
            pass  # the reading side ends by itself

    async def take(self, raw: str) -> None:
        """Handles one frame of the client; whatever is wrong with it is answered and ends nothing."""
        message_id: str | None = None
        try:
            body = parse_object(raw)
            kind = body.get("type")
            if kind == "message":
                message_id = body["message_id"] if isinstance(body.get("message_id"), str) else None
                await self._message(body)
            elif kind == "ping":
                await self._send({"type": "pong"})
            elif kind == "typing":
                if self._gateway.people is not None:
                    await self._gateway.people.citizen_typing(self._conversation_id)
            else:
                raise InvalidField("type", "type must be message, typing or ping.")
        except ChannelsError as error:
            await self.problem(error, message_id)

    async def problem(self, error: ChannelsError, message_id: str | None) -> None:
        """Says what went wrong; an error about a message names it."""
        self._gateway.metrics.refused.labels(error.code).inc()
        about = {} if message_id is None else {"message_id": message_id[:64]}
        shown = {name: value for name, value in problems.body_of(error).items() if name != "type"}
        await self._send({"type": "error", **about, **shown})

    def end(self) -> None:
        """Waits for no answers any more; their turns go on."""
        for task in self._answers:
            task.cancel()

    async def _message(self, body: Any) -> None:
        await self._gateway.limits.message(self._conversation_id, self._address)
        incoming = parse_incoming(body)
        received = await self._gateway.router.receive(self._conversation_id, incoming)
        ack: dict[str, Any] = {"type": "ack", "message_id": incoming.message_id, "seq": received.seq}
        if received.refused is not None:
            ack["refused"] = received.refused
        await self._send(ack)
        task = asyncio.create_task(self._await(received, incoming.message_id))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _await(self, received: Received, message_id: str) -> None:
        """The replies come as frames; only a turn that broke off is told here."""
        try:
            await received.answer
        except ChannelsError as error:
            await self.problem(error, message_id)

    async def _send(self, body: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(self._gateway.send_seconds):
                await self._channel.send_str(orjson.dumps(body).decode())
        except (ConnectionError, TimeoutError):
            pass  # the client hears of it after connecting again
