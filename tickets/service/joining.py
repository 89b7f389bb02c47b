"""Several complainants on one ticket: joining, leaving, and who becomes its citizen when the first one goes.

A join is counted once a person, however often it is sent: by key, by conversation and by telephone. Nobody is told
here that somebody joined; who joined hears of every public step from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tickets.domain.events import EventKind
from tickets.domain.followers import Follower, follower_key, in_place_of_the_first, is_same, longest
from tickets.domain.history import HistoryEntry
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.transitions import follow
from tickets.domain.vocabulary import Command, Confidentiality
from tickets.errors import TicketNotFound
from tickets.service import parting, validation
from tickets.service.announcing import announce
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.parts_commands import JoinTicket, LeaveTicket
from tickets.service.receipts import TicketReceipt

Outcome = Literal["joined", "already", "own"]


@dataclass(frozen=True)
class JoinReceipt:
    """What a join gave.

    Attributes:
        receipt: of the ticket that is followed: the live one, where the one asked for was merged.
        outcome: `joined`; `already` where the same person follows it; `own` where it is his or her own ticket.
    """

    receipt: TicketReceipt
    outcome: Outcome


def join(office: Office, command: JoinTicket) -> JoinReceipt:
    """See `TicketDesk.join`."""
    confidentiality = validation.word(Confidentiality, command.confidentiality, "confidentiality")
    contact = validation.contact(command.contact, confidentiality, callback=False)
    channel = validation.identifier(command.channel, "channel")
    language = validation.language(command.language)
    text = validation.optional_text(command.text, "text")
    outcome: list[Outcome] = ["already"]

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.JOIN, command.by)
        note = _note(work, ticket, Command.JOIN, command.by)
        if is_same(ticket, command.conversation_id, contact.phone):
            outcome[0] = "own"
        elif work.transaction.follower(ticket.number, command.conversation_id, contact.phone) is None:
            outcome[0] = "joined"
            key = follower_key(command.conversation_id, contact.phone, command.idempotency_key)
            work.transaction.save_follower(
                Follower(
                    ticket=ticket.number,
                    key=key,
                    joined_at=work.now,
                    channel=channel,
                    language=language,
                    conversation_id=command.conversation_id,
                    contact=contact,
                    confidentiality=confidentiality,
                    text=text,
                )
            )
            after = work.transaction.save_ticket(ticket, replace(ticket, followers=ticket.followers + 1))
            work.transaction.add_event(work.event(after, EventKind.TICKET_JOINED, note))
            return after
        return _added(work, ticket, command.by, text) if text else ticket

    receipt = carry_out(office, command, Command.JOIN, change, follow_merges=True)
    return JoinReceipt(receipt, outcome[0])


def leave(office: Office, command: LeaveTicket) -> TicketReceipt:
    """See `TicketDesk.leave`."""
    text = validation.optional_text(command.text, "text")

    def change(work: Work, ticket: Ticket) -> Ticket:
        who = work.transaction.follower(ticket.number, command.conversation_id, command.phone)
        if who is not None:
            return follower_left(work, ticket, who, command.by)
        if is_same(ticket, command.conversation_id, command.phone):
            return first_left(work, ticket, command.by, text)
        raise TicketNotFound("this person does not follow the ticket")

    return carry_out(office, command, Command.LEAVE, change, follow_merges=True)


def follower_left(work: Work, ticket: Ticket, who: Follower, by: Actor) -> Ticket:
    """A follower goes; the ticket goes on."""
    note = _note(work, ticket, Command.LEAVE, by)
    work.transaction.save_follower(who.left(work.now))
    after = work.transaction.save_ticket(ticket, replace(ticket, followers=ticket.followers - 1))
    work.transaction.add_event(work.event(after, EventKind.TICKET_LEFT, note))
    return after


def first_left(work: Work, ticket: Ticket, by: Actor, text: str) -> Ticket:
    """The first complainant goes: who follows longest takes the place; alone, he or she takes the ticket back."""
    heir = longest(work.transaction.followers(ticket.number))
    if heir is None:
        moved = ticket.moved(Command.WITHDRAW, by, work.now, reason=text)
        after = work.transaction.save_ticket(ticket, moved)
        announce(work.transaction, after, work.event(after, EventKind.TICKET_WITHDRAWN))
        parting.follow(work, ticket, after, Command.WITHDRAW)
        return after
    work.transaction.save_follower(heir.left(work.now))
    moved = ticket.moved(Command.LEAVE, by, work.now, reason=text, details={"first": True})
    inherited = replace(in_place_of_the_first(moved, heir), followers=ticket.followers - 1)
    after = work.transaction.save_ticket(ticket, inherited)
    parting.give_contact(work, ticket, after)
    work.transaction.add_event(work.event(after, EventKind.TICKET_LEFT))
    return after


def _added(work: Work, ticket: Ticket, by: Actor, text: str) -> Ticket:
    """The words of somebody who is on the ticket already: none are lost."""
    added = ticket.moved(Command.SUPPLEMENT, by, work.now, reason=text)
    after = work.transaction.save_ticket(ticket, added)
    work.transaction.add_event(work.event(after, EventKind.TICKET_SUPPLEMENTED))
    return after


def _note(work: Work, ticket: Ticket, step: Command, by: Actor) -> HistoryEntry:
    """What the table says to a join or a leave, for the event alone.

    Its record is the follower's own row. An entry of the ticket's history each would make a mass matter slow to read,
    and would raise the version under the hands of those who work on it.

    Raises:
        TransitionNotAllowed: the table has no such row.
    """
    return HistoryEntry(work.now, by, step, ticket.status, follow(ticket.status, step, by.role))
