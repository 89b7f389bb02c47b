"""Gives tickets up and down the levels of the city.

What the law gives to a department is not pushed down: the refusal names the clause. Who works where stands in the
city's files.
"""

from __future__ import annotations

from dataclasses import replace

from tickets.domain import timing
from tickets.domain.city import Catalogue, Unit
from tickets.domain.levels import check_duty, check_move
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Level, Role
from tickets.errors import InvalidTicket
from tickets.service import parting, validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.parts_commands import MoveLevel
from tickets.service.receipts import TicketReceipt


def move_level(office: Office, command: MoveLevel) -> TicketReceipt:
    """See `TicketDesk.move_level`."""
    reason = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.MOVE_LEVEL, command.by)
        unit = work.catalogue.units[validation.unit(command.unit, work.catalogue)]
        to = work.catalogue.level_of(unit.id)
        check_move(ticket, to, command.by.role, work.catalogue.levels.duties)
        check_area(ticket, unit, to)
        details = {"unit": unit.id, "from": str(ticket.level), "to": str(to)}
        moved = ticket.moved(Command.MOVE_LEVEL, command.by, work.now, reason=reason, details=details)
        accept_class = work.catalogue.accept_class_of(ticket.category)
        accepting = work.rules.accepting(accept_class, unit.id, work.now, emergency=ticket.emergency)
        led = replace(moved, unit=unit.id, level=to).with_clocks(accepting)
        after = work.save(ticket, timing.handed_over(led, unit.id, work.now))
        parting.follow(work, ticket, after, Command.MOVE_LEVEL)
        return after

    return carry_out(office, command, Command.MOVE_LEVEL, change)


def check_dispatch(ticket: Ticket, unit: str, role: Role, catalogue: Catalogue) -> Level:
    """The level of a ticket that is dispatched to `unit`.

    Raises:
        RuleForbids: `duty_not_pushable`: dispatching straight to the grassroots is pushing down, too.
        InvalidTicket: the unit works elsewhere.
    """
    chosen = catalogue.units[unit]
    to = catalogue.level_of(unit)
    check_duty(ticket, to, Command.DISPATCH, role, catalogue.levels.duties)
    check_area(ticket, chosen, to)
    return to


def check_area(ticket: Ticket, unit: Unit, to: Level) -> None:
    """Refuses an office of another district, street, community or grid cell than that of the place.

    Raises:
        InvalidTicket: `unit_elsewhere`.
    """
    places = {
        Level.DISTRICT: ticket.district,
        Level.STREET: ticket.street,
        Level.COMMUNITY: ticket.community,
        Level.GRID: ticket.grid,
    }
    place, area = places.get(to), unit.area
    if place and area and place != area:
        message = f"unit: {unit.id} works for {area}, the matter lies in {place}; name the office there"
        raise InvalidTicket("unit_elsewhere", "unit", message)
