"""What the tickets need of the outside: a store, an outbox, a classifier. Nouns only, no implementation.

Every implementation of a store passes the same contract tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np

from tickets.domain.events import TicketEvent
from tickets.domain.ticket import Ticket


@dataclass(frozen=True)
class TicketFilter:
    """Which tickets to list, newest first; None means any.

    Attributes:
        filed_from, filed_until: aware; from is included, until is not.
        before: continue after this (filed_at, number) of the last ticket of the page before.
    """

    status: str | None = None
    unit: str | None = None
    nature: str | None = None
    category: str | None = None
    conversation_id: str | None = None
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
    """A suggested category, its lead unit and how sure the model is (0 to 1; all of a text's add up to at most 1)."""

    category: str
    unit: str
    score: float


class TicketTransaction(Protocol):
    """Changes that happen together or not at all."""

    def claim_command(self, kind: str, key: str, at: datetime) -> str | None:
        """Takes an idempotency key for this transaction; the ticket number of the earlier command if it is taken.

        Waits for a transaction that holds the same key.
        """
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

    def save_ticket(self, before: Ticket, after: Ticket) -> None:
        """Stores what changed from `before` to `after`; history is only added to."""
        ...

    def add_event(self, event: TicketEvent) -> None:
        """Puts an event into the outbox."""
        ...


class OutboxStore(Protocol):
    """Events that wait; several workers may claim at the same time."""

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        """Takes due events, the oldest first and only one of each ticket, and keeps them from others for `lease`."""
        ...

    def mark_sent(self, event: OutboxEvent, at: datetime) -> None:
        """The event was delivered."""
        ...

    def mark_failed(self, event: OutboxEvent, error: str, at: datetime, retry_at: datetime | None) -> None:
        """The event was not delivered; with `retry_at` None it never will be."""
        ...

    def waiting_events(self) -> int:
        """How many events are neither sent nor given up."""
        ...


class TicketStore(OutboxStore, Protocol):
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

    def ping(self) -> None:
        """Raises `StoreUnavailable` unless tickets can be read."""
        ...

    def close(self) -> None:
        """Gives connections back."""
        ...


class CategoryClassifier(Protocol):
    """Suggests the category of a matter from its text."""

    def suggest(self, text: str, vector: np.ndarray[Any, Any] | None = None, limit: int = 5) -> list[Candidate]:
        """Best first, never empty.

        Args:
            vector: the text's sentence embedding (384), if the caller has it already.
        """
        ...

    def suggest_many(
        self, texts: Sequence[str], vectors: np.ndarray[Any, Any] | None = None, limit: int = 5
    ) -> list[list[Candidate]]:
        """As `suggest`, for many texts at once."""
        ...
