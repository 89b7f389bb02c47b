"""Corrects the category of a ticket, and keeps the correction for the next training.

A ticket that no unit has got yet goes with the category, to whom filing would send it: by rulings, the catalogue of
duties and the place. Its clock to taking it up is that of the new category, counted from the correction; an owner of a
car is no longer waited for. Later the unit stays; dispatching again is a command of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tickets.domain.clocks import ClockKind
from tickets.domain.corrections import Correction, taught
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Status
from tickets.errors import InvalidTicket
from tickets.service import parting, validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.placing import unplaced
from tickets.service.receipts import TicketReceipt

_NOT_YET_SENT = frozenset({Status.RECEIVED, Status.PRE_CHECKED})


@dataclass(frozen=True, kw_only=True)
class CorrectCategory:
    """Give a ticket another category.

    Attributes:
        category: an id of categories.csv, another than the ticket's.
        reason: why, if there is more to say than that it was wrong.
    """

    idempotency_key: str
    number: str
    category: str
    by: Actor
    reason: str = field(default="", repr=False)
    expected_version: int | None = None


def correct_category(office: Office, command: CorrectCategory) -> TicketReceipt:
    """See `TicketDesk.correct_category`."""
    category = validation.category(command.category, office.catalogue)
    reason = validation.optional_text(command.reason, "reason")
    if category is None:
        raise InvalidTicket("category_missing", "category", "name the right category: an id of categories.csv")

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.CORRECT_CATEGORY, command.by)
        details = {"from": ticket.category, "to": category}
        moved = ticket.moved(Command.CORRECT_CATEGORY, command.by, work.now, reason=reason, details=details)
        if category == ticket.category:
            raise InvalidTicket("category_unchanged", "category", f"the ticket's category is {category} already")
        after = replace(moved, category=category, category_sure=None)
        if ticket.status in _NOT_YET_SENT and ticket.parent is None:
            after = _with_unit_of(after, work)
        saved = work.save(ticket, after)
        correction = Correction(
            ticket.number,
            work.now,
            command.by.name or str(command.by.role),
            ticket.category,
            category,
            ticket.language,
            taught(ticket.description),
        )
        work.transaction.add_correction(correction)
        return saved

    return carry_out(office, command, Command.CORRECT_CATEGORY, change)


def _with_unit_of(ticket: Ticket, work: Work) -> Ticket:
    catalogue, category = work.catalogue, ticket.category
    rulings = [ruling.duty for ruling in work.transaction.rulings(category)]
    if work.placing:
        placed = work.placing.place(ticket.place, ticket.description, category, work.now, rulings)
    else:
        placed = unplaced(catalogue, category, work.now, rulings)
    unit = catalogue.straight_to(category, ticket.grid, emergency=ticket.emergency) or placed.unit
    ticket = replace(ticket, unit=unit, level=catalogue.level_of(unit))
    ended = tuple(clock.stopped(work.now) if clock.kind is ClockKind.CAR else clock for clock in ticket.clocks)
    accepting = work.rules.accepting(catalogue.accept_class_of(category), unit, work.now, emergency=ticket.emergency)
    passed = [replace(clock, unit=unit) for clock in ended if clock.running and clock.kind != accepting.kind]
    return replace(ticket, clocks=ended).with_clocks(accepting, *passed, at=work.now)
