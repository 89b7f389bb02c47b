"""Transactions of SIP (RFC 3261 section 17, RFC 6026): what is repeated, replayed or absorbed, and when to give up.

aiosipua has none of this: there a repeated INVITE makes a second call. Bytes come in and go out with their peer, time
is an argument; nothing is sent here, and what a request means is not known.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from aiosipua.message import SipRequest, SipResponse

from voice.protocol.messages import branch_of, call_id_of, cseq_of, tag_of

T1_SECONDS = 0.5
T2_SECONDS = 4.0
T4_SECONDS = 5.0
GIVE_UP_SECONDS = 64 * T1_SECONDS
RINGS_MOST_SECONDS = 240.0
_COOKIE = "z9hG4bK"
Key = tuple[str, ...]


@dataclass(frozen=True)
class Peer:
    """Where a message came from or goes to; on TCP it names the connection's other end."""

    transport: Literal["udp", "tcp"]
    host: str
    port: int

    @property
    def reliable(self) -> bool:
        return self.transport != "udp"


@dataclass(frozen=True)
class Outgoing:
    """Bytes to be sent."""

    data: bytes
    peer: Peer


@dataclass(frozen=True)
class NoAnswer:
    """Nothing final came to a request of ours in time."""

    request: SipRequest


@dataclass(frozen=True)
class NoAck:
    """Our 2xx to an INVITE was never acknowledged."""

    request: SipRequest


@dataclass
class _Transaction:
    key: Key
    request: SipRequest
    peer: Peer
    ends_at: float
    state: Literal["open", "proceeding", "completed", "accepted"] = "open"
    repeats: bytes | None = None
    interval_seconds: float = T1_SECONDS
    next_at: float | None = None
    last: bytes | None = None
    wakes_at: float = 0.0

    @property
    def is_invite(self) -> bool:
        return self.request.method == "INVITE"


Happening = Outgoing | NoAnswer | NoAck


@dataclass
class Transactions:
    """All transactions of one user agent, as server and as client.

    Attributes:
        most: how many are remembered; beyond it the oldest are forgotten (a repeat of theirs counts as new).
    """

    most: int = 10_000
    _served: dict[Key, _Transaction] = field(default_factory=dict)
    _asked: dict[Key, _Transaction] = field(default_factory=dict)
    _unacknowledged: dict[Key, _Transaction] = field(default_factory=dict)
    _timers: list[tuple[float, int, bool, Key]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def __len__(self) -> int:
        return len(self._served) + len(self._asked)

    @property
    def waiting(self) -> bool:
        """Whether a request of ours still waits for its final answer, or a 200 of ours for its ACK."""
        return bool(self._unacknowledged) or any(one.state in ("open", "proceeding") for one in self._asked.values())

    # As server.

    def receive_request(self, request: SipRequest, peer: Peer, now: float) -> tuple[bool, list[Outgoing]]:
        """Says whether a request is new, and what has to be sent because it is not.

        An ACK is new once, when it acknowledges a 2xx; all others end here.
        """
        if request.method == "ACK":
            return self._acknowledge(request), []
        key = _server_key(request)
        known = self._served.get(key)
        if known is not None:
            return False, [Outgoing(known.last, peer)] if known.last else []
        self._forget_oldest(self._served)
        known = _Transaction(key, request, peer, ends_at=now + RINGS_MOST_SECONDS)
        self._served[key] = known
        self._wake(known, now, served=True)
        return True, []

    def respond(self, request: SipRequest, response: SipResponse, peer: Peer, now: float) -> list[Outgoing]:
        """Sends an answer, and again where it must arrive."""
        data = bytes(response)
        known = self._served.get(_server_key(request))
        if known is None or known.state in ("completed", "accepted"):
            return [Outgoing(data, peer)] if known is None else []
        known.last = data
        if response.status_code < 200:
            known.state = "proceeding"
            return [Outgoing(data, known.peer)]
        known.ends_at = now + GIVE_UP_SECONDS
        known.state = "accepted" if known.is_invite and response.status_code < 300 else "completed"
        if known.state == "accepted":
            self._unacknowledged[_ack_key(request)] = known
        if known.is_invite and (known.state == "accepted" or not known.peer.reliable):
            known.repeats, known.next_at = data, now + T1_SECONDS
        self._wake(known, now, served=True)
        return [Outgoing(data, known.peer)]

    def cancelled_by(self, cancel: SipRequest) -> tuple[SipRequest, bool] | None:
        """The INVITE that a CANCEL means, and whether it can still be cancelled."""
        known = self._served.get(_server_key(cancel, method="INVITE"))
        return (known.request, known.state in ("open", "proceeding")) if known else None

    def _acknowledge(self, ack: SipRequest) -> bool:
        known = self._served.get(_server_key(ack, method="INVITE"))
        if known is not None and known.state == "completed":
            known.repeats = None
            return False
        accepted = self._unacknowledged.pop(_ack_key(ack), None)
        if accepted is None:
            return False
        accepted.repeats = None
        return True

    # As client.

    def ask(self, request: SipRequest, peer: Peer, now: float) -> list[Outgoing]:
        """Sends a request, and again until something comes back; an ACK is sent once."""
        data = bytes(request)
        if request.method == "ACK":
            return [Outgoing(data, peer)]
        self._forget_oldest(self._asked)
        asked = _Transaction(_client_key(request), request, peer, ends_at=now + GIVE_UP_SECONDS)
        if not peer.reliable:
            asked.repeats, asked.next_at = data, now + T1_SECONDS
        self._asked[asked.key] = asked
        self._wake(asked, now, served=False)
        return [Outgoing(data, peer)]

    def receive_response(self, response: SipResponse, now: float) -> tuple[SipRequest | None, list[Outgoing]]:
        """Gives the request that a response answers (None: it is a repeat, or nobody asked), and what is to be sent.

        Refusals of an INVITE are acknowledged here. A repeated 2xx of an INVITE comes through each time, since only
        the dialog knows its ACK.
        """
        asked = self._asked.get(_client_key(response))
        if asked is None:
            return None, []
        status = response.status_code
        if status < 200:
            if asked.state in ("completed", "accepted"):
                return None, []
            self._proceed(asked, now)
            return asked.request, []
        known = asked.state in ("completed", "accepted")
        asked.repeats = None
        if asked.is_invite and status < 300:
            if asked.state == "completed":
                return None, []
            asked.state = "accepted"
        else:
            if asked.state == "accepted":
                return None, []
            asked.state = "completed"
        if not known:
            asked.ends_at = now + (GIVE_UP_SECONDS if asked.is_invite else T4_SECONDS)
            self._wake(asked, now, served=False)
        if asked.is_invite and status >= 300:
            return None if known else asked.request, [
                Outgoing(bytes(_ack_of_refusal(asked.request, response)), asked.peer)
            ]
        return None if known and not asked.is_invite else asked.request, []

    def is_proceeding(self, request: SipRequest) -> bool:
        """Whether something provisional came back: only then may an INVITE be cancelled."""
        asked = self._asked.get(_client_key(request))
        return asked is not None and asked.state == "proceeding"

    def shorten(self, request: SipRequest, now: float) -> None:
        """After a CANCEL: the final answer is waited for no longer than any other."""
        asked = self._asked.get(_client_key(request))
        if asked is not None and asked.state in ("open", "proceeding"):
            asked.ends_at = min(asked.ends_at, now + GIVE_UP_SECONDS)
            self._wake(asked, now, served=False)

    def _proceed(self, asked: _Transaction, now: float) -> None:
        asked.state = "proceeding"
        if asked.is_invite:
            asked.repeats = None
            asked.ends_at = now + RINGS_MOST_SECONDS
        else:
            asked.interval_seconds = T2_SECONDS

    # Time.

    def next_due(self) -> float | None:
        """When `due` has something to do at the earliest; it may turn out to be nothing."""
        return self._timers[0][0] if self._timers else None

    def due(self, now: float) -> list[Happening]:
        """What time has brought: repetitions, and what is given up."""
        happenings: list[Happening] = []
        while self._timers and self._timers[0][0] <= now:
            at, _, served, key = heapq.heappop(self._timers)
            known = (self._served if served else self._asked).get(key)
            if known is None or known.wakes_at != at:  # ended, or to be woken at another time by now
                continue
            if known.ends_at <= now:
                happenings += self._end(known, served=served)
                continue
            if known.repeats is not None and known.next_at is not None and known.next_at <= now:
                happenings.append(Outgoing(known.repeats, known.peer))
                known.interval_seconds = self._longer(known, served=served)
                known.next_at = now + known.interval_seconds
            self._wake(known, now, served=served)
        return happenings

    @staticmethod
    def _longer(known: _Transaction, *, served: bool) -> float:
        """The next interval: doubled, up to T2 except for an INVITE of ours."""
        doubled = 2 * known.interval_seconds
        return doubled if known.is_invite and not served else min(doubled, T2_SECONDS)

    def _end(self, known: _Transaction, *, served: bool) -> list[Happening]:
        if not served:
            del self._asked[known.key]
            return [NoAnswer(known.request)] if known.state in ("open", "proceeding") else []
        del self._served[known.key]
        return [NoAck(known.request)] if self._was_unacknowledged(known) else []

    def _was_unacknowledged(self, known: _Transaction) -> bool:
        """Whether its 200 still waited for an ACK; it waits no more. Another request may have the same numbers."""
        key = _ack_key(known.request)
        if self._unacknowledged.get(key) is not known:
            return False
        del self._unacknowledged[key]
        return True

    def _wake(self, known: _Transaction, now: float, *, served: bool) -> None:
        at = known.ends_at
        if known.repeats is not None and known.next_at is not None:
            at = min(at, known.next_at)
        known.wakes_at = max(at, now)
        heapq.heappush(self._timers, (known.wakes_at, next(self._order), served, known.key))

    def _forget_oldest(self, table: dict[Key, _Transaction]) -> None:
        while len(table) >= self.most:
            self._was_unacknowledged(table.pop(next(iter(table))))


def _server_key(request: SipRequest, method: str | None = None) -> Key:
    """RFC 3261 17.2.3: branch, sender and method; for senders older than that, all that tells requests apart."""
    method = method or request.method
    branch = branch_of(request)
    if branch.startswith(_COOKIE) and len(branch) > len(_COOKIE):
        via = request.via[0]
        return ("served", branch, via.host.lower(), str(via.port or 5060), method)
    number = str((cseq_of(request) or (0, ""))[0])
    top = request.headers.get("via")[0] if request.headers.get("via") else ""
    return ("served", request.uri, call_id_of(request), tag_of(request, "from"), number, top, method)


def _client_key(message: SipRequest | SipResponse) -> Key:
    return (branch_of(message), (cseq_of(message) or (0, ""))[1])


def _ack_key(request: SipRequest) -> Key:
    """What an INVITE and the ACK of its 2xx share."""
    return (call_id_of(request), tag_of(request, "from"), str((cseq_of(request) or (0, ""))[0]))


def _ack_of_refusal(invite: SipRequest, response: SipResponse) -> SipRequest:
    """RFC 3261 17.1.1.3: of the INVITE's transaction, with the tag that the refusal gave."""
    ack = SipRequest(method="ACK", uri=invite.uri)
    ack.headers.append("Via", invite.headers.get("via")[0])
    for route in invite.headers.get("route"):
        ack.headers.append("Route", route)
    ack.headers.set_single("From", invite.headers.get_first("from") or "")
    ack.headers.set_single("To", response.headers.get_first("to") or invite.headers.get_first("to") or "")
    ack.headers.set_single("Call-ID", call_id_of(invite))
    ack.headers.set_single("CSeq", f"{(cseq_of(invite) or (1, ''))[0]} ACK")
    ack.headers.set_single("Max-Forwards", "70")
    return ack
