"""A ticket as staff sees it: lists, the whole with its course, rows of an export. Masked unless it was revealed.

Plain JSON with times in the city's zone. Who is shown what is decided by `tickets.domain.visibility`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tickets.domain.city import Catalogue
from tickets.domain.masking import mask_name
from tickets.domain.number import clean_number
from tickets.domain.ticket import HistoryEntry, Ticket
from tickets.domain.views import local_iso
from tickets.domain.visibility import Viewer, contact_known_to, shown_contact, shown_text
from tickets.service.staff_ports import SentAudit, StaffNote

_PERSONS = frozenset({"person", "name", "contact_name"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T[0-9:.+Z-]*)?\Z", re.ASCII)
_EXCERPT = 120


def brief(ticket: Ticket, viewer: Viewer, catalogue: Catalogue) -> dict[str, object]:
    """A line of a list."""
    text = shown_text(ticket.description, viewer, ticket, revealed=False)
    return {
        "number": ticket.number,
        "version": ticket.version,
        "status": str(ticket.status),
        "open": ticket.is_open,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "unit_name": _unit_name(catalogue, ticket.unit),
        "level": str(ticket.level),
        "parent": ticket.parent,
        "part": str(ticket.part) if ticket.part else None,
        "excerpt": text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…",
        "location": shown_text(ticket.place.text, viewer, ticket, revealed=False),
        "emergency": ticket.emergency,
        "filed_at": local_iso(ticket.filed_at),
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "urged": ticket.urged,
        "unmet": ticket.unmet,
        "followers": ticket.followers,
        "duplicate_of": ticket.duplicate_of,
    }


def whole(
    ticket: Ticket,
    viewer: Viewer,
    catalogue: Catalogue,
    *,
    revealed: bool,
    notes: Sequence[StaffNote] = (),
    audits: Sequence[SentAudit] = (),
    names: Collection[str] = (),
) -> dict[str, object]:
    """Everything of a ticket but its relatives.

    Args:
        names: of further complainants, to be taken out of texts.
    """
    hide = _Hiding(viewer, ticket, revealed, names)
    contact = shown_contact(viewer, ticket, revealed=revealed)
    return {
        **brief(ticket, viewer, catalogue),
        "category_name": _category_name(catalogue, ticket.category),
        "category_sure": ticket.category_sure,
        "description": hide(ticket.description),
        "location": hide(ticket.place.text),
        "location_unclear": ticket.place.unclear,
        "latitude": ticket.place.latitude,
        "longitude": ticket.place.longitude,
        "district": ticket.district,
        "street": ticket.street,
        "community": ticket.community,
        "grid": ticket.grid,
        "component": ticket.component,
        "occurred_at": local_iso(ticket.occurred_at),
        "occurred_text": hide(ticket.occurred_text),
        "contact": {
            "known": contact_known_to(viewer, ticket),
            "revealed": revealed and contact_known_to(viewer, ticket),
            "name": contact.name,
            "phone": contact.phone,
        },
        "confidentiality": str(ticket.confidentiality),
        "channel": ticket.channel,
        "language": ticket.language,
        "conversation_id": ticket.conversation_id if viewer.of_hotline else None,
        "emergency_kind": ticket.emergency_kind,
        "callback": ticket.callback,
        "provisional": ticket.provisional,
        "respond_by": local_iso(ticket.respond_by),
        "closed_at": local_iso(ticket.closed_at),
        "suspended_until": local_iso(ticket.suspended_until),
        "disputed": ticket.disputed,
        "solved": ticket.solved,
        "satisfied": ticket.satisfied,
        "external": list(ticket.external),
        "clocks": [
            {
                "kind": str(clock.kind),
                "unit": clock.unit,
                "started_at": local_iso(clock.started_at),
                "due_at": local_iso(clock.due_at),
                "met_at": local_iso(clock.met_at),
                "stopped_at": local_iso(clock.stopped_at),
                "paused": clock.paused,
                "provisional": clock.provisional,
            }
            for clock in ticket.clocks
        ],
        "course": _course(ticket, notes, hide),
        "audits": [
            {
                "at": local_iso(audit.at),
                "by": audit.person,
                "kinds": list(audit.kinds),
                "override_reason": hide(audit.override_reason) if audit.override_reason else None,
            }
            for audit in audits
        ],
    }


class _Hiding:
    """Hides what this viewer may not read in a text."""

    def __init__(self, viewer: Viewer, ticket: Ticket, revealed: bool, names: Collection[str]) -> None:
        self._viewer = viewer
        self._ticket = ticket
        self.revealed = revealed and contact_known_to(viewer, ticket)
        self._names = names

    def __call__(self, text: str) -> str:
        return shown_text(text, self._viewer, self._ticket, revealed=self.revealed, names=self._names)

    def detail(self, name: str, value: object) -> object:
        """A detail of a step, at any depth; numbers of tickets and moments are no secret."""
        if isinstance(value, Mapping):
            return {key: self.detail(str(key), one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.detail(name, one) for one in value]
        if not isinstance(value, str) or clean_number(value) == value or _MOMENT.match(value):
            return value
        return mask_name(value) if name in _PERSONS and not self.revealed else self(value)


def _course(ticket: Ticket, notes: Sequence[StaffNote], hide: _Hiding) -> list[Mapping[str, Any]]:
    """Everything that happened, and what staff wrote for staff, in the order of time."""
    steps: list[tuple[Any, int, int, dict[str, object]]] = [
        (entry.at, 0, at, _step(entry, hide)) for at, entry in enumerate(ticket.history)
    ]
    written: list[tuple[Any, int, int, dict[str, object]]] = [
        (note.at, 1, at, {"at": local_iso(note.at), "kind": "note", "by": _by(note), "text": hide(note.text)})
        for at, note in enumerate(notes)
    ]
    return [one[3] for one in sorted([*steps, *written], key=lambda one: one[:3])]


def _step(entry: HistoryEntry, hide: _Hiding) -> dict[str, object]:
    return {
        "at": local_iso(entry.at),
        "kind": "step",
        "command": str(entry.command),
        "from": str(entry.before) if entry.before else None,
        "to": str(entry.after),
        "by": {"role": str(entry.actor.role), "id": entry.actor.name, "unit": entry.actor.unit},
        "reason": hide(entry.reason),
        "details": {name: hide.detail(name, value) for name, value in entry.details.items()},
    }


def _by(note: StaffNote) -> dict[str, object]:
    return {"role": str(note.by.role), "id": note.by.name, "unit": note.by.unit}


def _category_name(catalogue: Catalogue, category: str | None) -> str | None:
    return catalogue.category_name(category, "zh") if category and category in catalogue.categories else category


def _unit_name(catalogue: Catalogue, unit: str) -> str:
    return catalogue.unit_name(unit, "zh") if unit in catalogue.units else unit
