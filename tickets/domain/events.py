"""What happened to tickets, told to the rest of the system: events in the past tense.

An event carries what a message to the citizen or a report needs and no name, telephone or description. Its id comes
from the command's idempotency key, so the same command can never tell the same thing twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Command

_NAMESPACE = uuid.UUID("6f1c7f0e-3f0b-5a52-9d0e-12345c1712a5")


class EventKind(StrEnum):
    """The kinds of events."""

    TICKET_FILED = "TicketFiled"
    TICKET_URGED = "TicketUrged"
    TICKET_ADVANCED = "TicketAdvanced"
    TICKET_WITHDRAWN = "TicketWithdrawn"
    TICKET_SUPPLEMENTED = "TicketSupplemented"
    TICKET_DISPUTED = "TicketDisputed"
    TICKET_RATED = "TicketRated"
    EMERGENCY_RAISED = "EmergencyRaised"


EVENT_OF_COMMAND: Mapping[Command, EventKind] = {
    Command.URGE: EventKind.TICKET_URGED,
    Command.WITHDRAW: EventKind.TICKET_WITHDRAWN,
    Command.SUPPLEMENT: EventKind.TICKET_SUPPLEMENTED,
    Command.DISPUTE: EventKind.TICKET_DISPUTED,
    Command.RATE: EventKind.TICKET_RATED,
}
"""Events of the citizen's commands; every other command is a `TicketAdvanced`."""


@dataclass(frozen=True)
class TicketEvent:
    """One event. `payload` is plain JSON."""

    event_id: uuid.UUID
    kind: EventKind
    ticket_number: str
    conversation_id: str | None
    at: datetime
    payload: Mapping[str, object] = field(repr=False)


def event_of(kind: EventKind, ticket: Ticket, key: str) -> TicketEvent:
    """The event of the last history entry of `ticket`.

    Args:
        key: what makes it unique among its kind: the command and its idempotency key.
    """
    last = ticket.history[-1]
    payload: dict[str, object] = {
        "number": ticket.number,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "before": str(last.before) if last.before else None,
        "status": str(last.after),
        "command": str(last.command),
        "role": str(last.actor.role),
        "channel": ticket.channel,
        "language": ticket.language,
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "urged": ticket.urged,
        "disputed": ticket.disputed,
        "emergency": ticket.emergency,
        "emergency_kind": ticket.emergency_kind,
        "callback": ticket.callback,
        "at": local_iso(last.at),
    }
    if last.command == Command.REPLY:
        payload["reply"] = last.reason
    if last.command == Command.RATE:
        payload["rating"] = {name: value for name, value in last.details.items() if name != "text"}
    event_id = uuid.uuid5(_NAMESPACE, f"{kind}|{key}")
    return TicketEvent(event_id, kind, ticket.number, ticket.conversation_id, last.at, payload)
