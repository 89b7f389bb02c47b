"""Lets the dates of open parts follow their parent's, in the transaction of the parent's step.

The rule stands in `tickets.domain.part_dates`. A date that moved is an entry of the system in the part's history, with
what the parent's step was; the citizen hears of the parent's date alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tickets.domain import part_dates as rules
from tickets.domain.parts import open_parts
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import Ticket
from tickets.domain.timing import moved_clocks
from tickets.domain.vocabulary import Command, Part

if TYPE_CHECKING:
    from tickets.service.carrying import Work


def follow(work: Work, before: Ticket, after: Ticket) -> None:
    """After a step of a ticket that may have moved its date."""
    if after.part is Part.LEAD and rules.date_moved(before, after):
        for part in open_parts(work.transaction.children(after.number)):
            _keep(work, part, rules.following(part, before, after, work.rules, work.now), after)


def hold(work: Work, parent: Ticket) -> None:
    """After parts came to a ticket from another one."""
    for part in open_parts(work.transaction.children(parent.number)):
        _keep(work, part, rules.held(part, parent, work.rules, work.now), parent)


def within(work: Work, part: Ticket) -> Ticket:
    """A part whose own step may have moved its date, due within its parent's; any other ticket as it is."""
    parent = work.transaction.ticket(part.parent) if part.parent else None
    return part if parent is None else rules.held(part, parent, work.rules, work.now)


def _keep(work: Work, part: Ticket, moved: Ticket, parent: Ticket) -> None:
    if moved == part:
        return
    changes = moved_clocks(part.clocks, moved.clocks)
    if not changes:  # only certain now, as it was
        work.transaction.save_ticket(part, moved)
        return
    reason = f"parent_{parent.history[-1].command}"
    work.save(part, moved.moved(Command.RECOMPUTE, SYSTEM, work.now, reason=reason, details={"clocks": changes}))
