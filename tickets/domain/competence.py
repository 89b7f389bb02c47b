"""Whose matter it is, where that was disputed: rulings, and the negotiation that leads to one.

An enclave (land of one district inside another) or a duty that two units push to each other is negotiated in the open:
a question, the units' statements, a ruling. The ruling is a dated entry of the catalogue and wins over its files. A
negotiation is read out of the ticket's history, which is its record. Nothing here stores or looks up.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.duties import Duty
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command


@dataclass(frozen=True)
class Ruling:
    """A decision on competence; dates are local days, `valid_until` is the first one on which it no longer holds.

    Attributes:
        area: id of a district, street, community or grid cell; None for the whole city.
        component_kind: of a component of the registry; None for all.
    """

    category: str
    area: str | None
    component_kind: str | None
    lead_unit: str
    assist_units: tuple[str, ...]
    legal_basis: str
    valid_from: date
    valid_until: date | None
    ticket: str
    ruled_by: str
    ruled_at: datetime
    reason: str = field(default="", repr=False)

    @property
    def duty(self) -> Duty:
        """The ruling as a rule of the catalogue."""
        return Duty(
            id=f"R-{self.ticket}",
            category=self.category,
            area=self.area or "",
            component_kind=self.component_kind or "",
            lead_unit=self.lead_unit,
            assist_units=self.assist_units,
            legal_basis=self.legal_basis,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            source=f"{self.ticket} {self.ruled_at.astimezone(LOCAL_ZONE):%Y-%m-%d}",
        )


@dataclass(frozen=True)
class Statement:
    """What a unit said in a negotiation."""

    at: datetime
    unit: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Negotiation:
    """A dispute about competence on one ticket; `ruled_for` is None while it is open."""

    opened_at: datetime
    question: str = field(repr=False)
    units: tuple[str, ...]
    statements: tuple[Statement, ...] = ()
    ruled_at: datetime | None = None
    ruled_for: str | None = None

    @property
    def open(self) -> bool:
        return self.ruled_at is None


def areas_of(ticket: Ticket) -> tuple[str, ...]:
    """Ids of the areas a ticket lies in, the narrowest first."""
    return tuple(area for area in (ticket.grid, ticket.community, ticket.street, ticket.district) if area)


def negotiations(ticket: Ticket) -> list[Negotiation]:
    """All negotiations of a ticket, the oldest first; at most the last is open."""
    found: list[Negotiation] = []
    for entry in ticket.history:
        if entry.command == Command.OPEN_NEGOTIATION:
            units = tuple(_words(entry.details.get("units")))
            found.append(Negotiation(entry.at, entry.reason, units))
        elif entry.command == Command.STATE_POSITION and found:
            statement = Statement(entry.at, str(entry.details.get("unit")), entry.reason)
            found[-1] = replace(found[-1], statements=(*found[-1].statements, statement))
        elif entry.command == Command.RULE and found:
            found[-1] = replace(found[-1], ruled_at=entry.at, ruled_for=str(entry.details.get("unit")))
    return found


def open_negotiation(ticket: Ticket) -> Negotiation | None:
    """The negotiation that waits for a ruling."""
    found = negotiations(ticket)
    return found[-1] if found and found[-1].open else None


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
