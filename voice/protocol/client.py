"""The asking half of a user agent (RFC 3261 sections 8.1, 9.1, 13.2): calls of ours, and requests inside calls.

A call is given up only by the rules: an INVITE to which nothing came back yet is cancelled when something does, and
one that is answered at that very moment is hung up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from aiosipua.dialog import Dialog
from aiosipua.headers import parse_via, stringify_via
from aiosipua.message import SipRequest, SipResponse

from voice.protocol.addresses import Target, route_of
from voice.protocol.calls import Answered, Call, CallState, Refused, Replied, Ringing
from voice.protocol.core import Core, Output, refresh_target
from voice.protocol.digest import Attempts, Credentials
from voice.protocol.messages import Header, call_id_of, cseq_of, in_dialog, session_description, tag_of
from voice.protocol.transactions import Outgoing, Peer

_ACKS_KEPT = 1_000
_NOBODY = 408


class Client:
    """Asks, and handles the answers that the transactions let through."""

    def __init__(self, core: Core, credentials: Credentials | None) -> None:
        self._core = core
        self._credentials = credentials
        self._acks: OrderedDict[tuple[str, str, int], Outgoing] = OrderedDict()
        self._attempts: dict[int, Attempts] = {}

    def dial(
        self, target: Target, peer: Peer, body: str, now: float, *, display: str = "", headers: Iterable[Header] = ()
    ) -> tuple[Call, list[Output]]:
        """Calls somebody; `display` is the name shown to them beside our number."""
        core = self._core
        via = core.identity.via(peer.transport)
        dialog = Dialog(
            call_id=f"{core.new_id()}@{via[1]}",
            local_tag=core.new_id(),
            local_uri=core.identity.uri,
            remote_uri=target.uri,
            remote_target=target.uri,
        )
        named = f'"{_printable(display)}" ' if display else ""
        sender = ("From", f"{named}<{dialog.local_uri}>;tag={dialog.local_tag}")
        invite = in_dialog(dialog, "INVITE", via, headers=[sender, *core.dialog_headers(peer), *headers], body=body)
        call = Call(dialog, peer, peer, invite, incoming=False, attempts=Attempts(self._credentials))
        core.add(call)
        return call, [*core.transactions.ask(invite, peer, now)]

    def cancel(self, call: Call, now: float) -> list[Output]:
        """Gives up a call of ours that was not answered yet."""
        call.cancelled = True
        if call.cancel_sent or not self._core.transactions.is_proceeding(call.invite):
            return []
        call.cancel_sent = True
        cancel = SipRequest(method="CANCEL", uri=call.invite.uri)
        cancel.headers.append("Via", call.invite.headers.get("via")[0])
        for route in call.invite.headers.get("route"):
            cancel.headers.append("Route", route)
        for name in ("From", "To", "Call-ID", "Max-Forwards"):
            cancel.headers.set_single(name, call.invite.headers.get_first(name) or "")
        cancel.headers.set_single("CSeq", f"{(cseq_of(call.invite) or (1, ''))[0]} CANCEL")
        self._core.transactions.shorten(call.invite, now)
        return [*self._core.transactions.ask(cancel, call.peer, now)]

    def receive(self, response: SipResponse, now: float) -> list[Output]:
        """Takes a response."""
        request, sent = self._core.transactions.receive_response(response, now)
        outputs: list[Output] = [*sent]
        if request is None or request.method == "CANCEL":
            return outputs
        call = self._core.find(call_id_of(request), tag_of(request, "from"))
        if request.method == "INVITE":
            return outputs + self._to_invite(call, request, response, now)
        if response.status_code < 200:
            return outputs
        return outputs + self._to_other(call, request, response, now)

    def nothing_came(self, request: SipRequest, now: float) -> list[Output]:
        """A request of ours was not answered at all."""
        call = self._core.find(call_id_of(request), tag_of(request, "from"))
        self._attempts.pop(id(request), None)
        if request.method == "CANCEL":
            return []
        if request.method != "INVITE":
            return [Replied(request, _NOBODY, call=call)]
        return self._not_answered(call, _NOBODY, "Nothing came back") if call is not None else []

    def _to_invite(self, call: Call | None, invite: SipRequest, response: SipResponse, now: float) -> list[Output]:
        status = response.status_code
        number = (cseq_of(invite) or (1, ""))[0]
        known = self._acks.get((call_id_of(invite), tag_of(response, "to"), number))
        if known is not None and 200 <= status < 300:
            return [known]
        if call is None:
            return []
        if status < 200:
            outputs = self.cancel(call, now) if call.cancelled else []
            return [*outputs, Ringing(call)] if status in (180, 183) and not call.cancelled else outputs
        if status < 300:
            return self._accepted(call, response, number, now)
        header = call.attempts.answer(response, "INVITE", invite.uri, self._core.new_id())
        if header is not None and not call.cancelled:
            call.invite = self._again(invite, header, call.dialog.next_cseq())
            return [*self._core.transactions.ask(call.invite, call.peer, now)]
        return self._not_answered(call, status, response.reason_phrase)

    def _accepted(self, call: Call, response: SipResponse, number: int, now: float) -> list[Output]:
        if call.state is not CallState.INVITING:  # a second phone answered the same call (forking)
            other = self._established(call.dialog, response)
            stray = Call(
                other, route_of(other, call.peer), call.peer, call.invite, incoming=False, attempts=call.attempts
            )
            return [self._acknowledge(stray, number, now), *self._core.bye(stray, now)]
        call.dialog = self._established(call.dialog, response)
        call.peer = route_of(call.dialog, call.peer)
        call.state = CallState.CONFIRMED
        ack = self._acknowledge(call, number, now)
        if call.cancelled:
            return [ack, *self._core.bye(call, now)]
        return [ack, Answered(call, session_description(response))]

    @staticmethod
    def _established(early: Dialog, response: SipResponse) -> Dialog:
        dialog = Dialog(
            call_id=early.call_id,
            local_tag=early.local_tag,
            remote_tag=tag_of(response, "to"),
            local_uri=early.local_uri,
            remote_uri=early.remote_uri,
            remote_target=early.remote_target,
            route_set=list(reversed(response.headers.get("record-route"))),
            local_cseq=early.local_cseq,
        )
        refresh_target(dialog, response)
        dialog.confirm()
        return dialog

    def _acknowledge(self, call: Call, number: int, now: float) -> Outgoing:
        after = call.dialog.local_cseq
        ack = in_dialog(call.dialog, "ACK", self._core.identity.via(call.peer.transport))
        ack.headers.set_single("CSeq", f"{number} ACK")
        call.dialog.local_cseq = after
        [outgoing] = self._core.transactions.ask(ack, call.peer, now)
        self._acks[(call.call_id, call.dialog.remote_tag, number)] = outgoing
        while len(self._acks) > _ACKS_KEPT:
            self._acks.popitem(last=False)
        return outgoing

    def _not_answered(self, call: Call, status: int, reason: str) -> list[Output]:
        wanted = call.alive and not call.cancelled
        self._core.end(call)
        return [Refused(call, status, reason)] if wanted else []

    def _to_other(self, call: Call | None, request: SipRequest, response: SipResponse, now: float) -> list[Output]:
        attempts = self._attempts.pop(id(request), None) or Attempts(self._credentials)
        header = attempts.answer(response, request.method, request.uri, self._core.new_id())
        if header is not None and call is not None and request.method != "REGISTER":
            again = self._again(request, header, call.dialog.next_cseq())
            self._attempts[id(again)] = attempts
            return [*self._core.transactions.ask(again, call.peer, now)]
        return [Replied(request, response.status_code, response, call)]

    def _again(self, request: SipRequest, header: Header, number: int) -> SipRequest:
        """The same request with credentials: a transaction of its own, the next number."""
        again = SipRequest(method=request.method, uri=request.uri, headers=request.headers.copy(), body=request.body)
        via = parse_via(again.headers.get("via")[0])
        via.params["branch"] = f"z9hG4bK{self._core.new_id()}"
        again.headers.set_single("Via", stringify_via(via))
        again.headers.set_single("CSeq", f"{number} {request.method}")
        again.headers.set_single(*header)
        return again


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable() and character not in '"\\')[:64]
