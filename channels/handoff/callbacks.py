"""The small dialogue for a call-back that needs neither bot nor people: the matter, the telephone, the ticket.

Pure: a call-back and what was said go in, the next step comes out. Nothing is claimed before the ticket is filed;
whatever is said stays in the conversation, and goes into the ticket with the telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from channels.conversations import Conversation, Message
from channels.handoff.sql_care import Callback

OFFER = "utter_gateway_callback_offer"
PHONE = "utter_gateway_callback_phone"
MATTER = "utter_gateway_callback_matter"
PHONE_AGAIN = "utter_gateway_callback_phone_again"
FILED = "utter_gateway_callback_filed"
NOTED = "utter_gateway_callback_noted"
STORE_DOWN = "utter_gateway_callback_store_down"

PAYLOAD = "/request_callback"
DESCRIPTION = "utter_value_callback_description"
_DESCRIPTION_LIMIT = 3900

Then = Literal["ask", "file", "add", "tell"]
_OLD = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: say `key`, file the ticket, add the words to the ticket that is there, or tell its number."""

    callback: Callback
    then: Then
    key: str = ""


def begin(
    conversation: Conversation, message: Message, reason: str, phone: str | None, offered: bool, now: datetime
) -> Step:
    """A new call-back at `message`.

    Args:
        phone: a telephone in the message, or one that is known already.
        offered: the citizen did not ask for it: nobody is there, so it is offered.
    """
    callback = Callback(
        id=f"{conversation.id}.{message.seq}",
        conversation_id=conversation.id,
        language=conversation.language,
        reason=reason,
        from_seq=message.seq,
        asked_at=now,
        phone=phone,
    )
    if phone is not None:
        return Step(callback, "file")
    return Step(callback, "ask", OFFER if offered else PHONE)


def hear(callback: Callback, message: Message, phone: str | None) -> Step:
    """What a further message does to a call-back."""
    if callback.state == "filed":
        return Step(callback, "add" if message.payload is None and message.text.strip() else "tell")
    if message.payload is not None:
        return Step(callback, "ask", PHONE)
    if phone is not None:
        return Step(replace(callback, phone=phone), "file")
    asked = replace(callback, asked=callback.asked + 1)
    digits = sum(character.isdigit() for character in message.text)
    return Step(asked, "ask", PHONE_AGAIN if digits >= 5 else MATTER if callback.asked == 1 else PHONE_AGAIN)


def is_old(callback: Callback, now: datetime) -> bool:
    """What is said now has nothing to do with it any more."""
    return now - (callback.filed_at or callback.asked_at) > _OLD


def description_of(opening: str, messages: Sequence[Message], known: str | None) -> str:
    """The ticket's words: that a call is wanted, what the forms knew, what the citizen wrote since."""
    said = [message.text for message in messages if message.sender == "citizen" and message.payload is None]
    parts = [opening, *([known] if known else []), *(text.strip() for text in said if text.strip())]
    return "\n".join(dict.fromkeys(parts))[:_DESCRIPTION_LIMIT]
