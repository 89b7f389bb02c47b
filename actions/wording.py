"""Values that stand inside the citizens' texts, in their language: dates, names of categories and units, masked parts.

No sentence is made here; sentences are responses and get these values.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions import deps
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.service.receipts import TicketReceipt

MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local_time(at: datetime, language: str) -> str:
    """Day and minute as the language writes them, in the city's zone."""
    local = at.astimezone(LOCAL_ZONE)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if language in ("zh", "ja"):
        return f"{local.month}月{local.day}日 {clock}"
    if language == "ko":
        return f"{local.month}월 {local.day}일 {clock}"
    if language == "ru":
        return f"{local.day:02d}.{local.month:02d}.{local.year} {clock}"
    return f"{local.day} {MONTHS_EN[local.month - 1]} {local.year}, {clock}"


def category_name(category: str | None, language: str) -> str:
    """The category's name; for a matter the hotline sorts by hand, the words for that."""
    texts, city = deps.current().texts, deps.current().city
    if category in city.categories:
        return city.category_name(str(category), language)
    return texts.text("utter_value_category_open", language)


def unit_name(unit: str, language: str) -> str:
    """The unit's name."""
    return deps.current().city.unit_name(unit, language)


def word(kind: str, value: Any, language: str) -> str:
    """The words for a closed value: `utter_value_<kind>_<value>`."""
    return deps.current().texts.text(f"utter_value_{kind}_{value}", language)


def ticket_data(ticket: TicketReceipt | Ticket) -> dict[str, Any]:
    """The `ticket` object of the interface, for programs."""
    return {
        "number": ticket.number,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "status": str(ticket.status),
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "duplicate_of": ticket.duplicate_of,
    }


def ticket_values(ticket: TicketReceipt | Ticket, language: str) -> dict[str, str]:
    """The values of a ticket that responses may use."""
    return {
        "number": ticket.number,
        "nature_name": word("nature", ticket.nature, language),
        "category_name": category_name(ticket.category, language),
        "unit_name": unit_name(ticket.unit, language),
        "status_name": word("status", ticket.status, language),
        "accept_by": local_time(ticket.accept_by, language),
        "due_at": local_time(ticket.due_at, language),
        "urged": str(ticket.urged),
    }
