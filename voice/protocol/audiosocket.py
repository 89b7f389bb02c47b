"""AudioSocket, as Asterisk speaks it: frames of type (1 byte), length (2 bytes, big endian) and payload on TCP.

It cuts and builds frames and reads a caller's number out of the identifier, where the dial plan put one; it plays no
sound and opens nothing.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

_HEAD = struct.Struct("!BH")
_CALLER_VERSION = 8
_CALLER_DIGITS = 15


class Kind(IntEnum):
    """Types of frames; others are skipped."""

    HANG_UP = 0x00
    IDENTIFIER = 0x01
    KEY = 0x03
    SOUND = 0x10
    ERROR = 0xFF


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; sound is signed linear, 16 bits little-endian, 8 kHz, mono."""

    kind: int
    payload: bytes = b""


class Reader:
    """Collects bytes and gives whole frames; a frame has at most 65535 bytes, so what is held is bounded."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Adds bytes and gives the frames that are complete now."""
        self._held += data
        frames: list[Frame] = []
        at = 0
        while len(self._held) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._held, at)
            if len(self._held) - at - _HEAD.size < length:
                break
            start = at + _HEAD.size
            frames.append(Frame(kind, bytes(self._held[start : start + length])))
            at = start + length
        del self._held[:at]
        return frames


def build(frame: Frame) -> bytes:
    """Writes a frame."""
    return _HEAD.pack(frame.kind, len(frame.payload)) + frame.payload


def identifier_of(payload: bytes) -> UUID | None:
    """The call's identifier: 16 bytes, or its text."""
    try:
        return UUID(bytes=payload) if len(payload) == 16 else UUID(payload.decode("ascii").strip())
    except (ValueError, UnicodeDecodeError):
        return None


def caller_in(identifier: UUID) -> str:
    """The caller's number in an identifier of version 8, "" in all others.

    AudioSocket carries no number. A dial plan can put it into the last 15 digits of an identifier whose version is 8
    ("for own use", RFC 9562), filled up with f on the left: `...-8xxx-affff-...` as deploy/pbx shows.
    """
    digits = identifier.hex[-_CALLER_DIGITS:].lstrip("f")
    return digits if identifier.version == _CALLER_VERSION and digits.isdecimal() else ""


def key_in(payload: bytes) -> str | None:
    """The key in a frame of that type."""
    text = payload.decode("ascii", errors="replace").strip().upper()
    return text if len(text) == 1 and text in "0123456789*#ABCD" else None
