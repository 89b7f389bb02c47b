"""Outbox and due clocks in memory: mixed into the ticket store in memory.

It keeps the promises of the real ones inside one process: claims by lease, one event of a ticket at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tickets.domain.clocks import Clock
from tickets.domain.events import TicketEvent
from tickets.domain.ticket import Ticket
from tickets.service.ports import DueClock, OutboxEntry, OutboxEvent, OutboxHealth, Settling, UnitNotice


@dataclass(frozen=True)
class Waiting:
    """One event of the outbox."""

    event: TicketEvent
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None = None
    sent_at: datetime | None = None
    dead_at: datetime | None = None


class MemoryRunning:
    """The `OutboxStore` and the `ClockStore` on the store's content."""

    _content: Any
    _lock: threading.RLock

    def claim_clocks(self, now: datetime, limit: int, lease: timedelta) -> Sequence[DueClock]:
        with self._lock:
            due = [
                (clock.wake_at, ticket.number, position)
                for ticket in self._content.tickets.values()
                for position, clock in enumerate(ticket.clocks)
                if clock.wake_at is not None and clock.wake_at <= now
            ]
            claimed = [DueClock(number, position, now + lease) for _, number, position in sorted(due)[:limit]]
            for found in claimed:
                self._wake(found, found.held_until)
            return claimed

    def settle_clock(self, clock: DueClock, settling: Settling) -> bool:
        with self._lock:
            if self._clock(clock).wake_at != clock.held_until:
                return False
            self._wake(clock, settling.wake_at)
            outbox, notices = self._content.outbox, self._content.notices
            for event in settling.events:
                outbox[len(outbox) + 1] = Waiting(event, 0, event.at)
            for notice in settling.notices:
                notices.append(replace(notice, id=len(notices) + 1))
            return True

    def unit_notices(self, unit: str, *, unseen: bool = True, limit: int = 50) -> Sequence[UnitNotice]:
        found = [one for one in self._content.notices if one.unit == unit and (one.seen_at is None or not unseen)]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    def mark_notices_seen(self, unit: str, ids: Sequence[int], at: datetime, by: str) -> int:
        with self._lock:
            notices = self._content.notices
            chosen = [one for one in notices if one.unit == unit and one.id in ids and one.seen_at is None]
            for one in chosen:
                notices[one.id - 1] = replace(one, seen_at=at, seen_by=by)
            return len(chosen)

    def claim_events(self, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxEvent]:
        claimed: list[OutboxEvent] = []
        seen: set[tuple[str, str | None]] = set()
        with self._lock:
            for number, waiting in self._content.outbox.items():
                whose = (waiting.event.ticket_number, waiting.event.conversation_id)
                if waiting.next_attempt_at is None or whose in seen:
                    continue
                seen.add(whose)
                if waiting.next_attempt_at <= now and len(claimed) < limit:
                    claimed.append(OutboxEvent(number, waiting.event, waiting.attempts + 1))
            for event in claimed:
                self._change(event.id, attempts=event.attempts, next_attempt_at=now + lease)
        return claimed

    def mark_sent(self, event: OutboxEvent, at: datetime) -> None:
        self._change(event.id, next_attempt_at=None, last_error=None, sent_at=at)

    def mark_failed(self, event: OutboxEvent, error: str, at: datetime, retry_at: datetime | None) -> None:
        dead_at = at if retry_at is None else None
        self._change(event.id, next_attempt_at=retry_at, last_error=error, dead_at=dead_at)

    def mark_later(self, event: OutboxEvent, at: datetime) -> None:
        self._change(event.id, next_attempt_at=at, attempts=event.attempts - 1)

    def waiting_events(self) -> int:
        return sum(waiting.next_attempt_at is not None for waiting in self._content.outbox.values())

    def outbox_health(self) -> OutboxHealth:
        outbox: list[Waiting] = list(self._content.outbox.values())
        waiting = [one for one in outbox if one.next_attempt_at is not None]
        failing = [one.event.at for one in waiting if one.last_error is not None]
        return OutboxHealth(len(waiting), min(failing, default=None), sum(one.dead_at is not None for one in outbox))

    def outbox_entries(self, state: str | None = None, limit: int = 50) -> Sequence[OutboxEntry]:
        entries = [
            OutboxEntry(number, one.event, one.attempts, one.next_attempt_at, one.sent_at, one.dead_at, one.last_error)
            for number, one in sorted(self._content.outbox.items())
        ]
        wanted = (state,) if state else ("waiting", "dead")
        return [entry for entry in entries if entry.state in wanted][:limit]

    def retry_events(self, now: datetime, ids: Sequence[int] | None = None) -> int:
        with self._lock:
            dead = [number for number, one in self._content.outbox.items() if one.dead_at is not None]
            chosen = [number for number in dead if ids is None or number in ids]
            for number in chosen:
                self._change(number, next_attempt_at=now, dead_at=None, attempts=0)
            return len(chosen)

    def _change(self, number: int, **changes: Any) -> None:
        with self._lock:
            self._content.outbox[number] = replace(self._content.outbox[number], **changes)

    def _clock(self, found: DueClock) -> Clock:
        clock: Clock = self._content.tickets[found.number].clocks[found.position]
        return clock

    def _wake(self, found: DueClock, wake_at: datetime | None) -> None:
        ticket: Ticket = self._content.tickets[found.number]
        clocks = list(ticket.clocks)
        clocks[found.position] = replace(clocks[found.position], wake_at=wake_at)
        self._content.tickets[found.number] = replace(ticket, clocks=tuple(clocks))
