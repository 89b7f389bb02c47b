"""What must be there, and who from where, before a row of the table may be followed.

The table names its guards; each is a function that lets pass or raises. A guard says what is missing and what to do
instead. One holds for every row: a unit acts on its own tickets only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from tickets.domain.city import Catalogue
from tickets.domain.clocks import ClockRules
from tickets.domain.counters import next_external
from tickets.domain.people import Actor
from tickets.domain.returns import STREET_REVIEWS, handed_over_at, open_return, returned_by
from tickets.domain.ticket import Ticket
from tickets.domain.transitions import row_of
from tickets.domain.vocabulary import Command, Level, Role, Status
from tickets.errors import InvalidTicket, RuleForbids


@dataclass(frozen=True)
class Asked:
    """One step as somebody asks for it, with the city's rules and the present.

    Attributes:
        unit: the unit named in a dispatch.
        until: the end of a suspension.
        code: the reason of a return.
        days: working days of an extension; None: as many as the matter has.
        external: the step of the external list; None: the next one.
    """

    step: Command
    by: Actor
    now: datetime
    city: Catalogue
    rules: ClockRules
    unit: str | None = None
    until: datetime | None = None
    code: str | None = None
    days: int | None = None
    external: str | None = None


def check(ticket: Ticket, asked: Asked) -> None:
    """Lets the step pass or says why not; the table itself was asked before.

    Raises:
        RuleForbids: this person, or now, not.
        InvalidTicket: something is missing in what was asked.
    """
    _own_ticket(ticket, asked)
    row = row_of(ticket.status, asked.step)
    for name in row.needs if row else ():
        GUARDS[name](ticket, asked)


def _own_ticket(ticket: Ticket, asked: Asked) -> None:
    if asked.by.role is not Role.UNIT or _reviewing_street(ticket, asked):
        return
    acting = asked.by.acting_unit
    if acting != ticket.unit:
        _forbid(
            "not_your_ticket",
            f"the ticket is with the unit {ticket.unit}, not with {acting or 'a unit that is not named'}; "
            "a unit acts on its own tickets only",
            ticket,
            asked,
        )


def _named(ticket: Ticket, asked: Asked) -> None:
    if not asked.by.name:
        raise InvalidTicket("actor_missing", "by", "who decides must be named, so that two different people review")


def _new_unit(ticket: Ticket, asked: Asked) -> None:
    gave_back = returned_by(ticket)
    if gave_back is None:
        return
    if not asked.unit:
        raise InvalidTicket(
            "unit_missing", "unit", f"{gave_back} gave the ticket back with good reason; name the unit to handle it"
        )
    if asked.unit == gave_back and asked.by.role is not Role.SUPERVISOR:
        _forbid(
            "unit_gave_it_back",
            f"{gave_back} gave the ticket back and two reviewers agreed; name another unit or ask a supervisor",
            ticket,
            asked,
        )


def _not_called_unsolved(ticket: Ticket, asked: Asked) -> None:
    if ticket.solved is False and asked.by.role is not Role.SUPERVISOR:
        _forbid(
            "called_unsolved",
            "the citizen says that the matter is not solved; reopen it, or let a supervisor close it with a reason",
            ticket,
            asked,
        )


def _return_reason(ticket: Ticket, asked: Asked) -> None:
    reasons = asked.city.return_reasons
    if asked.code not in reasons:
        raise InvalidTicket(
            "return_reason_unknown" if asked.code else "return_reason_missing",
            "code",
            f"a return needs a reason of the catalogue: {', '.join(reasons)}",
        )


def _return_in_time(ticket: Ticket, asked: Asked) -> None:
    got_at = handed_over_at(ticket)
    usual, _ = asked.rules.end(asked.rules.periods["return_within"], ticket.unit, got_at)
    accept_class = asked.city.accept_class_of(ticket.category)
    accepting = asked.rules.accepting(accept_class, ticket.unit, got_at, emergency=ticket.emergency)
    until = min(usual, accepting.due_at)  # nobody thinks for a day whether a gas leak is his
    if asked.now > until:
        _forbid(
            "return_too_late",
            f"the time to give the ticket back ended at {until:%Y-%m-%d %H:%M} UTC; accept it, "
            "or ask the hotline to open a negotiation on competence",
            ticket,
            asked,
        )


def _first_review(ticket: Ticket, asked: Asked) -> None:
    case = open_return(ticket)
    if case is not None and case.approved is not None:
        _forbid(
            "already_reviewed",
            f"{case.approved.actor} has reviewed the return already; a shift leader, somebody else, decides now",
            ticket,
            asked,
        )
    _not_the_returning_person(ticket, asked)
    _right_reviewer(ticket, asked)


def _second_review(ticket: Ticket, asked: Asked) -> None:
    case = open_return(ticket)
    if case is None or case.approved is None:
        _forbid("first_review_missing", "a first reviewer approves the return before a shift leader can", ticket, asked)
    if case.approved.actor.name == asked.by.name:
        _forbid("same_reviewer", "the two reviewers of a return are two different people", ticket, asked)
    _not_the_returning_person(ticket, asked)


def _refusing_review(ticket: Ticket, asked: Asked) -> None:
    _not_the_returning_person(ticket, asked)
    case = open_return(ticket)
    if case is None or case.approved is None:
        _right_reviewer(ticket, asked)
    elif asked.by.role is not Role.SUPERVISOR:
        _forbid("shift_leader_decides", "after the first review a shift leader decides", ticket, asked)


def _not_the_returning_person(ticket: Ticket, asked: Asked) -> None:
    case = open_return(ticket)
    if case is not None and case.asked.actor == asked.by:
        _forbid("own_return", "nobody reviews a return of his or her own", ticket, asked)


def _right_reviewer(ticket: Ticket, asked: Asked) -> None:
    """Of a community's or a grid worker's return the street is the first reviewer, of all others the hotline."""
    if ticket.level in STREET_REVIEWS and asked.city.office_of(ticket.street) is not None:
        if not _reviewing_street(ticket, asked):
            _forbid(
                "street_reviews_first",
                f"what the {ticket.level} gives back is reviewed by its street first; it does not go past the street",
                ticket,
                asked,
            )
    elif asked.by.role is Role.UNIT:
        _forbid("hotline_reviews", "a unit does not review returns; the hotline does", ticket, asked)


def _reviewing_street(ticket: Ticket, asked: Asked) -> bool:
    """Whether the actor is the office of the ticket's street, reviewing what a lower level gave back."""
    if asked.step not in (Command.APPROVE_RETURN, Command.REFUSE_RETURN) or ticket.level not in STREET_REVIEWS:
        return False
    office = asked.city.office_of(ticket.street)
    return office is not None and office.level == Level.STREET and asked.by.acting_unit == office.id


def _extension_in_time(ticket: Ticket, asked: Asked) -> None:
    if asked.now > ticket.due_at:
        _forbid(
            "extension_too_late",
            f"an extension is asked for before the deadline, which was {ticket.due_at:%Y-%m-%d %H:%M} UTC",
            ticket,
            asked,
        )


def _extension_days(ticket: Ticket, asked: Asked) -> None:
    longest = asked.rules.periods["extension_longest"].amount
    if asked.days is not None and not 1 <= asked.days <= longest:
        raise InvalidTicket("days_out_of_range", "days", f"an extension is for 1 to {longest} working days")


def _first_extension(ticket: Ticket, asked: Asked) -> None:
    if asked.by.role is Role.SUPERVISOR:
        return
    since = _since_reopening(ticket)
    if any(entry.command == Command.GRANT_EXTENSION for entry in ticket.history[since:]):
        _forbid(
            "extended_already",
            "the ticket was extended once; a second extension is asked for by a supervisor",
            ticket,
            asked,
        )


def _suspension_end(ticket: Ticket, asked: Asked) -> None:
    if asked.until is None:
        raise InvalidTicket("until_missing", "until", "a suspension needs its end: a date and time with zone")
    if asked.until.tzinfo is None:
        raise InvalidTicket("until_without_zone", "until", "the end of a suspension needs a zone, such as +08:00")
    if asked.until <= asked.now:
        raise InvalidTicket("until_past", "until", "the end of a suspension lies in the future")
    period = asked.rules.periods["suspension_longest"]
    longest, _ = asked.rules.end(period, ticket.unit, asked.now)
    if asked.until > longest:
        raise InvalidTicket(
            "until_too_far",
            "until",
            f"a suspension is at most {period.amount} {period.measure.replace('_', ' ')}; suspend again if need be",
        )


def _suspension_over(ticket: Ticket, asked: Asked) -> None:
    if asked.by.role is Role.SYSTEM and ticket.suspended_until is not None and asked.now < ticket.suspended_until:
        _forbid("suspended_still", f"suspended until {ticket.suspended_until:%Y-%m-%d %H:%M} UTC", ticket, asked)


def _supervised_before(ticket: Ticket, asked: Asked) -> None:
    if not any(entry.command == Command.SUPERVISE for entry in ticket.history):
        _forbid("not_supervised_yet", "supervise the ticket before it goes on the external list", ticket, asked)


def _external_step(ticket: Ticket, asked: Asked) -> None:
    if external_step(ticket, asked) is None:
        known = [step.step for step in asked.city.ladder if step.external]
        raise InvalidTicket(
            "external_unknown" if asked.external else "external_done",
            "external",
            f"name a step of the external list that was not reached yet: {', '.join(known) or 'the list is empty'}",
        )


def external_step(ticket: Ticket, asked: Asked) -> str | None:
    """The step of the external list that is taken: the one named, or the next; None where there is none left."""
    if asked.external is None:
        return next_external(ticket.external, asked.city.ladder)
    known = [step.step for step in asked.city.ladder if step.external and step.step not in ticket.external]
    return asked.external if asked.external in known else None


def _since_reopening(ticket: Ticket) -> int:
    """Where the present course of the matter begins in its history."""
    reopened = (at for at, entry in enumerate(ticket.history) if entry.after is Status.REOPENED is not entry.before)
    return max(reopened, default=0)


def _forbid(code: str, message: str, ticket: Ticket, asked: Asked) -> NoReturn:
    raise RuleForbids(code, message, status=ticket.status, command=asked.step, role=asked.by.role)


GUARDS: Mapping[str, Callable[[Ticket, Asked], None]] = {
    "named": _named,
    "new_unit": _new_unit,
    "not_called_unsolved": _not_called_unsolved,
    "return_reason": _return_reason,
    "return_in_time": _return_in_time,
    "first_review": _first_review,
    "second_review": _second_review,
    "refusing_review": _refusing_review,
    "extension_in_time": _extension_in_time,
    "extension_days": _extension_days,
    "first_extension": _first_extension,
    "suspension_end": _suspension_end,
    "suspension_over": _suspension_over,
    "supervised_before": _supervised_before,
    "external_step": _external_step,
}
