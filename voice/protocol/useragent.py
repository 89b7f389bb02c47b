"""A SIP user agent without sockets and clocks: datagrams and the time go in, datagrams and events come out.

The edge sends what comes out, opens the sound that was agreed on, and asks again at `next_due`. An address outside the
allow-list is answered 403 without any state, unless it speaks inside a call of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiosipua.message import SipRequest, SipResponse

from voice.protocol.addresses import Target, stamp_via
from voice.protocol.admission import Admission
from voice.protocol.calls import Call, CallState
from voice.protocol.client import Client
from voice.protocol.core import Core, Identity, Output
from voice.protocol.digest import Credentials
from voice.protocol.messages import Header, Junk, Refusal, read, reply
from voice.protocol.server import Server
from voice.protocol.transactions import NoAck, NoAnswer, Outgoing, Peer

__all__ = ["Identity", "Output", "UserAgent"]


class UserAgent:
    """All signalling of one line."""

    def __init__(
        self,
        identity: Identity,
        admission: Admission,
        credentials: Credentials | None = None,
        ids: Callable[[], str] | None = None,
    ) -> None:
        self.junk = 0
        self.strangers = 0
        self._core = Core(identity, admission, ids)
        self._server = Server(self._core)
        self._client = Client(self._core, credentials)

    @property
    def calls(self) -> list[Call]:
        """Calls that are going on."""
        return list(self._core.calls.values())

    @property
    def identity(self) -> Identity:
        return self._core.identity

    @property
    def waiting(self) -> bool:
        """Whether something of ours still waits for its answer."""
        return self._core.transactions.waiting

    def new_id(self) -> str:
        """A random token."""
        return self._core.new_id()

    # What comes in.

    def receive(self, data: bytes, source: Peer, now: float) -> list[Output]:
        """Takes what came from `source`."""
        try:
            received = read(data)
        except Junk:
            self.junk += 1
            return []
        message = received.message
        if isinstance(message, SipResponse):
            return self._client.receive(message, now)
        if not self._core.admission.allows(source.host) and self._core.dialog_of(message) is None:
            return self._turn_away(message, source, now)
        answers_go_to = stamp_via(message, source)
        if received.refusal is not None:
            self.junk += 1
            return self._without_state(message, received.refusal, answers_go_to)
        new, repeated = self._core.transactions.receive_request(message, answers_go_to, now)
        return self._server.receive(message, answers_go_to, now) if new else [*repeated]

    def _turn_away(self, request: SipRequest, source: Peer, now: float) -> list[Output]:
        self.strangers += 1
        if not self._core.admission.answers_stranger(now):
            return []
        return self._without_state(request, Refusal(403), stamp_via(request, source))

    def _without_state(self, request: SipRequest, refusal: Refusal, peer: Peer) -> list[Output]:
        if request.method == "ACK":
            return []
        response = reply(
            request, refusal.status, tag=self._core.new_id(), reason=refusal.reason, headers=refusal.headers
        )
        return [Outgoing(bytes(response), peer)]

    # Time.

    def next_due(self) -> float | None:
        """When `due` is to be called at the latest."""
        return self._core.transactions.next_due()

    def due(self, now: float) -> list[Output]:
        """What time has brought."""
        outputs: list[Output] = []
        for happening in self._core.transactions.due(now):
            if isinstance(happening, NoAnswer):
                outputs += self._client.nothing_came(happening.request, now)
            elif isinstance(happening, NoAck):
                outputs += self._server.never_acknowledged(happening.request, now)
            else:
                outputs.append(happening)
        return outputs

    # What is wanted.

    def answer(self, call: Call, body: str, now: float, request: SipRequest | None = None) -> list[Output]:
        """Answers a call, or an offer inside it, with a session description."""
        return self._server.answer(call, request or call.invite, body, now)

    def refuse(self, call: Call, refusal: Refusal, now: float, request: SipRequest | None = None) -> list[Output]:
        """Refuses a call, or an offer inside it."""
        return self._server.refuse(call, request or call.invite, refusal, now)

    def dial(
        self, target: Target, peer: Peer, offer: str, now: float, *, display: str = "", headers: Iterable[Header] = ()
    ) -> tuple[Call, list[Output]]:
        """Calls somebody."""
        return self._client.dial(target, peer, offer, now, display=display, headers=headers)

    def ask(
        self, call: Call, method: str, now: float, *, headers: Iterable[Header] = (), body: str = ""
    ) -> tuple[SipRequest, list[Output]]:
        """Sends a request inside a call; `Replied` names it."""
        return self._core.request(call, method, now, headers=headers, body=body)

    def ask_outside(self, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        """Sends a request outside of calls (REGISTER)."""
        return [*self._core.transactions.ask(request, peer, now)]

    def hang_up(self, call: Call, now: float) -> list[Output]:
        """Ends a call, in whatever state it is; a 200 that was not acknowledged yet is waited for first."""
        if not call.alive:
            return []
        if call.state is CallState.INVITING:
            return self.refuse(call, Refusal(480), now) if call.incoming else self._client.cancel(call, now)
        if call.state is CallState.ANSWERED:
            call.bye_wanted = True
            return []
        return self._core.bye(call, now)
