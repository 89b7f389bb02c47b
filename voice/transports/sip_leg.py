"""One party of a SIP call: signalling by the line, sound by RTP.

It answers offers inside the call (hold, resume, another address) by itself; all else is done when it is asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Protocol

from voice.errors import CallEnded
from voice.ports_calls import CallLeg, TransferResult
from voice.protocol import offers
from voice.protocol.calls import Call
from voice.protocol.offers import Agreed, NotAcceptable, OurSide
from voice.transports.leg import Leg
from voice.transports.rtp_session import RtpSession

_log = logging.getLogger(__name__)
_TRANSFER_SECONDS = 30.0


class Signalling(Protocol):
    """What a leg needs of its line."""

    def hang_up(self, call: Call) -> None: ...

    def refer(self, call: Call, target: str) -> None: ...

    async def dial(self, target: str, ring_seconds: float, display: str = "") -> CallLeg: ...


class SipLeg(Leg):
    """A call over SIP."""

    def __init__(
        self,
        call: Call,
        rtp: RtpSession,
        ours: OurSide,
        line: Signalling,
        *,
        caller: str,
        called: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(call.call_id, caller, called, headers, rtp.sound)
        self.call = call
        self.rtp = rtp
        self._ours = ours
        self._line = line
        self._transfer: asyncio.Future[TransferResult] | None = None
        rtp.on_silent = lambda: self._give_up("lost")

    @property
    def on_hold(self) -> bool:
        return self.rtp.on_hold

    async def send_digits(self, digits: str) -> None:
        if self.ended.is_set():
            raise CallEnded
        await self.rtp.send_keys(digits)

    async def transfer_blind(self, target: str) -> TransferResult:
        """Asks the other side to call `target` (REFER); see `CallLeg.transfer_blind`."""
        if self.ended.is_set():
            raise CallEnded
        self._transfer = asyncio.get_running_loop().create_future()
        self._line.refer(self.call, target)
        try:
            async with asyncio.timeout(_TRANSFER_SECONDS):
                result = await self._transfer
        except TimeoutError:
            result = TransferResult(False, 408, "No news of the transfer")
        finally:
            self._transfer = None
        if result.accepted:
            await self.hang_up("transferred")
        return result

    async def dial(self, target: str, ring_seconds: float) -> CallLeg:
        if self.ended.is_set():
            raise CallEnded
        return await self._line.dial(target, ring_seconds, self.caller)

    async def hang_up(self, reason: str = "normal") -> None:
        self._give_up(reason)

    def _give_up(self, reason: str) -> None:
        if not self.ended.is_set():
            self._line.hang_up(self.call)
            self.close(reason)

    # For the line.

    def agree(self, agreed: Agreed) -> None:
        """Takes what was negotiated and sets the sound going."""
        was_on_hold = self.rtp.on_hold
        self.rtp.agree(agreed)
        self.rtp.start()
        if was_on_hold != self.rtp.on_hold:
            _log.info("call %s %s", self.call_id, "put on hold" if self.rtp.on_hold else "resumed")

    def reoffered(self, offer: str | None) -> str:
        """Answers an offer inside the call; without one, offers what is.

        Raises:
            NotAcceptable: it cannot be; the call goes on as it was.
        """
        ours = OurSide(self._ours.host, self._ours.port, self._ours.session, self._ours.version + 1)
        if offer is None:
            self._ours = ours
            return offers.offer(ours)
        text, agreed = offers.answer(offer, ours)
        self._ours = ours
        self.agree(agreed)
        return text

    def acknowledged(self, answer: str | None) -> None:
        """Takes the answer to an offer of ours."""
        if answer is None:
            return
        try:
            self.agree(offers.agreed_by(answer))
        except NotAcceptable as error:
            _log.info("call %s: no sound could be agreed on: %s", self.call_id, error)
            self._give_up("refused")

    def transfer_news(self, status: int, reason: str) -> None:
        """News of a transfer: refused, or how far the other side has come."""
        if self._transfer is None or self._transfer.done() or status < 200:
            return
        self._transfer.set_result(TransferResult(status < 300, status, reason))

    def close(self, reason: str) -> None:
        """The call is over: the sound stops, readers come to their end."""
        if self.ended.is_set():
            return
        self.end_reason = reason
        if self._transfer is not None and not self._transfer.done():
            # whoever left while a transfer was under way has followed it
            with contextlib.suppress(asyncio.InvalidStateError):
                self._transfer.set_result(TransferResult(reason == "caller", 0, "The other side left"))
        self.rtp.close()
        self.sound.end()
