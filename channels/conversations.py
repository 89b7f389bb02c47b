"""The nouns of a written conversation: conversation, message, draft, turn and answer.

Plain frozen values. Nothing here stores, sends or decides; `seq` is given by the store and by nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

Sender = Literal["citizen", "bot", "agent", "system"]
Owner = Literal["bot", "queue", "agent"]
TurnState = Literal["pending", "failed", "done"]

CHANNELS = ("web", "miniprogram", "wechat", "phone")
OWNERS: tuple[Owner, ...] = ("bot", "queue", "agent")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Conversation:
    """One citizen's conversation. `owner_version` grows with each change of owner, `last_seq` with each message."""

    id: str
    channel: str
    language: str
    created_at: datetime
    owner: Owner = "bot"
    owner_version: int = 0
    owner_since: datetime | None = None
    last_seq: int = 0
    attachments: int = 0

    def owned_by(self, owner: Owner, at: datetime) -> Conversation:
        """The conversation after a change of owner; itself when nothing changes."""
        if owner == self.owner:
            return self
        return replace(self, owner=owner, owner_version=self.owner_version + 1, owner_since=at)

    def passed_on(self, at: datetime) -> Conversation:
        """The conversation when another person has it now: versions that were seen before are old."""
        return replace(self, owner_version=self.owner_version + 1, owner_since=at)


@dataclass(frozen=True, slots=True)
class Button:
    """A reply the citizen can press; `payload` is what the press sends."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that has no number yet."""

    sender: Sender
    language: str
    text: str = ""
    buttons: tuple[Button, ...] = ()
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message.

    Attributes:
        message_id: the sender's own id, unique in the conversation; of bot messages None.
        turn: how far the answer to it is; only citizens' messages have one.
        turn_of: `seq` of the message that this one repeats (the "try again" button), else None.
    """

    conversation_id: str
    seq: int
    sender: Sender
    language: str
    text: str
    buttons: tuple[Button, ...]
    data: Mapping[str, Any]
    at: datetime
    message_id: str | None = None
    turn: TurnState | None = None
    turn_of: int | None = None

    @property
    def payload(self) -> str | None:
        """What the pressed button sent, None for a typed message."""
        payload = self.data.get("payload")
        return payload if isinstance(payload, str) else None

    @property
    def answered_as(self) -> int:
        """`seq` under which the replies to this message are kept."""
        return self.seq if self.turn_of is None else self.turn_of

    def wire(self) -> dict[str, Any]:
        """The message as programs and pages see it; `message_id` only where a citizen gave one."""
        shown: dict[str, Any] = {
            "seq": self.seq,
            "sender": self.sender,
            "language": self.language,
            "text": self.text,
            "buttons": [{"title": button.title, "payload": button.payload} for button in self.buttons],
            "data": dict(self.data),
            "at": self.at.isoformat(timespec="milliseconds"),
        }
        if self.sender == "citizen" and self.message_id is not None:
            shown["message_id"] = self.message_id
        return shown


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store says after adding: the message, whether it is new, the conversation after it."""

    message: Message
    created: bool
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Answer:
    """What one message of a citizen led to.

    `failed` means: not processed, the same `message_id` may be sent again and then really is.
    `refused` names why nothing was sent to the bot although the request was well-formed. `conversation` is given by
    the transaction that made the answer and None when the answer was only read again; it is not shown.
    """

    seq: int
    language: str
    owner: Owner
    messages: Sequence[Message]
    failed: bool = False
    refused: str | None = None
    conversation: Conversation | None = None

    def wire(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "seq": self.seq,
            "language": self.language,
            "owner": self.owner,
            "messages": [message.wire() for message in self.messages],
        }
        if self.failed:
            shown["failed"] = True
        if self.refused is not None:
            shown["refused"] = self.refused
        return shown


def title_of(payload: str, offered: Sequence[Sequence[Button]]) -> str:
    """The title the citizen saw on the button with `payload`; "" when no recent message offered it."""
    for buttons in offered:
        for button in buttons:
            if button.payload == payload:
                return button.title
    return ""
