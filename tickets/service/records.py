"""Shows tickets to staff: revealing personal data with a logged purpose, and exporting.

What leaves here is masked unless somebody gave a reason; then the reason and the name stay in the ticket's history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from tickets.domain.city import Catalogue
from tickets.domain.masking import mask_numbers
from tickets.domain.number import clean_number
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Command
from tickets.errors import InvalidTicket, TicketNotFound
from tickets.service import validation
from tickets.service.ports import TicketFilter, TicketStore

PAGE = 200


def reveal(store: TicketStore, number: str, by: Actor, reason: str, now: datetime) -> Ticket:
    """See `TicketDesk.reveal`."""
    cause = validation.reason(reason)
    with store.transaction() as transaction:
        ticket = transaction.ticket(clean_number(number) or "")
        if ticket is None:
            raise TicketNotFound()
        return transaction.save_ticket(ticket, ticket.revealed(by, now, cause))


def export(
    store: TicketStore,
    catalogue: Catalogue,
    filters: TicketFilter,
    by: Actor | None,
    reason: str | None,
    now: Callable[[], datetime],
) -> Iterator[dict[str, object]]:
    """See `TicketDesk.export`. Checks its arguments at once, not at the first row."""
    if reason is not None and by is None:
        raise InvalidTicket("actor_missing", "by", "who reveals personal data must be named")
    cause = validation.reason(reason) if reason is not None else None
    return _rows(store, catalogue, replace(filters, limit=PAGE), by, cause, now)


def _rows(
    store: TicketStore,
    catalogue: Catalogue,
    filters: TicketFilter,
    by: Actor | None,
    cause: str | None,
    now: Callable[[], datetime],
) -> Iterator[dict[str, object]]:
    while True:
        page = store.find(filters)
        if by is not None and cause is not None and page:
            with store.transaction() as transaction:  # noted before anything is handed out
                for listed in page:
                    ticket = transaction.ticket(listed.number)
                    if ticket is not None:
                        transaction.save_ticket(ticket, ticket.revealed(by, now(), cause))
        for ticket in page:
            yield record(ticket, catalogue, masked=cause is None)
        if len(page) < filters.limit:
            return
        filters = replace(filters, before=(page[-1].filed_at, page[-1].number))


def record(ticket: Ticket, catalogue: Catalogue, *, masked: bool) -> dict[str, object]:
    """One ticket as a flat row; masked: names, telephones and long numbers within texts."""
    contact = ticket.contact.masked() if masked else ticket.contact
    hide = mask_numbers if masked else str
    rating = next((entry.details for entry in reversed(ticket.history) if entry.command == Command.RATE), {})
    return {
        "number": ticket.number,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "category_name": catalogue.category_name(ticket.category, "zh") if ticket.category else None,
        "unit": ticket.unit,
        "unit_name": catalogue.unit_name(ticket.unit, "zh"),
        "status": str(ticket.status),
        "description": hide(ticket.description),
        "location": hide(ticket.place.text),
        "location_unclear": ticket.place.unclear,
        "latitude": ticket.place.latitude,
        "longitude": ticket.place.longitude,
        "occurred_at": local_iso(ticket.occurred_at),
        "occurred_text": hide(ticket.occurred_text),
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "confidentiality": str(ticket.confidentiality),
        "channel": ticket.channel,
        "language": ticket.language,
        "emergency": ticket.emergency,
        "emergency_kind": ticket.emergency_kind,
        "callback": ticket.callback,
        "filed_at": local_iso(ticket.filed_at),
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "provisional": ticket.provisional,
        "closed_at": local_iso(ticket.closed_at),
        "urged": ticket.urged,
        "disputed": ticket.disputed,
        "duplicate_of": ticket.duplicate_of,
        "solved": rating.get("solved"),
        "satisfied": rating.get("satisfied"),
        "score": rating.get("score"),
    }
