"""RTCP (RFC 3550): what is told of the sound that came, and read of what is told to us, on aiortp's packets.

It holds no socket; the moments at which something is sent are chosen by the session.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

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

from voice.protocol.rtp import RtpPacket

_NAME = b"hotline"


@dataclass(frozen=True)
class Sent:
    """What has been sent so far."""

    timestamp: int
    packets: int
    octets: int


def is_readable(data: bytes) -> bool:
    """Whether these bytes are reports."""
    return _parsed(data) is not None


class Reports:
    """The reports of one session."""

    def __init__(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._their_ssrc = 0
        self._statistics: StreamStatistics | None = None
        self._last: tuple[int, float] | None = None

    @property
    def received(self) -> int:
        return self._statistics.packets_received if self._statistics else 0

    @property
    def lost(self) -> int:
        return max(int(self._statistics.packets_lost), 0) if self._statistics else 0

    def count(self, packet: RtpPacket) -> bool:
        """Counts a packet that came; says whether another sender has taken over with it."""
        changed = self._statistics is not None and packet.ssrc != self._their_ssrc
        if changed or self._statistics is None:
            self._their_ssrc = packet.ssrc
            self._statistics = StreamStatistics(clockrate=8_000)
        counted = CountedPacket(sequence_number=packet.sequence_number, timestamp=packet.timestamp, ssrc=packet.ssrc)
        self._statistics.add(counted)
        return changed

    def receive(self, data: bytes, now: float) -> None:
        """Takes reports of the other side."""
        for packet in _parsed(data) or ():
            if isinstance(packet, RtcpSrPacket):
                self._last = (packet.sender_info.ntp_timestamp, now)

    def report(self, sent: Sent, now: float) -> bytes:
        """A report as a sender, or as a mere listener, with our name."""
        blocks = [self._block(self._statistics, now)] if self._statistics is not None else []
        report: RtcpSrPacket | RtcpRrPacket
        if sent.packets:
            info = RtcpSenderInfo(current_ntp_time(), sent.timestamp, sent.packets, sent.octets)
            report = RtcpSrPacket(ssrc=self._ssrc, sender_info=info, reports=blocks)
        else:
            report = RtcpRrPacket(ssrc=self._ssrc, reports=blocks)
        names = RtcpSdesPacket(chunks=[RtcpSourceInfo(ssrc=self._ssrc, items=[(1, _NAME)])])
        return bytes(report) + bytes(names)

    def goodbye(self) -> bytes:
        return bytes(RtcpByePacket(sources=[self._ssrc]))

    def _block(self, statistics: StreamStatistics, now: float) -> RtcpReceiverInfo:
        middle, delay = 0, 0
        if self._last is not None:
            middle = self._last[0] >> 16 & 0xFFFFFFFF
            delay = int((now - self._last[1]) * 65_536) & 0xFFFFFFFF
        return RtcpReceiverInfo(
            ssrc=self._their_ssrc,
            fraction_lost=statistics.fraction_lost,
            packets_lost=statistics.packets_lost,
            highest_sequence=(statistics.cycles + (statistics.max_seq or 0)) & 0xFFFFFFFF,
            jitter=max(statistics.jitter, 0) & 0xFFFFFFFF,
            lsr=middle,
            dlsr=delay,
        )


def _parsed(data: bytes) -> list[object] | None:
    try:
        return list(RtcpPacket.parse(data))
    except (ValueError, IndexError, struct.error):
        return None
