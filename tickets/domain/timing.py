"""What each command does to the clocks of a ticket: the written rules.

Meeting clocks and stopping them at the end of a matter is part of every move (`Ticket.moved`); here clocks are
started, handed over, paused and counted anew.

- Another unit gets a new clock to take the matter up, and the clock to the answer as it stands: the citizen's date
  stays.
- Reopened (dispute, reopening): all clocks start anew for the unit that answered.
- Returned: the unit's clocks run on; the review has a clock of its own. Confirmed: the accept clock ends and the clock
  to the answer passes to the hotline until a new unit has it. Refused: nothing of the unit's clocks has changed.
- Suspended: the clock to the answer stands; clocks of danger and emergency run on. Resumed: due as much working time
  later as it stood; what was overdue stays overdue.
- Extended: as many working days as asked, from the old deadline.
- Replied: a clock for asking the citizen, owed by the hotline; sub-tickets are asked with their parent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tickets.domain.city import Catalogue
from tickets.domain.clocks import Clock, ClockKind, ClockRules
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import HOTLINE_UNIT, Command, Status

_RESTARTS = frozenset({Command.DISPUTE, Command.REOPEN})


def timed(before: Ticket, moved: Ticket, step: Command, city: Catalogue, rules: ClockRules, now: datetime) -> Ticket:
    """`moved` with the clocks that `step` starts, hands over, pauses or ends.

    Args:
        before: the ticket before the step.
        moved: after it, its unit being the new one.
    """
    if step in _RESTARTS and moved.status is Status.REOPENED and before.status is not Status.REOPENED:
        return restarted(moved, city, rules, now)
    if step is Command.CONFIRM_RETURN:
        ended = replace(moved, clocks=_stopped(moved, ClockKind.ACCEPT, now))
        return handed_over(ended, HOTLINE_UNIT, now)
    if step is Command.DISPATCH and moved.unit != before.unit:
        return handed_over(moved.with_clocks(_accepting(moved, city, rules, now)), moved.unit, now)
    if step is Command.DISPATCH and not any(clock.kind is ClockKind.ACCEPT and clock.running for clock in moved.clocks):
        return moved.with_clocks(_accepting(moved, city, rules, now))
    if step is Command.RETURN:
        return moved.with_clocks(rules.reviewing_return(HOTLINE_UNIT, now))
    if step is Command.GRANT_EXTENSION:
        days = moved.history[-1].details.get("days")
        clock = running(before, ClockKind.HANDLE) or before.handle_clock
        amount = days if isinstance(days, int) else rules.handling_period(moved.nature).amount
        return moved.with_clocks(rules.extended(clock, amount, now))
    if step is Command.REPLY and moved.parent is None:
        return moved.with_clocks(rules.revisiting(HOTLINE_UNIT, now))
    if step is Command.SUSPEND and moved.suspended_until:
        return suspended(moved, moved.suspended_until, rules, now)
    if step is Command.RESUME:
        return resumed(moved, rules, now)
    return moved


def restarted(ticket: Ticket, city: Catalogue, rules: ClockRules, now: datetime) -> Ticket:
    """All clocks anew, as of a matter that was filed now; in an emergency the first answer, too."""
    stopped = replace(ticket, clocks=_stopped(ticket, ClockKind.REVISIT, now))
    responding = (rules.responding(ticket.unit, now),) if ticket.emergency else ()
    accepting = _accepting(ticket, city, rules, now)
    return stopped.with_clocks(accepting, *responding, rules.handling(ticket.nature, ticket.unit, now))


def handed_over(ticket: Ticket, unit: str, now: datetime) -> Ticket:
    """The running clocks to the answer now owed by `unit`; their dates, and what they were counted from, stay."""
    kinds = (ClockKind.HANDLE, ClockKind.RESPOND)
    passing = [clock for clock in ticket.clocks if clock.running and clock.kind in kinds and clock.unit != unit]
    taken = [replace(clock, unit=unit) for clock in passing]
    return ticket.with_clocks(*taken, at=now)


def suspended(ticket: Ticket, until: datetime, rules: ClockRules, now: datetime) -> Ticket:
    """The clock to the answer standing until `until`, which has a clock of its own."""
    standing = tuple(clock.paused_at(now) if clock.kind is ClockKind.HANDLE else clock for clock in ticket.clocks)
    asleep = replace(ticket, clocks=standing, suspended_until=until)
    return asleep.with_clocks(rules.suspending(ticket.unit, now, until))


def resumed(ticket: Ticket, rules: ClockRules, now: datetime) -> Ticket:
    """The clock to the answer going on."""
    going = tuple(rules.continued(clock, now) for clock in ticket.clocks)
    met = tuple(clock.met(now) if clock.kind is ClockKind.SUSPENSION else clock for clock in going)
    return replace(ticket, clocks=met, suspended_until=None)


def moved_clocks(before: Iterable[Clock], after: Iterable[Clock]) -> list[dict[str, str | None]]:
    """Which of the same clocks have another date now, as a `recompute` in the history holds it."""
    return [
        {"clock": str(old.kind), "from": local_iso(old.due_at), "to": local_iso(new.due_at)}
        for old, new in zip(before, after, strict=True)
        if old.due_at != new.due_at
    ]


def running(ticket: Ticket, kind: ClockKind) -> Clock | None:
    """The running clock of a kind."""
    return next((clock for clock in reversed(ticket.clocks) if clock.kind is kind and clock.running), None)


def _accepting(ticket: Ticket, city: Catalogue, rules: ClockRules, now: datetime) -> Clock:
    accept_class = city.accept_class_of(ticket.category)
    return rules.accepting(accept_class, ticket.unit, now, emergency=ticket.emergency)


def _stopped(ticket: Ticket, kind: ClockKind, now: datetime) -> tuple[Clock, ...]:
    return tuple(clock.stopped(now) if clock.kind is kind else clock for clock in ticket.clocks)
