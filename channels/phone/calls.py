"""The nouns of telephone calls at the gateway, and what follows from how a call ended.

Plain frozen values and pure functions. Nothing here stores, calls or speaks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from channels.conversations import Conversation, Message
from channels.handoff.sql_care import MISSED, Callback
from language.phones import normalize_phone

FORM = "complaint_form"
"""The form whose answers are worth going on with in a later call."""
_PLAIN_NUMBER = re.compile(r"\+?\d{3,20}")
_LONGEST_ID = 160
_LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """One call.

    Attributes:
        phone: the caller's number as the exchange asserts it; None when it is withheld.
        conversation_id: what was said in it; None while nothing was.
        how: how it ended, in the telephone line's words; why: the reason of its call-back, one of `MISSED`, or None.
        declined: the caller did not want to go on with what this call left.
    """

    call_id: str
    started_at: datetime
    phone: str | None = field(default=None, repr=False)
    conversation_id: str | None = None
    language: str | None = None
    ended_at: datetime | None = None
    how: str | None = None
    why: str | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """What the telephone line says about a call that is over.

    Attributes:
        phone: the caller's number; callback_phone: another one that he or she gave for a call-back.
        why: one of `MISSED` when somebody should call back, else None.
        served: the caller has what he or she called for; earlier missed calls of the number are answered by it.
    """

    call_id: str
    how: str
    at: datetime
    language: str
    why: str | None = None
    phone: str | None = field(default=None, repr=False)
    callback_phone: str | None = field(default=None, repr=False)
    conversation_id: str | None = None
    served: bool = False


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A form that a call left unfinished."""

    conversation_id: str
    language: str
    requested_slot: str
    at: datetime

    def wire(self) -> dict[str, Any]:
        return {
            "conversation_id": self.conversation_id,
            "language": self.language,
            "requested_slot": self.requested_slot,
            "at": self.at.isoformat(),
        }


def call_key(call_id: str) -> str:
    """The call's name as it is stored: as given, or its hash when it is very long."""
    return call_id if len(call_id) <= _LONGEST_ID else hashlib.sha256(call_id.encode()).hexdigest()


def clean_phone(number: str | None, language: str = "zh") -> str | None:
    """A caller's number in its one form; an inner number as it is; None for "anonymous" and other words."""
    if not number:
        return None
    compact = re.sub(r"[\s\-().]", "", number)
    if not _PLAIN_NUMBER.fullmatch(compact):
        return None
    return normalize_phone(compact, language) or compact


def broken_off(conversation: Conversation, messages: Sequence[Message]) -> BrokenOff | None:
    """The form that a conversation stopped in; None when it was finished, left, or a person has taken it over.

    Args:
        messages: its last messages, oldest first.
    """
    if conversation.owner == "agent":
        return None
    for message in reversed(messages[-_LOOK_BACK:]):
        if message.sender == "agent":
            return None
        if message.sender == "bot":
            form: Mapping[str, Any] = message.data.get("form") or {}
            slot = form.get("requested_slot")
            if form.get("name") != FORM or not isinstance(slot, str):
                return None
            return BrokenOff(conversation.id, conversation.language, slot, message.at)
    return None


def is_fresh(draft: BrokenOff, now: datetime, hours: float) -> bool:
    """Whether the caller may still be asked about it."""
    return now - draft.at <= timedelta(hours=hours)


def missed_callback(call: PhoneCall, ended: Ended, phone: str, conversation: Conversation) -> Callback:
    """The entry for people at the desk; its id is the call's, so a call has one at most."""
    name = hashlib.sha256(call.call_id.encode()).hexdigest()[:40]
    assert ended.why in MISSED
    return Callback(
        id=f"call.{name}",
        conversation_id=conversation.id,
        language=ended.language,
        reason=ended.why,
        from_seq=conversation.last_seq,
        asked_at=ended.at,
        state="filed",
        phone=phone,
        filed_at=ended.at,
    )


def over(call: PhoneCall, ended: Ended, why: str | None) -> PhoneCall:
    """The call after its end."""
    return replace(
        call,
        phone=call.phone or ended.phone,
        conversation_id=ended.conversation_id or call.conversation_id,
        language=ended.language,
        ended_at=ended.at,
        how=ended.how[:24],
        why=why,
    )
