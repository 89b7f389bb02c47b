"""Reads tickets for a change: locked in one order everywhere, and found by whatever they were merged into.

The order is: the parent before its parts, else the lower number first. Two commands that need the same tickets
therefore never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable

from tickets.domain.number import clean_number
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Status
from tickets.errors import StoreUnavailable, TicketNotFound
from tickets.service.ports import TicketTransaction


class PartMoved(StoreUnavailable):
    """The part went to another ticket just now; the command is to be repeated."""


def number_of(text: str, field: str = "number") -> str:
    """The ticket number in `text`.

    Raises:
        TicketNotFound: it is none.
    """
    number = clean_number(text)
    if number is None:
        raise TicketNotFound(f"{field}: {text!r} is no ticket number; it has 14 digits")
    return number


def locked(transaction: TicketTransaction, number: str) -> Ticket:
    """The ticket, its parent locked before it.

    Raises:
        TicketNotFound: there is no such ticket.
        PartMoved: the part went to another parent just now; the transaction is to be begun again.
    """
    parent = transaction.parent_of(number)
    if parent is not None:
        transaction.ticket(parent)
    ticket = transaction.ticket(number)
    if ticket is None:
        raise TicketNotFound()
    if ticket.parent != parent:
        raise PartMoved
    return ticket


def head(transaction: TicketTransaction, number: str) -> Ticket:
    """The ticket, or the live one it was merged into.

    Raises:
        TicketNotFound: there is no such ticket.
    """
    ticket = locked(transaction, number)
    seen = {ticket.number}
    while ticket.status is Status.MERGED and ticket.duplicate_of and ticket.duplicate_of not in seen:
        seen.add(ticket.duplicate_of)
        ticket = locked(transaction, ticket.duplicate_of)
    return ticket


def all_locked(transaction: TicketTransaction, numbers: Iterable[str]) -> dict[str, Ticket]:
    """The tickets by number, locked in the one order. None of them may be a part.

    Raises:
        TicketNotFound: one of them is not there.
    """
    found: dict[str, Ticket] = {}
    for number in sorted(set(numbers)):
        found[number] = locked(transaction, number)
    return found
