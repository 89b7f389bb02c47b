"""A unit gives a ticket back: why it may, until when, and how far the two reviews have come.

Read from the history alone. Two people review: the first reviewer (of the hotline; of the street for what the
community or the grid gives back) and the shift leader, never the same person. Until both agree the unit's clocks run
on, and after a refusal they have never stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tickets.domain.history import HistoryEntry
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Level, Status

STREET_REVIEWS = frozenset({Level.COMMUNITY, Level.GRID})
"""Levels whose returns the street reviews first: they do not hand a matter past it to the city."""


@dataclass(frozen=True)
class ReturnReason:
    """A reason of the catalogue (data/city/return_reasons.csv). `names` by language."""

    id: str
    names: Mapping[str, str] = field(default_factory=dict)


USUAL_REASONS = {
    name: ReturnReason(name)
    for name in ("not_competent", "other_area", "facts_missing", "duplicate", "other_procedure")
}


@dataclass(frozen=True)
class ReturnCase:
    """The return under review: the unit's entry and the first reviewer's, if there is one."""

    asked: HistoryEntry
    approved: HistoryEntry | None = None


def open_return(ticket: Ticket) -> ReturnCase | None:
    """The return that waits for a decision; None unless the ticket is returned."""
    if ticket.status is not Status.RETURNED:
        return None
    approved = None
    for entry in reversed(ticket.history):
        if entry.command == Command.APPROVE_RETURN:
            approved = entry
        if entry.command == Command.RETURN:
            return ReturnCase(entry, approved)
    return None


def handed_over_at(ticket: Ticket) -> datetime:
    """When the unit got the ticket: the last dispatch, of whatever kind, or the filing.

    A refused return is no new hand-over.
    """
    return next((entry.at for entry in reversed(ticket.history) if _hands_over(entry)), ticket.filed_at)


def _hands_over(entry: HistoryEntry) -> bool:
    if entry.command in (Command.DISPATCH, Command.MOVE_LEVEL, Command.REASSIGN):
        return True
    return entry.command == Command.OPEN_NEGOTIATION and entry.before != entry.after


def returned_by(ticket: Ticket) -> str | None:
    """The unit whose return was confirmed last, while the ticket waits for its new unit."""
    for entry in reversed(ticket.history):
        if entry.command == Command.CONFIRM_RETURN:
            unit = entry.details.get("unit")
            return str(unit) if unit else None
        if entry.command in (Command.DISPATCH, Command.MOVE_LEVEL, Command.OPEN_NEGOTIATION):
            return None
    return None
