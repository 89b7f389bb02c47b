"""A call without a telephone and without waiting: for tests of what is said in a call, and for demonstrations.

Time passes only in `pass_seconds`, which runs the same 20 ms ticks as a real line, as fast as the machine can.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import FRAME_SECONDS
from voice.errors import TargetSilent
from voice.ports_calls import CallLeg, TransferResult
from voice.transports.leg import Leg
from voice.transports.sound import FRAME, LegSound

Dialled = Callable[[str], "SimulatedLeg | Exception"]
_TURNS_OF_THE_LOOP = 5


class SimulatedLeg(Leg):
    """A leg whose other side is the test.

    Attributes:
        said: all that went out, 8 kHz; keys_sent, transfers: what was asked for.
        answers: what `dial` gives for a target: a leg, or the failure to raise; transfer_result: of a blind transfer.
    """

    def __init__(
        self, call_id: str = "simulated", caller: str = "13800000000", called: str = "12345",
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(call_id, caller, called, headers or {}, LegSound())
        self.keys_sent = ""
        self.transfers: list[str] = []
        self.transfer_result = TransferResult(True, 200, "OK")
        self.answers: Dialled = lambda target: TargetSilent(f"nobody answers at {target}")
        self.held = False
        self._to_hear: deque[NDArray[np.int16]] = deque()
        self._said: list[bytes] = []
        self.sound.send_key = self._note_key

    @property
    def on_hold(self) -> bool:
        return self.held

    @property
    def said(self) -> NDArray[np.int16]:
        return np.frombuffer(b"".join(self._said), dtype="<i2")

    def caller_says(self, samples: NDArray[np.int16]) -> None:
        """Queues what the caller says next (8 kHz, mono)."""
        for at in range(0, len(samples), FRAME):
            piece = samples[at : at + FRAME].astype(np.int16)
            self._to_hear.append(np.pad(piece, (0, FRAME - len(piece))))

    def caller_presses(self, keys: str) -> None:
        for key in keys:
            self.sound.press(key)

    async def pass_seconds(self, seconds: float) -> None:
        """Lets time pass; all that waits on the loop gets its turn after every 20 ms."""
        for _ in range(round(seconds / FRAME_SECONDS)):
            if self.ended.is_set():
                return
            heard = self._to_hear.popleft() if self._to_hear else np.zeros(FRAME, dtype=np.int16)
            said = self.sound.tick(heard, audible=not self.held)
            self._said.append(said or bytes(2 * FRAME))
            for _ in range(_TURNS_OF_THE_LOOP):
                await asyncio.sleep(0)

    def caller_hangs_up(self) -> None:
        self._end("caller")

    async def send_digits(self, digits: str) -> None:
        self.keys_sent += digits

    def _note_key(self, key: str) -> None:
        self.keys_sent += key

    async def transfer_blind(self, target: str) -> TransferResult:
        self.transfers.append(target)
        if self.transfer_result.accepted:
            self._end("transferred")
        return self.transfer_result

    async def dial(self, target: str, ring_seconds: float) -> CallLeg:
        answer = self.answers(target)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def hang_up(self, reason: str = "normal") -> None:
        self._end(reason)

    def _end(self, reason: str) -> None:
        if not self.ended.is_set():
            self.end_reason = reason
            self.sound.end()


class SimulatedLine:
    """A source of calls that a test rings up."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[SimulatedLeg | None] = asyncio.Queue()

    def ring(self, leg: SimulatedLeg) -> None:
        self._arrived.put_nowait(leg)

    def close(self) -> None:
        self._arrived.put_nowait(None)

    async def calls(self) -> AsyncIterator[SimulatedLeg]:
        while (leg := await self._arrived.get()) is not None:
            yield leg
