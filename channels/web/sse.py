"""`GET /api/v1/conversations/{id}/events`: the messages as Server-Sent Events, for networks that break WebSockets.

Each event's data is a frame as on the WebSocket; messages carry their number as the event's id, so a browser that
connects again by itself says where it was (Last-Event-ID).
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from channels.service import GATEWAY, Gateway
from channels.stream import Frame
from channels.web.access import stream_conversation
from channels.web.bodies import parse_number
from channels.web.listening import listening

_LARGEST_SEQ = 2**31 - 1
_HEARTBEAT = b": still here\n\n"


async def events(request: web.Request) -> web.StreamResponse:
    gateway = request.app[GATEWAY]
    conversation_id = await stream_conversation(request)
    resumed = {"after": request.headers["Last-Event-ID"]} if "Last-Event-ID" in request.headers else request.query
    after = parse_number(resumed, "after", 0, _LARGEST_SEQ)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    async with listening(gateway, conversation_id, after, "sse") as stream:
        await response.prepare(request)
        heartbeat = asyncio.create_task(_beat(gateway, response))
        try:
            async for frame in stream.frames:
                async with asyncio.timeout(gateway.send_seconds):
                    await response.write(event(frame))
        except (ConnectionError, TimeoutError):
            pass  # the client is gone, or takes nothing: it comes back with after=
        finally:
            heartbeat.cancel()
            if stream.listener.lost and request.transport is not None:
                request.transport.close()
    return response


def event(frame: Frame) -> bytes:
    """A frame as one event."""
    name = b"" if frame.seq is None else b"id: %d\n" % frame.seq
    return b"%sdata: %s\n\n" % (name, frame.body)


async def _beat(gateway: Gateway, response: web.StreamResponse) -> None:
    while True:
        await asyncio.sleep(gateway.heartbeat_seconds)
        try:
            async with asyncio.timeout(gateway.send_seconds):
                await response.write(_HEARTBEAT)
        except (ConnectionError, TimeoutError):
            return
