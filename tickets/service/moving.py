"""The citizen's commands on a ticket that is there: urge, withdraw, supplement, dispute, rate.

Each goes the one path of `carrying.carry_out`. What the counters ask for (urging, supervision, the external list)
happens in the same transaction, as steps of the system with events of their own.
"""

from __future__ import annotations

from dataclasses import replace

from tickets.domain.follow_ups import followed_up
from tickets.domain.followers import Follower
from tickets.domain.ticket import Ticket
from tickets.domain.timing import timed
from tickets.domain.vocabulary import Command
from tickets.errors import InvalidTicket
from tickets.service import joining, parting, validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.commands import DisputeTicket, RateTicket, SupplementTicket, UrgeTicket, WithdrawTicket
from tickets.service.lookup import last4
from tickets.service.receipts import TicketReceipt


def urge(office: Office, command: UrgeTicket) -> TicketReceipt:
    """See `TicketDesk.urge`."""
    text = validation.optional_text(command.text, "text")

    def change(work: Work, ticket: Ticket) -> Ticket:
        return work.save(ticket, ticket.moved(Command.URGE, command.by, work.now, reason=text))

    return carry_out(office, command, Command.URGE, change, follow_merges=True)


def withdraw(office: Office, command: WithdrawTicket) -> TicketReceipt:
    """See `TicketDesk.withdraw`."""
    text = validation.optional_text(command.text, "text")

    def change(work: Work, ticket: Ticket) -> Ticket:
        who = _follower(work, ticket, command.conversation_id) or _by_ending(work, ticket, command)
        if who is not None:
            return joining.follower_left(work, ticket, who, command.by)
        return joining.first_left(work, ticket, command.by, text)

    return carry_out(office, command, Command.WITHDRAW, change, follow_merges=True)


def supplement(office: Office, command: SupplementTicket) -> TicketReceipt:
    """See `TicketDesk.supplement`."""
    text = validation.supplement(command.text)

    def change(work: Work, ticket: Ticket) -> Ticket:
        moved = ticket.moved(Command.SUPPLEMENT, command.by, work.now, reason=text)
        if command.contact_phone and not ticket.contact.phone:
            given = replace(ticket.contact, phone=command.contact_phone)
            moved = replace(moved, contact=validation.contact(given, ticket.confidentiality, callback=False))
        return work.save(ticket, moved)

    return carry_out(office, command, Command.SUPPLEMENT, change, follow_merges=True)


def dispute(office: Office, command: DisputeTicket) -> TicketReceipt:
    """See `TicketDesk.dispute`."""
    text = validation.optional_text(command.text, "text")

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.DISPUTE, command.by)
        work.actor = _follower(work, ticket, command.conversation_id)
        moved = ticket.moved(Command.DISPUTE, command.by, work.now, reason=text)
        timely = timed(ticket, moved, Command.DISPUTE, work.catalogue, work.rules, work.now)
        return _saved_with_follow_ups(work, ticket, timely, Command.DISPUTE)

    return carry_out(office, command, Command.DISPUTE, change, follow_merges=True)


def rate(office: Office, command: RateTicket) -> TicketReceipt:
    """See `TicketDesk.rate`."""
    details = {
        "solved": command.solved,
        "satisfied": command.satisfied,
        "score": validation.score(command.score),
    }
    text = validation.optional_text(command.text, "text")
    given = {name: value for name, value in details.items() if value is not None}
    if not given:
        raise InvalidTicket("rating_missing", "score", "say whether it is solved, whether it satisfies, or a score")

    def change(work: Work, ticket: Ticket) -> Ticket:
        parting.allowed(work.transaction, ticket, Command.RATE, command.by)
        moved = ticket.moved(Command.RATE, command.by, work.now, reason=text, details=given)
        return _saved_with_follow_ups(work, ticket, moved, Command.REOPEN)

    return carry_out(office, command, Command.RATE, change, follow_merges=True)


def _follower(work: Work, ticket: Ticket, conversation_id: str | None) -> Follower | None:
    """The follower who speaks in this conversation; None when it is the ticket's own citizen, or nobody known."""
    if not conversation_id or not ticket.followers or conversation_id == ticket.conversation_id:
        return None
    return work.transaction.follower(ticket.number, conversation_id, None)


def _by_ending(work: Work, ticket: Ticket, command: WithdrawTicket) -> Follower | None:
    """The follower whose telephone ends so; nobody when it is the ticket's own citizen who asks."""
    own = command.conversation_id is not None and command.conversation_id == ticket.conversation_id
    if own or not ticket.followers or not command.phone_last4 or last4(ticket.contact.phone) == command.phone_last4:
        return None
    followers = work.transaction.followers(ticket.number)
    return next((one for one in followers if one.active and last4(one.contact.phone) == command.phone_last4), None)


def _saved_with_follow_ups(work: Work, before: Ticket, moved: Ticket, reopening: Command) -> Ticket:
    """Stores what the citizen said with what the counters ask for; parts follow a ticket that opens again."""
    after = work.save(before, followed_up(before, moved, work.catalogue, work.rules, work.now))
    if any(
        entry.command == reopening and entry.before != entry.after for entry in after.history[len(before.history) :]
    ):
        parting.follow(work, before, after, reopening)
    return after
