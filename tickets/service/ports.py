"""What the tickets need of the outside: a store, an outbox, a classifier. Nouns only, no implementation.

Every implementation of a store passes the same contract tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np

from tickets.domain.competence import Ruling
from tickets.domain.events import TicketEvent
from tickets.domain.ticket import Ticket
from tickets.service.dispatch_ports import CorrectionStore, CorrectionTransaction
from tickets.service.parts_ports import PartsStore, PartsTransaction


@dataclass(frozen=True)
class TicketFilter:
    """Which tickets to list, newest first; None means any.

    Attributes:
        numbers: only these.
        filed_from, filed_until: aware; from is included, until is not.
        before: continue after this (filed_at, number) of the last ticket of the page before.
    """

    status: str | None = None
    unit: str | None = None
    nature: str | None = None
    category: str | None = None
    conversation_id: str | None = None
    numbers: tuple[str, ...] | None = None
    filed_from: datetime | None = None
    filed_until: datetime | None = None
    before: tuple[datetime, str] | None = None
    limit: int = 50


ANY_TICKET = TicketFilter()


@dataclass(frozen=True)
class OutboxEvent:
    """An event that waits to be delivered. `attempts` counts this one."""

    id: int
    event: TicketEvent
    attempts: int


@dataclass(frozen=True)
class Candidate:
    """A suggested category, its lead unit and how sure the model is (0 to 1; all of a text's add up to at most 1).

    `sure`: it may be chosen without a person, by the model's own measured threshold; None where none was measured.
    """

    category: str
    unit: str
    score: float
    sure: bool | None = None


@dataclass(frozen=True)
class EvidenceWord:
    """A word of the text that spoke for the category, at text[start:end]; `weight` is how much it did."""

    text: str = field(repr=False)
    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class EvidenceExample:
    """A text the model knows that means nearly the same; `score` is the cosine, 1 for the same."""

    text: str = field(repr=False)
    language: str
    category: str
    score: float


@dataclass(frozen=True)
class Suggestion:
    """Candidates, best first, and why.

    Attributes:
        sure: the first may be chosen without a person; measured, see docs/howto/dispatch.md.
        threshold: the probability from which on that is so.
        words: what spoke for the first, the strongest first; empty when its meaning alone did.
        nearest: known texts that are most alike.
    """

    candidates: Sequence[Candidate]
    sure: bool
    threshold: float
    words: Sequence[EvidenceWord] = ()
    nearest: Sequence[EvidenceExample] = ()


class TicketTransaction(PartsTransaction, CorrectionTransaction, Protocol):
    """Changes that happen together or not at all."""

    def claim_command(self, kind: str, key: str, at: datetime) -> str | None:
        """Takes an idempotency key for this transaction; the ticket number of the earlier command if it is taken.

        Waits for a transaction that holds the same key.
        """
        ...

    def claim_filing(self, key: str, at: datetime, category: str | None) -> tuple[str | None, list[Ruling]]:
        """Takes the key of a filing as `claim_command` does, and reads the rulings on its category, if it has one."""
        ...

    def complete_command(self, kind: str, key: str, number: str) -> None:
        """Says which ticket the claimed key belongs to."""
        ...

    def add_ticket(self, ticket: Ticket) -> bool:
        """Stores a new ticket with contact, clocks and history; False when its number is taken."""
        ...

    def ticket(self, number: str) -> Ticket | None:
        """The ticket, kept from others until the transaction ends."""
        ...

    def save_ticket(self, before: Ticket, after: Ticket) -> Ticket:
        """Stores what changed from `before` to `after` and gives it with its version raised; history is only added
        to."""
        ...

    def add_event(self, event: TicketEvent) -> None:
        """Puts an event into the outbox."""
        ...

    def add_events(self, events: Sequence[TicketEvent]) -> None:
        """Puts many events into the outbox at once, in their order."""
        ...


@dataclass(frozen=True)
class DueClock:
    """A clock that came due and is claimed until `held_until`."""

    number: str
    position: int
    held_until: datetime


@dataclass(frozen=True)
class UnitNotice:
    """What a unit is told of a deadline; `reason` is `<clock>_near` or `<clock>_overdue`, the store gives the `id`."""

    unit: str
    number: str
    reason: str
    due_at: datetime
    at: datetime
    id: int = 0
    seen_at: datetime | None = None
    seen_by: str | None = None


@dataclass(frozen=True)
class Settling:
    """What becomes of a claimed clock.

    Attributes:
        wake_at: when to look at it next; None: never.
        events, notices: what is told of it, stored together with that.
    """

    wake_at: datetime | None
    events: tuple[TicketEvent, ...] = ()
    notices: tuple[UnitNotice, ...] = ()


class ClockStore(Protocol):
    """Clocks that come due; several workers may claim at the same time."""

    def claim_clocks(self, now: datetime, limit: int, lease: timedelta) -> Sequence[DueClock]:
        """Takes clocks whose time to be looked at has come, the longest due first, and keeps them for `lease`."""
        ...

    def settle_clock(self, clock: DueClock, settling: Settling) -> bool:
        """Says what becomes of a claimed clock, in one transaction.

        Does nothing and gives False when the claim is over: the clock changed, or others hold it by now. The
        ticket's version stays as it is.
        """
        ...

    def unit_notices(self, unit: str, *, unseen: bool = True, limit: int = 50) -> Sequence[UnitNotice]:
        """What a unit was told of deadlines, the newest first."""
        ...

    def mark_notices_seen(self, unit: str, ids: Sequence[int], at: datetime, by: str) -> int:
        """Somebody of the unit has seen these; says how many were unseen."""
        ...

    def get(self, number: str) -> Ticket | None:
        """One ticket."""
        ...

    def find(self, filters: TicketFilter) -> list[Ticket]:
        """Tickets, newest first."""
        ...


@dataclass(frozen=True)
class OutboxHealth:
    """What waits to be told.

    Attributes:
        oldest_at: since when the event waits that could not be delivered so far and waits longest; None: there is
            none. What only waits for its moment does not count.
        dead: how many were given up and not tried again.
    """

    waiting: int
    oldest_at: datetime | None
    dead: int


@dataclass(frozen=True)
class OutboxEntry:
    """An event of the outbox as people see it; no text of a citizen is in it."""

    id: int
    event: TicketEvent
    attempts: int
    next_attempt_at: datetime | None
    sent_at: datetime | None
    dead_at: datetime | None
    last_error: str | None

    @property
    def state(self) -> str:
        """`sent`, `dead` or `waiting`."""
        return "sent" if self.sent_at else "dead" if self.dead_at else "waiting"


class OutboxStore(Protocol):
    """Events that wait; several workers may claim at the same time."""

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        """Takes due events, the oldest first and only one of each ticket for each conversation, and keeps them from
        others for `lease`."""
        ...

    def mark_sent(self, event: OutboxEvent, at: datetime) -> None:
        """The event was delivered."""
        ...

    def mark_failed(self, event: OutboxEvent, error: str, at: datetime, retry_at: datetime | None) -> None:
        """The event was not delivered; with `retry_at` None it never will be."""
        ...

    def mark_later(self, event: OutboxEvent, at: datetime) -> None:
        """The event is to be tried again at `at`; this attempt does not count."""
        ...

    def waiting_events(self) -> int:
        """How many events are neither sent nor given up."""
        ...

    def outbox_health(self) -> OutboxHealth:
        """What waits, since when, and what was given up."""
        ...

    def outbox_entries(self, state: str | None = None, limit: int = 50) -> Sequence[OutboxEntry]:
        """Events that are not delivered (or those of one state: waiting, dead, sent), the oldest first."""
        ...

    def retry_events(self, now: datetime, ids: Sequence[int] | None = None) -> int:
        """Gives given-up events (all, or these) a new life: due at `now`, no attempts yet. Says how many."""
        ...


class TicketStore(OutboxStore, ClockStore, PartsStore, CorrectionStore, Protocol):
    """All tickets. Every method raises `StoreUnavailable` when the store does not answer."""

    def transaction(self) -> AbstractContextManager[TicketTransaction]:
        """A write transaction: committed on leaving, rolled back on an exception."""
        ...

    def get(self, number: str) -> Ticket | None:
        """One ticket."""
        ...

    def find(self, filters: TicketFilter) -> list[Ticket]:
        """Tickets, newest first."""
        ...

    def failed_lookups(self, number: str, since: datetime) -> int:
        """How many wrong pairs were given for `number` since then."""
        ...

    def record_failed_lookup(self, number: str, at: datetime, forget_before: datetime) -> None:
        """Counts a wrong pair, and forgets all older than `forget_before`."""
        ...

    def provisional_numbers(self, after: str, limit: int) -> list[str]:
        """Numbers beyond `after`, in order, of tickets with a running clock that is provisional."""
        ...

    def ping(self) -> None:
        """Raises `StoreUnavailable` unless tickets can be read."""
        ...

    def close(self) -> None:
        """Gives connections back."""
        ...


class CategorySuggester(Protocol):
    """Says which category a text speaks for, and why."""

    def suggest_with_evidence(
        self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 3
    ) -> Suggestion:
        """The best `limit` categories, never none; the words and the known texts that speak for the first, and whether
        it is sure enough.

        Args:
            vector: the text's sentence embedding (384), if the caller has it already.

        Raises:
            ClassifierUnavailable: there is nothing to suggest a category from, or it does not answer.
        """
        ...


class CategoryClassifier(CategorySuggester, Protocol):
    """Suggests the category of a matter from its text."""

    def suggest(self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 5) -> list[Candidate]:
        """Best first, never empty; `vector` as for `suggest_with_evidence`."""
        ...

    def suggest_many(
        self, texts: Sequence[str], vectors: np.ndarray[Any, Any] | None = None, limit: int = 5
    ) -> list[list[Candidate]]:
        """As `suggest`, for many texts at once."""
        ...
