"""The sound of a SIP call on the network: RTP in and out every 20 ms, keys, RTCP reports, symmetric addressing.

Rules stand in `voice.protocol` (jitter buffer, events, latching); here are the sockets and the beat. It decides
nothing about the call: it only says when nothing has come for too long.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import socket
import struct
import time
from collections.abc import Callable

import numpy as np
from aiortp.clock import current_ntp_time
from aiortp.packet import (
    RtcpByePacket,
    RtcpPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
)
from aiortp.packet import RtpPacket as CountedPacket
from aiortp.stats import StreamStatistics

from voice.audio.g711 import CODECS
from voice.audio.keys import KeyListener
from voice.audio.tones import key_tone
from voice.errors import LineUnavailable
from voice.protocol import rtp
from voice.protocol.jitter import FRAME, JitterBuffer
from voice.protocol.latching import Address, Latch
from voice.protocol.offers import Agreed
from voice.protocol.telephone_events import EventReceiver, EventSender
from voice.transports.clock import Ticker
from voice.transports.sound import LegSound

_RTCP_SECONDS = 5.0
_LARGEST_BYTES = 2_048
_TOS_EXPEDITED = 0xB8


class PortRange:
    """Pairs of ports for RTP and RTCP, handed out in turn, so that a late packet of an old call meets no new one."""

    def __init__(self, first: int, last: int) -> None:
        self._ports = range(first + first % 2, last, 2)
        self._next = random.randrange(max(len(self._ports), 1))

    def __iter__(self) -> PortRange:
        return self

    def __next__(self) -> int:
        if not self._ports:
            raise StopIteration
        self._next = (self._next + 1) % len(self._ports)
        return self._ports[self._next]

    def __len__(self) -> int:
        return len(self._ports)


class _Socket(asyncio.DatagramProtocol):
    """Hands datagrams on; what the network says about undeliverable ones is of no interest."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if len(data) <= _LARGEST_BYTES:
            self._received(data, (addr[0], addr[1]))


class RtpSession:
    """One call's sound. Made by `open`; `agree` tells what was negotiated, `start` sets it going."""

    def __init__(self, sound: LegSound, sockets: tuple[asyncio.DatagramTransport, asyncio.DatagramTransport]) -> None:
        self.sound = sound
        self.on_silent: Callable[[], None] | None = None
        self.silent_after_seconds = 60.0
        self.ticker = Ticker(self._tick)
        self._rtp, self._rtcp = sockets
        self._port: int = self._rtp.get_extra_info("sockname")[1]
        self._agreed: Agreed | None = None
        self._jitter = JitterBuffer()
        self._latch = Latch()
        self._rtcp_latch = Latch()
        self._events_in, self._events_out = EventReceiver(), EventSender()
        self._keys_sent = asyncio.Event()
        self._keys_sent.set()
        self._listener = KeyListener()
        self._tones: list[bytes] = []
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._event_timestamp = 0
        self._talking = False
        self._packets_sent = self._octets_sent = 0
        self._their_ssrc: int | None = None
        self._statistics: StreamStatistics | None = None
        self._last_report: tuple[int, float] | None = None
        self._alive_at = time.monotonic()
        self._ticks_to_report = self._report_ticks()
        self._closed = False
        self.sound.send_key = self._send_key

    @classmethod
    async def open(cls, sound: LegSound, host: str, ports: PortRange) -> RtpSession:
        """Binds a pair of ports.

        Raises:
            LineUnavailable: all are taken.
        """
        loop = asyncio.get_running_loop()
        session: RtpSession | None = None

        def received(data: bytes, address: Address) -> None:
            if session is not None:
                session.receive(data, address)

        for _ in range(len(ports)):
            port = next(ports)
            try:
                first, _ = await loop.create_datagram_endpoint(lambda: _Socket(received), local_addr=(host, port))
            except OSError:
                continue
            try:
                second, _ = await loop.create_datagram_endpoint(lambda: _Socket(received), local_addr=(host, port + 1))
            except OSError:
                first.close()
                continue
            _prefer(first)
            session = cls(sound, (first, second))
            return session
        raise LineUnavailable("no free pair of ports for sound (HOTLINE_RTP_PORTS)")

    @property
    def port(self) -> int:
        """Port where sound is wanted."""
        return self._port

    @property
    def on_hold(self) -> bool:
        return self._agreed is not None and self._agreed.on_hold

    @property
    def counts(self) -> dict[str, int]:
        """Figures of the call, for its timeline."""
        return {
            "packets_sent": self._packets_sent,
            "packets_received": self._statistics.packets_received if self._statistics else 0,
            "packets_lost": self._statistics.packets_lost if self._statistics else 0,
            **vars(self._jitter.counts),
        }

    def agree(self, agreed: Agreed) -> None:
        """Takes what was negotiated, at the start or in the middle of the call."""
        address = agreed.address
        self._latch.describe(address)
        self._rtcp_latch.describe((address[0], address[1] + 1) if address else None)
        self._agreed = agreed
        self._alive_at = time.monotonic()

    def start(self) -> None:
        self.ticker.start()

    # In.

    def receive(self, data: bytes, address: Address) -> None:
        """Takes a datagram of either port."""
        if rtp.is_rtcp(data):
            self._receive_report(data, address)
            return
        agreed = self._agreed
        try:
            packet = rtp.parse(data)
        except rtp.NotRtp:
            return
        if agreed is None or packet.payload_type not in (agreed.payload_type, agreed.events):
            return
        now = time.monotonic()
        if not self._latch.accepts(address, now):
            return
        self._alive_at = now
        self._count(packet)
        if packet.payload_type == agreed.events:
            key = self._events_in.receive(packet.payload, packet.timestamp, packet.ssrc)
            if key:
                self.sound.press(key)
            return
        samples = np.frombuffer(CODECS[agreed.law].decode(packet.payload), dtype="<i2")
        self._jitter.put(packet.timestamp, samples)

    def _count(self, packet: rtp.RtpPacket) -> None:
        if packet.ssrc != self._their_ssrc or self._statistics is None:
            if self._their_ssrc is not None:
                self._jitter.restart()
            self._their_ssrc = packet.ssrc
            self._statistics = StreamStatistics(clockrate=8_000)
        counted = CountedPacket(sequence_number=packet.sequence_number, timestamp=packet.timestamp, ssrc=packet.ssrc)
        self._statistics.add(counted)

    # The beat.

    def _tick(self) -> None:
        agreed = self._agreed
        heard = self._jitter.pull()
        if agreed is not None and agreed.events is None:
            key = self._listener.listen(heard)
            if key:
                self.sound.press(key)
        said = self.sound.tick(heard, audible=agreed is not None and not agreed.on_hold)
        if agreed is not None:
            if not agreed.on_hold:
                self._send(agreed, said)
            if time.monotonic() - self._alive_at > self.silent_after_seconds and self.on_silent is not None:
                self._alive_at = time.monotonic()
                self.on_silent()
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF
        self._ticks_to_report -= 1
        if self._ticks_to_report <= 0:
            self._ticks_to_report = self._report_ticks()
            self._send_report()

    def _send(self, agreed: Agreed, said: bytes | None) -> None:
        """Sends 20 ms: a key while one is due, else sound, else silence (which keeps address translators open)."""
        if self._events_out.busy and agreed.events is not None:
            for event in self._events_out.tick():
                if event.begins:
                    self._event_timestamp = self._timestamp
                self._send_packet(agreed.events, event.payload, self._event_timestamp, marker=event.begins)
            self._note_keys_sent()
            return
        if self._tones:
            said = self._tones.pop(0)
            self._note_keys_sent()
        codec = CODECS[agreed.law]
        payload = codec.encode(said) if said is not None else codec.quiet
        self._send_packet(agreed.payload_type, payload, self._timestamp, marker=said is not None and not self._talking)
        self._talking = said is not None

    def _send_packet(self, payload_type: int, payload: bytes, timestamp: int, *, marker: bool) -> None:
        target = self._latch.target
        if target is None or self._closed:
            return
        packet = rtp.RtpPacket(payload_type, self._sequence, timestamp, self._ssrc, payload, marker)
        self._rtp.sendto(rtp.build(packet), target)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._packets_sent += 1
        self._octets_sent += len(payload)

    # Keys out.

    async def send_keys(self, keys: str) -> None:
        """Sends keys and comes back when all went out: as events, or as tones where the other side takes none."""
        for key in keys:
            self._send_key(key)
        await self._keys_sent.wait()

    def _send_key(self, key: str) -> None:
        if self._agreed is not None and self._agreed.events is None:
            tone = key_tone(key).tobytes()
            self._tones += [tone[at : at + 2 * FRAME] for at in range(0, len(tone), 2 * FRAME)]
            self._tones += [bytes(2 * FRAME)] * 3
        else:
            self._events_out.send(key)
        self._keys_sent.clear()

    def _note_keys_sent(self) -> None:
        if not self._events_out.busy and not self._tones:
            self._keys_sent.set()

    # Reports.

    @staticmethod
    def _report_ticks() -> int:
        return round(_RTCP_SECONDS * random.uniform(0.5, 1.5) / 0.02)

    def _receive_report(self, data: bytes, address: Address) -> None:
        now = time.monotonic()
        try:
            packets = RtcpPacket.parse(data)
        except (ValueError, IndexError, struct.error):
            return
        if not self._rtcp_latch.accepts(address, now):
            return
        self._alive_at = now
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                self._last_report = (packet.sender_info.ntp_timestamp, now)

    def _send_report(self) -> None:
        target = self._rtcp_latch.target
        if target is None or self._closed:
            return
        blocks = [self._report_block()] if self._statistics is not None else []
        report: RtcpSrPacket | RtcpRrPacket
        if self._packets_sent:
            info = RtcpSenderInfo(current_ntp_time(), self._timestamp, self._packets_sent, self._octets_sent)
            report = RtcpSrPacket(ssrc=self._ssrc, sender_info=info, reports=blocks)
        else:
            report = RtcpRrPacket(ssrc=self._ssrc, reports=blocks)
        names = RtcpSdesPacket(chunks=[RtcpSourceInfo(ssrc=self._ssrc, items=[(1, b"hotline")])])
        self._rtcp.sendto(bytes(report) + bytes(names), target)

    def _report_block(self) -> RtcpReceiverInfo:
        assert self._statistics is not None and self._their_ssrc is not None
        middle, delay = 0, 0
        if self._last_report is not None:
            middle = self._last_report[0] >> 16 & 0xFFFFFFFF
            delay = int((time.monotonic() - self._last_report[1]) * 65_536) & 0xFFFFFFFF
        statistics = self._statistics
        return RtcpReceiverInfo(
            ssrc=self._their_ssrc,
            fraction_lost=statistics.fraction_lost,
            packets_lost=statistics.packets_lost,
            highest_sequence=(statistics.cycles + (statistics.max_seq or 0)) & 0xFFFFFFFF,
            jitter=max(statistics.jitter, 0) & 0xFFFFFFFF,
            lsr=middle,
            dlsr=delay,
        )

    def close(self) -> None:
        """Stops the beat, says goodbye (RTCP BYE) and closes the sockets."""
        if self._closed:
            return
        self.ticker.stop()
        target = self._rtcp_latch.target
        if target is not None:
            self._rtcp.sendto(bytes(RtcpByePacket(sources=[self._ssrc])), target)
        self._closed = True
        self._keys_sent.set()
        self._rtp.close()
        self._rtcp.close()


def _prefer(transport: asyncio.DatagramTransport) -> None:
    """Marks sound as urgent for routers that look at it (DSCP EF), where the system lets us."""
    opened = transport.get_extra_info("socket")
    try:
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _TOS_EXPEDITED)
    except OSError:
        return
