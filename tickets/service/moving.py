"""The citizen's commands on a ticket that is there: urge, withdraw, supplement, dispute, rate.

Each goes the one path of `carrying.carry_out`. What the counters ask for (urging, supervision, the external list)
happens in the same transaction, as steps of the system with events of their own.
"""

from __future__ import annotations

from dataclasses import replace

from tickets.domain.follow_ups import followed_up
from tickets.domain.followers import Follower, is_same, key_of_citizen
from tickets.domain.people import Contact
from tickets.domain.ticket import Ticket
from tickets.domain.timing import timed
from tickets.domain.vocabulary import Command
from tickets.errors import InvalidTicket, TicketNotFound
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
        who = _follower(work, ticket, command.conversation_id)
        if who is None and _means_the_merged(work, ticket, command):
            who = _of_the_merged(work, ticket)
            if who is None:
                raise TicketNotFound("this person does not follow the ticket")
        who = who or _by_ending(work, ticket, command)
        if who is not None:
            return joining.follower_left(work, ticket, who, command.by)
        return joining.first_left(work, ticket, command.by, text)

    return carry_out(office, command, Command.WITHDRAW, change, follow_merges=True)


def supplement(office: Office, command: SupplementTicket) -> TicketReceipt:
    """See `TicketDesk.supplement`."""
    text = validation.supplement(command.text)

    def change(work: Work, ticket: Ticket) -> Ticket:
        moved = ticket.moved(Command.SUPPLEMENT, command.by, work.now, reason=text)
        if command.contact_phone and (work.merged is None or _is_of_the_merged(work, ticket)):
            moved = replace(moved, contact=_with_phone(ticket, command.contact_phone))
        elif command.contact_phone:
            _phone_of_the_merged(work, ticket, command.contact_phone)
        after = work.save(ticket, moved)
        parting.give_contact(work, ticket, after)
        return after

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


def _is_of_the_merged(work: Work, ticket: Ticket) -> bool:
    """Whether the ticket's own citizen is also that of the merged ticket whose number was given."""
    merged = work.merged
    return merged is not None and is_same(ticket, merged.conversation_id, merged.contact.phone)


def _means_the_merged(work: Work, ticket: Ticket, command: WithdrawTicket) -> bool:
    """Whether the one who asks is the citizen of the merged ticket whose number was given, and not the live one's."""
    if work.merged is None or _is_of_the_merged(work, ticket):
        return False
    if command.conversation_id is not None and command.conversation_id == ticket.conversation_id:
        return False
    return not command.phone_last4 or last4(work.merged.contact.phone) == command.phone_last4


def _of_the_merged(work: Work, ticket: Ticket) -> Follower | None:
    """The follower who was the citizen of the merged ticket whose number was given; None when he or she has left."""
    if work.merged is None:
        return None
    key = key_of_citizen(work.merged)
    return next((one for one in work.transaction.followers(ticket.number) if one.active and one.key == key), None)


def _with_phone(whose: Ticket | Follower, phone: str) -> Contact:
    """The contact of a citizen who had no telephone so far."""
    if whose.contact.phone:
        return whose.contact
    return validation.contact(replace(whose.contact, phone=phone), whose.confidentiality, callback=False)


def _phone_of_the_merged(work: Work, ticket: Ticket, phone: str) -> None:
    """Notes the telephone where its owner is: with the follower, and for a split on the merged ticket."""
    follower, merged = _of_the_merged(work, ticket), work.merged
    if follower is not None:
        work.transaction.save_follower(replace(follower, contact=_with_phone(follower, phone)))
    if merged is not None and merged.conversation_id:  # without one, the telephone would make it another person's key
        work.transaction.save_ticket(merged, replace(merged, contact=_with_phone(merged, phone)))


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
