"""Reads tickets for a change: locked in one order everywhere, and found by whatever they were merged into.

The order is: the parent before its parts, else the lower number first. Two commands that need the same tickets
therefore never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from tickets.domain.number import clean_number
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Status
from tickets.errors import StoreUnavailable, TicketNotFound
from tickets.service.ports import TicketTransaction


class PartMoved(StoreUnavailable):
    """A part went to another ticket just now, or tickets were merged or split; the command is to be repeated."""


Done = TypeVar("Done")
_ATTEMPTS = 3


def begun_again(attempt: Callable[[], Done]) -> Done:
    """Carries out a transaction, from its beginning again where its tickets moved meanwhile.

    Raises:
        PartMoved: they did so each time.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except PartMoved:
            continue  # nothing is stored, and the next look finds them where they are now
    return attempt()


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


def live(transaction: TicketTransaction, number: str) -> tuple[Ticket, Ticket]:
    """The ticket, and the live one that it was merged into (itself, where it was not).

    Which that is is read without a lock first: locked one after the other as they are found, a merged ticket and its
    live one would be locked in the other order than by who splits them.

    Raises:
        TicketNotFound: there is no such ticket.
        PartMoved: they were merged or split just now; the transaction is to be begun again.
    """
    into = transaction.duplicate_of(number)
    if into is None:
        ticket = locked(transaction, number)
        if ticket.status is Status.MERGED:
            raise PartMoved
        return ticket, ticket
    found = all_locked(transaction, (number, into))
    asked, head = found[number], found[into]
    if asked.duplicate_of != into or asked.status is not Status.MERGED or head.status is Status.MERGED:
        raise PartMoved
    return asked, head


def all_locked(transaction: TicketTransaction, numbers: Iterable[str]) -> dict[str, Ticket]:
    """The tickets by number, locked in the one order. None of them may be a part.

    Raises:
        TicketNotFound: one of them is not there.
    """
    found: dict[str, Ticket] = {}
    for number in sorted(set(numbers)):
        found[number] = locked(transaction, number)
    return found
