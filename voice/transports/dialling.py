"""Calls that this line makes: dialled, rung, answered or not.

What goes wrong comes out as a `DialFailed` whose code says what it was; the call is given up by the rules of SIP.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from voice.errors import DialFailed, TargetBusy, TargetRefused, TargetSilent, TargetUnreachable
from voice.protocol import offers
from voice.protocol.addresses import Target, party, target_of
from voice.protocol.calls import Call
from voice.protocol.offers import Agreed, NotAcceptable, OurSide
from voice.protocol.transactions import Peer
from voice.protocol.useragent import Output, UserAgent
from voice.transports.config import SipConfig
from voice.transports.rtp_session import RtpSession
from voice.transports.sip_leg import Signalling, SipLeg

_BUSY = {486, 600}
_SILENT = {408, 480, 487}


class Line(Signalling, Protocol):
    """What dialling needs of its line."""

    config: SipConfig

    @property
    def agent(self) -> UserAgent: ...

    def now(self) -> float: ...

    def emit(self, outputs: list[Output]) -> None: ...

    def add(self, call: Call, leg: SipLeg) -> None: ...

    async def open_sound(self) -> tuple[RtpSession, OurSide]: ...

    async def resolve(self, host: str, port: int, transport: str) -> Peer: ...


class Dialling:
    """Calls of one line that ring now."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._ringing: dict[Call, asyncio.Future[str | None]] = {}

    def target(self, text: str) -> Target:
        """Reads a target; see `target_of`."""
        return target_of(text, self._line.config.trunk)

    async def dial(self, text: str, ring_seconds: float, display: str = "") -> SipLeg:
        """Calls `text` and gives the leg when somebody answers; when not, or when cancelled, the call is given up.

        Raises:
            InvalidTarget: it cannot be called.
            DialFailed: it was not answered.
        """
        line = self._line
        target = self.target(text)
        if target.transport not in line.config.transports:
            raise TargetUnreachable(f"{target.transport} is switched off (HOTLINE_SIP_TRANSPORTS)")
        peer = await line.resolve(target.host, target.port, target.transport)
        rtp, ours = await line.open_sound()
        call, outputs = line.agent.dial(target, peer, offers.offer(ours), line.now(), display=display)
        answered = self._ringing[call] = asyncio.get_running_loop().create_future()
        up = False
        try:
            line.emit(outputs)
            async with asyncio.timeout(ring_seconds):
                answer = await answered
            agreed = self._agreed(answer)
            if not call.alive:
                raise TargetSilent("hung up in the moment of answering")
            up = True
        except TimeoutError as error:
            raise TargetSilent from error
        finally:
            del self._ringing[call]
            if not up:
                rtp.close()
                line.emit(line.agent.hang_up(call, line.now()))
        us = party(line.agent.identity.uri)
        leg = SipLeg(call, rtp, ours, line, caller=us, called=party(f"<{target.uri}>"), headers={})
        line.add(call, leg)
        leg.agree(agreed)
        return leg

    @staticmethod
    def _agreed(answer: str | None) -> Agreed:
        try:
            return offers.agreed_by(answer or "")
        except NotAcceptable as error:
            raise TargetRefused(str(error)) from error

    def answered(self, call: Call, answer: str | None) -> None:
        """Somebody answered."""
        waiting = self._ringing.get(call)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def refused(self, call: Call, status: int, reason: str) -> None:
        """Nobody did."""
        waiting = self._ringing.get(call)
        if waiting is not None and not waiting.done():
            waiting.set_exception(_failure(call, status, reason))


def _failure(call: Call, status: int, reason: str) -> DialFailed:
    words = f"{call.dialog.remote_uri}: {status} {reason}"
    if status in _BUSY:
        return TargetBusy(words, status)
    if status == 408 and reason == "Nothing came back":
        return TargetUnreachable(words, 0)
    if status in _SILENT:
        return TargetSilent(words, status)
    return TargetRefused(words, status)
