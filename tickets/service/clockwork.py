"""Lets clocks that have come due do what `tickets.domain.deadlines` says: once each, whatever crashes in between.

A scan claims clocks for a while, so that of several workers each takes others, and one that dies gives its clocks
back. The system's command has a key made of the ticket, the clock and the step; the clock moves on, and what is told
of it is written, in one transaction by whoever still holds the claim. A unit is told of its own deadlines, the hotline
of what was missed; an alarm goes to the desk by the outbox. A clock that cannot be dealt with is left alone for a
time and said; it stops no other.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tickets.domain.clocks import Clock
from tickets.domain.deadlines import USUAL_REVISIT_HOURS, Due, RevisitHours, Step, due
from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import HOTLINE_UNIT, Command
from tickets.errors import StoreUnavailable, TicketError
from tickets.service.commands import AdvanceTicket, DisputeTicket, UrgeTicket
from tickets.service.ports import ClockStore, DueClock, Settling, TicketFilter, UnitNotice
from tickets.service.receipts import TicketReceipt

LEASE = timedelta(minutes=2)
"""How long a claimed clock is kept from other workers."""
LEFT_ALONE = timedelta(minutes=15)
"""How long a clock rests that could not be dealt with."""
_NAMESPACE = uuid.UUID("a1b0a1de-7a9b-5d5e-9a44-12345c10c2ed")
logger = logging.getLogger(__name__)


class Commands(Protocol):
    """What the clockwork does to tickets; `TicketDesk` is one."""

    def advance(self, command: AdvanceTicket) -> TicketReceipt: ...

    def urge(self, command: UrgeTicket) -> TicketReceipt: ...

    def dispute(self, command: DisputeTicket) -> TicketReceipt: ...


@dataclass(frozen=True)
class ScanReport:
    """What one scan did."""

    claimed: int = 0
    steps: dict[Step, int] = field(default_factory=dict)
    failed: int = 0

    @property
    def idle(self) -> bool:
        return self.claimed == 0


def scan(
    store: ClockStore,
    commands: Commands,
    now: Callable[[], datetime],
    limit: int = 50,
    hours: RevisitHours = USUAL_REVISIT_HOURS,
) -> ScanReport:
    """Deals with up to `limit` clocks that have come due, the longest due first.

    Raises:
        StoreUnavailable: the store does not answer; what was claimed comes back by itself.
    """
    claimed = store.claim_clocks(now(), limit, LEASE)
    numbers = tuple({found.number for found in claimed})
    read = (
        {ticket.number: ticket for ticket in store.find(TicketFilter(numbers=numbers, limit=limit))} if numbers else {}
    )
    steps: dict[Step, int] = {}
    failed = 0
    for found in claimed:
        try:
            # Read together for the first of its clocks; after a step a ticket is another one and is read again.
            ticket = read.pop(found.number, None) or store.get(found.number)
            step = None if ticket is None else _deal(store, commands, ticket, found, now(), hours)
        except StoreUnavailable:
            raise
        except Exception as error:  # else one clock that nobody foresaw would stop all that come after it
            said = error if isinstance(error, TicketError) else type(error).__name__
            logger.error(
                "clock %d of ticket %s could not be dealt with: %s",
                found.position,
                found.number,
                said,
                exc_info=not isinstance(error, TicketError),
            )
            store.settle_clock(found, Settling(now() + LEFT_ALONE))
            failed += 1
        else:
            if step is not None:
                steps[step] = steps.get(step, 0) + 1
    return ScanReport(len(claimed), steps, failed)


def _deal(
    store: ClockStore, commands: Commands, ticket: Ticket, found: DueClock, now: datetime, hours: RevisitHours
) -> Step | None:
    if found.position >= len(ticket.clocks):
        return None
    decided = due(ticket, found.position, now, hours)
    if decided.command is not None:
        _carry_out(commands, ticket, found, decided)
    wake_at = decided.wake_at
    if wake_at is not None and wake_at <= now:
        wake_at = now + LEFT_ALONE  # a rule that wants the past would keep the scan busy for ever
    settled = store.settle_clock(found, _settling(ticket, found, decided, wake_at, now))
    return decided.step if settled else None


def _settling(ticket: Ticket, found: DueClock, decided: Due, wake_at: datetime | None, now: datetime) -> Settling:
    if decided.step is None or not decided.tells:
        return Settling(wake_at)
    clock = ticket.clocks[found.position]
    told = (clock.unit,) if decided.step is Step.REMIND else tuple(dict.fromkeys((clock.unit, HOTLINE_UNIT)))
    notices = tuple(UnitNotice(unit, ticket.number, decided.reason, clock.due_at, now) for unit in told)
    return Settling(wake_at, (_event(ticket, found, decided, now),) if decided.alarm else (), notices)


def _carry_out(commands: Commands, ticket: Ticket, found: DueClock, decided: Due) -> None:
    key = f"clock:{found.number}:{found.position}:{decided.step}"
    if decided.command is Command.URGE:
        commands.urge(UrgeTicket(idempotency_key=key, number=ticket.number, text=decided.reason, by=SYSTEM))
    elif decided.command is Command.DISPUTE:
        commands.dispute(DisputeTicket(idempotency_key=key, number=ticket.number, text=decided.reason, by=SYSTEM))
    else:
        commands.advance(
            AdvanceTicket(
                idempotency_key=key,
                number=ticket.number,
                command=str(decided.command),
                by=SYSTEM,
                reason=decided.reason,
                unit=decided.unit,
            )
        )


def _event(ticket: Ticket, found: DueClock, decided: Due, now: datetime) -> TicketEvent:
    clock: Clock = ticket.clocks[found.position]
    kind = EventKind.DEADLINE_NEAR if decided.step is Step.REMIND else EventKind.DEADLINE_MISSED
    payload: dict[str, object] = {
        "number": ticket.number,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": clock.unit,
        "status": str(ticket.status),
        "clock": str(clock.kind),
        "due_at": local_iso(clock.due_at),
        "channel": ticket.channel,
        "language": ticket.language,
        "emergency": ticket.emergency,
        "reason": decided.reason,
        "alarm": decided.alarm,
        "at": local_iso(now),
    }
    event_id = uuid.uuid5(_NAMESPACE, f"{found.number}|{found.position}|{decided.step}|{clock.due_at.isoformat()}")
    return TicketEvent(event_id, kind, ticket.number, None, now, payload)
