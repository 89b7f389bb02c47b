"""The ticket that is ready to be filed: what the forms know, else what the citizen wrote, masked for the page.

Pure. A masked telephone in a draft stands for the one the citizen gave: who leaves it untouched files the real one
without having seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.conversations import Message
from channels.desk.talks import texts_of
from channels.errors import InvalidField
from language.phones import find_phones
from tickets.domain.masking import mask_phone
from tickets.domain.people import Actor, Contact
from tickets.domain.place import Place
from tickets.domain.vocabulary import Confidentiality, Nature, Role
from tickets.service.commands import FileTicket

_DESCRIPTION_LIMIT = 4000
_FIELDS = ("nature", "category", "description", "location", "occurred_at", "contact_name", "contact_phone")
_FORM_WORDS = ("nature", "category", "confidentiality")


def draft_of(slots: Mapping[str, str], messages: Sequence[Message], suggested: str | None) -> dict[str, Any]:
    """What the page shows in the form; the telephone is masked."""
    phone = phone_of(slots, messages)
    return {
        "nature": _known(Nature, slots.get("nature")) or str(Nature.COMPLAINT),
        "category": slots.get("category") or suggested,
        "description": (slots.get("description") or "\n".join(texts_of(messages)))[-_DESCRIPTION_LIMIT:],
        "location": slots.get("location") or "",
        "occurred_at": slots.get("occurred_at") or "",
        "contact_name": slots.get("contact_name") or "",
        "contact_phone": mask_phone(phone) if phone else "",
        "confidentiality": _known(Confidentiality, slots.get("confidentiality")) or str(Confidentiality.PUBLIC),
    }


def phone_of(slots: Mapping[str, str], messages: Sequence[Message]) -> str | None:
    """The telephone that the citizen gave to a form, else the last one written in the conversation."""
    if slots.get("contact_phone"):
        return slots["contact_phone"]
    for message in reversed(messages):
        if message.sender == "citizen" and message.text:
            found = find_phones(message.text, message.language)
            if found:
                return str(found[-1].value)
    return None


def command_of(
    fields: Mapping[str, Any],
    *,
    conversation_id: str,
    request_id: str,
    channel: str,
    language: str,
    agent_id: str,
    phone: str | None,
) -> FileTicket:
    """The command for what the page sent; `phone` is the one the citizen gave.

    Raises:
        InvalidField: a field has the wrong kind of value; the ticket core judges the rest.
    """
    text = {name: _text(fields, name) for name in (*_FIELDS, "confidentiality")}
    given = text["contact_phone"]
    kept = phone if given is None or (phone is not None and given == mask_phone(phone)) else given
    occurred_at, occurred_text = _when(text["occurred_at"] or "")
    return FileTicket(
        idempotency_key=f"{conversation_id}:desk:{request_id}",
        channel=channel,
        language=language,
        nature=text["nature"] or "",
        description=text["description"] or "",
        conversation_id=conversation_id,
        category=text["category"] or None,
        place=Place(text["location"] or ""),
        occurred_at=occurred_at,
        occurred_text=occurred_text,
        contact=Contact(text["contact_name"] or None, kept or None),
        confidentiality=text["confidentiality"] or str(Confidentiality.PUBLIC),
        by=Actor(Role.AGENT, agent_id),
    )


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidField(name, f"{name} must be a string.")
    return None if value is None else value.strip()


def _when(text: str) -> tuple[datetime | None, str]:
    """A moment when `text` is one in ISO 8601 with zone, else the words as they are."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None, text
    return (at, "") if at.tzinfo is not None else (None, text)


def _known(kind: type[Nature] | type[Confidentiality], value: str | None) -> str | None:
    return value if value in {str(word) for word in kind} else None
