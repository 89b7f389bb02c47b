"""The one path of the commands that involve several people, units or tickets.

Claim the key, lock the ticket, let the rule decide, store all tickets and events together. A refused command leaves
no trace, so the same key may be used again once it is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.events import EventKind, TicketEvent, event_of, kind_of
from tickets.domain.followers import Follower
from tickets.domain.history import HistoryEntry
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.errors import IdempotencyKeyReused, TicketChanged
from tickets.service import families, part_dates, validation
from tickets.service.announcing import announce
from tickets.service.placing import Placing
from tickets.service.ports import TicketStore, TicketTransaction
from tickets.service.receipts import TicketReceipt


class Asked(Protocol):
    """What every such command has."""

    @property
    def idempotency_key(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def by(self) -> Actor: ...


@dataclass
class Work:
    """What a rule works with: the transaction, the city, the present, and a key of its own for each event.

    Attributes:
        random: gives 0 to 999,999 for numbers of new sub-tickets.
        actor: the follower who acts; None for everybody else, the first complainant included.
        placing: the city's map and duties; None: a city without a map.
        merged: the ticket whose number was given, where it was merged into the one that is acted on.
    """

    transaction: TicketTransaction
    catalogue: Catalogue
    rules: ClockRules
    now: datetime
    random: Callable[[], int]
    key: str
    events: int = field(default=0)
    actor: Follower | None = None
    placing: Placing | None = None
    merged: Ticket | None = None

    def save(self, before: Ticket, after: Ticket, *, followers: list[Follower] | None = None) -> Ticket:
        """Stores a changed ticket and tells what each of its new history entries says, in their order.

        The dates of its open parts follow its own.
        """
        saved = self.transaction.save_ticket(before, after)
        for entry in saved.history[len(before.history) :]:
            kind = kind_of(entry.command)
            announce(self.transaction, saved, self.event(saved, kind, entry), actor=self.actor, followers=followers)
        part_dates.follow(self, before, saved)
        return saved

    def event(
        self, ticket: Ticket, kind: EventKind = EventKind.TICKET_ADVANCED, entry: HistoryEntry | None = None
    ) -> TicketEvent:
        """The event of one history entry of a ticket (default: the last); unique within the command."""
        self.events += 1
        suffix = "" if self.events == 1 else f"|{self.events}|{ticket.number}"
        return event_of(kind, ticket, f"{self.key}{suffix}", entry)


@dataclass(frozen=True)
class Office:
    """What the desk lends to a command: store, city, rules of clocks, the present, numbers, and the map if any."""

    store: TicketStore
    catalogue: Catalogue
    rules: ClockRules
    now: datetime
    random: Callable[[], int]
    placing: Placing | None = None


def carry_out(
    office: Office,
    command: Asked,
    kind: str,
    change: Callable[[Work, Ticket], Ticket],
    *,
    follow_merges: bool = False,
) -> TicketReceipt:
    """Carries one command out.

    Args:
        change: gets the locked ticket, stores whatever changes and gives the ticket to be shown.
        follow_merges: for a merged ticket, the live one it went into is meant.

    Raises:
        TicketNotFound: there is no such ticket.
        IdempotencyKeyReused: the key was used for another ticket.
        TicketChanged: somebody else was faster than the version that the caller saw.
    """
    return families.begun_again(lambda: _attempt(office, command, kind, change, follow_merges=follow_merges))


def _attempt(
    office: Office, command: Asked, kind: str, change: Callable[[Work, Ticket], Ticket], *, follow_merges: bool
) -> TicketReceipt:
    key = validation.idempotency_key(command.idempotency_key)
    number = families.number_of(command.number)
    with office.store.transaction() as transaction:
        earlier = transaction.claim_command(kind, key, office.now)
        if earlier is not None and earlier != number:
            raise IdempotencyKeyReused()
        if follow_merges:
            asked, ticket = families.live(transaction, number)
        else:
            asked = ticket = families.locked(transaction, number)
        if earlier is not None:
            return TicketReceipt.of(ticket, created=False)
        expect(ticket, getattr(command, "expected_version", None))
        work = Work(
            transaction,
            office.catalogue,
            office.rules,
            office.now,
            office.random,
            f"{kind}|{key}",
            placing=office.placing,
            merged=None if asked is ticket else asked,
        )
        after = change(work, ticket)
        transaction.complete_command(kind, key, number)
    return TicketReceipt.of(after, created=True)


def expect(ticket: Ticket, version: int | None) -> None:
    """Refuses a command whose caller saw an older state.

    Raises:
        TicketChanged: with who did what since then.
    """
    if version is not None and version != ticket.version:
        raise TicketChanged.since(ticket, version)
