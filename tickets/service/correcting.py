"""Corrects the category of a ticket, and keeps the correction for the next training.

A ticket that no unit has got yet goes with the category: its unit and the clock to taking it up are those of the new
one, counted from the correction. Later the unit stays; dispatching again is a command of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tickets.domain.clocks import ClockRules
from tickets.domain.corrections import Correction, taught
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Status
from tickets.errors import InvalidTicket
from tickets.service import validation
from tickets.service.carrying import Office, Work, carry_out
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
    rules: ClockRules = work.rules
    unit = work.catalogue.unit_of(ticket.category)
    accept_class = work.catalogue.accept_class_of(ticket.category)
    accepting = rules.accepting(accept_class, unit, work.now, emergency=ticket.emergency)
    passed = [replace(clock, unit=unit) for clock in ticket.clocks if clock.running and clock.kind != accepting.kind]
    return replace(ticket, unit=unit).with_clocks(accepting, *passed, at=work.now)
