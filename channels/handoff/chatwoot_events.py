"""What a webhook of Chatwoot means for a hand-over: its events in the contract's words.

Pure. Private notes, echoes of our own messages, other inboxes and what is not about a conversation mean nothing.
Chatwoot has no word for "accepted": the first assignment to a person, or the first public answer of one, is it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels.handoff.chatwoot import mark_of, part_of, parts_of
from channels.handoff.contract import (
    Accepted,
    Agent,
    AgentMessage,
    AgentTyping,
    Attachment,
    DeskEvent,
    Returned,
    Transferred,
    What,
)
from channels.handoff.rows import Handoff

MOST_ATTACHMENTS = 10
_TEXT_LIMIT = 4000
_NAME_LIMIT = 120


def reference_of(payload: Mapping[str, Any]) -> str | None:
    """The number of the conversation that a webhook is about; None when it is about none."""
    event = payload.get("event")
    if event in ("message_created", "conversation_typing_on"):
        number = part_of(payload, "conversation").get("id")
    elif event in ("conversation_status_changed", "conversation_updated"):
        number = payload.get("id")
    else:
        number = None
    return None if number is None else str(number)


def is_ours(payload: Mapping[str, Any], account_id: int, inbox_id: int) -> bool:
    """Whether a webhook comes from the account and inbox that the hotline speaks through."""
    conversation = part_of(payload, "conversation") or payload
    account = part_of(payload, "account").get("id", conversation.get("account_id", account_id))
    inbox = part_of(payload, "inbox").get("id", conversation.get("inbox_id", inbox_id))
    return str(account) == str(account_id) and str(inbox) == str(inbox_id)


def events_of(payload: Mapping[str, Any], delivery_id: str, row: Handoff, now: datetime) -> list[DeskEvent]:
    """The events that a webhook means for the hand-over `row`, in order.

    Ids are counted from the end: a webhook that is worked off again after a crash may mean fewer events, since the
    first of them has happened, and the second must not be taken for it.
    """
    kind = payload.get("event")
    if kind == "message_created":
        whats = _of_message(payload, row)
        key = f"m{payload.get('id')}"
    elif kind == "conversation_updated":
        whats, key = _of_assignment(payload, row), f"a:{delivery_id}"
    elif kind == "conversation_status_changed":
        whats, key = _of_status(payload, row), f"s:{delivery_id}"
    elif kind == "conversation_typing_on" and not payload.get("is_private"):
        whats, key = [AgentTyping(_agent(part_of(payload, "user")))], f"t:{delivery_id}"
    else:
        return []
    at = _moment(payload.get("created_at"), now)
    last = len(whats) - 1
    return [DeskEvent(f"chatwoot:{key}:{last - place}"[:120], row.id, at, what) for place, what in enumerate(whats)]


def _of_message(payload: Mapping[str, Any], row: Handoff) -> list[What]:
    sender = part_of(payload, "sender")
    by_person = str(sender.get("type", "user")).lower() == "user" and sender.get("id") is not None
    public = payload.get("message_type") in ("outgoing", 1) and not payload.get("private")
    if not by_person or not public or mark_of(payload) is not None:
        return []
    agent = _agent(sender)
    assert agent is not None  # it has an id
    files = tuple(_file(one, number) for number, one in enumerate(parts_of(payload.get("attachments"))))
    text = str(payload.get("content") or "")[:_TEXT_LIMIT]
    said = AgentMessage(str(payload.get("id")), text, agent, attachments=files[:MOST_ATTACHMENTS])
    return [Accepted(agent), said] if row.state == "waiting" else [said]


def _of_assignment(payload: Mapping[str, Any], row: Handoff) -> list[What]:
    changed = {name for one in parts_of(payload.get("changed_attributes")) for name in one}
    if "assignee_id" not in changed:
        return []
    agent = _agent(part_of(part_of(payload, "meta"), "assignee"))
    if agent is None:
        return [Transferred(None)] if row.state == "accepted" else []
    if row.state == "waiting":
        return [Accepted(agent)]
    return [Transferred(agent)] if row.state == "accepted" else []


def _of_status(payload: Mapping[str, Any], row: Handoff) -> list[What]:
    if payload.get("status") != "resolved" or not row.is_open:
        return []
    attributes = part_of(payload, "custom_attributes")
    numbers = str(attributes.get("hotline_tickets") or "").split()
    return [Returned(str(attributes.get("hotline_summary") or "")[:2000], tuple(numbers[:20]))]


def _agent(person: Mapping[str, Any]) -> Agent | None:
    number = person.get("id")
    if number is None:
        return None
    name = str(person.get("available_name") or person.get("name") or number)
    return Agent(str(number), name[:_NAME_LIMIT])


def _file(one: Mapping[str, Any], number: int) -> Attachment:
    size = one.get("file_size")
    return Attachment(
        id=str(one.get("id") or number),
        type=str(one.get("file_type") or "file"),
        size_bytes=size if isinstance(size, int) else 0,
        name=str(one.get("fallback_title") or ""),
        url=str(one.get("data_url") or "") or None,
    )


def _moment(value: object, now: datetime) -> datetime:
    """Chatwoot writes seconds in one place and ISO 8601 in another."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return now
