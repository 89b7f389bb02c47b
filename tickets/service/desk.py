"""The one face of the tickets: everything that can be asked of them goes through `TicketDesk`.

The desk is synchronous and safe to use from several threads. It speaks no language and formats nothing; when the
store fails it raises and claims nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.corrections import Correction
from tickets.domain.number import RANDOM_NUMBERS, clean_number
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import HOTLINE_UNIT
from tickets.errors import TicketNotFound
from tickets.service import advancing, cars, categorising, correcting, filing, lookup, moving, records, recounting
from tickets.service.carrying import Office
from tickets.service.cars import AnswerCar, VehicleRegistry
from tickets.service.commands import (
    AdvanceTicket,
    DisputeTicket,
    FileTicket,
    RateTicket,
    SupplementTicket,
    UrgeTicket,
    WithdrawTicket,
)
from tickets.service.correcting import CorrectCategory
from tickets.service.parts_desk import PartsDesk
from tickets.service.placing import Placing
from tickets.service.ports import (
    ANY_TICKET,
    CategorySuggester,
    ClockStore,
    OutboxStore,
    TicketFilter,
    TicketStore,
)
from tickets.service.receipts import TicketReceipt


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _random() -> int:
    return secrets.randbelow(RANDOM_NUMBERS)


class TicketDesk(PartsDesk):
    """Files, moves, finds and lists tickets.

    Args:
        now: gives the present as an aware datetime.
        random: gives 0 to 999,999 for ticket numbers.
        placing: the city's map and duties; None: a city without a map.
        vehicles: whom cars belong to; None: the traffic police have every car that is in the way at once.
        suggester: proposes a category for what is filed without one; None: it waits for a person.
    """

    def __init__(
        self,
        store: TicketStore,
        catalogue: Catalogue,
        rules: ClockRules,
        now: Callable[[], datetime] = _utc_now,
        random: Callable[[], int] = _random,
        placing: Placing | None = None,
        vehicles: VehicleRegistry | None = None,
        suggester: CategorySuggester | None = None,
    ) -> None:
        self._store = store
        self._rules = rules
        self._now = now
        self._random = random
        self._suggester = suggester
        self.catalogue = catalogue
        self.placing = placing
        self.vehicles = vehicles

    def _office(self) -> Office:
        return Office(self._store, self.catalogue, self._rules, self._now(), self._random, self.placing)

    @property
    def outbox(self) -> OutboxStore:
        """Events that wait for `tickets.service.outbox.relay`."""
        return self._store

    @property
    def clocks(self) -> ClockStore:
        """Clocks that wait for `tickets.service.clockwork.scan`, and what units were told of them."""
        return self._store

    def file(self, command: FileTicket) -> TicketReceipt:
        """Files a ticket: ticket, contact, clocks, history and event in one transaction.

        One without a category gets what its text speaks for, if that is sure.

        Raises:
            InvalidTicket: a field cannot be used; `error.field` says which.
            StoreUnavailable: nothing is known to be filed; repeat the same command later.
        """
        command = categorising.categorised(command, self._suggester, self.catalogue)
        return filing.file_ticket(
            self._store, self.catalogue, self._rules, command, self._now(), self._random, self.placing, self.vehicles
        )

    def urge(self, command: UrgeTicket) -> TicketReceipt:
        """Presses for an open ticket. Raises as `advance` does."""
        return moving.urge(self._office(), command)

    def withdraw(self, command: WithdrawTicket) -> TicketReceipt:
        """Takes an open ticket back. Raises as `advance` does."""
        return moving.withdraw(self._office(), command)

    def supplement(self, command: SupplementTicket) -> TicketReceipt:
        """Adds facts to an open ticket. Raises as `advance` does."""
        return moving.supplement(self._office(), command)

    def dispute(self, command: DisputeTicket) -> TicketReceipt:
        """Reopens an answered ticket with new clocks. Raises as `advance` does."""
        return moving.dispute(self._office(), command)

    def rate(self, command: RateTicket) -> TicketReceipt:
        """Notes the citizen's judgement of an answered ticket. Raises as `advance` does."""
        return moving.rate(self._office(), command)

    def advance(self, command: AdvanceTicket) -> TicketReceipt:
        """Moves a ticket on, by staff or a clock.

        Raises:
            InvalidTicket: a field cannot be used.
            TicketNotFound: there is no such ticket.
            TicketChanged: it is no longer as the caller saw it.
            TransitionNotAllowed: the ticket's status or the actor's role forbids it.
            RuleForbids: a rule does; `error.code` says which, the message what to do instead.
            IdempotencyKeyReused: the key was used for another ticket.
            StoreUnavailable: nothing is known to have happened; repeat the same command later.
        """
        return advancing.advance(self._office(), command)

    @property
    def owner_minutes(self) -> int:
        """How long the owner of a car in the way may take to answer."""
        clock = self._rules.car(HOTLINE_UNIT, self._now())
        return round((clock.due_at - clock.started_at).total_seconds() / 60)

    def answer_car(self, command: AnswerCar) -> TicketReceipt:
        """Takes the answer of the owner of a car that is in the way. Raises as `advance` does."""
        return cars.answer(self._office(), command)

    def correct_category(self, command: CorrectCategory) -> TicketReceipt:
        """Gives a ticket another category, and keeps that for the next training. Raises as `advance` does."""
        return correcting.correct_category(self._office(), command)

    def corrections(self) -> list[Correction]:
        """All corrections of categories, the oldest first."""
        return self._store.corrections()

    def get(self, number: str) -> Ticket:
        """One ticket, for those who may see all of it; spaces and hyphens in the number do not matter.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        ticket = self._store.get(clean_number(number) or "")
        if ticket is None:
            raise TicketNotFound(f"there is no ticket {number!r}")
        return ticket

    def find_for_citizen(self, number: str, phone_last4: str) -> Ticket:
        """The ticket of who knows its number and the last four digits of its telephone.

        Raises:
            TicketNotFound: number unknown or pair wrong; both answer alike.
            LookupBlocked: ten wrong pairs were given for this number within an hour.
        """
        return lookup.find_for_citizen(self._store, number, phone_last4, self._now())

    def of_conversation(self, conversation_id: str) -> list[Ticket]:
        """The tickets filed in a conversation and those it follows, newest first."""
        filed = self._store.find(TicketFilter(conversation_id=conversation_id, limit=1000))
        followed = set(self._store.followed_by(conversation_id)) - {ticket.number for ticket in filed}
        if followed:
            filed += self._store.find(TicketFilter(numbers=tuple(sorted(followed)), limit=1000))
            filed.sort(key=lambda ticket: (ticket.filed_at, ticket.number), reverse=True)
        return filed

    def list(self, filters: TicketFilter = ANY_TICKET) -> list[Ticket]:
        """Tickets, newest first."""
        return self._store.find(filters)

    def reveal(self, number: str, by: Actor, reason: str) -> Ticket:
        """One ticket for somebody who sees its personal data; who and why goes into its history.

        Raises:
            InvalidTicket: no reason was given.
            TicketNotFound: there is no such ticket.
        """
        return records.reveal(self._store, number, by, reason, self._now())

    def export(
        self, filters: TicketFilter = ANY_TICKET, *, by: Actor | None = None, reason: str | None = None
    ) -> Iterator[dict[str, object]]:
        """All tickets that match, newest first, as flat rows; `filters.limit` is the size of a page here.

        Personal data is masked unless `reason` and `by` are given; then each ticket's history notes the reveal.
        """
        return records.export(self._store, self.catalogue, filters, by, reason, self._now)

    def recompute_provisional(self) -> int:
        """Counts provisional deadlines anew on the present calendar; gives how many tickets have another one now."""
        return recounting.recompute_provisional(self._office())

    def ready(self) -> None:
        """Raises StoreUnavailable unless tickets can be read now."""
        self._store.ping()

    def close(self) -> None:
        """Gives the store's connections back."""
        self._store.close()
