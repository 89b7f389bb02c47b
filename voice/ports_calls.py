"""What the conversation needs of a telephone line: calls that come in, and what can be done with one.

Nouns only, no implementation. SIP and AudioSocket are two of them; `voice.transports.simulated` is a third, for tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from voice.audio.frames import AudioFrame

Listener = Callable[[bytes, bytes], None]
"""Takes 20 ms of both sides, what was heard and what was said: mono, 8 kHz, 16 bits, as it was on the line."""


@dataclass(frozen=True)
class PlayResult:
    """How much of a playback the caller really got.

    Attributes:
        played_seconds: sound that went out on the line; where to go on after a false interruption.
        finished: all of it went out; False when it was stopped or the call ended.
    """

    played_seconds: float
    finished: bool


@dataclass(frozen=True)
class TransferResult:
    """What became of a transfer that the other side was asked to make.

    Attributes:
        accepted: the target answered, or the other side took the call over and left.
        status: SIP status of the last news (0: none came).
        reason: its words, for the log.
    """

    accepted: bool
    status: int = 0
    reason: str = ""


class CallLeg(Protocol):
    """One party on the line, from answering to hang-up.

    `frames` and `digits` may each be read by one reader at a time; what nobody reads is dropped, oldest first.
    """

    @property
    def call_id(self) -> str: ...

    @property
    def caller(self) -> str:
        """Number or user name of who called; "anonymous" when withheld."""
        ...

    @property
    def called(self) -> str:
        """Number or user name that was called."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the INVITE by lower-case name, first value each; empty on other lines."""
        ...

    @property
    def ended(self) -> asyncio.Event:
        """Set once when the call is over, whoever ended it."""
        ...

    @property
    def end_reason(self) -> str:
        """Why it ended: "caller", "lost" (no sound or no answer any more), or what `hang_up` was given; "" before."""
        ...

    @property
    def on_hold(self) -> bool:
        """The other side put us on hold: it hears nothing of us."""
        ...

    def frames(self) -> AsyncIterator[AudioFrame]:
        """What the caller says: 20 ms, 16 kHz, mono, 16 bits, gapless in time; ends at hang-up."""
        ...

    def digits(self) -> AsyncIterator[str]:
        """Keys pressed, one character each of 0-9 * # A-D; ends at hang-up."""
        ...

    async def play(self, frames: AsyncIterable[AudioFrame]) -> PlayResult:
        """Plays sound of any rate in real time and comes back when the last of it went out.

        One playback at a time: a second one stops the first. Cancelling stops it as well.
        """
        ...

    def stop_playing(self) -> None:
        """Silence within one frame; the running `play` comes back with what was heard."""
        ...

    async def send_digits(self, digits: str) -> None:
        """Sends keys, 100 ms each with 60 ms between; comes back when all went out."""
        ...

    async def transfer_blind(self, target: str) -> TransferResult:
        """Asks the other side to call `target` instead (REFER) and waits for what becomes of it.

        On success the other side is gone or will be: the call is hung up. Otherwise it goes on.
        """
        ...

    async def dial(self, target: str, ring_seconds: float) -> CallLeg:
        """Calls `target` as a second leg, while this one goes on.

        Args:
            target: a SIP address, or a number for the configured trunk.
            ring_seconds: how long it may ring.

        Raises:
            DialFailed: busy, refused, not answered or not reachable; its code says which.
        """
        ...

    async def bridge(self, other: CallLeg) -> None:
        """Lets both legs hear each other and pass digits until one of them ends; neither is hung up by it.

        Cancelling separates them again.
        """
        ...

    def tap(self, listener: Listener | None) -> None:
        """Hands `listener` both sides every 20 ms, for a recording; None ends it."""
        ...

    async def hang_up(self, reason: str = "normal") -> None:
        """Ends the call; does nothing when it has ended."""
        ...


class CallSource(Protocol):
    """Where calls come from."""

    def calls(self) -> AsyncIterator[CallLeg]:
        """Calls in the order they were answered; ends when the line is closed."""
        ...
