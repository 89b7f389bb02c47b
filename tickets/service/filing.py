"""Files a ticket: check, number, clocks, and everything stored in one transaction or not at all.

A repeat of the same idempotency key finds the first ticket, also when both run at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.duties import Duty
from tickets.domain.events import EventKind, event_of
from tickets.domain.number import ticket_number
from tickets.domain.ticket import FILED, HistoryEntry, Ticket
from tickets.domain.vocabulary import Confidentiality, Nature, Status
from tickets.errors import StoreUnavailable
from tickets.service import cars, validation
from tickets.service.cars import VehicleRegistry
from tickets.service.commands import FileTicket
from tickets.service.placing import Placing, unplaced
from tickets.service.ports import TicketStore, TicketTransaction
from tickets.service.receipts import TicketReceipt

_NUMBERS_TO_TRY = 50


def file_ticket(
    store: TicketStore,
    catalogue: Catalogue,
    rules: ClockRules,
    command: FileTicket,
    now: datetime,
    random: Callable[[], int],
    placing: Placing | None = None,
    vehicles: VehicleRegistry | None = None,
) -> TicketReceipt:
    """Carries out `FileTicket`; see `TicketDesk.file`."""
    key = validation.idempotency_key(command.idempotency_key)
    draft = _ticket(catalogue, rules, command, now, placing, ())  # before the write lock is taken
    owner = cars.owner_for(draft, vehicles)
    with store.transaction() as transaction:
        earlier, rulings = transaction.claim_filing(key, now, draft.category)
        if earlier is not None:
            return TicketReceipt.of(_present(transaction, earlier), created=False)
        if rulings:  # rare: few categories ever had a dispute about who is competent
            draft = _ticket(catalogue, rules, command, now, placing, [ruling.duty for ruling in rulings])
        if owner is not None:
            draft = cars.waiting(draft, rules, now)
        ticket = add_numbered(transaction, draft, now, random)
        if ticket.emergency:  # told first: whoever reads the outbox in order hears of the danger first
            transaction.add_event(event_of(EventKind.EMERGENCY_RAISED, ticket, f"{FILED}|{key}"))
        transaction.add_event(event_of(EventKind.TICKET_FILED, ticket, f"{FILED}|{key}"))
        if owner is not None:
            transaction.add_event(cars.asking(ticket, owner, f"{FILED}|{key}"))
        transaction.complete_command(FILED, key, ticket.number)
    return TicketReceipt.of(ticket, created=True)


def _ticket(
    catalogue: Catalogue,
    rules: ClockRules,
    command: FileTicket,
    now: datetime,
    placing: Placing | None,
    rulings: Sequence[Duty],
) -> Ticket:
    nature = validation.word(Nature, command.nature, "nature")
    confidentiality = validation.word(Confidentiality, command.confidentiality, "confidentiality")
    category = validation.category(command.category, catalogue)
    place, description = validation.place(command.place), validation.description(command.description)
    if placing:
        placed = placing.place(place, description, category, now, rulings)
    else:
        placed = unplaced(catalogue, category, now, rulings)
    areas = placed.located.areas
    unit = catalogue.straight_to(category, areas.grid, emergency=command.emergency) or placed.unit
    accepting = rules.accepting(catalogue.accept_class_of(category), unit, now, emergency=command.emergency)
    responding = (rules.responding(unit, now),) if command.emergency else ()
    kind = command.emergency_kind
    return Ticket(
        number="",
        channel=validation.identifier(command.channel, "channel"),
        language=validation.language(command.language),
        nature=nature,
        description=description,
        category=category,
        category_sure=None if category is None else validation.share(command.category_sure, "category_sure"),
        unit=unit,
        status=Status.RECEIVED,
        confidentiality=confidentiality,
        filed_at=now,
        clocks=(accepting, *responding, rules.handling(nature, unit, now)),
        history=(HistoryEntry(now, command.by, FILED, None, Status.RECEIVED),),
        conversation_id=command.conversation_id,
        place=place,
        level=catalogue.level_of(unit),
        district=areas.district,
        street=areas.street,
        community=areas.community,
        grid=areas.grid,
        component=placed.located.component,
        occurred_at=validation.occurred_at(command.occurred_at),
        occurred_text=validation.occurred_text(command.occurred_text),
        contact=validation.contact(command.contact, confidentiality, callback=command.callback),
        emergency=command.emergency,
        emergency_kind=validation.identifier(kind, "emergency_kind") if kind else None,
        callback=command.callback,
    )


def add_numbered(transaction: TicketTransaction, draft: Ticket, now: datetime, random: Callable[[], int]) -> Ticket:
    """Stores a new ticket under the next free number that `random` draws.

    Raises:
        StoreUnavailable: none of many numbers was free.
    """
    for _ in range(_NUMBERS_TO_TRY):
        ticket = replace(draft, number=ticket_number(now, random()))
        if transaction.add_ticket(ticket):
            return ticket
    raise StoreUnavailable("no free ticket number was found for today")


def _present(transaction: TicketTransaction, number: str) -> Ticket:
    ticket = transaction.ticket(number)
    if ticket is None:
        raise StoreUnavailable("the ticket of an earlier command is missing from the store")
    return ticket
