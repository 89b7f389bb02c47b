"""What may be shown of a ticket, and to whom.

The citizen's view holds no personal data at all: it is also given to who only knows the number and four digits.
"""

from __future__ import annotations

from datetime import datetime

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.ticket import Ticket


def local_iso(at: datetime | None) -> str | None:
    """ISO 8601 with the city's zone, to the second."""
    return None if at is None else at.astimezone(LOCAL_ZONE).isoformat(timespec="seconds")


def citizen_view(ticket: Ticket) -> dict[str, object]:
    """What its citizen may see; `history` has the filing and every change of status."""
    return {
        "number": ticket.number,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "status": str(ticket.status),
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "duplicate_of": ticket.duplicate_of,
        "urged": ticket.urged,
        "filed_at": local_iso(ticket.filed_at),
        "history": [
            {"at": local_iso(entry.at), "status": str(entry.after)}
            for entry in ticket.history
            if entry.before != entry.after
        ],
    }
