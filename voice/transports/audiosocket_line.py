"""The AudioSocket line: an Asterisk without SIP trunk hands calls over on TCP, sound and keys only.

AudioSocket has no transfer and no hold; a second leg can be dialled where a SIP line is open beside it. The sound must
be signed linear at 8 kHz (`AudioSocket(...,...)/c(slin)`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Protocol, cast
from uuid import UUID

import numpy as np

from voice.errors import CallEnded, InvalidTarget, LineUnavailable
from voice.ports_calls import CallLeg, TransferResult
from voice.protocol.addresses import ANONYMOUS
from voice.protocol.admission import Admission
from voice.protocol.audiosocket import Frame, Kind, Reader, build, caller_in, identifier_of, key_in
from voice.protocol.jitter import JitterBuffer
from voice.transports.clock import Ticker
from voice.transports.config import AudioSocketConfig
from voice.transports.leg import Leg
from voice.transports.sound import FRAME, LegSound

_log = logging.getLogger(__name__)
_IDENTIFIER_SECONDS = 5.0
_SILENT_SECONDS = 60.0
_UNSENT_MOST_BYTES = 64_000
_CONNECTIONS_MOST = 200
_QUIET = build(Frame(Kind.SOUND, bytes(2 * FRAME)))


class Dialler(Protocol):
    """Who can dial a second leg."""

    async def dial(self, target: str, ring_seconds: float, display: str = "") -> CallLeg: ...


class AudioSocketLeg(Leg):
    """A call that Asterisk handed over."""

    def __init__(self, identifier: UUID, transport: asyncio.Transport, dialler: Dialler | None) -> None:
        super().__init__(str(identifier), caller_in(identifier) or ANONYMOUS, "", {}, LegSound())
        self._transport = transport
        self._dialler = dialler
        self._jitter = JitterBuffer()  # TCP loses nothing, but it is as late and as drifting as anything
        self._samples_came = 0
        self._silent_ticks = 0
        self._ticker = Ticker(self._tick)
        self._ticker.start()

    @property
    def on_hold(self) -> bool:
        return False

    async def send_digits(self, digits: str) -> None:
        """AudioSocket takes keys as it gives them."""
        if self.ended.is_set():
            raise CallEnded
        for digit in digits:
            self._transport.write(build(Frame(Kind.KEY, digit.encode("ascii", errors="ignore"))))

    async def transfer_blind(self, target: str) -> TransferResult:
        return TransferResult(False, 501, "AudioSocket cannot transfer")

    async def dial(self, target: str, ring_seconds: float) -> CallLeg:
        if self._dialler is None:
            raise InvalidTarget("no SIP line is open that could dial")
        return await self._dialler.dial(target, ring_seconds, self.caller)

    async def hang_up(self, reason: str = "normal") -> None:
        if not self.ended.is_set():
            self._transport.write(build(Frame(Kind.HANG_UP)))
            self.close(reason)

    # For the connection.

    def take(self, frame: Frame) -> None:
        """Takes a frame that came."""
        if frame.kind == Kind.SOUND:
            samples = np.frombuffer(frame.payload[: len(frame.payload) // 2 * 2], dtype="<i2")
            self._silent_ticks = 0
            for at in range(0, len(samples), FRAME):
                self._jitter.put(self._samples_came & 0xFFFFFFFF, samples[at : at + FRAME])
                self._samples_came += len(samples[at : at + FRAME])
        elif frame.kind == Kind.KEY:
            key = key_in(frame.payload)
            if key:
                self.sound.press(key)
        elif frame.kind in (Kind.HANG_UP, Kind.ERROR):
            self.close("caller" if frame.kind == Kind.HANG_UP else "lost")

    def close(self, reason: str) -> None:
        """The call is over."""
        if not self.ended.is_set():
            self.end_reason = reason
            self._ticker.stop()
            self.sound.end()
            self._transport.close()

    def _tick(self) -> None:
        self._silent_ticks += 1
        if self._silent_ticks * 0.02 > _SILENT_SECONDS:
            self._transport.write(build(Frame(Kind.HANG_UP)))
            self.close("lost")
            return
        said = self.sound.tick(self._jitter.pull())
        if self._transport.get_write_buffer_size() < _UNSENT_MOST_BYTES:
            self._transport.write(build(Frame(Kind.SOUND, said)) if said is not None else _QUIET)


class AudioSocketLine:
    """Opened by `start`, closed by `stop`; `calls` gives the legs as they come."""

    def __init__(self, config: AudioSocketConfig, admission: Admission | None = None, dialler: Dialler | None = None):
        self.config = config
        self.port = config.port
        self.admission = admission or Admission(config.allowed, config.limits)
        self.dialler = dialler
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._arrived: asyncio.Queue[AudioSocketLeg | None] = asyncio.Queue()

    async def start(self) -> None:
        """Opens the line.

        Raises:
            LineUnavailable: the address cannot be bound.
        """
        loop = asyncio.get_running_loop()
        host, port = self.config.host, self.config.port
        try:
            self._server = await loop.create_server(lambda: _Connection(self), host, port)
        except OSError as error:
            raise LineUnavailable(f"AudioSocket cannot listen on {host} port {port}: {error.strerror}") from error
        self.port = self._server.sockets[0].getsockname()[1]
        _log.info("AudioSocket line on %s port %d", host, self.port)

    async def stop(self) -> None:
        """Hangs up all calls and closes the line."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            await connection.hang_up()
        self._arrived.put_nowait(None)

    async def calls(self) -> AsyncIterator[AudioSocketLeg]:
        """Calls in the order they came; ends when the line is closed."""
        while (leg := await self._arrived.get()) is not None:
            yield leg

    # For the connections.

    def joined(self, connection: _Connection, host: str) -> bool:
        if not self.admission.allows(host) or len(self._connections) >= _CONNECTIONS_MOST:
            _log.info("AudioSocket connection from %s refused", host)
            return False
        self._connections.add(connection)
        return True

    def left(self, connection: _Connection) -> None:
        self._connections.discard(connection)

    def arrived(self, leg: AudioSocketLeg) -> None:
        self._arrived.put_nowait(leg)


class _Connection(asyncio.Protocol):
    """One connection, which is one call."""

    def __init__(self, line: AudioSocketLine) -> None:
        self._line = line
        self._reader = Reader()
        self._transport: asyncio.Transport | None = None
        self._leg: AudioSocketLeg | None = None
        self._host = ""
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        opened = cast(asyncio.Transport, transport)  # uvloop's are none by type
        self._host = (opened.get_extra_info("peername") or ("",))[0]
        if not self._line.joined(self, self._host):
            opened.abort()
            return
        self._transport = opened
        self._too_late = asyncio.get_running_loop().call_later(_IDENTIFIER_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        for frame in self._reader.feed(data):
            if self._leg is not None:
                self._leg.take(frame)
            elif frame.kind == Kind.IDENTIFIER:
                self._begin(frame.payload)
            else:
                self._give_up()

    def _begin(self, payload: bytes) -> None:
        """The identifier has come: the call begins, if it may."""
        identifier = identifier_of(payload)
        if identifier is None or self._transport is None:
            self._give_up()
            return
        if self._too_late is not None:
            self._too_late.cancel()
        now = asyncio.get_running_loop().time()
        caller = caller_in(identifier) or ANONYMOUS
        refusal = self._line.admission.admit(self._key, caller, self._host, now, name=str(identifier))
        if refusal is not None:
            _log.info("an AudioSocket call was refused: %d %s", refusal.status, refusal.reason)
            self._transport.write(build(Frame(Kind.HANG_UP)))
            self._give_up()
            return
        self._leg = AudioSocketLeg(identifier, self._transport, self._line.dialler)
        self._line.arrived(self._leg)

    @property
    def _key(self) -> str:
        return f"audiosocket-{id(self)}"

    def _give_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
        if self._leg is not None:
            self._leg.close("caller" if exc is None else "lost")
        self._line.admission.release(self._key)
        self._line.left(self)

    async def hang_up(self) -> None:
        """Ends the call because the line closes."""
        if self._leg is not None:
            await self._leg.hang_up("closing")
        else:
            self._give_up()
