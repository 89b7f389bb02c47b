"""Followers, parts, merged tickets and rulings in memory: mixed into the ticket store for tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tickets.domain.competence import Ruling
from tickets.domain.followers import Follower, find
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Status


class PartsContent(Protocol):
    """What is kept."""

    tickets: dict[str, Ticket]
    followers: dict[tuple[str, str], Follower]
    rulings: list[Ruling]


class MemoryParts:
    """The part of both ports that is about several people, units or tickets."""

    _content: PartsContent

    def parent_of(self, number: str) -> str | None:
        ticket = self._content.tickets.get(number)
        return ticket.parent if ticket else None

    def duplicate_of(self, number: str) -> str | None:
        ticket = self._content.tickets.get(number)
        return ticket.duplicate_of if ticket and ticket.status is Status.MERGED else None

    def children(self, number: str) -> list[Ticket]:
        return _ordered(each for each in self._content.tickets.values() if each.parent == number)

    def merged_into(self, number: str) -> list[str]:
        tickets = self._content.tickets.values()
        return sorted(each.number for each in tickets if each.duplicate_of == number and each.status is Status.MERGED)

    def followers(self, number: str) -> list[Follower]:
        found = [each for (ticket, _), each in self._content.followers.items() if ticket == number]
        return sorted(found, key=lambda each: (each.joined_at, each.key))

    def follower(self, number: str, conversation_id: str | None, phone: str | None) -> Follower | None:
        return find(self.followers(number), conversation_id, phone)

    def followed_by(self, conversation_id: str) -> list[str]:
        found = [
            each for each in self._content.followers.values() if each.conversation_id == conversation_id and each.active
        ]
        found.sort(key=lambda each: (-each.joined_at.timestamp(), each.ticket))
        return [each.ticket for each in found]

    def save_follower(self, follower: Follower) -> None:
        self._content.followers[follower.ticket, follower.key] = follower

    def add_ruling(self, ruling: Ruling) -> None:
        self._content.rulings.append(ruling)

    def rulings(self, category: str | None = None) -> list[Ruling]:
        return [each for each in self._content.rulings if category in (None, each.category)]


def _ordered(tickets: Iterable[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: ticket.number)
