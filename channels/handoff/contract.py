"""The contract `hotline.handoff/1`: what passes between the gateway and a desk of people, as plain values.

Pure. Nothing here is sent, stored or decided; `channels.handoff.wire` reads and writes the JSON and
`channels/handoff/schema` describes it for others. A value never holds an unmasked name or telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from channels.conversations import Sender

SCHEMA = "hotline.handoff/1"
MOST_HISTORY = 20

Reason = Literal[
    "citizen_asked",
    "bot_failed",
    "bot_off",
    "not_understood",
    "emergency",
    "people_first",
    "complaint_about_bot",
    "taken_over",
]
Priority = Literal["normal", "high", "emergency"]
Fallback = Literal["callback_ticket"]
CloseReason = Literal["citizen_left", "citizen_cancelled", "timed_out", "bot_back", "taken_back"]
"""Why the gateway ends a hand-over: the citizen is gone; gave up waiting; nobody came in time; the bot that had
failed is well again; somebody on our side took it back."""
EndReason = Literal["solved", "answered", "ticket_filed", "no_answer", "abuse", "duplicate", "other"]
"""Why a person closes a conversation."""
RejectReason = Literal["closed", "no_skill", "full", "unknown", "other"]
EventType = Literal["queued", "accepted", "message", "typing", "transferred", "returned", "closed", "rejected"]

REASONS: tuple[Reason, ...] = (
    "citizen_asked",
    "bot_failed",
    "bot_off",
    "not_understood",
    "emergency",
    "people_first",
    "complaint_about_bot",
    "taken_over",
)
PRIORITIES: tuple[Priority, ...] = ("normal", "high", "emergency")
CLOSE_REASONS: tuple[CloseReason, ...] = ("citizen_left", "citizen_cancelled", "timed_out", "bot_back", "taken_back")
END_REASONS: tuple[EndReason, ...] = (
    "solved",
    "answered",
    "ticket_filed",
    "no_answer",
    "abuse",
    "duplicate",
    "other",
)
REJECT_REASONS: tuple[RejectReason, ...] = ("closed", "no_skill", "full", "unknown", "other")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the conversation; `url` is where a remote desk may fetch it for a while, None in process."""

    id: str
    type: str
    size_bytes: int
    name: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffMessage:
    """One message of the conversation. `seq` is its number there, so a repeat of it is told from a new one."""

    seq: int
    sender: Sender
    language: str
    text: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the citizen is, as far as it was said, masked. `key` finds earlier conversations and tickets of the same
    caller on our side and is meaningless elsewhere."""

    masked_name: str | None = None
    masked_phone: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    """What the person who takes it must be able to do: speak `language`, and know `topic` when one is given."""

    language: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTicket:
    number: str
    status: str
    nature: str
    category: str | None = None
    unit: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """What a desk is told when a conversation is to be taken by a person.

    Attributes:
        handoff_id: the key of this hand-over; the same one again is the same hand-over.
        summary: a few lines in the citizen's language, made from slots and messages without a model.
        slots: what the forms know, by field name, masked where it is personal.
        history: the last messages, oldest first, at most 20.
        accept_timeout_seconds: after it without `accepted` the gateway falls back.
        owner_version: the version that `accepted` may name as `expected_version`.
    """

    handoff_id: str
    conversation_id: str
    channel: str
    language: str
    reason: Reason
    priority: Priority
    skill: Skill
    caller: Caller
    summary: str
    opened_at: datetime
    slots: Mapping[str, str] = field(default_factory=dict)
    open_tickets: tuple[OpenTicket, ...] = ()
    history: tuple[HandoffMessage, ...] = ()
    accept_timeout_seconds: int = 600
    fallback: Fallback = "callback_ticket"
    owner_version: int = 0
    schema: str = SCHEMA


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at a desk: the desk's own id, and the name that the citizen sees."""

    id: str
    name: str


# What a desk says. Each is the `what` of a DeskEvent.


@dataclass(frozen=True, slots=True)
class Queued:
    """Where the citizen stands in the desk's queue; told to the citizen."""

    position: int
    wait_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A person takes the conversation. With `expected_version` it is refused when another was faster."""

    agent: Agent
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """What a person writes to the citizen; `message_id` is unique in the hand-over. `agent` None: who accepted.

    `data` goes with the message (only `translation`, the mark of a machine translation, and `ticket` are kept);
    `language` is the text's own, None: the conversation's.
    """

    message_id: str
    text: str
    agent: Agent | None = None
    language: str | None = None
    attachments: tuple[Attachment, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentTyping:
    agent: Agent | None = None


@dataclass(frozen=True, slots=True)
class Transferred:
    """Another person has it now, or (`to` None) it waits in the desk's queue again."""

    to: Agent | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """Back to the bot, with what the person did: `summary` in words, the numbers of tickets that were filed."""

    summary: str
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """The matter is over; the citizen is asked for a rating and the next word goes to the bot."""

    reason: EndReason
    summary: str = ""
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The desk does not take it; the gateway falls back."""

    reason: RejectReason


What = Queued | Accepted | AgentMessage | AgentTyping | Transferred | Returned | Closed | Rejected

TYPES: Mapping[type[What], EventType] = {
    Queued: "queued",
    Accepted: "accepted",
    AgentMessage: "message",
    AgentTyping: "typing",
    Transferred: "transferred",
    Returned: "returned",
    Closed: "closed",
    Rejected: "rejected",
}


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """Something a desk reports. The same `event_id` in the same hand-over does nothing and gives the same outcome."""

    event_id: str
    handoff_id: str
    at: datetime
    what: What

    @property
    def type(self) -> EventType:
        return TYPES[type(self.what)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event led to.

    `duplicate`: it was known. `ignored` names why nothing was done although the event was good (`ended`: the
    hand-over is over). `owner_version` is the conversation's after it.
    """

    duplicate: bool = False
    ignored: str | None = None
    owner: str = "agent"
    owner_version: int = 0
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """How a desk is staffed right now for one skill: people on duty who have it, those with room for one more, and
    how many conversations wait."""

    on_duty: int = 0
    free: int = 0
    waiting: int = 0
    longest_wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class EmergencyAlert:
    """A conversation in which danger was recognised; `alert_id` is the same for the same message."""

    alert_id: str
    conversation_id: str
    seq: int
    channel: str
    language: str
    text: str
    numbers: tuple[str, ...]
    at: datetime
