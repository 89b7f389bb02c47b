"""The sound of a SIP call on the network: RTP in and out every 20 ms, keys, RTCP reports, symmetric addressing.

Rules stand in `voice.protocol` (jitter buffer, events, latching); here are the sockets and the beat. It decides
nothing about the call: it only says when nothing has come for too long.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import socket
import time
from collections.abc import Callable

import numpy as np

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
from voice.transports.reports import Reports, Sent, is_readable
from voice.transports.rtp_ports import PortRange
from voice.transports.sound import LegSound

_RTCP_SECONDS = 5.0
_LARGEST_BYTES = 2_048
_TOS_EXPEDITED = 0xB8


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
        self._reports = Reports(self._ssrc)
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
            "packets_received": self._reports.received,
            "packets_lost": self._reports.lost,
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
        if self._reports.count(packet):
            self._jitter.restart()
        if packet.payload_type == agreed.events:
            key = self._events_in.receive(packet.payload, packet.timestamp, packet.ssrc)
            if key:
                self.sound.press(key)
            return
        samples = np.frombuffer(CODECS[agreed.law].decode(packet.payload), dtype="<i2")
        self._jitter.put(packet.timestamp, samples)

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

    def _receive_report(self, data: bytes, address: Address) -> None:
        now = time.monotonic()
        if is_readable(data) and self._rtcp_latch.accepts(address, now):
            self._alive_at = now
            self._reports.receive(data, now)

    def _send_report(self) -> None:
        target = self._rtcp_latch.target
        if target is not None and not self._closed:
            sent = Sent(self._timestamp, self._packets_sent, self._octets_sent)
            self._rtcp.sendto(self._reports.report(sent, time.monotonic()), target)

    @staticmethod
    def _report_ticks() -> int:
        return round(_RTCP_SECONDS * random.uniform(0.5, 1.5) / 0.02)

    def close(self) -> None:
        """Stops the beat, says goodbye (RTCP BYE) and closes the sockets."""
        if self._closed:
            return
        self.ticker.stop()
        target = self._rtcp_latch.target
        if target is not None:
            self._rtcp.sendto(self._reports.goodbye(), target)
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
