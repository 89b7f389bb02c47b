"""Moves tickets: the citizen's commands and those of staff and clocks.

Every command follows one path: claim the key, read the ticket, let the domain decide, store ticket, history and event
together. A refused command leaves no trace, so the same key may be used again once it is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.events import EVENT_OF_COMMAND, EventKind, event_of
from tickets.domain.number import clean_number
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.transitions import command_for
from tickets.domain.vocabulary import Command
from tickets.errors import IdempotencyKeyReused, InvalidTicket, TicketNotFound
from tickets.service import validation
from tickets.service.commands import (
    AdvanceTicket,
    CitizenCommand,
    DisputeTicket,
    RateTicket,
    SupplementTicket,
    UrgeTicket,
    WithdrawTicket,
)
from tickets.service.ports import TicketStore
from tickets.service.receipts import TicketReceipt

_ADVANCE = "advance"
# After these the matter starts anew, and so do its clocks.
_RESTARTS = frozenset({Command.DISPUTE, Command.REOPEN, Command.SPLIT})


def urge(store: TicketStore, command: UrgeTicket, now: datetime) -> TicketReceipt:
    text = validation.optional_text(command.text, "text")
    return _move(store, command, Command.URGE, now, _noting(Command.URGE, command.by, now, text))


def withdraw(store: TicketStore, command: WithdrawTicket, now: datetime) -> TicketReceipt:
    text = validation.optional_text(command.text, "text")
    return _move(store, command, Command.WITHDRAW, now, _noting(Command.WITHDRAW, command.by, now, text))


def supplement(store: TicketStore, command: SupplementTicket, now: datetime) -> TicketReceipt:
    text = validation.supplement(command.text)
    noting = _noting(Command.SUPPLEMENT, command.by, now, text)

    def change(ticket: Ticket) -> Ticket:
        moved = noting(ticket)
        if not command.contact_phone or ticket.contact.phone:
            return moved
        given = replace(ticket.contact, phone=command.contact_phone)
        return replace(moved, contact=validation.contact(given, ticket.confidentiality, callback=False))

    return _move(store, command, Command.SUPPLEMENT, now, change)


def dispute(
    store: TicketStore, catalogue: Catalogue, rules: ClockRules, command: DisputeTicket, now: datetime
) -> TicketReceipt:
    text = validation.optional_text(command.text, "text")

    def change(ticket: Ticket) -> Ticket:
        moved = ticket.moved(Command.DISPUTE, command.by, now, reason=text)
        return _with_new_clocks(moved, Command.DISPUTE, ticket, catalogue, rules, now)

    return _move(store, command, Command.DISPUTE, now, change)


def rate(store: TicketStore, command: RateTicket, now: datetime) -> TicketReceipt:
    details = {
        "solved": command.solved,
        "satisfied": command.satisfied,
        "score": validation.score(command.score),
    }
    text = validation.optional_text(command.text, "text")
    given = {name: value for name, value in details.items() if value is not None}
    if not given:
        raise InvalidTicket("rating_missing", "score", "say whether it is solved, whether it satisfies, or a score")
    return _move(store, command, Command.RATE, now, _noting(Command.RATE, command.by, now, text, given))


def advance(
    store: TicketStore, catalogue: Catalogue, rules: ClockRules, command: AdvanceTicket, now: datetime
) -> TicketReceipt:
    reason = validation.reason(command.reason)
    unit = validation.unit(command.unit, catalogue) if command.unit else None

    def change(ticket: Ticket) -> Ticket:
        step = command_for(ticket.status, command.command, command.by.role)
        if unit and step is not Command.DISPATCH:
            raise InvalidTicket("unit_not_expected", "unit", "a unit is named when a ticket is dispatched, only")
        details = {"unit": unit or ticket.unit} if step is Command.DISPATCH else {}
        moved = ticket.moved(step, command.by, now, reason=reason, details=details)
        return _with_new_clocks(replace(moved, unit=unit or ticket.unit), step, ticket, catalogue, rules, now)

    return _move(store, command, None, now, change)


def _with_new_clocks(
    moved: Ticket, step: Command, before: Ticket, catalogue: Catalogue, rules: ClockRules, now: datetime
) -> Ticket:
    """Starts the clocks that `step` starts.

    Another unit gets a new clock to take the matter up; the answer stays due when the citizen was told. A reopened
    matter starts all anew. A granted extension adds the same number of working days to the old deadline.
    """
    accept_class = catalogue.accept_class_of(moved.category)
    accepting = rules.accepting(accept_class, moved.unit, now, emergency=moved.emergency)
    if step in _RESTARTS:
        return moved.with_clocks(accepting, rules.handling(moved.nature, moved.unit, now))
    if step is Command.DISPATCH and moved.unit != before.unit:
        return moved.with_clocks(accepting)
    if step is Command.GRANT_EXTENSION:
        return moved.with_clocks(rules.handling(moved.nature, moved.unit, now, counted_from=before.due_at))
    return moved


def _noting(
    step: Command, by: Actor, now: datetime, text: str, details: Mapping[str, object] | None = None
) -> Callable[[Ticket], Ticket]:
    """A change that is decided by the table of transitions alone."""
    return lambda ticket: ticket.moved(step, by, now, reason=text, details=details or {})


def _move(
    store: TicketStore,
    command: CitizenCommand | AdvanceTicket,
    citizens: Command | None,
    now: datetime,
    change: Callable[[Ticket], Ticket],
) -> TicketReceipt:
    """The path of every command; `citizens` is the citizen's command it is, None for one of staff."""
    key = validation.idempotency_key(command.idempotency_key)
    number = clean_number(command.number)
    if number is None:
        raise TicketNotFound()
    kind = str(citizens) if citizens else _ADVANCE
    event_kind = EVENT_OF_COMMAND[citizens] if citizens else EventKind.TICKET_ADVANCED
    with store.transaction() as transaction:
        earlier = transaction.claim_command(kind, key, now)
        ticket = transaction.ticket(number)
        if earlier is not None and earlier != number:
            raise IdempotencyKeyReused()
        if ticket is None:
            raise TicketNotFound()
        if earlier is not None:
            return TicketReceipt.of(ticket, created=False)
        after = change(ticket)
        transaction.save_ticket(ticket, after)
        transaction.add_event(event_of(event_kind, after, f"{kind}|{key}"))
        transaction.complete_command(kind, key, number)
    return TicketReceipt.of(after, created=True)
