"""Disputed competence: several units have the matter while they say whose it is, and a ruling ends it.

The citizen's clock runs on all the time: one unit leads from the start (who had it first), the others have parts. The
ruling moves the ticket to its unit and becomes a dated entry of the catalogue at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace

from tickets.domain import timing
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.competence import Ruling, areas_of, open_negotiation
from tickets.domain.parts import forbid, open_parts, with_parts
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import ANSWERED, OPEN, Command, Role, Status
from tickets.errors import InvalidTicket
from tickets.service import parting, validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.parts_commands import OpenNegotiation, RuleNegotiation, StatePosition
from tickets.service.receipts import TicketReceipt

CATALOGUE_COLUMNS = (
    "id",
    "category",
    "area",
    "component_kind",
    "lead_unit",
    "assist_units",
    "legal_basis",
    "valid_from",
    "valid_until",
    "source",
)
"""Those of `data/city/catalogue.csv`."""
_LEGAL_BASIS_CHARACTERS = 500
_REASSIGNED = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.IN_PROGRESS, Status.EXTENSION_ASKED})


def open_(office: Office, command: OpenNegotiation) -> TicketReceipt:
    """See `TicketDesk.open_negotiation`."""
    question = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        there = parting.allowed(work.transaction, ticket, Command.OPEN_NEGOTIATION, command.by)
        if open_negotiation(ticket) is not None:
            message = "a negotiation is open on this ticket already; state a position in it, or rule"
            forbid("negotiation_open", message, ticket, Command.OPEN_NEGOTIATION, command.by.role)
        if ticket.category is None:
            raise InvalidTicket("category_missing", "category", "category: choose it first; a ruling is for a category")
        units = list(dict.fromkeys(validation.unit(unit, work.catalogue) for unit in command.units))
        if len(units) < 2:
            raise InvalidTicket("units_missing", "units", "units: name at least the two units that are in dispute")
        details = {"units": units}
        moved = ticket.moved(Command.OPEN_NEGOTIATION, command.by, work.now, reason=question, details=details)
        lead = ticket.unit if ticket.unit in units else units[0]
        moved = _led_by(work, ticket, moved, lead)
        busy = {part.unit for part in open_parts(there)}
        after = work.save(ticket, with_parts(moved))
        wanted = [unit for unit in units if unit != lead and unit not in busy]
        parting.make_parts(work, after, wanted, question, command.by)
        parting.follow(work, ticket, after, Command.OPEN_NEGOTIATION)
        return after

    return carry_out(office, command, Command.OPEN_NEGOTIATION, change)


def state(office: Office, command: StatePosition) -> TicketReceipt:
    """See `TicketDesk.state_position`."""
    text = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.STATE_POSITION, command.by)
        negotiation = open_negotiation(ticket)
        if negotiation is None:
            message = "no negotiation is open on this ticket"
            forbid("no_negotiation", message, ticket, Command.STATE_POSITION, command.by.role)
        unit = validation.unit(command.unit, work.catalogue)
        if unit not in negotiation.units:
            named = ", ".join(negotiation.units)
            raise InvalidTicket("unit_not_asked", "unit", f"unit: {unit} was not asked; asked are {named}")
        if command.by.role is Role.UNIT and command.by.acting_unit != unit:
            message = f"{command.by.acting_unit} cannot speak for {unit}"
            forbid("not_your_unit", message, ticket, Command.STATE_POSITION, command.by.role)
        details = {"unit": unit}
        return work.save(
            ticket, ticket.moved(Command.STATE_POSITION, command.by, work.now, reason=text, details=details)
        )

    return carry_out(office, command, Command.STATE_POSITION, change)


def rule(office: Office, command: RuleNegotiation) -> TicketReceipt:
    """See `TicketDesk.rule_negotiation`."""
    reason = validation.reason(command.reason)
    basis = validation.short_text(command.legal_basis, "legal_basis", _LEGAL_BASIS_CHARACTERS)

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.RULE, command.by)
        negotiation = open_negotiation(ticket)
        if negotiation is None or ticket.category is None:
            message = "no negotiation is open on this ticket; open one, so that both units are heard"
            forbid("no_negotiation", message, ticket, Command.RULE, command.by.role)
        ruling = _ruling(work, ticket, command, basis, reason)
        details = {"unit": ruling.lead_unit, "assist_units": list(ruling.assist_units), "legal_basis": basis}
        after = work.save(ticket, ticket.moved(Command.RULE, command.by, work.now, reason=reason, details=details))
        work.transaction.add_ruling(ruling)
        return _applied(work, after, ruling) if after.status in OPEN - ANSWERED else after

    return carry_out(office, command, Command.RULE, change)


def _ruling(work: Work, ticket: Ticket, command: RuleNegotiation, basis: str, reason: str) -> Ruling:
    lead = validation.unit(command.unit, work.catalogue)
    assist = tuple(dict.fromkeys(validation.unit(unit, work.catalogue) for unit in command.assist_units))
    if lead in assist:
        raise InvalidTicket("unit_leads", "assist_units", f"assist_units: {lead} leads; leave it out")
    areas = areas_of(ticket)
    if command.area is not None and command.area not in areas:
        known = ", ".join(areas) or "none, its place is not known"
        message = f"area: the ticket is not in {command.area}; its areas are: {known}"
        raise InvalidTicket("area_not_of_ticket", "area", message)
    valid_from = command.valid_from or work.now.astimezone(LOCAL_ZONE).date()
    if command.valid_until is not None and command.valid_until <= valid_from:
        raise InvalidTicket(
            "valid_until_too_early",
            "valid_until",
            "valid_until: the first day on which it no longer holds lies after valid_from",
        )
    return Ruling(
        category=ticket.category or "",
        area=command.area,
        component_kind=command.component_kind or None,
        lead_unit=lead,
        assist_units=assist,
        legal_basis=basis,
        valid_from=valid_from,
        valid_until=command.valid_until,
        ticket=ticket.number,
        ruled_by=str(command.by),
        ruled_at=work.now,
        reason=reason,
    )


def _applied(work: Work, ticket: Ticket, ruling: Ruling) -> Ticket:
    """Moves the ticket to the unit that was ruled, and ends the parts of units that have nothing to do with it."""
    parts = open_parts(work.transaction.children(ticket.number))
    negotiation = set(_disputed(ticket)) - {ruling.lead_unit, *ruling.assist_units}
    after = ticket
    if ticket.unit != ruling.lead_unit:
        if ticket.status in _REASSIGNED:
            details = {"unit": ruling.lead_unit}
            after = ticket.moved(Command.REASSIGN, SYSTEM, work.now, reason="ruling", details=details)
        after = work.save(ticket, _led_by(work, ticket, after, ruling.lead_unit))
    gone = {ruling.lead_unit, *negotiation}
    parting.take_back(work, (part for part in parts if part.unit in gone), Command.RULE)
    busy = {part.unit for part in parts if part.unit not in gone} | {after.unit}
    wanted = [unit for unit in ruling.assist_units if unit not in busy]
    parting.make_parts(work, after, wanted, ruling.reason, SYSTEM)
    return after


def _led_by(work: Work, before: Ticket, moved: Ticket, unit: str) -> Ticket:
    """The ticket with `unit` leading: it has to take the matter up, and the citizen's date stays."""
    if unit == before.unit and before.status is not Status.REOPENED:
        return moved
    accept_class = work.catalogue.accept_class_of(moved.category)
    led = replace(moved, unit=unit, level=work.catalogue.level_of(unit))
    accepting = work.rules.accepting(accept_class, unit, work.now, emergency=moved.emergency)
    return timing.handed_over(led.with_clocks(accepting), unit, work.now)


def _disputed(ticket: Ticket) -> Iterable[str]:
    for entry in reversed(ticket.history):
        if entry.command == Command.OPEN_NEGOTIATION:
            units = entry.details.get("units")
            return [str(unit) for unit in units] if isinstance(units, list) else []
    return []


def catalogue_csv(rulings: Iterable[Ruling]) -> str:
    """Rulings as lines of `catalogue.csv`, to be merged into it when it is next edited."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CATALOGUE_COLUMNS)
    for duty in (ruling.duty for ruling in rulings):
        writer.writerow(
            (
                duty.id,
                duty.category,
                duty.area,
                duty.component_kind,
                duty.lead_unit,
                ";".join(duty.assist_units),
                duty.legal_basis,
                duty.valid_from.isoformat(),
                duty.valid_until.isoformat() if duty.valid_until else "",
                duty.source,
            )
        )
    return out.getvalue()
