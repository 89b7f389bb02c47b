"""How the dates of parts keep to their parent's (docs/rules.md, "Several units").

- The parent's date moves later, by an extension, after a suspension or with the calendar: a part that hangs on it and
  is in time moves on by as much working time of its own unit. A part with a date of its own (its own extension, a
  mediation) keeps it, and what is late stays late.
- No part is due after its parent: one that would be is due as a part that is given now. A parent that is suspended has
  no date yet and holds nobody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.clocks import Clock, ClockKind, ClockRules
from tickets.domain.parts import part_due
from tickets.domain.ticket import Ticket
from tickets.domain.timing import running


def date_moved(before: Ticket, after: Ticket) -> bool:
    """Whether a step changed by when the citizen must have an answer, how certain that is, or that there is a date."""
    return _date(before) != _date(after)


def _date(ticket: Ticket) -> tuple[datetime, bool, bool]:
    return ticket.due_at, ticket.provisional, ticket.handle_clock.paused


def following(part: Ticket, before: Ticket, after: Ticket, rules: ClockRules, now: datetime) -> Ticket:
    """An open part whose parent's date went from that of `before` to that of `after`."""
    clock = running(part, ClockKind.HANDLE)
    if clock is None or clock.period is not None:
        return held(part, after, rules, now)
    due_at = clock.due_at
    counted = before.due_at > now or before.handle_clock.paused
    if counted and due_at > now:
        working = rules.working(part.unit)
        more = working.between(before.due_at, after.due_at)
        due_at = working.after(due_at, more)[0] if more else due_at
    provisional = rules.calendar.is_provisional(due_at.astimezone(LOCAL_ZONE).date())
    return held(_due(part, clock, due_at, provisional=provisional), after, rules, now)


def held(part: Ticket, parent: Ticket, rules: ClockRules, now: datetime) -> Ticket:
    """An open part as it is, or due as a new one where it would end after its parent."""
    clock = running(part, ClockKind.HANDLE)
    if clock is None or parent.handle_clock.paused or clock.due_at <= parent.due_at:
        return part
    due_at, provisional = part_due(parent.due_at, part.unit, now, rules)
    return _due(part, clock, min(due_at, clock.due_at), provisional=provisional)


def _due(part: Ticket, clock: Clock, due_at: datetime, *, provisional: bool) -> Ticket:
    """The part due at another time; it is taken up by then at the latest."""
    if (due_at, provisional) == (clock.due_at, clock.provisional):
        return part
    accepting = running(part, ClockKind.ACCEPT)

    def dated(each: Clock) -> Clock:
        late = each is clock or (each is accepting and each.due_at > due_at)
        return each.dated(due_at, provisional=provisional) if late else each

    return replace(part, clocks=tuple(map(dated, part.clocks)))
