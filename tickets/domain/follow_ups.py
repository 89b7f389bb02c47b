"""What the system does by itself when a matter came back unsolved or unsatisfying often enough.

It urges, reopens, supervises and goes on the external list, each as an entry of its own in the history. It counts
nothing (`counters`) and stores nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.counters import SUPERVISE, URGE, EscalationStep, step_at
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import Ticket
from tickets.domain.timing import timed
from tickets.domain.vocabulary import Command, Status

_ANSWERED = frozenset({Status.REPLIED, Status.REVISIT, Status.CLOSED})


def followed_up(before: Ticket, after: Ticket, city: Catalogue, rules: ClockRules, now: datetime) -> Ticket:
    """`after` with what the city's list asks for at its new count; unchanged when the count is the old one."""
    step = step_at(after.unmet, city.ladder) if after.unmet != before.unmet else None
    if step is None:
        return after
    details = {"unmet": after.unmet, "step": step.step}
    if step.step == URGE:
        open_again = after if after.is_open else _reopened(after, city, rules, now, details)
        return open_again.moved(Command.URGE, SYSTEM, now, details=details)
    open_again = _reopened(after, city, rules, now, details) if after.status in _ANSWERED else after
    return _raised(open_again, step, now, details)


def _reopened(ticket: Ticket, city: Catalogue, rules: ClockRules, now: datetime, details: dict[str, object]) -> Ticket:
    moved = ticket.moved(Command.REOPEN, SYSTEM, now, details=details)
    return timed(ticket, moved, Command.REOPEN, city, rules, now)


def _raised(ticket: Ticket, step: EscalationStep, now: datetime, details: dict[str, object]) -> Ticket:
    supervised = any(entry.command == Command.SUPERVISE for entry in ticket.history)
    if step.step == SUPERVISE or not supervised:
        ticket = ticket.moved(Command.SUPERVISE, SYSTEM, now, details=details)
    if not step.external:
        return ticket
    raised = ticket.moved(Command.ESCALATE, SYSTEM, now, details=details)
    return replace(raised, external=tuple(dict.fromkeys((*ticket.external, step.step))))
