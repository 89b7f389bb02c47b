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

from tickets.domain.cars import MOVE_CAR
from tickets.domain.clocks import ClockKind
from tickets.domain.ticket import HistoryEntry, Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Command, Role

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
    TICKET_JOINED = "TicketJoined"
    TICKET_LEFT = "TicketLeft"
    EMERGENCY_RAISED = "EmergencyRaised"
    CAR_OWNER_ASKED = "CarOwnerAsked"
    DEADLINE_NEAR = "DeadlineNear"
    DEADLINE_MISSED = "DeadlineMissed"


EVENT_OF_COMMAND: Mapping[Command, EventKind] = {
    Command.URGE: EventKind.TICKET_URGED,
    Command.WITHDRAW: EventKind.TICKET_WITHDRAWN,
    Command.SUPPLEMENT: EventKind.TICKET_SUPPLEMENTED,
    Command.DISPUTE: EventKind.TICKET_DISPUTED,
    Command.RATE: EventKind.TICKET_RATED,
    Command.JOIN: EventKind.TICKET_JOINED,
    Command.LEAVE: EventKind.TICKET_LEFT,
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


def kind_of(command: str) -> EventKind:
    """The kind of event of a history entry's command."""
    return (
        EVENT_OF_COMMAND.get(Command(command), EventKind.TICKET_ADVANCED)
        if command in set(Command)
        else (EventKind.TICKET_ADVANCED)
    )


def event_of(kind: EventKind, ticket: Ticket, key: str, entry: HistoryEntry | None = None) -> TicketEvent:
    """The event of one history entry of `ticket`.

    Args:
        key: what makes it unique among its kind: the command and its idempotency key.
        entry: default: the last.
    """
    last = entry or ticket.history[-1]
    payload: dict[str, object] = {
        "number": ticket.number,
        "parent": ticket.parent,
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
        "duplicate_of": ticket.duplicate_of,
        "urged": ticket.urged,
        "disputed": ticket.disputed,
        "unmet": ticket.unmet,
        "solved": ticket.solved,
        "satisfied": ticket.satisfied,
        "external": list(ticket.external),
        "version": ticket.version,
        "emergency": ticket.emergency,
        "emergency_kind": ticket.emergency_kind,
        "callback": ticket.callback,
        "at": local_iso(last.at),
    }
    if last.command == Command.REPLY:
        payload["reply"] = last.reason
    if last.command in (Command.SUSPEND, Command.GRANT_EXTENSION):
        payload["public_reason"] = last.reason
    if last.command == Command.SUSPEND:
        payload["suspended_until"] = local_iso(ticket.suspended_until)
    if last.command == Command.RATE:
        payload["rating"] = {name: value for name, value in last.details.items() if name != "text"}
    if last.command == Command.RECORD_MEDIATION:
        payload["settled"] = last.details.get("result") == "settled"
    if last.command in (Command.ANSWER_CAR, Command.DISPATCH) and ticket.category == MOVE_CAR:
        payload |= _of_car(ticket, last)
    if last.command == Command.RECOMPUTE:
        payload["recounted"] = [change["clock"] for change in _changes(last)]
    event_id = uuid.uuid5(_NAMESPACE, f"{kind}|{key}")
    return TicketEvent(event_id, kind, ticket.number, ticket.conversation_id, last.at, payload)


def _of_car(ticket: Ticket, entry: HistoryEntry) -> dict[str, object]:
    """How it stands with the owner of a car in the way: coming, declined, or silent until the clock ran out."""
    asked = next((clock for clock in ticket.clocks if clock.kind is ClockKind.CAR), None)
    if asked is None or entry.actor.role is not Role.SYSTEM and entry.command == Command.DISPATCH:
        return {}
    answers = [one.details.get("answer") for one in ticket.history if one.command == Command.ANSWER_CAR]
    minutes = round((asked.due_at - asked.started_at).total_seconds() / 60)
    return {"car": answers[-1] if answers else "silent", "car_minutes": minutes}


def _changes(entry: HistoryEntry) -> list[Mapping[str, str]]:
    """The clocks that a recount has moved, as its history entry holds them."""
    found = entry.details.get("clocks")
    return list(found) if isinstance(found, list) else []
