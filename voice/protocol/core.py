"""What the serving and the asking half of a user agent share: identity, calls, transactions, and how messages are made.

It decides nothing: see `server` for what comes in and `client` for what is asked of others.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from aiosipua.dialog import Dialog
from aiosipua.headers import stringify_uri
from aiosipua.message import SipRequest, SipResponse

from voice.protocol.admission import Admission
from voice.protocol.calls import Call, CallState, Event
from voice.protocol.messages import ALLOW, Header, Refusal, call_id_of, in_dialog, reply, tag_of
from voice.protocol.transactions import Outgoing, Peer, Transactions

Output = Outgoing | Event


@dataclass(frozen=True)
class Identity:
    """How this line calls itself.

    Attributes:
        user: user part of our addresses; domain: host part of From.
        hosts: by transport the address others can reach us at.
    """

    user: str
    domain: str
    hosts: Mapping[str, tuple[str, int]]

    @property
    def uri(self) -> str:
        return f"sip:{self.user}@{bracketed(self.domain)}"

    def via(self, transport: str) -> tuple[str, str, int]:
        return (transport, *self.hosts[transport])

    def contact(self, transport: str) -> Header:
        host, port = self.hosts[transport]
        suffix = "" if transport == "udp" else f";transport={transport}"
        return ("Contact", f"<sip:{self.user}@{bracketed(host)}:{port}{suffix}>")


def bracketed(host: str) -> str:
    """The host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


class Core:
    """State of one user agent."""

    def __init__(self, identity: Identity, admission: Admission, ids: Callable[[], str] | None = None) -> None:
        self.identity = identity
        self.admission = admission
        self.transactions = Transactions()
        self.calls: dict[tuple[str, str], Call] = {}
        self.new_id: Callable[[], str] = ids or (lambda: secrets.token_hex(8))

    def add(self, call: Call) -> None:
        self.calls[(call.call_id, call.dialog.local_tag)] = call

    def find(self, call_id: str, local_tag: str) -> Call | None:
        """The call whose side of ours carries this tag."""
        return self.calls.get((call_id, local_tag))

    def dialog_of(self, request: SipRequest) -> Call | None:
        """The call inside which a request of theirs comes."""
        tag = tag_of(request, "to")
        return self.find(call_id_of(request), tag) if tag else None

    def end(self, call: Call) -> None:
        """Forgets a call."""
        call.state = CallState.ENDED
        call.dialog.terminate()
        key = (call.call_id, call.dialog.local_tag)
        if self.calls.get(key) is call:  # a second phone that answered the same call shares its key
            del self.calls[key]
            self.admission.release(call.dialog.local_tag)

    def respond(
        self,
        request: SipRequest,
        status: int,
        peer: Peer,
        now: float,
        *,
        tag: str = "",
        reason: str = "",
        headers: Iterable[Header] = (),
        body: str = "",
    ) -> list[Output]:
        """Answers a request of theirs."""
        response = reply(request, status, tag=tag or self.new_id(), reason=reason, headers=headers, body=body)
        return [*self.transactions.respond(request, response, peer, now)]

    def refuse(self, request: SipRequest, refusal: Refusal, peer: Peer, now: float, tag: str = "") -> list[Output]:
        return self.respond(request, refusal.status, peer, now, tag=tag, reason=refusal.reason, headers=refusal.headers)

    def request(
        self, call: Call, method: str, now: float, *, headers: Iterable[Header] = (), body: str = ""
    ) -> tuple[SipRequest, list[Output]]:
        """Sends a request inside a call."""
        made = in_dialog(call.dialog, method, self.identity.via(call.peer.transport), headers=headers, body=body)
        return made, [*self.transactions.ask(made, call.peer, now)]

    def bye(self, call: Call, now: float) -> list[Output]:
        """Hangs up an established call."""
        _, outputs = self.request(call, "BYE", now)
        self.end(call)
        return outputs

    def dialog_headers(self, peer: Peer) -> list[Header]:
        """What belongs into messages that make or refresh a dialog."""
        return [self.identity.contact(peer.transport), ("Allow", ALLOW)]


def refresh_target(dialog: Dialog, message: SipRequest | SipResponse) -> None:
    """Takes the other side's newest contact."""
    contacts = message.contact
    if contacts and contacts[0].uri.host:
        dialog.remote_target = stringify_uri(contacts[0].uri)
