"""What of the outbox a person must see to: an event that was given up, and one that has waited for too long.

Pure. Each alarm has an id, so that it is raised once; who hears of it is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.domain.events import TicketEvent
from tickets.service.ports import OutboxHealth

STUCK_AFTER = timedelta(minutes=15)
"""An event that waits longer than this waits for something that is broken."""


@dataclass(frozen=True)
class Alarm:
    """One alarm. `kind` names what happened; the desk has words for it."""

    id: str
    kind: str
    at: datetime
    ticket_number: str | None = None


def of_given_up(events: Sequence[TicketEvent], now: datetime) -> list[Alarm]:
    """One for each event that was delivered to nobody and never will be by itself."""
    return [Alarm(f"outbox:{event.event_id.hex}", "outbox_given_up", now, event.ticket_number) for event in events]


def of_waiting(health: OutboxHealth, now: datetime) -> list[Alarm]:
    """At most one an hour while something waits for too long."""
    if health.oldest_at is None or now - health.oldest_at < STUCK_AFTER:
        return []
    return [Alarm(f"outbox:stuck-{now:%Y%m%dT%H}", "outbox_stuck", now)]
