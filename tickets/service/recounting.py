"""Counts deadlines anew when the State Council's notice for a year is out.

Deadlines that reached into a year without a notice were provisional. Each is counted again from where it began; what
moved is written into the history and told. Safe to repeat: a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from tickets.domain.clocks import Clock, ClockRules
from tickets.domain.events import EventKind, event_of
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Command
from tickets.service import families
from tickets.service.announcing import announce
from tickets.service.ports import TicketStore

PAGE = 200


def recompute_provisional(store: TicketStore, rules: ClockRules, now: datetime) -> int:
    """Goes through all running provisional clocks; each ticket is a transaction of its own.

    Returns:
        How many tickets have another deadline now.

    Raises:
        StoreUnavailable: the store does not answer; what is done stays done, repeat the call later.
    """
    moved, after = 0, ""
    while numbers := store.provisional_numbers(after, PAGE):
        moved += sum(families.begun_again(partial(_recounted_one, store, each, rules, now)) for each in numbers)
        after = numbers[-1]
    return moved


def recounted(clocks: Iterable[Clock], rules: ClockRules) -> tuple[Clock, ...]:
    """The clocks on the present calendar. An extension moves with the deadline it was counted from."""
    shifted: dict[tuple[str, datetime], datetime] = {}
    result = []
    for clock in clocks:
        begin = shifted.get((clock.kind, clock.counted_from)) if clock.counted_from else None
        anew = rules.recounted(clock, begin) if clock.provisional or begin is not None else clock
        if anew.due_at != clock.due_at:
            shifted[clock.kind, clock.due_at] = anew.due_at
        result.append(anew if clock.running else clock)
    return tuple(result)


def _recounted_one(store: TicketStore, number: str, rules: ClockRules, now: datetime) -> bool:
    with store.transaction() as transaction:
        ticket = families.locked(transaction, number)
        after = replace(ticket, clocks=recounted(ticket.clocks, rules))
        if after.clocks == ticket.clocks:
            return False
        changes = [
            {"clock": str(old.kind), "from": local_iso(old.due_at), "to": local_iso(new.due_at)}
            for old, new in zip(ticket.clocks, after.clocks, strict=True)
            if old.due_at != new.due_at
        ]
        if not changes:  # only certain now, as it was
            transaction.save_ticket(ticket, after)
            return False
        noted = _noted(after, changes, now)
        saved = transaction.save_ticket(ticket, noted)
        key = f"{Command.RECOMPUTE}|{number}|{len(saved.history)}"
        announce(transaction, saved, event_of(EventKind.TICKET_ADVANCED, saved, key))
    return True


def _noted(ticket: Ticket, changes: list[dict[str, str | None]], now: datetime) -> Ticket:
    return ticket.moved(Command.RECOMPUTE, SYSTEM, now, reason="holiday_notice", details={"clocks": changes})
