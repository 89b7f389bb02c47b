"""What a person is told before taking a conversation: summary, slots, caller, tickets and the last messages.

Pure, and made without a model: the summary is the catalogue's lines with what the forms know and the citizen's last
words. Names and telephones are masked here; nothing unmasked leaves in a request.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from channels.conversations import Message
from channels.handoff.contract import (
    MOST_HISTORY,
    Attachment,
    Caller,
    HandoffMessage,
    HandoffRequest,
    OpenTicket,
    Skill,
)
from channels.handoff.rows import Handoff
from channels.ports import Sentences
from tickets.domain.masking import mask_name, mask_numbers, mask_phone

SHOWN_SLOTS = (
    "nature",
    "category",
    "description",
    "location",
    "occurred_at",
    "contact_name",
    "contact_phone",
    "confidentiality",
    "ticket_number",
)
_LAST_WORDS = 3
_WORDS_LIMIT = 200
_VALUE_LIMIT = 300
_CLOSED_VALUES = ("nature", "confidentiality")
_PREFIX = "utter_gateway_summary_"
PHONE_SLOT, NAME_SLOT = "contact_phone", "contact_name"

Link = Callable[[str, str], str]
"""(conversation, attachment) -> where a remote desk may fetch it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a conversation beside its messages: the forms' slots (unmasked) and the open tickets."""

    slots: Mapping[str, str]
    tickets: tuple[OpenTicket, ...] = ()


Names = Mapping[str, Mapping[str, str]]
"""The city's names of categories, by id and language."""


def request_of(
    row: Handoff,
    messages: Sequence[Message],
    known: Known,
    accept_timeout_seconds: int,
    caller_key: str | None,
    link: Link | None = None,
) -> HandoffRequest:
    """The request for a hand-over; `messages` are the last ones up to where `pushed_seq` stands."""
    return HandoffRequest(
        handoff_id=row.id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        language=row.language,
        reason=row.reason,
        priority=row.priority,
        skill=Skill(row.language, row.topic),
        caller=Caller(
            mask_name(known.slots.get(NAME_SLOT)) or None, mask_phone(known.slots.get(PHONE_SLOT)) or None, caller_key
        ),
        summary=row.summary,
        opened_at=row.opened_at,
        slots=masked(known.slots),
        open_tickets=known.tickets,
        history=tuple(handed(message, link) for message in messages[-MOST_HISTORY:]),
        accept_timeout_seconds=accept_timeout_seconds,
        owner_version=row.owner_version,
    )


def summary_of(
    row: Handoff, messages: Sequence[Message], known: Known, sentences: Sentences, categories: Names | None = None
) -> str:
    """A few lines in the citizen's language: why, what the forms know, open tickets, the citizen's last words."""

    def line(key: str, **values: str) -> str:
        return sentences.text(_PREFIX + key, row.language, **values)

    lines = [line(row.reason)]
    shown = masked(known.slots)
    for name in SHOWN_SLOTS:
        if value := shown.get(name):
            named = (categories or {}).get(value, {}).get(row.language) if name == "category" else None
            lines.append(line(f"slot_{name}", value=named or _named(name, value, row.language, sentences)))
    if known.tickets:
        lines.append(line("tickets", numbers=" ".join(ticket.number for ticket in known.tickets)))
    said = [message.text for message in messages if message.sender == "citizen" and message.text.strip()]
    if said:
        words = " / ".join(_shortened(mask_numbers(text), _WORDS_LIMIT) for text in said[-_LAST_WORDS:])
        lines.append(line("said", text=words))
    return "\n".join(lines)


def masked(slots: Mapping[str, str]) -> dict[str, str]:
    """The slots that may be shown, without the name and the telephone in the open."""
    shown = {}
    for name in SHOWN_SLOTS:
        value = slots.get(name, "").strip()
        if not value:
            continue
        if name == PHONE_SLOT:
            shown[name] = mask_phone(value)
        elif name == NAME_SLOT:
            shown[name] = mask_name(value)
        elif name == "ticket_number":
            shown[name] = value
        else:
            shown[name] = _shortened(mask_numbers(value), _VALUE_LIMIT)
    return shown


def caller_key_of(secret: bytes, slots: Mapping[str, str]) -> str | None:
    """The same for the same telephone, and of no use to who does not hold the secret."""
    phone = slots.get(PHONE_SLOT, "").strip()
    if not phone:
        return None
    return hmac.new(secret, b"caller:" + phone.encode(), sha256).hexdigest()[:32]


def handed(message: Message, link: Link | None = None) -> HandoffMessage:
    """A stored message as a desk gets it; buttons and the bot's inner data stay here."""
    attachment = message.data.get("attachment")
    files: tuple[Attachment, ...] = ()
    if isinstance(attachment, Mapping):
        url = link(message.conversation_id, str(attachment["id"])) if link else None
        files = (
            Attachment(
                str(attachment["id"]),
                str(attachment["type"]),
                int(attachment["size_bytes"]),
                str(attachment.get("name", "")),
                url,
            ),
        )
    kept = {name: message.data[name] for name in ("ticket", "emergency", "agent") if name in message.data}
    return HandoffMessage(message.seq, message.sender, message.language, message.text, message.at, files, kept)


def _named(slot: str, value: str, language: str, sentences: Sentences) -> str:
    """The name of a closed value (`complaint`) in the citizen's language; any other value as it is."""
    if slot not in _CLOSED_VALUES:
        return value
    try:
        return sentences.text(f"utter_value_{slot}_{value}", language)
    except KeyError:
        return value


def _shortened(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
