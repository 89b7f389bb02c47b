"""Messages out of a stream of bytes (SIP over TCP, RFC 3261 18.3): cut by Content-Length, with limits.

Keep-alives (RFC 5626) are counted, not passed on. A stream that breaks the limits or cannot be cut is `Broken` for
good: after that nobody knows where the next message begins.
"""

from __future__ import annotations

import re

from voice.errors import VoiceError

HEAD_MOST_BYTES = 32_768
BODY_MOST_BYTES = 65_536
_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")


class Broken(VoiceError):
    """The stream holds no messages, or too large ones."""

    code = "stream_broken"


class Framer:
    """Collects bytes and gives whole messages."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._pings = 0

    @property
    def partial(self) -> bool:
        """Whether a message has begun and its rest is awaited."""
        return bool(self._held)

    def take_pings(self) -> int:
        """How many pings (two empty lines between messages) came since last asked; each wants one empty line back."""
        pings, self._pings = self._pings, 0
        return pings

    def feed(self, data: bytes) -> list[bytes]:
        """Adds bytes and gives the messages that are complete now.

        Raises:
            Broken: the stream is of no use any more.
        """
        self._held += data
        messages: list[bytes] = []
        while (message := self._cut()) is not None:
            messages.append(message)
        return messages

    def _cut(self) -> bytes | None:
        while self._held.startswith(b"\r\n\r\n"):
            del self._held[:4]
            self._pings += 1
        if self._held.startswith(b"\r\n") and len(self._held) > 3:
            del self._held[:2]
        end = _END.search(self._held, 0, HEAD_MOST_BYTES + 4)
        if end is None:
            if len(self._held) > HEAD_MOST_BYTES:
                raise Broken("no end of the header")
            return None
        head = bytes(self._held[: end.start()])
        lengths = {int(found) for found in _LENGTH.findall(head)}
        if len(lengths) > 1 or (not lengths and re.search(rb"^(content-length|l)[ \t]*:", head, re.I | re.M)):
            raise Broken("Content-Length cannot be read")
        length = lengths.pop() if lengths else 0
        if length > BODY_MOST_BYTES:
            raise Broken("the body is too large")
        if len(self._held) < end.end() + length:
            return None
        message = bytes(self._held[: end.end() + length])
        del self._held[: end.end() + length]
        return message
