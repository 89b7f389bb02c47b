"""Keeps tickets in memory: the second `TicketStore`, for tests and demonstrations.

It keeps the same promises inside one process, all but durability: a transaction sees and changes a copy that takes the
store's place at its end, and transactions run one after another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tickets.domain.events import TicketEvent
from tickets.domain.ticket import Ticket
from tickets.service.ports import OutboxEvent, TicketFilter


@dataclass(frozen=True)
class _Waiting:
    event: TicketEvent
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None = None


@dataclass
class _Content:
    tickets: dict[str, Ticket] = field(default_factory=dict)
    commands: dict[tuple[str, str], str] = field(default_factory=dict)
    outbox: dict[int, _Waiting] = field(default_factory=dict)
    lookups: list[tuple[str, datetime]] = field(default_factory=list)

    def copied(self) -> _Content:
        return _Content(dict(self.tickets), dict(self.commands), dict(self.outbox), list(self.lookups))


class MemoryTicketStore:
    """The `TicketStore` in memory."""

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

    def ping(self) -> None:
        return None

    def close(self) -> None:
        return None

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        claimed: list[OutboxEvent] = []
        seen: set[str] = set()
        with self._lock:
            for number, waiting in self._content.outbox.items():
                if waiting.next_attempt_at is None or waiting.event.ticket_number in seen:
                    continue
                seen.add(waiting.event.ticket_number)
                if waiting.next_attempt_at <= now and len(claimed) < limit:
                    claimed.append(OutboxEvent(number, waiting.event, waiting.attempts + 1))
            for event in claimed:
                self._change(event, attempts=event.attempts, next_attempt_at=now + lease)
        return claimed

    def mark_sent(self, event: OutboxEvent, at: datetime) -> None:
        self._change(event, attempts=event.attempts, next_attempt_at=None)

    def mark_failed(self, event: OutboxEvent, error: str, at: datetime, retry_at: datetime | None) -> None:
        self._change(event, attempts=event.attempts, next_attempt_at=retry_at, last_error=error)

    def waiting_events(self) -> int:
        return sum(waiting.next_attempt_at is not None for waiting in self._content.outbox.values())

    def _change(
        self, event: OutboxEvent, *, attempts: int, next_attempt_at: datetime | None, last_error: str | None = None
    ) -> None:
        with self._lock:
            outbox = self._content.outbox
            outbox[event.id] = replace(
                outbox[event.id], attempts=attempts, next_attempt_at=next_attempt_at, last_error=last_error
            )


class MemoryTransaction:
    """The `TicketTransaction` on a copy of the content."""

    def __init__(self, content: _Content) -> None:
        self._content = content

    def claim_command(self, kind: str, key: str, at: datetime) -> str | None:
        return self._content.commands.get((kind, key))

    def complete_command(self, kind: str, key: str, number: str) -> None:
        self._content.commands[kind, key] = number

    def add_ticket(self, ticket: Ticket) -> bool:
        if ticket.number in self._content.tickets:
            return False
        self._content.tickets[ticket.number] = ticket
        return True

    def ticket(self, number: str) -> Ticket | None:
        return self._content.tickets.get(number)

    def save_ticket(self, before: Ticket, after: Ticket) -> None:
        self._content.tickets[before.number] = after

    def add_event(self, event: TicketEvent) -> None:
        self._content.outbox[len(self._content.outbox) + 1] = _Waiting(event, 0, event.at)


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
        and (filters.filed_from is None or ticket.filed_at >= filters.filed_from)
        and (filters.filed_until is None or ticket.filed_at < filters.filed_until)
        and (filters.before is None or (ticket.filed_at, ticket.number) < filters.before)
    )
