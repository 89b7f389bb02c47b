"""What a command gives back: facts fit to be read to the citizen.

A receipt exists only when the ticket is safely stored; without one, nothing may be claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Nature, Status


@dataclass(frozen=True)
class TicketReceipt:
    """The ticket as it stands after a command. Datetimes are aware and in UTC.

    Attributes:
        created: this call did it; False on a repeat of the same idempotency key.
        accept_by: by when the unit must have taken it up.
        due_at: by when the citizen must have an answer.
        respond_by: for emergencies, by when somebody must have answered at all.
        provisional: `due_at` rests on a year whose official calendar is not out yet.
        duplicate_of: number of an earlier ticket on the same matter (always None for now).
        urged, disputed: how often so far.
        version: what a command may expect, to be refused when somebody was faster.
    """

    number: str
    nature: Nature
    category: str | None
    unit: str
    status: Status
    accept_by: datetime
    due_at: datetime
    respond_by: datetime | None
    provisional: bool
    duplicate_of: str | None
    urged: int
    disputed: int
    filed_at: datetime
    version: int
    created: bool

    @classmethod
    def of(cls, ticket: Ticket, *, created: bool) -> TicketReceipt:
        return cls(
            number=ticket.number,
            nature=ticket.nature,
            category=ticket.category,
            unit=ticket.unit,
            status=ticket.status,
            accept_by=ticket.accept_by,
            due_at=ticket.due_at,
            respond_by=ticket.respond_by,
            provisional=ticket.provisional,
            duplicate_of=ticket.duplicate_of,
            urged=ticket.urged,
            disputed=ticket.disputed,
            filed_at=ticket.filed_at,
            version=ticket.version,
            created=created,
        )
