"""`GET /api/v1/desk/ws`: what happens at the desk, live.

In: `{"type":"view","conversation_id"|null,"silent"?}`, `{"type":"typing","conversation_id"}`, `{"type":"ping"}`.
Out: see docs/api.md. The session is looked at again while the socket is open: a revoked one ends it.
"""

from __future__ import annotations

import asyncio
import re

import orjson
from aiohttp import WSMsgType, web

from channels.desk import roles, views
from channels.desk.live import Seat
from channels.desk.service import Desk
from channels.desk.signin import Signed
from channels.desk.viewing import viewers
from channels.desk.web import access
from channels.errors import ChannelsError, InvalidField
from channels.problems import body_of
from channels.service import GATEWAY
from channels.web.bodies import parse_object

_CONVERSATION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_LARGEST_BYTES = 8 * 1024
_CHECK_SECONDS = 15.0
_CLOSE_SECONDS = 2.0
_TYPING_SECONDS = 3.0
SIGNED_OUT = 4401


async def socket(request: web.Request) -> web.StreamResponse:
    access.same_site(request, needed=True)
    signed = await access.signed_in(request)
    desk, gateway = access.desk_of(request), request.app[GATEWAY]
    seat = Seat(signed.agent, signed.session.id)
    desk.live.join(seat)
    channel = web.WebSocketResponse(
        heartbeat=gateway.heartbeat_seconds, max_msg_size=_LARGEST_BYTES, compress=False, timeout=_CLOSE_SECONDS
    )
    gauge = gateway.metrics.open_streams.labels("desk")
    gauge.inc()
    page = _Page(desk, channel, seat, signed, gateway.send_seconds)
    tasks: list[asyncio.Task[None]] = []
    try:
        await channel.prepare(request)
        await page.arrive()
        tasks = [asyncio.create_task(page.send_all(request.transport)), asyncio.create_task(page.keep_watch())]
        async for message in channel:
            if message.type is WSMsgType.TEXT:
                await page.take(message.data)
    except ConnectionError:
        pass  # the page is gone
    finally:
        gauge.dec()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await page.go()
    return channel


class _Page:
    """One open socket."""

    def __init__(
        self, desk: Desk, channel: web.WebSocketResponse, seat: Seat, signed: Signed, send_seconds: float
    ) -> None:
        self._desk = desk
        self._channel = channel
        self._seat = seat
        self._signed = signed
        self._send_seconds = send_seconds
        self._typed_at = 0.0

    async def arrive(self) -> None:
        """Somebody who opens the page is there; what was chosen before (away) stays."""
        desk, agent, now = self._desk, self._signed.agent, self._desk.clock()
        presence = (await desk.accounts.presences()).get(agent.id)
        if presence is None:
            await desk.accounts.set_presence(agent.id, "off", now)
        else:
            await desk.accounts.seen([agent.id], now)
        me = (await desk.floor.roster()).colleague(agent)
        desk.live.send([self._seat], {"type": "hello", "me": me})
        await desk.teller.greet(self._seat)

    async def send_all(self, transport: asyncio.Transport | None) -> None:
        """Sends frames until the seat is let go; a page that takes nothing for long is cut off."""
        try:
            async for body in self._seat.frames():
                async with asyncio.timeout(self._send_seconds):
                    await self._channel.send_str(body.decode())
            code = SIGNED_OUT if self._seat.signed_out else 1013
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._channel.close(code=code)
        except TimeoutError:
            if transport is not None:
                transport.abort()
        except ConnectionError:
            pass  # the reading side ends by itself

    async def keep_watch(self) -> None:
        """Ends the page when its session has ended elsewhere."""
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            try:
                self._signed = await self._desk.signin.by_token(self._signed.token)
                self._seat.agent = self._signed.agent
            except ChannelsError as error:
                if error.code == "sign_in_needed":
                    self._seat.signed_out = True
                    self._seat.lose(orjson.dumps({"type": "signed_out"}))
                    return

    async def take(self, raw: str) -> None:
        """Handles one frame of the page; whatever is wrong with it is answered and ends nothing."""
        try:
            body = parse_object(raw)
            kind = body.get("type")
            if kind == "ping":
                self._desk.live.send([self._seat], {"type": "pong"})
            elif kind == "view":
                await self._view(body.get("conversation_id"), body.get("silent") is True)
            elif kind == "typing":
                await self._typing(body.get("conversation_id"))
            else:
                raise InvalidField("type", "type must be view, typing or ping.")
        except ChannelsError as error:
            shown = {name: value for name, value in body_of(error).items() if name != "type"}
            self._desk.live.send([self._seat], {"type": "error", **shown})

    async def go(self) -> None:
        viewed, self._seat.viewing = self._seat.viewing, None
        self._desk.live.leave(self._seat)
        if viewed is not None:
            await self._tell_viewers(viewed)

    async def _view(self, conversation_id: object, silent: bool) -> None:
        desk, seat = self._desk, self._seat
        if conversation_id is not None and not _is_id(conversation_id):
            raise InvalidField("conversation_id", "conversation_id is no id.")
        if silent:
            roles.require(seat.agent, "listen")
        before, seat.typing, seat.silent = seat.viewing, False, silent
        if conversation_id is None:
            seat.viewing = None
        else:
            case = await desk.rights.seen(seat.agent, str(conversation_id))
            seat.viewing = case.conversation_id
            await desk.live.follow(seat, case.conversation_id)
            await self._tell_viewers(case.conversation_id)
        if before is not None and before != seat.viewing:
            await self._unfollow(before)
            await self._tell_viewers(before)

    async def _unfollow(self, conversation_id: str) -> None:
        """Stops to hear a conversation that was only looked at."""
        case = await self._desk.work.open_case_of(conversation_id)
        member = case is not None and views.my_role(self._seat.agent, case) is not None
        if not member:
            self._desk.live.unfollow(self._seat, conversation_id)

    async def _typing(self, conversation_id: object) -> None:
        if not _is_id(conversation_id):
            raise InvalidField("conversation_id", "conversation_id is no id.")
        now = asyncio.get_running_loop().time()
        if now - self._typed_at < _TYPING_SECONDS:
            return
        self._typed_at = now
        await self._desk.talks.typing(self._seat.agent, str(conversation_id))

    async def _tell_viewers(self, conversation_id: str) -> None:
        agents = viewers(self._desk.live.seats, conversation_id)
        hint = {
            "type": "viewing",
            "gateway": self._desk.clockwork.holder,
            "conversation_id": conversation_id,
            "agents": agents,
        }
        await self._desk.live.hint(hint)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _CONVERSATION_ID.fullmatch(value) is not None
