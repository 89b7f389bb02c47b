"""RTP packets (RFC 3550): bytes to header and payload and back, and counting that survives wrap-around.

It keeps no state and sends nothing; RTCP, STUN and junk that come to the same port are told apart here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEADER_BYTES = 12
_HEADER = struct.Struct("!BBHII")
_RTCP_TYPES = range(192, 224)


class NotRtp(ValueError):
    """These bytes are no RTP packet."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet; `timestamp` counts samples of the payload's clock."""

    payload_type: int
    sequence_number: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False


def parse(data: bytes) -> RtpPacket:
    """Reads a packet; contributing sources and header extensions are skipped, padding is cut off.

    Raises:
        NotRtp: too short, another version, or lengths that do not fit.
    """
    if len(data) < HEADER_BYTES:
        raise NotRtp("shorter than a header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise NotRtp("not version 2")
    start = HEADER_BYTES + 4 * (first & 0x0F)
    if first & 0x10:
        if len(data) < start + 4:
            raise NotRtp("header extension cut off")
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    end = len(data)
    if first & 0x20:
        end -= data[-1]
        if data[-1] == 0:
            raise NotRtp("padding of no length")
    if start > end:
        raise NotRtp("lengths do not fit")
    return RtpPacket(second & 0x7F, sequence, timestamp, ssrc, data[start:end], marker=bool(second & 0x80))


def build(packet: RtpPacket) -> bytes:
    """Writes a packet without contributing sources, extension or padding."""
    second = packet.payload_type & 0x7F | (0x80 if packet.marker else 0)
    sequence = packet.sequence_number & 0xFFFF
    return _HEADER.pack(0x80, second, sequence, packet.timestamp & 0xFFFFFFFF, packet.ssrc) + packet.payload


def is_rtcp(data: bytes) -> bool:
    """Tells RTCP from RTP on one port (RFC 5761)."""
    return len(data) >= 4 and data[0] >> 6 == 2 and data[1] in _RTCP_TYPES


def distance(newer: int, older: int, bits: int) -> int:
    """How far `newer` lies after `older` on a counter of `bits`; negative when it lies before."""
    half = 1 << (bits - 1)
    return ((newer - older + half) & ((1 << bits) - 1)) - half
