"""Digits as RTP events (RFC 4733): what comes in becomes one digit each, what goes out is paced by the media clock.

Nothing is sent here: the sender says, frame by frame of 20 ms, which payloads are due.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass

DIGITS = "0123456789*#ABCD"
_EVENT = struct.Struct("!BBH")
_FRAMES_ON = 5
_FRAMES_BETWEEN = 3
_END_REPEATS = 3
_VOLUME_DB = 10
_DIGITS_WAITING = 64


class EventReceiver:
    """Turns event packets into digits: each once, however often its packets are repeated, reordered or lost.

    A digit counts with the first packet of its event, so one whose end got lost is not missed; a sender that changes
    its SSRC or jumps back in time begins anew.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[int, int]] = deque(maxlen=16)

    def receive(self, payload: bytes, timestamp: int, ssrc: int = 0) -> str | None:
        """Gives the digit that this packet begins, else None."""
        if len(payload) < _EVENT.size:
            return None
        event, _, _ = _EVENT.unpack_from(payload)
        if event >= len(DIGITS) or (ssrc, timestamp) in self._seen:
            return None
        self._seen.append((ssrc, timestamp))
        return DIGITS[event]


@dataclass(frozen=True)
class EventPayload:
    """One event packet to be sent now; all packets of a digit share the timestamp of its first."""

    payload: bytes
    begins: bool
    ends: bool


class EventSender:
    """Paces digits: 100 ms each, 60 ms between, three end packets; the caller ticks it every 20 ms."""

    def __init__(self, clock_rate_hz: int = 8_000) -> None:
        self._step = clock_rate_hz // 50
        self._waiting: deque[str] = deque(maxlen=_DIGITS_WAITING)
        self._frame = 0

    @property
    def busy(self) -> bool:
        """Whether a digit or the pause after it is still due: audio must wait."""
        return bool(self._waiting)

    def send(self, digits: str) -> None:
        """Queues digits.

        Raises:
            ValueError: one of them is no digit, or too many wait.
        """
        digits = digits.upper()
        strange = [digit for digit in digits if digit not in DIGITS]
        if strange or len(self._waiting) + len(digits) > _DIGITS_WAITING:
            raise ValueError(f"not digits to send: {''.join(strange)!r}" if strange else "too many digits at once")
        self._waiting.extend(digits)

    def clear(self) -> None:
        """Forgets what was not sent."""
        self._waiting.clear()
        self._frame = 0

    def tick(self) -> list[EventPayload]:
        """Gives what is due in this frame of 20 ms: one packet while a key is down, three at its end, none between."""
        if not self._waiting:
            return []
        event = DIGITS.index(self._waiting[0])
        self._frame += 1
        duration = self._step * min(self._frame, _FRAMES_ON)
        if self._frame < _FRAMES_ON:
            return [EventPayload(_EVENT.pack(event, _VOLUME_DB, duration), begins=self._frame == 1, ends=False)]
        if self._frame == _FRAMES_ON:
            end = EventPayload(_EVENT.pack(event, 0x80 | _VOLUME_DB, duration), begins=False, ends=True)
            return [end] * _END_REPEATS
        if self._frame >= _FRAMES_ON + _FRAMES_BETWEEN:
            self._waiting.popleft()
            self._frame = 0
        return []
