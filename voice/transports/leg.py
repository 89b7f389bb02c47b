"""What legs of every kind share: who calls, the sound, and how they end. See `voice.ports_calls.CallLeg`."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Mapping

from voice.audio.frames import AudioFrame
from voice.ports_calls import CallLeg, Listener, PlayResult, TransferResult
from voice.transports.sound import LegSound


class Leg(ABC):
    """A leg whose sound is a `LegSound`."""

    def __init__(self, call_id: str, caller: str, called: str, headers: Mapping[str, str], sound: LegSound) -> None:
        self.call_id = call_id
        self.caller = caller
        self.called = called
        self.headers = headers
        self.end_reason = ""
        self.sound = sound

    @property
    def ended(self) -> asyncio.Event:
        return self.sound.ended

    @property
    @abstractmethod
    def on_hold(self) -> bool: ...

    def frames(self) -> AsyncIterator[AudioFrame]:
        return self.sound.frames()

    def digits(self) -> AsyncIterator[str]:
        return self.sound.digits()

    async def play(self, frames: AsyncIterable[AudioFrame]) -> PlayResult:
        return await self.sound.play(frames)

    def stop_playing(self) -> None:
        self.sound.stop_playing()

    def tap(self, listener: Listener | None) -> None:
        self.sound.tap(listener)

    async def bridge(self, other: CallLeg) -> None:
        """Lets both legs hear each other; the other one may be of another kind."""
        if not isinstance(other, Leg):
            raise TypeError(f"cannot be bridged with {type(other).__name__}")
        await self.sound.bridge(other.sound)

    @abstractmethod
    async def send_digits(self, digits: str) -> None: ...

    @abstractmethod
    async def transfer_blind(self, target: str) -> TransferResult: ...

    @abstractmethod
    async def dial(self, target: str, ring_seconds: float) -> CallLeg: ...

    @abstractmethod
    async def hang_up(self, reason: str = "normal") -> None: ...
