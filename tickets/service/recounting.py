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
from tickets.domain.people import SYSTEM
from tickets.domain.timing import moved_clocks
from tickets.domain.vocabulary import Command
from tickets.service import families, part_dates
from tickets.service.carrying import Office, Work

PAGE = 200


def recompute_provisional(office: Office) -> int:
    """Goes through all running provisional clocks; each ticket is a transaction of its own, with its parts.

    Returns:
        How many tickets have another deadline now.

    Raises:
        StoreUnavailable: the store does not answer; what is done stays done, repeat the call later.
    """
    moved, after = 0, ""
    while numbers := office.store.provisional_numbers(after, PAGE):
        moved += sum(families.begun_again(partial(_recounted_one, office, each)) for each in numbers)
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


def _recounted_one(office: Office, number: str) -> bool:
    with office.store.transaction() as transaction:
        ticket = families.locked(transaction, number)
        key = f"{Command.RECOMPUTE}|{number}|{len(ticket.history) + 1}"
        work = Work(transaction, office.catalogue, office.rules, office.now, office.random, key)
        after = part_dates.within(work, replace(ticket, clocks=recounted(ticket.clocks, office.rules)))
        if after.clocks == ticket.clocks:
            return False
        changes = moved_clocks(ticket.clocks, after.clocks)
        if changes:  # else only certain now, as it was
            after = after.moved(
                Command.RECOMPUTE, SYSTEM, office.now, reason="holiday_notice", details={"clocks": changes}
            )
        work.save(ticket, after)
    return bool(changes)
