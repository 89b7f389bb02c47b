"""Merges a ticket into another one and takes it out again, with its people and its parts; every one of them is told.

All tickets that change are locked in the order of their numbers. What a merge moved is noted in the history of the
merged ticket; the split reads it there and moves it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tickets.domain import merging as rules
from tickets.domain.followers import Follower, first_complainant, is_same, key_of_citizen
from tickets.domain.parts import open_parts
from tickets.domain.people import SYSTEM, Actor
from tickets.domain.ticket import HistoryEntry, Ticket
from tickets.domain.vocabulary import Command, Part
from tickets.errors import IdempotencyKeyReused
from tickets.service import families, part_dates, parting, validation
from tickets.service.carrying import Office, Work, expect
from tickets.service.parts_commands import MergeTicket, SplitTicket
from tickets.service.ports import TicketTransaction
from tickets.service.receipts import TicketReceipt

PART_MOVED = "move_part"
"""History word of a part that went to another parent."""


def merge(office: Office, command: MergeTicket) -> TicketReceipt:
    """See `TicketDesk.merge`."""
    return families.begun_again(lambda: _put_together(office, command))


def _put_together(office: Office, command: MergeTicket) -> TicketReceipt:
    key, reason = validation.idempotency_key(command.idempotency_key), validation.reason(command.reason)
    number, into = families.number_of(command.number), families.number_of(command.into, "into")
    with office.store.transaction() as transaction:
        earlier = transaction.claim_command(Command.MERGE, key, office.now)
        if earlier is not None and earlier != number:
            raise IdempotencyKeyReused()
        if earlier is not None:
            return TicketReceipt.of(families.locked(transaction, number), created=False)
        ticket, head, others = _matter(transaction, number, into)
        expect(ticket, command.expected_version)
        work = Work(transaction, office.catalogue, office.rules, office.now, office.random, f"{Command.MERGE}|{key}")
        rules.check_merge(ticket, head, command.by.role)
        after = _merge(work, ticket, head, others, command.by, reason)
        transaction.complete_command(Command.MERGE, key, number)
    return TicketReceipt.of(after, created=True)


def split(office: Office, command: SplitTicket) -> TicketReceipt:
    """See `TicketDesk.split`."""
    return families.begun_again(lambda: _taken_apart(office, command))


def _taken_apart(office: Office, command: SplitTicket) -> TicketReceipt:
    key, reason = validation.idempotency_key(command.idempotency_key), validation.reason(command.reason)
    number = families.number_of(command.number)
    with office.store.transaction() as transaction:
        earlier = transaction.claim_command(Command.SPLIT, key, office.now)
        if earlier is not None and earlier != number:
            raise IdempotencyKeyReused()
        if earlier is not None:
            return TicketReceipt.of(families.locked(transaction, number), created=False)
        ticket, head, others = _matter(transaction, number, number)
        expect(ticket, command.expected_version)
        work = Work(transaction, office.catalogue, office.rules, office.now, office.random, f"{Command.SPLIT}|{key}")
        after = _split(work, ticket, head, others, command.by, reason)
        transaction.complete_command(Command.SPLIT, key, number)
    return TicketReceipt.of(after, created=True)


def _matter(transaction: TicketTransaction, number: str, into: str) -> tuple[Ticket, Ticket, dict[str, Ticket]]:
    """The ticket, the head that `into` stands for, and all that are merged into either, locked in one order.

    Which these are is read first without locks, and checked again once they are locked.

    Raises:
        PartMoved: others merged or split them just now. Locking more now would be out of order.
    """
    head = into
    while (further := transaction.duplicate_of(head)) is not None:
        head = further
    merged = {*transaction.merged_into(number), *transaction.merged_into(head)}
    found = families.all_locked(transaction, {number, head, *merged})
    now_merged = {*transaction.merged_into(number), *transaction.merged_into(head)}
    if transaction.duplicate_of(head) is not None or not now_merged <= set(found):
        raise families.PartMoved
    return found[number], found[head], found


def _merge(work: Work, ticket: Ticket, head: Ticket, others: Mapping[str, Ticket], by: Actor, reason: str) -> Ticket:
    transaction = work.transaction
    behind = [others[each] for each in transaction.merged_into(ticket.number)]
    parts = [part for part in transaction.children(ticket.number) if part.is_open] if ticket.part is Part.LEAD else []
    rules.check_parts(ticket, head, parts, by.role)
    details = {"into": head.number, "parts": [each.number for each in parts]}
    moved = ticket.moved(Command.MERGE, by, work.now, reason=reason, details=details)
    people = [each for each in transaction.followers(ticket.number) if each.active]
    after = work.save(ticket, replace(moved, duplicate_of=head.number, followers=0), followers=people)
    came = _bring(work, after, head, people)
    kept = _move_parts(work, parts, head)
    for each in behind:
        transaction.save_ticket(each, rules.redirected(each, head.number, work.now))
    noted = head.moved(
        Command.JOIN, by, work.now, reason=reason, details={"merged": ticket.number, "people": came, "parts": kept}
    )
    noted = rules.hastened(replace(noted, followers=head.followers + came), ticket)
    saved = transaction.save_ticket(head, replace(noted, part=Part.LEAD) if kept else noted)
    part_dates.hold(work, saved)
    return after


def _bring(work: Work, ticket: Ticket, head: Ticket, people: list[Follower]) -> int:
    """Moves the ticket's people to the head; gives how many it did not have yet."""
    there = {each.key: each for each in work.transaction.followers(head.number)}
    came = 0
    for each in people:
        work.transaction.save_follower(each.moved(head.number, work.now))
    first = first_complainant(ticket, head.number, work.now, ticket.number)
    for each in (first, *(each.on(head.number, work.now, ticket.number) for each in people)):
        known = there.get(each.key)
        if (known is not None and known.active) or is_same(head, each.conversation_id, each.contact.phone):
            continue
        work.transaction.save_follower(each)
        there[each.key] = each
        came += 1
    return came


def _move_parts(work: Work, parts: list[Ticket], head: Ticket) -> list[str]:
    """Gives open parts to the head; a unit that works there already hands its part back."""
    busy = {each.unit for each in open_parts(work.transaction.children(head.number))} | {head.unit}
    parting.take_back(work, (part for part in parts if part.unit in busy), Command.MERGE)
    kept = [part for part in parts if part.unit not in busy]
    for part in kept:
        work.transaction.save_ticket(part, _of_another(part, head.number, work))
    return [part.number for part in kept]


def _split(work: Work, ticket: Ticket, head: Ticket, others: Mapping[str, Ticket], by: Actor, reason: str) -> Ticket:
    transaction, noted = work.transaction, rules.merge_details(ticket)
    moved = ticket.moved(Command.SPLIT, by, work.now, reason=reason, details={"from": head.number})
    accept_class = work.catalogue.accept_class_of(ticket.category)
    clocks = rules.split_clocks(ticket, accept_class, work.rules, work.now)
    back, gone = _take_back_people(work, ticket, head, str(noted.get("into", head.number)))
    parts = _words(noted.get("parts"))
    own = [part for part in transaction.children(head.number) if part.number in parts and part.is_open]
    part = Part.LEAD if own or ticket.part is Part.LEAD else None
    restored = replace(moved.with_clocks(*clocks), duplicate_of=None, followers=back, part=part)
    after = work.save(ticket, restored)
    for each in own:
        transaction.save_ticket(each, _of_another(each, ticket.number, work))
    part_dates.hold(work, after)
    for behind in rules.behind(ticket.number, others):
        transaction.save_ticket(behind, rules.redirected(behind, ticket.number, work.now))
    left = head.moved(Command.LEAVE, by, work.now, reason=reason, details={"split": ticket.number, "people": gone})
    transaction.save_ticket(head, replace(left, followers=head.followers - gone))
    return after


def _take_back_people(work: Work, ticket: Ticket, head: Ticket, went_to: str) -> tuple[int, int]:
    """Moves the people of a merged ticket back; gives how many follow it again, and how many left the head.

    Who left in between stays away; who had joined the head on his or her own stays there, too.
    """
    transaction = work.transaction
    back = gone = 0
    for own in transaction.followers(ticket.number):
        if own.moved_to is None:
            continue
        stayed, left = _end_trail(work, own.key, ticket.number, own.moved_to)
        gone += left
        back += stayed
        transaction.save_follower(own.back() if stayed else replace(own, moved_to=None))
    _, left = _end_trail(work, key_of_citizen(ticket), ticket.number, went_to)
    return back, gone + left


def _end_trail(work: Work, key: str, origin: str, went_to: str) -> tuple[bool, int]:
    """Ends what a person follows only because `origin` was merged.

    Returns:
        Whether the person is still interested, and how many active rows ended (0 or 1).
    """
    trail: list[Follower] = []
    at: str | None = went_to
    while at is not None:
        row = next((each for each in work.transaction.followers(at) if each.key == key), None)
        if row is None:
            break
        trail.append(row)
        at = row.moved_to
    if not trail or trail[0].origin != origin:
        return True, 0  # the same person as the head's citizen, or there on his or her own
    ended = 0
    for row in trail:
        ended += row.active
        work.transaction.save_follower(replace(row.left(work.now), moved_to=None))
    return trail[-1].active, ended


def _of_another(part: Ticket, parent: str, work: Work) -> Ticket:
    entry = HistoryEntry(
        work.now, SYSTEM, PART_MOVED, part.status, part.status, "", {"from": part.parent, "to": parent}
    )
    return replace(part, parent=parent, history=(*part.history, entry))


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
