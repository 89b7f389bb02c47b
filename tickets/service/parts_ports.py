"""What several people, units and tickets need of the store: nouns only, no implementation.

The ports of the store (`tickets.service.ports`) include these; every implementation passes the same contract tests.
"""

from __future__ import annotations

from typing import Protocol

from tickets.domain.competence import Ruling
from tickets.domain.followers import Follower
from tickets.domain.ticket import Ticket


class PartsTransaction(Protocol):
    """Within one transaction. Whoever locks several tickets locks parents first, else the lower number first."""

    def parent_of(self, number: str) -> str | None:
        """The parent of a sub-ticket, without locking anything."""
        ...

    def duplicate_of(self, number: str) -> str | None:
        """The ticket a merged one went into, without locking anything."""
        ...

    def children(self, number: str) -> list[Ticket]:
        """The sub-tickets of a ticket, by number, kept from others until the transaction ends."""
        ...

    def merged_into(self, number: str) -> list[str]:
        """Numbers of the tickets that are merged into this one, without locking anything."""
        ...

    def followers(self, number: str) -> list[Follower]:
        """All followers a ticket has or had, the longest first."""
        ...

    def follower(self, number: str, conversation_id: str | None, phone: str | None) -> Follower | None:
        """The active follower who has this conversation or this telephone."""
        ...

    def save_follower(self, follower: Follower) -> None:
        """Stores a follower under ticket and key, new or changed."""
        ...

    def rulings(self, category: str | None = None) -> list[Ruling]:
        """All rulings on competence, the oldest first; only those on `category`, if given."""
        ...

    def add_ruling(self, ruling: Ruling) -> None:
        """Stores a ruling; rulings are never changed."""
        ...


class PartsStore(Protocol):
    """Reading. Every method raises `StoreUnavailable` when the store does not answer."""

    def children(self, number: str) -> list[Ticket]:
        """The sub-tickets of a ticket, by number."""
        ...

    def followers(self, number: str) -> list[Follower]:
        """All followers a ticket has or had, the longest first."""
        ...

    def followed_by(self, conversation_id: str) -> list[str]:
        """Numbers of the tickets that a conversation follows, the latest joined first."""
        ...

    def rulings(self, category: str | None = None) -> list[Ruling]:
        """All rulings on competence, the oldest first; only those on `category`, if given."""
        ...
