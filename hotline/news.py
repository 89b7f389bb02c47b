"""Which events of tickets a citizen hears of, and with which words: a pure function of the event.

A citizen hears what staff or a clock did to his or her ticket, not what he or she did just now in the conversation,
and not every step inside the offices. The words are `utter_news_<status>` in `bot/responses/<lang>/news.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.vocabulary import Command, Role, Status

TOLD = (
    Status.DISPATCHED,
    Status.ACCEPTED,
    Status.IN_PROGRESS,
    Status.REPLIED,
    Status.REVISIT,
    Status.CLOSED,
    Status.SUSPENDED,
    Status.MERGED,
    Status.REOPENED,
    Status.SUPERVISED,
    Status.ESCALATED,
)
"""Statuses whose coming a citizen hears of; the others (pre-check, a return between offices, an extension that is only
asked for) change nothing for him or her."""

_SILENT = frozenset({Command.REFUSE_EXTENSION})
"""The work goes on as it was."""


@dataclass(frozen=True)
class News:
    """One message to one conversation, as the gateway takes it."""

    conversation_id: str
    event_id: str
    key: str
    values: Mapping[str, str]
    data: Mapping[str, object]

    def body(self) -> dict[str, object]:
        """The JSON body of `POST /internal/v1/conversations/{id}/news`."""
        return {"event_id": self.event_id, "key": self.key, "values": dict(self.values), "data": dict(self.data)}


def news_of(event: TicketEvent) -> News | None:
    """Gives what the citizen is to hear of an event; None when he or she need not."""
    payload = event.payload
    status, command = str(payload.get("status")), str(payload.get("command"))
    if event.conversation_id is None or event.kind is not EventKind.TICKET_ADVANCED:
        return None
    if payload.get("role") == Role.CITIZEN or status not in TOLD or command in _SILENT:
        return None
    values = {"number": event.ticket_number, "due_at": _local(payload.get("due_at"))}
    key = f"utter_news_{status}"
    if command == Command.GRANT_EXTENSION:
        key = "utter_news_extended"
    elif status == Status.REPLIED:
        reply = str(payload.get("reply") or "").strip()
        key = "utter_news_replied_with_text" if reply else key
        values["reply"] = reply
    return News(event.conversation_id, str(event.event_id), key, values, {"ticket": _card(event)})


def _card(event: TicketEvent) -> dict[str, object]:
    names = ("number", "nature", "category", "unit", "status", "accept_by", "due_at")
    return {name: event.payload.get(name) for name in names}


def _local(value: object) -> str:
    """A deadline as the replies write it, in the city's time."""
    return datetime.fromisoformat(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, str) else ""
