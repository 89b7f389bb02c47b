"""One call as SIP knows it, and what can happen to it. Records only: what is done with them stands in `useragent`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from aiosipua.dialog import Dialog
from aiosipua.message import SipRequest, SipResponse

from voice.protocol.digest import Attempts
from voice.protocol.transactions import Peer


class CallState(StrEnum):
    """Where a call stands; it only goes forward."""

    INVITING = "inviting"
    ANSWERED = "answered"  # 200 was sent, its ACK is awaited
    CONFIRMED = "confirmed"
    ENDED = "ended"


@dataclass(eq=False)
class Call:
    """A dialog with all that belongs to it.

    Attributes:
        peer: where our requests go; reply_peer: where answers to the pending INVITE go.
        invite: the INVITE that is or was last in progress, theirs or ours.
        pending: a re-INVITE of theirs waits for our answer.
        cancelled: given up by us before it was answered; bye_wanted: to be hung up as soon as the rules allow.
    """

    dialog: Dialog
    peer: Peer
    reply_peer: Peer
    invite: SipRequest
    incoming: bool
    attempts: Attempts
    state: CallState = CallState.INVITING
    pending: bool = False
    cancelled: bool = False
    cancel_sent: bool = False
    bye_wanted: bool = False

    @property
    def call_id(self) -> str:
        return self.dialog.call_id

    @property
    def alive(self) -> bool:
        return self.state is not CallState.ENDED


@dataclass(frozen=True)
class InviteReceived:
    """Somebody calls; `offer` is None when the session description is left to us."""

    call: Call
    offer: str | None


@dataclass(frozen=True)
class Reoffered:
    """A new session description inside a call (re-INVITE or UPDATE); answer with `UserAgent.answer`."""

    call: Call
    request: SipRequest
    offer: str | None


@dataclass(frozen=True)
class Acknowledged:
    """Our 200 arrived; `answer` is theirs when the offer was ours."""

    call: Call
    answer: str | None


@dataclass(frozen=True)
class HungUp:
    """The other side ended the call, gave it up before it was answered, or vanished (`lost`)."""

    call: Call
    lost: bool = False


@dataclass(frozen=True)
class KeyReceived:
    """A key sent as a message (SIP INFO)."""

    call: Call
    key: str


@dataclass(frozen=True)
class TransferNews:
    """What became of a transfer we asked for, so far."""

    call: Call
    status: int
    reason: str


@dataclass(frozen=True)
class Ringing:
    """A call of ours rings."""

    call: Call


@dataclass(frozen=True)
class Answered:
    """A call of ours was answered; it is acknowledged already."""

    call: Call
    answer: str | None


@dataclass(frozen=True)
class Refused:
    """A call of ours was not answered; 408 also stands for "nothing came back at all"."""

    call: Call
    status: int
    reason: str


@dataclass(frozen=True)
class Replied:
    """The final answer to another request of ours; `response` is None when nothing came back."""

    request: SipRequest
    status: int
    response: SipResponse | None = field(default=None)
    call: Call | None = None


Event = (
    InviteReceived
    | Reoffered
    | Acknowledged
    | HungUp
    | KeyReceived
    | TransferNews
    | Ringing
    | Answered
    | Refused
    | Replied
)
