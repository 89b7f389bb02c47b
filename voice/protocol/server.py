"""The serving half of a user agent (RFC 3261 sections 8.2, 12.2.2, 13.3): what requests of others lead to.

Calls are refused here by rule only (screening, limits); whether and with what a call is answered is decided outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aiosipua.dialog import create_dialog_from_request, dialog_matches, remote_cseq_valid
from aiosipua.message import SipRequest

from voice.protocol.addresses import caller_of, route_of
from voice.protocol.calls import (
    Acknowledged,
    Call,
    CallState,
    HungUp,
    InviteReceived,
    KeyReceived,
    Reoffered,
    TransferNews,
)
from voice.protocol.core import Core, Output, refresh_target
from voice.protocol.digest import Attempts
from voice.protocol.messages import (
    ALLOW,
    Refusal,
    call_id_of,
    fault_of_method,
    fault_of_requirements,
    session_description,
    tag_of,
)
from voice.protocol.refer import key_of, news_of
from voice.protocol.transactions import Peer

_UNKNOWN = Refusal(481)


class Server:
    """Handles requests that the transactions let through."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._inside: dict[str, Callable[[Call, SipRequest, Peer, float], list[Output]]] = {
            "INVITE": self._reinvite,
            "BYE": self._bye,
            "OPTIONS": lambda call, request, peer, now: self._options(request, peer, now, call.dialog.local_tag),
            "INFO": self._info,
            "UPDATE": self._update,
            "NOTIFY": self._notify,
        }

    def receive(self, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        """Takes a new request; `peer` is where its answer goes."""
        if request.method == "ACK":
            return self._ack(request, now)
        fault = fault_of_method(request) or fault_of_requirements(request)
        if fault is not None:
            return self._core.refuse(request, fault, peer, now)
        if request.method == "CANCEL":
            return self._cancel(request, peer, now)
        if tag_of(request, "to"):
            return self._in_dialog(request, peer, now)
        if request.method == "INVITE":
            return self._invite(request, peer, now)
        if request.method == "OPTIONS":
            return self._options(request, peer, now)
        return self._core.refuse(request, _UNKNOWN, peer, now)

    def answer(self, call: Call, request: SipRequest, body: str, now: float) -> list[Output]:
        """Says yes to an INVITE or UPDATE, with a session description."""
        if not _is_theirs(call):
            return []
        if request.method == "INVITE":
            call.pending = False
            if call.state is CallState.INVITING:
                call.state = CallState.ANSWERED
                call.dialog.confirm()
        headers = self._core.dialog_headers(call.reply_peer)
        tag = call.dialog.local_tag
        return self._core.respond(request, 200, call.reply_peer, now, tag=tag, headers=headers, body=body)

    def refuse(self, call: Call, request: SipRequest, refusal: Refusal, now: float) -> list[Output]:
        """Says no; a call that was not yet answered has ended with that."""
        if not _is_theirs(call):
            return []
        call.pending = False
        outputs = self._core.refuse(request, refusal, call.reply_peer, now, tag=call.dialog.local_tag)
        if call.state is CallState.INVITING:
            self._core.end(call)
        return outputs

    def never_acknowledged(self, request: SipRequest, now: float) -> list[Output]:
        """The other side vanished after our 200: the call is over."""
        call = self._core.dialog_of(request) or next(self._called_by(request), None)
        return [*self._core.bye(call, now), HungUp(call, lost=True)] if call is not None else []

    def _called_by(self, invite: SipRequest) -> Iterator[Call]:
        """The calls that an INVITE without a To tag began."""
        names = (call_id_of(invite), tag_of(invite, "from"))
        return (call for call in self._core.calls.values() if (call.call_id, call.dialog.remote_tag) == names)

    def _invite(self, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        if next(self._called_by(request), None) is not None:
            return self._core.refuse(request, Refusal(482), peer, now)
        dialog = create_dialog_from_request(request, local_tag=self._core.new_id())
        refusal = self._core.admission.admit(
            dialog.local_tag, caller_of(request), peer.host, now, name=call_id_of(request)
        )
        if refusal is not None:
            return self._core.refuse(request, refusal, peer, now)
        direct = len(request.headers.get("via")) == 1
        route = route_of(dialog, peer, behind_translator=direct)
        call = Call(dialog, route, peer, request, incoming=True, attempts=Attempts(None))
        self._core.add(call)
        trying = self._core.respond(request, 100, peer, now, tag=dialog.local_tag)
        return [*trying, InviteReceived(call, session_description(request))]

    def _in_dialog(self, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        call = self._core.dialog_of(request)
        if call is None or not dialog_matches(call.dialog, request):
            return self._core.refuse(request, _UNKNOWN, peer, now)
        if not remote_cseq_valid(call.dialog, request):
            return self._core.refuse(request, Refusal(500), peer, now)
        return self._inside[request.method](call, request, peer, now)

    def _reinvite(self, call: Call, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        if call.pending or call.state is CallState.INVITING:
            return self._core.refuse(request, Refusal(491), peer, now)
        call.invite, call.reply_peer, call.pending = request, peer, True
        refresh_target(call.dialog, request)
        return [Reoffered(call, request, session_description(request))]

    def _update(self, call: Call, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        refresh_target(call.dialog, request)
        offer = session_description(request)
        if offer is None:
            headers = self._core.dialog_headers(peer)
            return self._core.respond(request, 200, peer, now, tag=call.dialog.local_tag, headers=headers)
        if call.pending or call.state is CallState.INVITING:
            return self._core.refuse(request, Refusal(491), peer, now)
        call.reply_peer = peer
        return [Reoffered(call, request, offer)]

    def _ack(self, request: SipRequest, now: float) -> list[Output]:
        call = self._core.dialog_of(request)
        if call is None:
            return []
        if call.state is CallState.ANSWERED:
            call.state = CallState.CONFIRMED
        if call.bye_wanted:
            return self._core.bye(call, now)
        return [Acknowledged(call, session_description(request))]

    def _bye(self, call: Call, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        outputs = self._core.respond(request, 200, peer, now, tag=call.dialog.local_tag)
        if call.pending or (call.incoming and call.state is CallState.INVITING):
            outputs += self._core.refuse(call.invite, Refusal(487), call.reply_peer, now, call.dialog.local_tag)
        self._core.end(call)
        return [*outputs, HungUp(call)]

    def _cancel(self, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        meant = self._core.transactions.cancelled_by(request)
        if meant is None:
            return self._core.refuse(request, _UNKNOWN, peer, now)
        invite, open_still = meant
        call = next((call for call in self._core.calls.values() if call.invite is invite), None)
        tag = call.dialog.local_tag if call else ""
        outputs = self._core.respond(request, 200, peer, now, tag=tag)
        if call is None or not open_still:
            return outputs
        outputs += self._core.refuse(invite, Refusal(487), call.reply_peer, now, tag)
        call.pending = False
        if call.state is not CallState.INVITING:
            return outputs
        self._core.end(call)
        return [*outputs, HungUp(call)]

    def _options(self, request: SipRequest, peer: Peer, now: float, tag: str = "") -> list[Output]:
        headers = (("Allow", ALLOW), ("Accept", "application/sdp"))
        return self._core.respond(request, 200, peer, now, tag=tag, headers=headers)

    def _info(self, call: Call, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        outputs = self._core.respond(request, 200, peer, now, tag=call.dialog.local_tag)
        key = key_of(request.headers.get_first("content-type") or "", request.text)
        return [*outputs, KeyReceived(call, key)] if key else outputs

    def _notify(self, call: Call, request: SipRequest, peer: Peer, now: float) -> list[Output]:
        event = (request.headers.get_first("event") or "").split(";")[0].strip().lower()
        if event != "refer":
            return self._core.refuse(request, Refusal(489), peer, now, call.dialog.local_tag)
        outputs = self._core.respond(request, 200, peer, now, tag=call.dialog.local_tag)
        news = news_of(request.text)
        return [*outputs, TransferNews(call, *news)] if news else outputs


def _is_theirs(call: Call) -> bool:
    """Whether there is anything of theirs to answer: not in a call of ours that still rings."""
    return call.alive and (call.incoming or call.state is not CallState.INVITING)
