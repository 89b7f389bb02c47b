"""Keeps tickets in memory: the second `TicketStore`, for tests and demonstrations.

It keeps the same promises inside one process, all but durability: a transaction sees and changes a copy that takes the
store's place at its end, and transactions run one after another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from tickets.adapters.memory_parts import MemoryParts
from tickets.adapters.memory_running import MemoryRunning, Waiting
from tickets.domain.competence import Ruling
from tickets.domain.corrections import Correction
from tickets.domain.events import TicketEvent
from tickets.domain.followers import Follower
from tickets.domain.ticket import FILED, Ticket, next_version
from tickets.service.ports import TicketFilter, UnitNotice


@dataclass
class _Content:
    tickets: dict[str, Ticket] = field(default_factory=dict)
    commands: dict[tuple[str, str], str] = field(default_factory=dict)
    outbox: dict[int, Waiting] = field(default_factory=dict)
    lookups: list[tuple[str, datetime]] = field(default_factory=list)
    notices: list[UnitNotice] = field(default_factory=list)
    followers: dict[tuple[str, str], Follower] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def copied(self) -> _Content:
        return _Content(
            dict(self.tickets),
            dict(self.commands),
            dict(self.outbox),
            list(self.lookups),
            list(self.notices),
            dict(self.followers),
            list(self.rulings),
            list(self.corrections),
        )


class MemoryTicketStore(MemoryRunning, MemoryParts):
    """The `TicketStore` in memory."""

    _content: _Content

    def __init__(self) -> None:
        self._content = _Content()
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        with self._lock:
            working = self._content.copied()
            yield MemoryTransaction(working)
            self._content = working

    def get(self, number: str) -> Ticket | None:
        return self._content.tickets.get(number)

    def find(self, filters: TicketFilter) -> list[Ticket]:
        found = [ticket for ticket in self._content.tickets.values() if _matches(ticket, filters)]
        found.sort(key=lambda ticket: (ticket.filed_at, ticket.number), reverse=True)
        return found[: filters.limit]

    def failed_lookups(self, number: str, since: datetime) -> int:
        return sum(tried == number and at > since for tried, at in self._content.lookups)

    def record_failed_lookup(self, number: str, at: datetime, forget_before: datetime) -> None:
        with self._lock:
            kept = [lookup for lookup in self._content.lookups if lookup[1] >= forget_before]
            self._content.lookups = [*kept, (number, at)]

    def corrections(self) -> list[Correction]:
        return list(self._content.corrections)

    def provisional_numbers(self, after: str, limit: int) -> list[str]:
        found = sorted(
            number
            for number, ticket in self._content.tickets.items()
            if number > after and any(clock.provisional and clock.running for clock in ticket.clocks)
        )
        return found[:limit]

    def ping(self) -> None:
        return None

    def close(self) -> None:
        return None


class MemoryTransaction(MemoryParts):
    """The `TicketTransaction` on a copy of the content."""

    _content: _Content

    def __init__(self, content: _Content) -> None:
        self._content = content

    def claim_command(self, kind: str, key: str, at: datetime) -> str | None:
        return self._content.commands.get((kind, key))

    def claim_filing(self, key: str, at: datetime, category: str | None) -> tuple[str | None, list[Ruling]]:
        return self.claim_command(FILED, key, at), self.rulings(category) if category else []

    def complete_command(self, kind: str, key: str, number: str) -> None:
        self._content.commands[kind, key] = number

    def add_ticket(self, ticket: Ticket) -> bool:
        if ticket.number in self._content.tickets:
            return False
        self._content.tickets[ticket.number] = ticket
        return True

    def ticket(self, number: str) -> Ticket | None:
        return self._content.tickets.get(number)

    def add_correction(self, correction: Correction) -> None:
        self._content.corrections.append(correction)

    def save_ticket(self, before: Ticket, after: Ticket) -> Ticket:
        saved = replace(after, version=next_version(before, after))
        self._content.tickets[before.number] = saved
        return saved

    def add_event(self, event: TicketEvent) -> None:
        self._content.outbox[len(self._content.outbox) + 1] = Waiting(event, 0, event.at)

    def add_events(self, events: Sequence[TicketEvent]) -> None:
        for event in events:
            self.add_event(event)


def _matches(ticket: Ticket, filters: TicketFilter) -> bool:
    wanted = (
        (filters.status, ticket.status),
        (filters.unit, ticket.unit),
        (filters.nature, ticket.nature),
        (filters.category, ticket.category),
        (filters.conversation_id, ticket.conversation_id),
    )
    return (
        all(want is None or want == has for want, has in wanted)
        and (filters.numbers is None or ticket.number in filters.numbers)
        and (filters.filed_from is None or ticket.filed_at >= filters.filed_from)
        and (filters.filed_until is None or ticket.filed_at < filters.filed_until)
        and (filters.before is None or (ticket.filed_at, ticket.number) < filters.before)
    )
