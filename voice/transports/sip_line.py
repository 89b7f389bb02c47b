"""A SIP line: calls come in at an address and go out to the trunk, by UDP and TCP (the edge of `voice.protocol`).

It answers every admitted call it can agree with about sound, and hands it on; what is said in it is decided by whoever
reads `calls`. TLS and SRTP end at the session border controller before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Sequence

from voice.errors import LineUnavailable, TargetUnreachable
from voice.ports_calls import CallLeg
from voice.protocol import offers
from voice.protocol.addresses import called_of, caller_of, is_numeric
from voice.protocol.admission import Admission
from voice.protocol.calls import (
    Acknowledged,
    Answered,
    Call,
    HungUp,
    InviteReceived,
    KeyReceived,
    Refused,
    Reoffered,
    Replied,
    TransferNews,
)
from voice.protocol.messages import Refusal
from voice.protocol.offers import NotAcceptable, OurSide
from voice.protocol.registering import RegistrationState
from voice.protocol.transactions import Outgoing, Peer
from voice.protocol.useragent import Identity, Output, UserAgent
from voice.transports.config import SipConfig
from voice.transports.dialling import Dialling
from voice.transports.registrar import Registrar
from voice.transports.rtp_ports import PortRange
from voice.transports.rtp_session import RtpSession
from voice.transports.sip_leg import SipLeg
from voice.transports.sip_sockets import SipSockets
from voice.transports.sound import LegSound

_log = logging.getLogger(__name__)
_RESOLVE_SECONDS = 5.0


class SipLine:
    """Opened by `start`, closed by `stop`; `calls` gives the legs as they are answered."""

    def __init__(self, config: SipConfig) -> None:
        self.config = config
        self.port = config.port
        self.admission = Admission(config.allowed, config.limits)
        self._agent: UserAgent | None = None
        self._sockets = SipSockets(self._received, self.admission.allows)
        self._ports = PortRange(*config.rtp_ports)
        self._legs: dict[Call, SipLeg] = {}
        self._answering: dict[Call, asyncio.Task[None]] = {}
        self._dialling = Dialling(self)
        self._arrived: asyncio.Queue[SipLeg | None] = asyncio.Queue()
        self._registrar: Registrar | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._host = ""

    # Life.

    async def start(self) -> None:
        """Opens the line, and registers where an account is configured.

        Raises:
            LineUnavailable: the address or the trunk cannot be used.
        """
        config = self.config
        logging.getLogger("aiosipua").setLevel(logging.ERROR)  # it warns of every malformed message: a flood of them
        trunk = await self._trunk()
        self.port = await self._sockets.open(config.host, config.port, config.transports)
        self._host = config.advertised_host or _own_address(config.host, trunk)
        domain = config.account.domain if config.account else self._host
        hosts = dict.fromkeys(("udp", "tcp"), (self._host, self.port))
        credentials = config.account.credentials if config.account else None
        self._agent = UserAgent(Identity(config.user, domain, hosts), self.admission, credentials)
        if trunk is not None:
            self.admission.also_allow(trunk.host)
        if config.account is not None and trunk is not None:
            self._registrar = Registrar(self.agent, trunk, config.account)
            self.emit(self._registrar.start(self.now()))
        _log.info("SIP line on %s port %d (%s)", config.host, self.port, ", ".join(config.transports))

    async def _trunk(self) -> Peer | None:
        target = self.config.trunk
        if target is None:
            return None
        if target.transport not in self.config.transports:
            raise LineUnavailable(f"the trunk wants {target.transport}, which HOTLINE_SIP_TRANSPORTS leaves out")
        try:
            return await self.resolve(target.host, target.port, target.transport)
        except TargetUnreachable as error:
            raise LineUnavailable(f"the trunk {target.host} cannot be found") from error

    async def stop(self) -> None:
        """Hangs up all calls, leaves the exchange and closes the line."""
        self.admission.open = False
        if self._agent is not None:
            for leg in list(self._legs.values()):
                await leg.hang_up("closing")
            if self._registrar is not None:
                self.emit(self._registrar.leave(self.now()))
            await self._until_quiet()
        for task in self._answering.values():
            task.cancel()
        if self._timer is not None:
            self._timer.cancel()
        await self._sockets.close()
        self._arrived.put_nowait(None)

    async def _until_quiet(self) -> None:
        """Waits a moment for the answers to our goodbyes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.config.goodbye_seconds):
                while self.agent.waiting:  # noqa: ASYNC110 # datagrams come in between; no event marks the last one
                    await asyncio.sleep(0.02)

    async def calls(self) -> AsyncIterator[SipLeg]:
        """Calls in the order they were answered; ends when the line is closed."""
        while (leg := await self._arrived.get()) is not None:
            yield leg

    # State, for those who ask.

    @property
    def agent(self) -> UserAgent:
        if self._agent is None:
            raise LineUnavailable("the line is not open")
        return self._agent

    @property
    def legs(self) -> Sequence[SipLeg]:
        """Legs that are up, both ways."""
        return list(self._legs.values())

    @property
    def registration(self) -> RegistrationState | None:
        """How we stand with the exchange; None without an account."""
        return self._registrar.state if self._registrar else None

    # What comes in.

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def _received(self, data: bytes, peer: Peer) -> None:
        if self._agent is None or not data.strip(b"\r\n\0 "):
            return
        try:
            self.emit(self._agent.receive(data, peer, self.now()))
        except Exception:  # noqa: BLE001 # one message, whatever is in it, must not end the line
            _log.exception("a SIP message from %s could not be handled", peer.host)

    def emit(self, outputs: Sequence[Output]) -> None:
        """Sends and tells what the user agent has given out."""
        for output in outputs:
            if isinstance(output, Outgoing):
                self._sockets.send(output)
            else:
                self._happened(output)
        self._set_timer()

    def _set_timer(self) -> None:
        dues = (self.agent.next_due(), self._registrar.next_due() if self._registrar else None)
        times = [at for at in dues if at is not None]
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(min(times), self._due) if times else None

    def _due(self) -> None:
        self._timer = None
        now = self.now()
        outputs = self.agent.due(now)
        if self._registrar is not None:
            outputs += self._registrar.due(now)
        self.emit(outputs)

    def _happened(self, event: object) -> None:
        match event:
            case InviteReceived(call, offer):
                task = asyncio.ensure_future(self._answer(call, offer))
                self._answering[call] = task
                task.add_done_callback(lambda _: self._answering.pop(call, None))
            case Reoffered(call, request, offer):
                self._reoffered(call, request, offer)
            case Acknowledged(call, answer) if call in self._legs:
                self._legs[call].acknowledged(answer)
            case HungUp(call, lost):
                self._ended(call, "lost" if lost else "caller")
            case KeyReceived(call, key) if call in self._legs:
                self._legs[call].sound.press(key)
            case TransferNews(call, status, reason) if call in self._legs:
                self._legs[call].transfer_news(status, reason)
            case Answered(call, answer):
                self._dialling.answered(call, answer)
            case Refused(call, status, reason):
                self._dialling.refused(call, status, reason)
            case Replied():
                self._replied(event)
            case _:
                pass

    async def _answer(self, call: Call, offer: str | None) -> None:
        """Opens the sound of a call and answers it, or refuses it for want of common ground."""
        try:
            rtp, ours = await self.open_sound()
        except LineUnavailable as error:
            _log.warning("a call was refused: %s", error)
            self.emit(self.agent.refuse(call, Refusal(503, headers=(("Retry-After", "30"),)), self.now()))
            return
        try:
            text, agreed = offers.answer(offer, ours) if offer is not None else (offers.offer(ours), None)
        except NotAcceptable as error:
            rtp.close()
            warning = (("Warning", f'399 {self._host} "{error}"'),)
            self.emit(self.agent.refuse(call, Refusal(488, headers=warning), self.now()))
            return
        if not call.alive:
            rtp.close()
            return
        leg = SipLeg(
            call, rtp, ours, self,
            caller=caller_of(call.invite), called=called_of(call.invite), headers=_headers(call),
        )  # fmt: skip
        self._legs[call] = leg
        self.emit(self.agent.answer(call, text, self.now()))
        if agreed is not None:
            leg.agree(agreed)
        self._arrived.put_nowait(leg)

    def _reoffered(self, call: Call, request: object, offer: str | None) -> None:
        leg = self._legs.get(call)
        now = self.now()
        try:
            if leg is None:
                raise NotAcceptable("no such call")
            self.emit(self.agent.answer(call, leg.reoffered(offer), now, request))  # type: ignore[arg-type]
        except NotAcceptable:
            self.emit(self.agent.refuse(call, Refusal(488), now, request))  # type: ignore[arg-type]

    def _ended(self, call: Call, reason: str) -> None:
        leg = self._legs.pop(call, None)
        if leg is not None:
            leg.close(reason)

    def _replied(self, reply: Replied) -> None:
        if reply.request.method == "REGISTER" and self._registrar is not None:
            self.emit(self._registrar.replied(reply, self.now()))
        elif reply.request.method == "REFER" and reply.call in self._legs and reply.status >= 300:
            self._legs[reply.call].transfer_news(reply.status, "The other side does not transfer")

    # What is wanted (also by legs).

    async def open_sound(self) -> tuple[RtpSession, OurSide]:
        """Binds ports for a call's sound."""
        rtp = await RtpSession.open(LegSound(), self.config.host, self._ports)
        return rtp, OurSide(self._host, rtp.port, secrets.randbits(31))

    def add(self, call: Call, leg: SipLeg) -> None:
        """Takes a leg of ours in."""
        self._legs[call] = leg

    def hang_up(self, call: Call) -> None:
        self._legs.pop(call, None)
        self.emit(self.agent.hang_up(call, self.now()))

    def refer(self, call: Call, target: str) -> None:
        """Sends a REFER.

        Raises:
            InvalidTarget: the target cannot be called.
        """
        uri = self._dialling.target(target).uri
        headers = [
            ("Refer-To", f"<{uri}>"),
            ("Referred-By", f"<{self.agent.identity.uri}>"),
            self.agent.identity.contact(call.peer.transport),
        ]
        _, outputs = self.agent.ask(call, "REFER", self.now(), headers=headers)
        self.emit(outputs)

    async def dial(self, target: str, ring_seconds: float, display: str = "") -> CallLeg:
        """Calls somebody; see `CallLeg.dial`."""
        return await self._dialling.dial(target, ring_seconds, display)

    async def resolve(self, host: str, port: int, transport: str) -> Peer:
        """Finds the address of a host.

        Raises:
            TargetUnreachable: there is none, or nobody says so in time.
        """
        kind = "tcp" if transport == "tcp" else "udp"
        if is_numeric(host):
            return Peer("tcp" if kind == "tcp" else "udp", host, port)
        family = socket.AF_INET6 if ":" in self.config.host else socket.AF_INET
        try:
            async with asyncio.timeout(_RESOLVE_SECONDS):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family)
        except (OSError, TimeoutError) as error:
            raise TargetUnreachable(f"the host {host} cannot be found") from error
        return Peer("tcp" if kind == "tcp" else "udp", str(found[0][4][0]), port)


def _headers(call: Call) -> dict[str, str]:
    return {name.lower(): values[0] for name, values in call.invite.headers.items() if values}


def _own_address(host: str, trunk: Peer | None) -> str:
    """The address to tell others: the bound one, or the one a packet to the trunk would leave from."""
    if not ipaddress.ip_address(host).is_unspecified:
        return host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    towards = trunk.host if trunk else ("2001:db8::1" if family == socket.AF_INET6 else "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((towards, 9))  # sends nothing: it only chooses a way
        except OSError as error:
            raise LineUnavailable("say HOTLINE_SIP_ADVERTISED_HOST: this machine's address is not clear") from error
        return str(probe.getsockname()[0])
