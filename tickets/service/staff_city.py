"""What staff asks the city itself: where a place is and who would get a matter there, which rulings hold, and why a
ticket has its category.

It reads; nothing is changed. Texts of the ticket are masked like everywhere.
"""

from __future__ import annotations

from tickets.domain.place import Place
from tickets.domain.views import local_iso
from tickets.domain.visibility import Viewer, shown_text
from tickets.errors import InvalidTicket
from tickets.service import validation
from tickets.service.staff_office import StaffOffice


def where(office: StaffOffice, viewer: Viewer, place: Place, category: str | None) -> dict[str, object]:
    """Areas, point and unit of a place.

    Raises:
        InvalidTicket: the place or the category cannot be used, or this city has no map.
    """
    office.require(viewer, "list")
    desk = office.desk
    if desk.placing is None:
        raise InvalidTicket("no_map", "text", "this city has no gazetteer.csv, so places cannot be found")
    known = validation.category(category, desk.catalogue)
    ruled = tuple(one.duty for one in desk.rulings(known)) if known else ()
    placed = desk.placing.place(validation.place(place), "", known, office.now(), ruled)
    located = placed.located
    areas = located.areas
    return {
        "district": areas.district,
        "street": areas.street,
        "community": areas.community,
        "grid": areas.grid,
        "component": located.component,
        "latitude": located.spot.latitude if located.spot else None,
        "longitude": located.spot.longitude if located.spot else None,
        "confidence": located.confidence,
        "clear": located.clear,
        "candidates": [one.id for one in located.candidates],
        "unit": placed.unit,
        "assist_units": list(placed.assist_units),
        "legal_basis": placed.duty.legal_basis if placed.duty else None,
    }


def rulings(office: StaffOffice, viewer: Viewer, category: str | None) -> list[dict[str, object]]:
    """Rulings on whose matter something is, the oldest first."""
    office.require(viewer, "list")
    return [
        {
            "category": one.category,
            "area": one.area,
            "component_kind": one.component_kind,
            "lead_unit": one.lead_unit,
            "assist_units": list(one.assist_units),
            "legal_basis": one.legal_basis,
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            "ticket": one.ticket,
            "ruled_at": local_iso(one.ruled_at),
        }
        for one in office.desk.rulings(category)
    ]


def evidence(office: StaffOffice, viewer: Viewer, number: str) -> dict[str, object]:
    """The three likeliest categories of a ticket with the words and the known texts that speak for the first.

    The text is read masked, so no piece of a name comes out as a word. Known texts are for the hotline only: what
    corrected tickets taught holds names and addresses of their citizens.

    Raises:
        TicketNotFound: there is none, or not for this viewer.
        ClassifierUnavailable: nothing is trained here.
    """
    ticket = office.seen(viewer, number)
    names = [one.name for one in office.store.followers(ticket.number) if one.name]
    text = shown_text(ticket.description, viewer, ticket, revealed=False, names=names)
    found = office.suggester().suggest_with_evidence(text)
    return {
        "category": ticket.category,
        "sure": found.sure,
        "candidates": [
            {"category": one.category, "unit": one.unit, "score": round(one.score, 4)} for one in found.candidates
        ],
        "words": [{"text": one.text, "weight": round(one.weight, 4)} for one in found.words],
        "nearest": [
            {"text": one.text, "category": one.category, "language": one.language, "score": round(one.score, 4)}
            for one in (found.nearest if viewer.of_hotline else ())
        ],
    }
