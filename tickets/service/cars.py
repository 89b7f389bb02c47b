"""Moving a car: the owner is asked first and has ten minutes, then the traffic police take it over.

When no owner is known the police have it at once. Who is asked and who asks never see each other's number. The clock
`car` is watched by the worker, which dispatches when it runs out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from tickets.domain.cars import MOVE_CAR, TRAFFIC_POLICE, Owner, OwnerAnswer, plate_in
from tickets.domain.clocks import ClockKind, ClockRules
from tickets.domain.events import EventKind, TicketEvent, event_of
from tickets.domain.masking import mask_numbers
from tickets.domain.people import SYSTEM, Actor
from tickets.domain.ticket import Ticket
from tickets.domain.timing import timed
from tickets.domain.vocabulary import HOTLINE_UNIT, Command
from tickets.errors import RuleForbids
from tickets.service import validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.receipts import TicketReceipt


class VehicleRegistry(Protocol):
    """Whom a car belongs to."""

    def owner_of(self, plate: str) -> Owner | None:
        """The owner who can be told; None when the plate is not known or the owner cannot be reached."""
        ...


@dataclass(frozen=True, kw_only=True)
class AnswerCar:
    """The owner's answer, taken by a person or a message: `coming` stops the clock, else the police have it."""

    idempotency_key: str
    number: str
    answer: str
    by: Actor = SYSTEM
    reason: str = ""
    expected_version: int | None = None


def owner_for(draft: Ticket, registry: VehicleRegistry | None) -> Owner | None:
    """The owner to be asked about a ticket that is being filed; None for every other matter."""
    if draft.category != MOVE_CAR or draft.emergency or registry is None:
        return None
    plate = plate_in(f"{draft.description}\n{draft.place.text}")
    return registry.owner_of(plate) if plate else None


def waiting(draft: Ticket, rules: ClockRules, now: datetime) -> Ticket:
    """The ticket while its car's owner may answer: with the hotline, and with the clock for it."""
    handling = tuple(replace(clock, unit=HOTLINE_UNIT) for clock in draft.clocks if clock.kind is ClockKind.HANDLE)
    accepting = tuple(replace(clock, unit=HOTLINE_UNIT) for clock in draft.clocks if clock.kind is ClockKind.ACCEPT)
    return replace(draft, unit=HOTLINE_UNIT, clocks=(*accepting, *handling, rules.car(HOTLINE_UNIT, now)))


def asking(ticket: Ticket, owner: Owner, key: str) -> TicketEvent:
    """The event that tells the owner; it names the car and the place, nobody's number."""
    event = event_of(EventKind.CAR_OWNER_ASKED, ticket, key)
    asked = {"plate": owner.plate, "place": mask_numbers(ticket.place.text), "owner_language": owner.language}
    return replace(event, payload={**event.payload, **asked})


def answer(office: Office, command: AnswerCar) -> TicketReceipt:
    """See `TicketDesk.answer_car`."""
    said = validation.word(OwnerAnswer, command.answer, "answer")

    def change(work: Work, ticket: Ticket) -> Ticket:
        if not _waits(ticket):
            raise RuleForbids(
                "no_owner_asked",
                "no owner of a car is waited for on this ticket; dispatch it to the unit in charge instead",
                status=ticket.status,
                command=Command.ANSWER_CAR,
                role=command.by.role,
            )
        after = ticket.moved(
            Command.ANSWER_CAR, command.by, work.now, reason=command.reason, details={"answer": str(said)}
        )
        after = replace(
            after,
            clocks=tuple(clock.met(work.now) if clock.kind is ClockKind.CAR else clock for clock in after.clocks),
        )
        if said is OwnerAnswer.COMING:
            return work.save(ticket, after)
        dispatched = after.moved(
            Command.DISPATCH, SYSTEM, work.now, reason="the owner does not come", details={"unit": TRAFFIC_POLICE}
        )
        sent = replace(dispatched, unit=TRAFFIC_POLICE, level=work.catalogue.level_of(TRAFFIC_POLICE))
        return work.save(ticket, timed(after, sent, Command.DISPATCH, work.catalogue, work.rules, work.now))

    return carry_out(office, command, str(Command.ANSWER_CAR), change)


def _waits(ticket: Ticket) -> bool:
    """Whether the owner's answer is still waited for."""
    return any(clock.kind is ClockKind.CAR and clock.running for clock in ticket.clocks)
