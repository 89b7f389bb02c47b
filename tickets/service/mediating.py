"""Mediation of a dispute on a ticket: offer, consents, hand-over to the mediation body, result.

The body gets a part of the ticket, whose clock is the time that mediation may take; the ticket is suspended as long,
so that its unit's clock stands, and goes on by itself when the time is over without a result. What the sides said is
in the ticket's history.
"""

from __future__ import annotations

from typing import NoReturn

from tickets.domain import mediation as rules
from tickets.domain import timing
from tickets.domain.clocks import ClockKind
from tickets.domain.mediation import Means, Mediation, Party, Result
from tickets.domain.parts import DONE, forbid, with_parts
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.transitions import allowed_commands
from tickets.domain.vocabulary import FINISHED, Command, Role, Status
from tickets.errors import InvalidTicket
from tickets.service import parting, validation
from tickets.service.carrying import Asked, Office, Work, carry_out
from tickets.service.parts_commands import OfferMediation, RecordConsent, RecordMediation, TransferMediation
from tickets.service.receipts import TicketReceipt

_PERSON_CHARACTERS = 100


def offer(office: Office, command: OfferMediation) -> TicketReceipt:
    """See `TicketDesk.offer_mediation`."""
    text = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.OFFER_MEDIATION, command.by)
        body = rules.may_be_offered(ticket, work.catalogue.mediators)
        if body is None:
            message = (
                f"mediation is for complaints and requests for help in categories of mediation.csv, not for a "
                f"{ticket.nature} on {ticket.category or 'no category'}"
            )
            _refuse("not_for_mediation", message, ticket, Command.OFFER_MEDIATION, command)
        if rules.open_mediation(ticket) is not None:
            message = "mediation is offered already; record what the sides say to it"
            _refuse("mediation_open", message, ticket, Command.OFFER_MEDIATION, command)
        details = {"unit": body.unit, "legal_basis": body.legal_basis}
        moved = ticket.moved(Command.OFFER_MEDIATION, command.by, work.now, reason=text, details=details)
        return work.save(ticket, moved)

    return carry_out(office, command, Command.OFFER_MEDIATION, change)


def record_consent(office: Office, command: RecordConsent) -> TicketReceipt:
    """See `TicketDesk.record_consent`."""
    text = validation.optional_text(command.text, "text")
    details: dict[str, object] = {
        "party": str(validation.word(Party, command.party, "party")),
        "given": bool(command.given),
        "person": validation.short_text(command.person, "person", _PERSON_CHARACTERS),
        "means": str(validation.word(Means, command.means, "means")),
    }

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.RECORD_CONSENT, command.by)
        _offered(ticket, Command.RECORD_CONSENT, command)
        if command.by.role is Role.CITIZEN and details["party"] != Party.COMPLAINANT:
            message = "a citizen consents for himself or herself; the other side's word is recorded by staff"
            _refuse("not_your_side", message, ticket, Command.RECORD_CONSENT, command)
        moved = ticket.moved(Command.RECORD_CONSENT, command.by, work.now, reason=text, details=details)
        return work.save(ticket, moved)

    return carry_out(office, command, Command.RECORD_CONSENT, change)


def transfer(office: Office, command: TransferMediation) -> TicketReceipt:
    """See `TicketDesk.transfer_mediation`."""
    task = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.TRANSFER_MEDIATION, command.by)
        mediation = _offered(ticket, Command.TRANSFER_MEDIATION, command)
        if not mediation.agreed:
            missing = [str(party) for party in Party if party not in mediation.consents]
            message = f"the consent of {' and '.join(missing)} is not on record; record it first"
            _refuse("consent_missing", message, ticket, Command.TRANSFER_MEDIATION, command)
        body = rules.may_be_offered(ticket, work.catalogue.mediators)
        if body is None:
            message = f"no body mediates {ticket.category} any more; see mediation.csv"
            _refuse("not_for_mediation", message, ticket, Command.TRANSFER_MEDIATION, command)
        handling = work.rules.started(ClockKind.HANDLE, body.unit, work.now, work.rules.periods["mediation"])
        part, until = parting.make_part(work, ticket, body.unit, task, command.by, handling), handling.due_at
        details = {"unit": body.unit, "part": part.number, "until": until.isoformat()}
        moved = ticket.moved(Command.TRANSFER_MEDIATION, command.by, work.now, reason=task, details=details)
        return work.save(ticket, timing.suspended(with_parts(moved), until, work.rules, work.now))

    return carry_out(office, command, Command.TRANSFER_MEDIATION, change)


def record_result(office: Office, command: RecordMediation) -> TicketReceipt:
    """See `TicketDesk.record_mediation`."""
    text = validation.reason(command.reason)
    result = validation.word(Result, command.result, "result")
    if result is Result.LAPSED:
        raise InvalidTicket("result_unknown", "result", "result: a mediation lapses by itself; say how it came out")

    def change(work: Work, ticket: Ticket) -> Ticket:
        parts = parting.allowed(work.transaction, ticket, Command.RECORD_MEDIATION, command.by)
        mediation = rules.open_mediation(ticket)
        if mediation is None or not mediation.transferred:
            message = "no mediation is under way on this ticket"
            _refuse("no_mediation", message, ticket, Command.RECORD_MEDIATION, command)
        if command.by.role is Role.UNIT and command.by.acting_unit not in (mediation.unit, ticket.unit):
            message = f"the result is brought back by {mediation.unit}, which mediates, or by {ticket.unit}"
            _refuse("not_your_ticket", message, ticket, Command.RECORD_MEDIATION, command)
        details = {"result": str(result), "unit": mediation.unit}
        moved = ticket.moved(Command.RECORD_MEDIATION, command.by, work.now, reason=text, details=details)
        for part in parts:
            if part.number == mediation.part:
                _finish(work, part, Actor(Role.UNIT, part.unit), text)
        return work.save(ticket, timing.resumed(moved, work.rules, work.now))

    return carry_out(office, command, Command.RECORD_MEDIATION, change)


def follow(work: Work, after: Ticket) -> None:
    """Ends the part of the body when the ticket went on without a result: mediation has lapsed."""
    found = rules.mediations(after)
    if not found or found[-1].result is not Result.LAPSED:
        return
    parts = work.transaction.children(after.number)
    lapsed = (part for part in parts if part.number == found[-1].part and part.status not in FINISHED)
    parting.take_back(work, lapsed, Command.RESUME)


def _finish(work: Work, part: Ticket, body: Actor, text: str) -> None:
    """The body's part, answered with the result in its name, whatever steps of it were not reported.

    A part that nobody can answer as it stands, given back or suspended, is taken back. Who wrote the result down
    stands in the parent's history.
    """
    if part.status in DONE:
        return
    if part.status in (Status.DISPATCHED, Status.REOPENED):
        part = work.save(part, part.moved(Command.ACCEPT, body, work.now, reason=text))
    if Command.REPLY in allowed_commands(part.status, body.role):
        work.save(part, part.moved(Command.REPLY, body, work.now, reason=text))
    else:
        parting.take_back(work, (part,), Command.RECORD_MEDIATION)


def _offered(ticket: Ticket, step: Command, command: Asked) -> Mediation:
    mediation = rules.open_mediation(ticket)
    if mediation is None or mediation.transferred:
        _refuse("no_mediation", "mediation is not offered on this ticket, or was refused", ticket, step, command)
    return mediation


def _refuse(code: str, message: str, ticket: Ticket, step: Command, command: Asked) -> NoReturn:
    forbid(code, message, ticket, step, command.by.role)
