"""A caller's telephone on loopback: it dials, says sounds, presses keys, and records both sides as the caller hears.

Everything is in the caller's time: what was said stands where it was sent, what was heard where it came. It
understands nothing of what is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice.audio.g711 import CODECS
from voice.audio.recorder import StereoRecorder
from voice.protocol import offers
from voice.protocol.addresses import target_of
from voice.protocol.admission import Admission, Limits, networks_of
from voice.protocol.calls import Answered, Call, Event, HungUp, Refused
from voice.protocol.offers import Agreed, OurSide
from voice.protocol.rtp import NotRtp, RtpPacket, build, is_rtcp, parse
from voice.protocol.telephone_events import EventSender
from voice.protocol.transactions import Outgoing, Peer
from voice.protocol.useragent import Identity, UserAgent
from voice.transports.clock import Ticker

Samples = NDArray[np.int16]
FRAME, RATE_HZ, FRAME_SECONDS = 160, 8_000, 0.02
AUDIBLE = 200
_HISS = 6.0
_DUE_SECONDS = 0.1


class CallersPhone(Protocol):
    """A telephone in a call, whichever it is; `Telephone` says what each of these is."""

    ended: asyncio.Event
    answered_after: float

    @property
    def call_id(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    async def say(self, samples: Samples) -> tuple[float, float]: ...

    async def press(self, keys: str) -> None: ...

    async def spoken_to(self, after_seconds: float, quiet_seconds: float, most_seconds: float) -> bool: ...

    def said(self) -> Samples: ...

    def heard(self) -> Samples: ...

    def save(self, path: Path) -> None: ...


class CallRefused(Exception):
    """The line did not take the call.

    Attributes:
        status: SIP status.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._received(data, addr)


class Telephone:
    """One call; made by `calling`.

    Attributes:
        answered_after: seconds from INVITE to the line's answer.
        ended: set when the line hangs up, or we do.
    """

    _sip: asyncio.DatagramTransport
    _rtp: asyncio.DatagramTransport
    _agent: UserAgent
    _call: Call

    def __init__(self, line_port: int, pace: float) -> None:
        self.answered_after = 0.0
        self.ended = asyncio.Event()
        self._peer = Peer("udp", "127.0.0.1", line_port)
        self._ticker = Ticker(self._tick, FRAME_SECONDS / pace)
        self._said: list[Samples] = []
        self._saying: deque[Samples] = deque()
        self._heard: list[tuple[float, int, Samples]] = []
        self._keys = EventSender()
        self._key_timestamp = 0
        self._sequence = random.getrandbits(15)
        self._ssrc = random.getrandbits(32)
        self._hiss = np.random.default_rng(1).normal(0, _HISS, (64, FRAME)).astype(np.int16)
        self._line: Agreed | None = None
        self._started = 0.0
        self._loud_at = -1.0
        self._quiet_frames = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @classmethod
    @contextlib.asynccontextmanager
    async def calling(
        cls, line_port: int, number: str = "13900000000", called: str = "12345", pace: float = 1.0
    ) -> AsyncIterator[Telephone]:
        """Dials; the call is hung up at the end.

        Args:
            number: who calls.
            pace: of the telephone's clock; 1.0002 runs 200 parts in a million too fast.

        Raises:
            CallRefused: the line did not take the call.
        """
        phone = cls(line_port, pace)
        loop = asyncio.get_running_loop()
        sip, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(phone._signal), ("127.0.0.1", 0))
        rtp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(phone._sound), ("127.0.0.1", 0))
        phone._sip, phone._rtp = sip, rtp
        due = asyncio.ensure_future(phone._repeat())
        try:
            await phone._dial(number, called)
            yield phone
        finally:
            await phone._close(due)

    async def _dial(self, number: str, called: str) -> None:
        port = self._sip.get_extra_info("sockname")[1]
        identity = Identity(number, "127.0.0.1", {"udp": ("127.0.0.1", port)})
        self._agent = UserAgent(identity, Admission(networks_of("127.0.0.1"), Limits()))
        ours = OurSide("127.0.0.1", self._rtp.get_extra_info("sockname")[1], random.getrandbits(30))
        target = target_of(f"sip:{called}@127.0.0.1:{self._peer.port}", None)
        began = time.perf_counter()
        self._call, outputs = self._agent.dial(target, self._peer, offers.offer(ours), time.monotonic())
        self._do(outputs)
        async with asyncio.timeout(10):
            answer = await self._answer
        self.answered_after = time.perf_counter() - began
        self._line = offers.agreed_by(answer)
        self._started = asyncio.get_running_loop().time()
        self._ticker.start()

    async def _close(self, due: asyncio.Task[None]) -> None:
        await self.hang_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                while self._agent.waiting:  # noqa: ASYNC110 # the agent has no events
                    await asyncio.sleep(0.02)
        due.cancel()
        self._ticker.stop()
        self._sip.close()
        self._rtp.close()

    async def hang_up(self) -> None:
        if not self.ended.is_set():
            self._do(self._agent.hang_up(self._call, time.monotonic()))
            self._end()

    def _end(self) -> None:
        self._ticker.stop()
        self.ended.set()
        self._idle.set()

    # Signalling.

    def _signal(self, data: bytes, addr: tuple[str, int]) -> None:
        self._do(self._agent.receive(data, Peer("udp", addr[0], addr[1]), time.monotonic()))

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(_DUE_SECONDS)
            self._do(self._agent.due(time.monotonic()))

    def _do(self, outputs: Sequence[Outgoing | Event]) -> None:
        for output in outputs:
            if isinstance(output, Outgoing):
                self._sip.sendto(output.data, (output.peer.host, output.peer.port))
            elif isinstance(output, Answered) and not self._answer.done():
                self._answer.set_result(output.answer or "")
            elif isinstance(output, Refused) and not self._answer.done():
                self._answer.set_exception(CallRefused(output.status, output.reason))
            elif isinstance(output, HungUp):
                self._end()

    # Sound.

    def _sound(self, data: bytes, addr: tuple[str, int]) -> None:
        if is_rtcp(data) or self._line is None:
            return
        with contextlib.suppress(NotRtp):
            packet = parse(data)
            if packet.payload_type == self._line.payload_type:
                samples = np.frombuffer(CODECS[self._line.law].decode(packet.payload), dtype="<i2")
                self._heard.append((self.seconds, packet.timestamp, samples))
                self._quiet_frames += 1
                if int(np.abs(samples).max(initial=0)) > AUDIBLE:
                    self._loud_at, self._quiet_frames = self.seconds, 0

    def _tick(self) -> None:
        assert self._line is not None and self._line.address is not None
        number = len(self._said)
        samples = self._saying.popleft() if self._saying else self._hiss[number % len(self._hiss)]
        if not self._saying:
            self._idle.set()
        self._said.append(samples)
        if self._keys.busy and self._line.events is not None:
            for event in self._keys.tick():
                self._key_timestamp = number * FRAME if event.begins else self._key_timestamp
                self._send(self._line.events, event.payload, self._key_timestamp)
            return
        self._send(self._line.payload_type, CODECS[self._line.law].encode(samples.tobytes()), number * FRAME)

    def _send(self, payload_type: int, payload: bytes, timestamp: int) -> None:
        assert self._line is not None and self._line.address is not None
        self._sequence += 1
        packet = RtpPacket(payload_type, self._sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self._ssrc, payload)
        self._rtp.sendto(build(packet), self._line.address)

    # What a caller does.

    @property
    def call_id(self) -> str:
        """The call's name, by which the line keeps its timeline."""
        return self._call.call_id

    @property
    def seconds(self) -> float:
        """How long the call has gone on."""
        return asyncio.get_running_loop().time() - self._started

    async def say(self, samples: Samples) -> tuple[float, float]:
        """Says a sound (8 kHz); comes back when the last of it went out, with when it began and ended."""
        frames = np.pad(samples, (0, -len(samples) % FRAME)).astype("<i2").reshape(-1, FRAME)
        began = len(self._said) * FRAME_SECONDS
        self._idle.clear()
        self._saying.extend(frames)
        await self._idle.wait()
        return began, began + len(samples) / RATE_HZ

    async def press(self, keys: str) -> None:
        """Presses keys, as telephone-events."""
        self._keys.send(keys)
        while self._keys.busy and not self.ended.is_set():  # noqa: ASYNC110 # the sender has no events
            await asyncio.sleep(FRAME_SECONDS)

    async def spoken_to(self, after_seconds: float, quiet_seconds: float, most_seconds: float) -> bool:
        """Waits until the line has said something after a moment and has then been quiet; False when it did not.

        Quiet is what came as silence: when nothing comes at all, the network or the machine is slow.
        """
        until = self.seconds + most_seconds
        while not self.ended.is_set() and self.seconds < until:
            if self._loud_at > after_seconds and self._quiet_frames * FRAME_SECONDS >= quiet_seconds:
                return True
            await asyncio.sleep(FRAME_SECONDS)
        return False

    # What it was.

    def said(self) -> Samples:
        """The caller's side so far."""
        return np.concatenate(self._said) if self._said else np.zeros(0, np.int16)

    def heard(self) -> Samples:
        """The line's side so far, each packet where it was due: by its time stamp from the earliest packet on."""
        came = list(self._heard)  # more may come while this is worked out in another thread
        if not came:
            return np.zeros(0, np.int16)
        zero = came[0][1]
        offsets = [((stamp - zero + 2**31) % 2**32 - 2**31) for _, stamp, _ in came]
        begins = min(at - offset / RATE_HZ for (at, _, _), offset in zip(came, offsets, strict=True))
        length = round(begins * RATE_HZ) + max(offsets) + FRAME
        track = np.zeros(max(length, 0), np.int16)
        for (_, _, samples), offset in zip(came, offsets, strict=True):
            at = round(begins * RATE_HZ) + offset
            if at >= 0:
                track[at : at + len(samples)] = samples[: len(track) - at]
        return track

    def save(self, path: Path) -> None:
        """Writes both sides as a stereo wav: the caller on the left, the line on the right."""
        said, heard = self.said(), self.heard()
        recorder = StereoRecorder(path)
        recorder.write(said.astype("<i2").tobytes(), heard.astype("<i2").tobytes())
        recorder.close()
