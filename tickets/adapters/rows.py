"""Tickets to rows and back: the only place that knows both shapes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from tickets.domain.clocks import Clock, ClockKind, Pause
from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.people import Actor, Contact
from tickets.domain.periods import Measure, Period
from tickets.domain.place import Place
from tickets.domain.ticket import HistoryEntry, Ticket
from tickets.domain.vocabulary import Confidentiality, Level, Nature, Part, Role, Status

Values = dict[str, Any]


def ticket_values(ticket: Ticket) -> Values:
    return {
        "number": ticket.number,
        "conversation_id": ticket.conversation_id,
        "channel": ticket.channel,
        "language": ticket.language,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "status": str(ticket.status),
        "description": ticket.description,
        "place_text": ticket.place.text,
        "place_unclear": ticket.place.unclear,
        "latitude": ticket.place.latitude,
        "longitude": ticket.place.longitude,
        "occurred_at": ticket.occurred_at,
        "occurred_text": ticket.occurred_text,
        "confidentiality": str(ticket.confidentiality),
        "emergency": ticket.emergency,
        "emergency_kind": ticket.emergency_kind,
        "callback": ticket.callback,
        "filed_at": ticket.filed_at,
        "duplicate_of": ticket.duplicate_of,
        "urged": ticket.urged,
        "disputed": ticket.disputed,
        "version": ticket.version,
        "level": str(ticket.level),
        "parent": ticket.parent,
        "part": str(ticket.part) if ticket.part else None,
        "district": ticket.district,
        "street": ticket.street,
        "community": ticket.community,
        "grid": ticket.grid,
        "component": ticket.component,
        "followers": ticket.followers,
        "solved": ticket.solved,
        "satisfied": ticket.satisfied,
        "unmet": ticket.unmet,
        "suspended_until": ticket.suspended_until,
        "external": list(ticket.external),
        "category_sure": ticket.category_sure,
    }


def clock_values(number: str, position: int, clock: Clock) -> Values:
    return {
        "ticket_number": number,
        "position": position,
        "kind": str(clock.kind),
        "unit": clock.unit,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "provisional": clock.provisional,
        "met_at": clock.met_at,
        "stopped_at": clock.stopped_at,
        "pauses": [[_iso(pause.since), _iso(pause.until)] for pause in clock.pauses],
        "wake_at": clock.wake_at,
        "counted_from": clock.counted_from,
        "amount": clock.period.amount if clock.period else None,
        "measure": str(clock.period.measure) if clock.period else None,
    }


def history_values(number: str, position: int, entry: HistoryEntry, unit: str) -> Values:
    """`unit` is the ticket's when the entry is written: the figures count by it."""
    return {
        "ticket_number": number,
        "position": position,
        "at": entry.at,
        "role": str(entry.actor.role),
        "actor": entry.actor.name,
        "actor_unit": entry.actor.unit,
        "command": str(entry.command),
        "before": str(entry.before) if entry.before else None,
        "after": str(entry.after),
        "reason": entry.reason,
        "details": dict(entry.details),
        "unit": unit,
    }


def event_values(event: TicketEvent) -> Values:
    return {
        "event_id": event.event_id,
        "kind": str(event.kind),
        "ticket_number": event.ticket_number,
        "conversation_id": event.conversation_id,
        "payload": dict(event.payload),
        "created_at": event.at,
        "attempts": 0,
        "next_attempt_at": event.at,
    }


def ticket_of(row: Row[Any], contact: Contact, clocks: Iterable[Clock], entries: Iterable[HistoryEntry]) -> Ticket:
    return Ticket(
        number=row.number,
        channel=row.channel,
        language=row.language,
        nature=Nature(row.nature),
        description=row.description,
        category=row.category,
        unit=row.unit,
        status=Status(row.status),
        confidentiality=Confidentiality(row.confidentiality),
        filed_at=row.filed_at,
        clocks=tuple(clocks),
        history=tuple(entries),
        conversation_id=row.conversation_id,
        place=Place(row.place_text, row.place_unclear, row.latitude, row.longitude),
        occurred_at=row.occurred_at,
        occurred_text=row.occurred_text,
        contact=contact,
        emergency=row.emergency,
        emergency_kind=row.emergency_kind,
        callback=row.callback,
        duplicate_of=row.duplicate_of,
        urged=row.urged,
        disputed=row.disputed,
        version=row.version,
        level=Level(row.level),
        parent=row.parent,
        part=Part(row.part) if row.part else None,
        district=row.district,
        street=row.street,
        community=row.community,
        grid=row.grid,
        component=row.component,
        followers=row.followers,
        solved=row.solved,
        satisfied=row.satisfied,
        unmet=row.unmet,
        suspended_until=row.suspended_until,
        external=tuple(row.external),
        category_sure=row.category_sure,
    )


def clock_of(row: Row[Any]) -> Clock:
    return Clock(
        ClockKind(row.kind),
        row.unit,
        row.started_at,
        row.due_at,
        row.provisional,
        row.met_at,
        row.stopped_at,
        tuple(Pause(datetime.fromisoformat(since), _read_iso(until)) for since, until in row.pauses),
        row.wake_at,
        row.counted_from,
        Period(row.amount, Measure(row.measure)) if row.amount else None,
    )


def entry_of(row: Row[Any]) -> HistoryEntry:
    return HistoryEntry(
        row.at,
        Actor(Role(row.role), row.actor, row.actor_unit),
        row.command,
        Status(row.before) if row.before else None,
        Status(row.after),
        row.reason,
        MappingProxyType(row.details),
    )


def event_of(row: Row[Any]) -> TicketEvent:
    payload: Mapping[str, object] = row.payload
    event_id: uuid.UUID = row.event_id
    return TicketEvent(event_id, EventKind(row.kind), row.ticket_number, row.conversation_id, row.created_at, payload)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read_iso(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
